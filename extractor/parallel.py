"""A parallel map over worker processes that keeps the order and survives workers that die.

A worker is a fresh interpreter that exchanges pickles over its standard input and output.  It does not import the
caller's main module (so a script needs no ``if __name__ == "__main__"``), inherits no locks, and ends by itself when
the caller is gone.

    items → feeder (a thread) → one thread a worker ⇄ its process → results, in the order of the items

One measure bounds all queues: the size of the items read ahead of the results that were taken.  A worker answers item
by item, so that its thread knows which item it died of or spends too long on; a new process then takes its place.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from queue import Empty, SimpleQueue
from threading import Condition, Lock, Thread
from typing import IO, Any, Generic, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# The three limits count characters or bytes, as `size` does; they bound memory and waiting, and were not swept.
# The weight of items that are sent to a worker at once, if that much is waiting: a few articles, so that sending takes
# little beside the work and no worker has much left when the others are done.
BATCH = 8_000
# The weight of items that are read ahead per worker: some sixteen batches, so that no worker waits for a slow item of
# another, in memory that does not depend on the input.
AHEAD = 128_000
# The weight of an item besides its size, so that thousands of empty items do not make one batch.
OVERHEAD = 1_000

# Each worker uses one core: thread pools of the linear algebra in each of them would compete for the cores.
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from extractor.parallel import serve; serve()"
# What a worker sends when it is ready for items.
_READY = "ready"
# Stands in the queue of replies for the end of the worker's output.
_END = object()
# Seconds for a worker that has closed its output to exit by itself, so that its status can be reported.  A process that
# dies is gone at once; the limit is for one that hangs at exit, and is killed then.
_EXIT_SECONDS = 10
# Seconds for a worker to load what it needs, which takes about one.  The limit is for one that hangs there, as threads
# do that cannot get memory while they start; it is killed and another started.
_START_SECONDS = 300
# Processes that are started in a worker's place before the work ends: one that is killed while it starts may be killed
# by chance (a system that is out of memory kills any process), three in a row are not.
_STARTS = 3
# Seconds that are waited at once.  A wait that took so much longer than asked (`_GAP_SECONDS`) is one in which this
# process stood still (Ctrl-Z); both only need to be short beside the limits that people set, and long beside what a
# busy system makes a process wait.
_WAIT_SECONDS = 1.0
_GAP_SECONDS = 1.0


class WorkerError(RuntimeError):
    """A worker process failed or could not be started; the message says how."""


class LostError(WorkerError):
    """An item has no result, because its worker died of it or took too long."""


def _raise(item: object, error: LostError) -> NoReturn:
    raise LostError(f"no result for {item!r:.80}: {error}")


def ordered(
    start: Callable[[], Callable[[T], R]],
    items: Iterable[T],
    workers: int,
    size: Callable[[T], int],
    timeout: float | None = None,
    lost: Callable[[T, LostError], R] = _raise,
) -> Generator[R, None, None]:
    """Yields the results of a function for each item, in the order of the items, computed in worker processes.

    Takes:
        start: called once in each process, returns the function.  It, the items and the results must be picklable.
        items: read in a thread of its own, a bounded size ahead of the results that were taken.  An exception that it
            raises is raised here after the results of the items before it.
        workers: the number of processes.
        size: the size of an item, in characters or bytes.
        timeout: seconds that an item may take; None for no limit.  Where this process stood still (Ctrl-Z), they are
            counted anew from there.
        lost: called with an item that has no result, returns what is yielded in its place.  An item is lost when it
            takes longer than `timeout`, or when its worker dies of it twice (once may be chance: a system that is out
            of memory kills any process), or when there is not the memory to send it.  The work goes on in a new
            process.

    Raises LostError for a lost item if `lost` is not given; WorkerError if the function raises, with its traceback, if
    a process ends before it is ready, or is killed then `_STARTS` times in a row.
    """
    with _Pool(start, workers, timeout) as pool:
        pool.feed(items, size)
        while (task := pool.next()) is not None:
            error = task.result.exception()
            yield lost(task.item, error) if isinstance(error, LostError) else task.result.result()


def serve() -> NoReturn:
    """The main function of a worker: starts, reports to be ready, and answers item by item until the input ends."""
    _ending_with(_serve)


def _serve() -> None:
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    # What the work reads or prints must not mix with the pickles.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    function = pickle.load(requests)()
    batches: SimpleQueue[list[Any]] = SimpleQueue()
    listener = Thread(target=_ending_with, args=(partial(_listen, requests, batches),), daemon=True)
    listener.start()
    _send(replies, pickle.dumps(_READY))
    while listener.is_alive():
        with suppress(Empty):
            for item in batches.get(timeout=_WAIT_SECONDS):
                _send(replies, _answer(function, item))
    raise WorkerError("the thread that receives the items has died")


def _listen(requests: IO[bytes], batches: SimpleQueue[list[Any]]) -> None:
    """Receives batches in a thread, so that a worker ends with its caller even while it works on an item."""
    while True:
        batches.put(pickle.load(requests))


def _ending_with(function: Callable[[], None]) -> NoReturn:
    """Ends the process with the function, however that ends: with 0 where the caller is gone, else with 1.

    Out of memory, not even the traceback can be printed; the process must end all the same, for its caller waits.
    """
    status = 1
    try:
        function()
    except (EOFError, BrokenPipeError):
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def _answer(function: Callable[[Any], Any], item: Any) -> bytes:
    """The pickled answer to an item: (True, result) or (False, traceback)."""
    try:
        return pickle.dumps((True, function(item)))
    except Exception:
        return pickle.dumps((False, traceback.format_exc()))


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)
    stream.flush()


@dataclass(slots=True)
class _Task(Generic[T, R]):
    """An item with its weight (size and overhead) and its future result."""

    item: T
    weight: int
    result: Future[R] = field(default_factory=Future)


class _Pool(Generic[T, R]):
    """The feeder, the workers and the queues between them."""

    def __init__(self, start: Callable[[], Callable[[T], R]], number: int, timeout: float | None) -> None:
        self._room = Condition()
        self._out = self._ahead = 0
        self._closed = False
        self._todo: SimpleQueue[_Task[T, R] | None] = SimpleQueue()
        self._ordered: SimpleQueue[_Task[T, R] | None] = SimpleQueue()
        self._workers = [_Worker[T, R](start, timeout) for _ in range(number)]
        self._threads = [Thread(target=self._work, args=(worker,), daemon=True) for worker in self._workers]
        for thread in self._threads:
            thread.start()
        # For callers that do not take all results: later in its exit, the interpreter cannot join threads any more.
        atexit.register(self.close)

    def feed(self, items: Iterable[T], size: Callable[[T], int]) -> None:
        """Starts the thread that reads the items."""
        Thread(target=self._feed, args=(items, size), daemon=True).start()

    def next(self) -> _Task[T, R] | None:
        """Waits for the next task in order and returns it; None after the last."""
        task = self._ordered.get()
        if task is not None:
            self._wait_for(task.result)
            with self._room:
                self._out -= 1
                self._ahead -= task.weight
                self._room.notify()
        return task

    def _wait_for(self, result: Future[R]) -> None:
        """Waits for a result.  Raises WorkerError where a thread has died that should have set it."""
        while not result.done():
            whole = all(thread.is_alive() for thread in self._threads)
            with suppress(TimeoutError):
                result.exception(_WAIT_SECONDS)
            if not whole and not result.done():
                raise WorkerError("the thread of a worker process has died, most likely for want of memory")

    def __enter__(self) -> _Pool[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all processes and the threads of the workers, whatever they are doing."""
        atexit.unregister(self.close)
        # The feeder is not joined: it may be in a read that never returns.
        with self._room:
            self._closed = True
            self._room.notify()
        for worker in self._workers:
            worker.close()
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _feed(self, items: Iterable[T], size: Callable[[T], int]) -> None:
        try:
            for item in items:
                task: _Task[T, R] = _Task(item, size(item) + OVERHEAD)
                with self._room:
                    # However large the items are, each worker has one.
                    self._room.wait_for(
                        lambda: (
                            self._closed or self._out <= len(self._workers) or self._ahead < len(self._workers) * AHEAD
                        )
                    )
                    if self._closed:
                        return
                    self._out += 1
                    self._ahead += task.weight
                self._ordered.put(task)
                self._todo.put(task)
        except BaseException as error:
            failed: _Task[Any, R] = _Task(None, 0)
            failed.result.set_exception(error)
            self._ordered.put(failed)
        self._ordered.put(None)

    def _work(self, worker: _Worker[T, R]) -> None:
        """The thread of a worker: gives it batches of the tasks that are waiting, until there are no more."""
        while (task := self._todo.get()) is not None:
            batch, weight = deque([task]), task.weight
            while weight < BATCH:
                try:
                    task = self._todo.get_nowait()
                except Empty:
                    break
                if task is None:
                    return
                batch.append(task)
                weight += task.weight
            try:
                worker.run(batch)
            except BaseException as error:
                for task in batch:
                    task.result.set_exception(error)


