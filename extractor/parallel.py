"""Work in several processes: the same results as in one, in the same order.

A worker is a fresh interpreter that speaks pickles over its stdin and stdout.  It does not import the caller's main
module (so a script needs no ``if __name__ == "__main__"``), inherits no lock of the caller's, and ends by itself when
the caller is gone.

    items → feeder (a thread) → one thread a worker ⇄ its process → results, in the order of the items

Each arrow is bounded by one measure: how much has been read ahead of the results that were taken.  A worker answers
item by item, so that its thread knows which one it dies of or spends too long on; a new process takes its place.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Condition, Lock, Thread
from typing import IO, Any, Generic, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# In characters or bytes, as `size` counts.  So much is sent to a worker at once, where so much is at hand: enough
# that sending it costs nothing beside the work, and little enough that the workers share it evenly.
BATCH = 8_000
# So much is read ahead for each worker, whatever the input.
AHEAD = 128_000
# What an item weighs besides its size, so that thousands of empty ones do not make one batch.
OVERHEAD = 1_000

# A worker works on one core: a pool of threads in each would only make them fight over the cores.
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from extractor.parallel import serve; serve()"
# What a worker sends when it can begin, and what stands for the end of all it sends.
_READY = "ready"
_END = object()
# Seconds that a worker may take to be gone after its last word.
_PATIENCE = 10


class WorkerError(RuntimeError):
    """A worker process failed or died; the message says how."""


class LostError(WorkerError):
    """An item that gave no result: its worker died of it, or spent too long on it."""


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
    """What the function that `start` makes returns for each item, in order, worked out in `workers` processes.

    `start` is called once in each process; it, the items and the results must be picklable.  Items are read in a
    thread of their own, a bounded `size` ahead of the results that were taken.  An exception of `items` is raised in
    its place, after the results of the items before it.

    An item is lost when its worker spends more than `timeout` seconds on it, or dies of it twice (once may be
    chance: whoever ends processes to get memory back takes any); what `lost` returns stands in its place, and the
    work goes on in a new process.  Raises LostError if nothing else is asked for, and WorkerError where the function
    raises, or a process cannot even begin.
    """
    with _Pool(start, workers, timeout) as pool:
        pool.feed(items, size)
        while (task := pool.next()) is not None:
            error = task.result.exception()
            yield lost(task.item, error) if isinstance(error, LostError) else task.result.result()


def serve() -> None:
    """A worker's whole life: begin, say that it is ready, and answer item by item until the caller hangs up."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    # What the work reads or prints must not mix with the pickles.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        function = pickle.load(requests)()
        _send(replies, pickle.dumps(_READY))
        batches: SimpleQueue[list[Any]] = SimpleQueue()
        Thread(target=_listen, args=(requests, batches), daemon=True).start()
        while True:
            for item in batches.get():
                _send(replies, _answer(function, item))


def _listen(requests: IO[bytes], batches: SimpleQueue[list[Any]]) -> None:
    """Takes in batches beside the work, so that a worker ends when its caller does, however long its item takes."""
    try:
        while True:
            batches.put(pickle.load(requests))
    except EOFError:
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _answer(function: Callable[[Any], Any], item: Any) -> bytes:
    """The pickled answer to an item: whether there is a result, and it or the traceback."""
    try:
        return pickle.dumps((True, function(item)))
    except Exception:
        return pickle.dumps((False, traceback.format_exc()))


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(data)
    stream.flush()


