"""Work in several processes: the same results as in one, in the same order.

A worker is a fresh interpreter that speaks pickles over its stdin and stdout, one batch at a time.  It does not
import the caller's main module (so a script needs no ``if __name__ == "__main__"``), inherits no lock of the
caller's, and ends by itself when the caller is gone.  Each is looked after by one thread here, which therefore
knows what a worker that dies was working on.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

# In characters or bytes, as `size` counts.  A batch is large enough that sending it costs nothing beside the work,
# and small enough that the workers share it evenly; so much is read ahead for each worker, whatever the input.
BATCH = 8_000
AHEAD = 128_000
# What an item weighs besides its size, so that thousands of empty ones do not make one batch.
OVERHEAD = 1_000

# A worker works on one core: a pool of threads in each would only make them fight over the cores.
_THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from extractor.parallel import serve; serve()"


class WorkerError(RuntimeError):
    """A worker process failed or died; the message says how."""


def ordered(
    start: Callable[[], Callable[[T], R]], items: Iterable[T], workers: int, size: Callable[[T], int]
) -> Iterator[R]:
    """What the function that `start` makes returns for each item, in order, worked out in `workers` processes.

    `start` is called once in each process; it, the items and the results must be picklable.  Items are read a
    bounded `size` ahead of the results.  An exception of `items` is raised in its place, after the results of
    the items before it.  Raises WorkerError where the function raises or a worker dies.
    """
    with _Workers(start, workers) as pool:
        waiting: deque[tuple[Future[list[R]], int]] = deque()
        ahead = 0
        failure: Exception | None = None
        for batch, weight in _batches(items, size):
            if isinstance(batch, Exception):
                failure = batch
                break
            waiting.append((pool.submit(batch), weight))
            ahead += weight
            while waiting and (waiting[0][0].done() or (len(waiting) >= workers and ahead >= workers * AHEAD)):
                results, weight = waiting.popleft()
                ahead -= weight
                yield from results.result()
        while waiting:
            yield from waiting.popleft()[0].result()
        if failure is not None:
            raise failure


def serve() -> None:
    """A worker's whole life: read the function's maker, then answer batches until the caller hangs up."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    # What the work reads or prints must not mix with the pickles.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        function = pickle.load(requests)()
        while True:
            batch = pickle.load(requests)
            try:
                reply = pickle.dumps([function(item) for item in batch])
            except Exception:
                reply = pickle.dumps(traceback.format_exc())
            replies.write(reply)
            replies.flush()


def _batches(items: Iterable[T], size: Callable[[T], int]) -> Iterator[tuple[list[T] | Exception, int]]:
    """The items in batches with their weights; an exception of `items` comes last, after those before it."""
    iterator = iter(items)
    batch: list[T] = []
    weight = 0
    failure: Exception | None = None
    while failure is None:
        try:
            item = next(iterator)
        except StopIteration:
            break
        except Exception as error:
            failure = error
            break
        batch.append(item)
        weight += size(item) + OVERHEAD
        if weight >= BATCH:
            yield batch, weight
            batch, weight = [], 0
    if batch:
        yield batch, weight
    if failure is not None:
        yield failure, 0


class _Workers(Generic[T, R]):
    """Worker processes and the threads that wait for them."""

    def __init__(self, start: Callable[[], Callable[[T], R]], number: int) -> None:
        self._workers: list[_Worker[T, R]] = [_Worker(start) for _ in range(number)]
        self._idle: SimpleQueue[_Worker[T, R]] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(number, "extractor-worker")

    def submit(self, batch: list[T]) -> Future[list[R]]:
        return self._threads.submit(self._work, batch)

    def __enter__(self) -> _Workers[T, R]:
        return self

    def __exit__(self, *_: object) -> None:
        # Killed first, so that no thread waits for an answer any more.
        for worker in self._workers:
            worker.process.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.close()

    def _work(self, batch: list[T]) -> list[R]:
        worker = self._idle.get()
        try:
            return worker(batch)
        finally:
            self._idle.put(worker)


class _Worker(Generic[T, R]):
    """One worker process, as the thread that looks after it sees it."""

    def __init__(self, start: Callable[[], Callable[[T], R]]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _BOOT, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | dict.fromkeys(_THREAD_SETTINGS, "1"),
            # Ctrl-C in a terminal goes to the whole group: a worker that is still starting would print a traceback.
            # In a session of its own it hears nothing, and ends when its standard input does.
            start_new_session=True,
        )
        assert self.process.stdin and self.process.stdout
        self._requests, self._replies = self.process.stdin, self.process.stdout
        with suppress(BrokenPipeError):
            self._requests.write(pickle.dumps(start))
            self._requests.flush()

    def __call__(self, batch: list[T]) -> list[R]:
        """The results of a batch.  Raises WorkerError if the function raises or the process ends."""
        try:
            self._requests.write(pickle.dumps(batch))
            self._requests.flush()
            reply: list[R] | str = pickle.load(self._replies)
        except (BrokenPipeError, EOFError, pickle.UnpicklingError) as error:
            raise WorkerError(f"a worker process ended (exit status {self.process.wait()}) in its work") from error
        if isinstance(reply, str):
            raise WorkerError(f"a worker process failed:\n{reply}")
        return reply

    def close(self) -> None:
        self.process.wait()
        with suppress(BrokenPipeError):
            self._requests.close()
        self._replies.close()
