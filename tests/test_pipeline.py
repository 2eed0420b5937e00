"""`Extractor.pipe`: texts in, records out, in one process and in several."""

import gc
import itertools
import pickle
import subprocess
import sys

import pytest

from extractor import Extractor, pipeline
from extractor.reading.analysis import Analysis

TEXTS = (
    "Мэр Заречинска Алевтина Кораблёва пообещала достроить мост к весне.",
    "",
    "«Деньги есть, подрядчик есть», — сказал Тимур Басаргин.",
    "По словам главы «Северного пролёта» Тимура Басаргина, опоры будут готовы раньше срока.",
)


def test_pipe_gives_the_records_of_single_calls(extractor):
    expected = [extractor(text) for text in TEXTS]
    assert list(extractor.pipe(TEXTS)) == expected
    in_two = list(extractor.pipe(iter(TEXTS), workers=2))
    assert in_two == expected
    assert [document.source for document in in_two] == list(TEXTS)


def test_workers_are_made_with_the_option(monkeypatch):
    """What a worker reads is all article: only what it was made with can be looked at."""
    made = []
    monkeypatch.setattr(
        pipeline.parallel, "ordered", lambda start, items, workers, size: made.append(start) or iter(())
    )
    for option in (False, True):
        list(pickle.loads(pickle.dumps(Extractor(article_only=option))).pipe(TEXTS, workers=2))
    assert [start.args for start in made] == [(False,), (True,)]


def test_pipe_takes_pairs_beside_texts(extractor):
    items = [("a", TEXTS[0]), TEXTS[2], ("c", TEXTS[3])]
    for workers in (1, 2):
        documents = list(extractor.pipe(items, workers=workers))
        assert [document.id for document in documents] == ["a", "", "c"]
        assert [document.source for document in documents] == [TEXTS[0], TEXTS[2], TEXTS[3]]


class PartOfPage(str):
    """Holds a page that cannot be pickled, as Beautiful Soup's NavigableString does, and is no plain string."""

    def __init__(self, text: str) -> None:
        self.page = lambda: text

    def __str__(self) -> str:
        return "another text"


def test_strings_of_a_subclass_are_taken_as_plain_ones(extractor):
    items = [PartOfPage(TEXTS[0]), (PartOfPage("b"), PartOfPage(TEXTS[2]))]
    expected = [extractor(TEXTS[0]), extractor(TEXTS[2], "b")]
    for workers in (1, 2):
        assert list(extractor.pipe(items, workers=workers)) == expected


def test_pipe_of_an_endless_input_reads_little_ahead(extractor):
    read = 0

    def endless():
        nonlocal read
        for read in itertools.count(1):  # noqa: B007 (seen outside)
            yield TEXTS[0]

    assert len(list(itertools.islice(extractor.pipe(endless()), 3))) == 3
    assert read == 3
    assert len(list(itertools.islice(extractor.pipe(endless(), workers=2), 3))) == 3
    assert read < 1000


@pytest.mark.parametrize(
    ("item", "workers"),
    [(None, 1), (None, 2), (5, 1), (b"bytes", 1), (("id", None), 1), ((1, "text"), 1), (("a", "b", "c"), 1)],
)
def test_pipe_names_the_number_of_an_item_that_is_no_text(extractor, item, workers):
    given = []
    with pytest.raises(TypeError, match=r"item 2 .* no text"):
        for document in extractor.pipe([TEXTS[0], TEXTS[2], item, TEXTS[3]], workers=workers):
            given.append(document)
    assert given == [extractor(TEXTS[0]), extractor(TEXTS[2])]


def test_pipe_refuses_at_once_what_it_cannot_do(extractor):
    with pytest.raises(TypeError, match="not one text"):
        extractor.pipe(TEXTS[0])
    with pytest.raises(ValueError, match="at least 1"):
        extractor.pipe(TEXTS, workers=0)


def test_pipe_works_in_a_script_without_a_main_guard(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from extractor import Extractor\n"
        "print([d.id for d in Extractor().pipe([('1', 'Да.'), ('2', 'Нет.')], workers=2)])\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert done.stdout == "['1', '2']\n", done.stderr


def test_a_text_leaves_no_cycle_behind(extractor):
    """Coreference kept a method of the object it belonged to: each page stayed in memory until a full collection."""
    extractor("\n".join(TEXTS))
    gc.collect()
    gc.disable()
    try:
        extractor("\n".join(TEXTS))
        left = [one for one in gc.get_objects() if isinstance(one, Analysis)]
    finally:
        gc.enable()
    assert not left