class _Worker(Generic[T, R]):
    """A worker process and its replacement when it dies.  One thread runs it, another may close it."""

    def __init__(self, start: Callable[[], Callable[[T], R]], timeout: float | None) -> None:
        self._start, self._timeout = start, timeout
        self._closing = Lock()
        self._closed = False
        self._process = _Process(start)

    def run(self, batch: deque[_Task[T, R]]) -> None:
        """Sets the results of the tasks and removes them from the batch.

        Raises WorkerError if no process can be started; the tasks without a result are then left in the batch.
        """
        suspect: _Task[T, R] | None = None
        while batch:
            # What a worker died of may stand anywhere in what it was sent: the suspect is tried alone.
            tasks = [suspect] if suspect is batch[0] else list(batch)
            try:
                self._begin()
                self._process.send([task.item for task in tasks])
                for task in tasks:
                    done, value = self._process.receive(self._timeout)
                    batch.popleft()
                    if done:
                        task.result.set_result(value)
                    else:
                        task.result.set_exception(WorkerError(f"a worker process failed:\n{value}"))
            except TimeoutError:
                self._process.end()
                batch.popleft().result.set_exception(LostError(f"it took longer than {self._timeout:g} s"))
            except (EOFError, MemoryError) as error:
                how = self._process.end(_EXIT_SECONDS if isinstance(error, EOFError) else 0)
                if batch[0] is not suspect:
                    suspect = batch[0]
                elif isinstance(error, EOFError):
                    batch.popleft().result.set_exception(LostError(f"the worker process died of it twice ({how})"))
                else:
                    batch.popleft().result.set_exception(LostError("not enough memory to send it to a worker process"))

    def close(self) -> None:
        """Ends the process for good."""
        with self._closing:
            self._closed = True
            self._process.end()

    def _begin(self) -> None:
        """Starts a process if there is none, and waits until it is ready.

        Raises WorkerError if it ends before, or is killed before `_STARTS` times in a row.
        """
        for _ in range(_STARTS):
            with self._closing:
                if self._process.ended and not self._closed:
                    self._process = _Process(self._start)
            try:
                return self._process.wait_until_ready()
            except TimeoutError:
                self._process.end()
                how = f"not ready after {_START_SECONDS} s"
            except EOFError:
                how = self._process.end(_EXIT_SECONDS)
            # What a process says of itself, it would say again.
            if self._closed or not self._process.killed:
                break
        raise WorkerError(f"a worker process ended before it could begin ({how})")