@dataclass(slots=True)
class _Task(Generic[T, R]):
    """An item on its way, with what it weighs and the place of its result."""

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
        # Where nobody took the results to the end: later, the interpreter cannot wait for threads any more.
        atexit.register(self.close)

    def feed(self, items: Iterable[T], size: Callable[[T], int]) -> None:
        """Begins to read the items."""
        Thread(target=self._feed, args=(items, size), daemon=True).start()

    def next(self) -> _Task[T, R] | None:
        """The next task in order, as soon as it is done; None after the last."""
        task = self._ordered.get()
        if task is not None:
            task.result.exception()
            with self._room:
                self._out -= 1
                self._ahead -= task.weight
                self._room.notify()
        return task

    def __enter__(self) -> _Pool[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends all processes, whatever they are at."""
        atexit.unregister(self.close)
        # The feeder is not waited for: it may stand in a read that never ends.
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
                    # A worker has something to do, however large the items are.
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
        """A worker's thread: hands it what is at hand, as long as there is something."""
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
    """A process that works, and the one that takes its place when it dies; used by one thread, closed by another."""

    def __init__(self, start: Callable[[], Callable[[T], R]], timeout: float | None) -> None:
        self._start, self._timeout = start, timeout
        self._closing = Lock()
        self._closed = False
        self._process = _Process(start)

    def run(self, batch: deque[_Task[T, R]]) -> None:
        """Takes the tasks from the batch as their results come.  Raises WorkerError where no process can be begun."""
        suspect: _Task[T, R] | None = None
        while batch:
            try:
                self._begin()
                self._process.send([task.item for task in batch])
                while batch:
                    done, value = self._process.receive(self._timeout)
                    task = batch.popleft()
                    if done:
                        task.result.set_result(value)
                    else:
                        task.result.set_exception(WorkerError(f"a worker process failed:\n{value}"))
            except TimeoutError:
                self._process.end()
                batch.popleft().result.set_exception(LostError(f"it took longer than {self._timeout:g} s"))
            except EOFError:
                how = self._process.end(_PATIENCE)
                if batch[0] is suspect:
                    batch.popleft().result.set_exception(LostError(f"the worker process died of it twice ({how})"))
                else:
                    suspect = batch[0]

    def close(self) -> None:
        """Ends the process, and begins none any more."""
        with self._closing:
            self._closed = True
            self._process.end()

    def _begin(self) -> None:
        """Sees to it that there is a process that is ready."""
        with self._closing:
            if self._process.ended and not self._closed:
                self._process = _Process(self._start)
        try:
            self._process.wait_until_ready()
        except EOFError:
            raise WorkerError(
                f"a worker process ended before it could begin ({self._process.end(_PATIENCE)})"
            ) from None


class _Process:
    """A worker process, as it is seen from outside."""

    def __init__(self, start: Callable[[], object]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(_THREAD_SETTINGS, "1"),
            # Ctrl-C in a terminal goes to the whole group: a worker that is still starting would print a traceback.
            # In a session of its own it hears nothing, and ends when its standard input does.
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
        """Sends something; that the process is no more is seen where its answer is waited for."""
        data = pickle.dumps(message)
        # A ValueError: it was ended from another thread.
        with suppress(BrokenPipeError, ValueError):
            _send(self._requests, data)

    def receive(self, timeout: float | None = None) -> Any:
        """What the process sends next.  Raises EOFError where it has ended, TimeoutError after so many seconds."""
        try:
            reply = self._replies.get(timeout=timeout)
        except Empty:
            raise TimeoutError from None
        if reply is _END:
            self._replies.put(_END)
            raise EOFError
        return reply

    def wait_until_ready(self) -> None:
        """Raises EOFError where the process ends before it is."""
        while not self._ready:
            self._ready = self.receive() == _READY

    def end(self, patience: float = 0) -> str:
        """Ends the process, if it does not end by itself in so many seconds, and says how it did."""
        self.ended = True
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        status = self._process.wait()
        with suppress(BrokenPipeError):
            self._requests.close()
        self._reader.join()
        return f"exit status {status}" if status >= 0 else signal.Signals(-status).name

    def _read(self, replies: IO[bytes]) -> None:
        """The reader's life: takes in what the process sends."""
        with replies, suppress(Exception):
            while True:
                self._replies.put(pickle.load(replies))
        self._replies.put(_END)
