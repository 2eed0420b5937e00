"""The benchmark of accuracy: records go to the scorer, errors are counted, intervals hold the figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import evaluate
from extractor import Extractor
from training.corpora import by_id
from training.scoring import load_scorer, score

TEXT = "«Мост готов», — сказала директор Инна Чеботарь. Олег Тимин заявил, что стройка обошлась дорого."


def quote(content: str, speaker: str, name: str, kind: str) -> dict[str, Any]:
    start, mention = TEXT.index(content), TEXT.index(speaker)
    return {
        "type": kind,
        "spans": [[start, start + len(content)]],
        "cue": None,
        "speaker": [mention, mention + len(speaker)],
        "attribution": None,
        "name": name,
        "kind": "PER",
    }


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    """Three documents of the same text: all right, a wrong name, a quote that nobody finds."""
    right = quote("Мост готов", "Инна Чеботарь", "Инна Чеботарь", "direct")
    other = quote("стройка обошлась дорого", "Олег Тимин", "Олег Тимин", "indirect")
    missed = quote("Олег Тимин заявил", "Олег Тимин", "Олег Тимин", "indirect")
    quotes = {"a": [right, other], "b": [right, {**other, "name": "Пётр Жук"}], "c": [right, missed]}
    return {id: {"id": id, "text": TEXT, "quotes": found} for id, found in quotes.items()}


@pytest.fixture(scope="module")
def records(gold: dict[str, Any], extractor: Extractor) -> dict[str, Any]:
    return evaluate.make_records(gold, extractor.pipe)


def test_errors_are_counted_by_kind(shared: Path, gold: dict[str, Any], records: dict[str, Any]) -> None:
    counts = evaluate.errors(load_scorer(shared), gold, records)
    assert counts == {"name: another name": 1, "missed indirect": 1, "spurious indirect": 1}


def test_figures_of_documents_add_up(shared: Path, gold: dict[str, Any], records: dict[str, Any]) -> None:
    scorer = load_scorer(shared)
    counts = evaluate.count(scorer, gold, records)
    assert counts["a"]["end_to_end_all"] == (2, 2)
    assert counts["b"]["name"] == (1, 2)
    figures = score(scorer, "quotes", gold, records)
    for key in ("f1@0.8", "name", "end_to_end_all"):
        found, of = map(sum, zip(*(counts[id][key] for id in counts), strict=True))
        assert found / of == pytest.approx(figures[key], abs=1e-4)


def test_intervals_hold_the_figure(shared: Path, gold: dict[str, Any], records: dict[str, Any]) -> None:
    scorer = load_scorer(shared)
    intervals = evaluate.bootstrap(evaluate.count(scorer, gold, records))
    figures = score(scorer, "quotes", gold, records)
    low, high = intervals["end_to_end_all"]
    assert 0 <= low <= figures["end_to_end_all"] <= high <= 1
    assert low < high


def test_an_unknown_corpus_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["evaluate", "quote"])
    with pytest.raises(SystemExit):
        evaluate.main()
    assert "no such corpus: quote; there are real, quotes, challenge, pages" in capsys.readouterr().err


def test_figures_of_groups_are_those_of_their_documents(
    shared: Path, gold: dict[str, Any], records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = {"id": "d", "text": TEXT, "quotes": []}
    none = {"id": "d", "people": [], "organizations": [], "quotes": []}
    monkeypatch.setitem(
        evaluate.GROUPS, "kind", lambda document: {"a": "page", "d": "feed"}.get(document["id"], "note")
    )
    corpus = evaluate.Corpus("x", "of ours", "", {"quotes": ("f1@0.8", "name")}, groups=("kind",))
    lines = evaluate._by_groups(corpus, load_scorer(shared), gold | {"d": silent}, records | {"d": none})
    assert lines == [
        "",
        "of ours by kind:",
        "",
        "| kind | documents | quotes | f1@0.8 | name |",
        "| --- | --- | --- | --- | --- |",
        "| note | 2 | 4 | 0.750 | 0.667 |",
        "| feed | 1 | 0 | – | – |",
        "| page | 1 | 2 | 1.000 | 1.000 |",
    ]


def test_the_country_is_the_outlets() -> None:
    outlets = ("Tengrinews.kz", "РБК", "Onliner.by", "Вязовка-Медиа")
    assert [evaluate.country({"outlet": outlet}) for outlet in outlets] == [
        "Kazakhstan",
        "Russia",
        "others",
        "unknown",
    ]


def test_every_corpus_is_judged_by_its_own_annotation(shared: Path, extractor: Extractor) -> None:
    """A figure that the scorer does not give, or a way of judging that the corpus has no annotation for, raises."""
    scorer = load_scorer(shared)
    for corpus in evaluate.CORPORA:
        gold = by_id(shared / corpus.path, 1)
        records = evaluate.make_records(gold, extractor.pipe)
        for how, keys in corpus.figures.items():
            assert set(keys) <= score(scorer, how, gold, records).keys()
