"""A process forked while another thread is inside the extractor has whole caches and waits for no thread."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from forks import in_fork

from extractor import Extractor
from extractor.inference.kernels import Floats
from extractor.inference.slovnet import RowCache
from extractor.pipeline import without_gc
from extractor.reading.forms import cached_property

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

TEXTS = (
    "«Мост готов», — сказала директор ООО «Вектор» Инна Чеботарь.",
    "По словам главы «Северного пролёта» Тимура Басаргина, опоры будут готовы раньше срока.",
)


class Pause:
    """Stops the thread that calls it until the context is left; in other processes and threads it does nothing."""

    def __init__(self) -> None:
        self._here, self._on = threading.Event(), threading.Event()
        self._thread: int | None = None
        self._process = os.getpid()

    def __call__(self) -> None:
        """Stops the thread of `within`."""
        if (os.getpid(), threading.get_ident()) == (self._process, self._thread):
            self._here.set()
            self._on.wait()

    @contextmanager
    def within(self, function: Callable[[], object]) -> Iterator[None]:
        """Runs a function in another thread, which stands still in it while the context lasts."""

        def work() -> None:
            self._thread = threading.get_ident()
            function()

        thread = threading.Thread(target=work)
        thread.start()
        assert self._here.wait(30)
        try:
            yield
        finally:
            self._on.set()
            thread.join()


def test_a_fork_while_a_thread_computes_rows_hangs_no_child() -> None:
    """The lock was copied as another thread held it, and no thread of the child would ever release it."""
    pause = Pause()

    def lengths(words: Sequence[str]) -> Floats:
        pause()
        return np.array([[len(word)] for word in words], dtype=np.float32)

    cache = RowCache(lengths, 1, 3)

    def rows(*words: str) -> list[float]:
        return [float(row) for (row,) in cache(words, np.arange(len(words)))]

    with pause.within(lambda: rows("мост")):
        assert in_fork(lambda: rows("река", "мост", "дом") == [4, 4, 3]) == "true"
    assert rows("я", "мост") == [1, 4]


def test_a_fork_while_a_thread_writes_rows_gives_the_child_no_half_written_ones() -> None:
    """Here the thread stands between the registering of a word and the writing of its row."""
    pause = Pause()

    class Pausing(RowCache):
        def _free_place(self, word: str) -> int:
            place = super()._free_place(word)
            pause()
            return place

    cache = Pausing(lambda words: np.array([[len(word)] for word in words], dtype=np.float32), 1, 3)

    def rows(*words: str) -> list[float]:
        return [float(row) for (row,) in cache(words, np.arange(len(words)))]

    with pause.within(lambda: rows("мост")):
        assert in_fork(lambda: rows("мост", "дом") == [4, 3]) == "true"


def test_a_fork_while_a_thread_computes_a_property_hangs_no_child() -> None:
    """In Python 3.11 that of functools holds a lock for all objects of a class while it computes."""
    pause = Pause()

    class Text:
        @cached_property
        def length(self) -> int:
            pause()
            return 7

    with pause.within(lambda: Text().length):
        assert in_fork(lambda: Text().length == 7) == "true"


def test_a_fork_while_a_thread_reads_leaves_the_child_its_garbage_collector() -> None:
    """The thread had disabled it and was not there to enable it again."""
    pause = Pause()
    assert gc.isenabled()
    with pause.within(without_gc(pause)):
        assert not gc.isenabled()
        assert in_fork(gc.isenabled) == "true"
    assert gc.isenabled()


def test_children_forked_while_a_thread_reads_give_the_records_of_the_parent(extractor: Extractor) -> None:
    expected = list(map(extractor, TEXTS))
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            list(map(extractor, TEXTS))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        assert {in_fork(lambda: list(map(extractor, TEXTS)) == expected) for _ in range(10)} == {"true"}
    finally:
        stop.set()
        thread.join()