class _Process:
    """A worker process as its caller sees it."""

    def __init__(self, start: Callable[[], object]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(_THREAD_SETTINGS, "1"),
            # Ctrl-C in a terminal goes to the whole process group: a worker that is still starting would print a
            # traceback.  In a session of its own it gets no signal, and ends when its standard input does.
            start_new_session=True,
        )
        assert self._process.stdin and self._process.stdout
        self._requests = self._process.stdin
        self._replies: SimpleQueue[Any] = SimpleQueue()
        self._reader = Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()
        self._ready = self.ended = False
        self.send(start)

    def send(self, message: object) -> None:
        """Sends an object.  If the process has ended, nothing is raised here: `receive` raises EOFError."""
        data = pickle.dumps(message)
        # ValueError: another thread has ended the process and closed the stream.
        with suppress(BrokenPipeError, ValueError):
            _send(self._requests, data)

    def receive(self, timeout: float | None = None) -> Any:
        """The next object from the process.  Raises EOFError if it has ended, TimeoutError after `timeout` seconds.

        The seconds are counted anew after a time in which this process stood still: what the worker sent meanwhile may
        not have been read.
        """
        begun = time.monotonic()
        while True:
            wait = _WAIT_SECONDS if timeout is None else min(_WAIT_SECONDS, begun + timeout - time.monotonic())
            if wait <= 0:
                raise TimeoutError
            asked = time.monotonic()
            with suppress(Empty):
                reply = self._replies.get(timeout=wait)
                break
            if (now := time.monotonic()) > asked + wait + _GAP_SECONDS:
                begun = now
        if reply is _END:
            self._replies.put(_END)
            raise EOFError
        return reply

    def wait_until_ready(self) -> None:
        """Waits until the process is ready for items.

        Raises EOFError if it ends before, TimeoutError if it is not after `_START_SECONDS`.
        """
        while not self._ready:
            self._ready = self.receive(_START_SECONDS) == _READY

    @property
    def killed(self) -> bool:
        """Whether the process was ended by a signal."""
        return (self._process.returncode or 0) < 0

    def end(self, patience: float = 0) -> str:
        """Kills the process if it has not ended after `patience` seconds; returns its exit status or signal as text."""
        self.ended = True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        try:
            status = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            # The system is in the middle of something for it, most often a disk or a network that does not answer.
            return "killed, and still there"
        with suppress(BrokenPipeError):
            self._requests.close()
        # What the process has started may hold its output open.
        self._reader.join(_EXIT_SECONDS)
        return f"exit status {status}" if status >= 0 else signal.Signals(-status).name

    def _read(self, replies: IO[bytes]) -> None:
        """The thread that receives what the process sends."""
        with replies, suppress(Exception):
            while True:
                self._replies.put(pickle.load(replies))
        self._replies.put(_END)
