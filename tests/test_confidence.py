"""The confidence of quotes: its order, its bounds, its trees and the features that they read."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from pathlib import Path

import pytest

from extractor import Extractor, confidence, resources
from extractor.confidence import confidences, features
from extractor.coreference import resolve
from extractor.coreference.sources import Speaker
from extractor.inference.trees import Features
from extractor.names import Entities, find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, read

CLEAR = "«Мост откроют в октябре», — сказал мэр Лужинска Пётр Заречный."
UNCLEAR = "Пётр Заречный встретил Олега Тимина у моста. По его словам, который он чинил, всё готово, и рады все."
TWO = (
    "Глава завода Инна Чеботарь приехала в Лужинск. «Печь запустят в мае», — сказала Чеботарь.\n"
    "По словам мэра Петра Заречного, город к этому готов."
)

Stages = tuple[Analysis, Entities, list[Quote], list[Speaker | None]]


def stages(text: str) -> Stages:
    """What the stages before give for a text."""
    analysis = label(read(text))
    entities = find_entities(analysis)
    quotes = find_quotes(analysis, entities)
    entities, speakers = resolve(analysis, entities, quotes)
    return analysis, entities, quotes, speakers


def described(text: str) -> list[Features]:
    return list(features(*stages(text)))


@pytest.fixture
def trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of a few nodes in the place of the shipped one."""
    path = tmp_path / "confidence.tsv"
    path.write_text(
        "# part, tree, feature, threshold, yes, no, value\n"
        "cut\t0\tcertainty\t0.5\t1\t2\t0\n"
        "cut\t0\t\t0\t0\t0\t-1\n"
        "cut\t0\t\t0\t0\t0\t2\n"
        "cut\t1\tfragments\t1\t1\t2\t0\n"
        "cut\t1\t\t0\t0\t0\t0.5\n"
        "cut\t1\t\t0\t0\t0\t-0.5\n"
        "name\t0\tspeaker=name\t0\t1\t2\t0\n"
        "name\t0\t\t0\t0\t0\t-2\n"
        "name\t0\t\t0\t0\t0\t3\n".replace("\t\t0\t0\t0", "\tcertainty\t0\t0\t0")
    )
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    confidence.ensembles.cache_clear()
    yield path
    confidence.ensembles.cache_clear()


def test_a_named_speaker_beside_marked_words_is_surer_than_a_pronoun_between_two(extractor: Extractor) -> None:
    (clear,), unclear = extractor(CLEAR).quotes, extractor(UNCLEAR).quotes
    assert clear.confidence > 0.8
    assert unclear and all(quote.confidence < clear.confidence - 0.1 for quote in unclear)


@pytest.mark.parametrize("text", [CLEAR, UNCLEAR, TWO])
def test_confidences_are_probabilities_of_three_digits_and_always_the_same(text: str) -> None:
    found = confidences(*stages(text))
    assert found == confidences(*stages(text))
    assert found and all(0 <= part <= 1 and part == round(part, 3) for sure in found for part in sure)
    assert all(sure.quote <= sure.speaker for sure in found)


def test_a_text_without_quotes_has_no_confidences() -> None:
    for text in ("", "Мост стоит над рекой."):
        assert confidences(*stages(text)) == described(text) == []


def test_a_confidence_does_not_depend_on_how_many_are_worked_out_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = confidences(*stages(TWO))
    assert len(found) > 1
    monkeypatch.setattr(confidence, "_QUOTES_AT_ONCE", 1)
    assert confidences(*stages(TWO)) == found


def test_the_trees_are_walked_as_by_hand(trees: Path) -> None:
    def probability(odds: float) -> float:
        return 1 / (1 + exp(-odds))

    for text in (CLEAR, UNCLEAR, TWO):
        by_hand = []
        for quote in described(text):
            cut = (2 if quote.get("certainty", 0) > 0.5 else -1) + (-0.5 if quote.get("fragments", 0) > 1 else 0.5)
            name = 3 if quote.get("speaker=name", 0) > 0 else -2
            sure = probability(name)
            by_hand.append((round(probability(cut) * sure, 3), round(sure, 3)))
        assert confidences(*stages(text)) == by_hand


def test_a_row_with_too_many_fields_is_refused_with_file_and_line(trees: Path) -> None:
    trees.write_text(trees.read_text() + "cut\t2\tcertainty\t0\t0\t0\t1\tmore\n")
    with pytest.raises(resources.ResourceError, match=r"confidence\.tsv, line 11: "):
        confidences(*stages(CLEAR))


# Features


def test_features_tell_how_a_quote_was_found_and_who_speaks() -> None:
    (quote,) = described(CLEAR)
    told = {name: quote[name] for name in ("type=direct", "cue=сказать", "cue is VERB", "speaker=name", "kind=PER")}
    assert set(told.values()) == {1.0}
    assert (quote["entity"], quote["unnamed"], quote["roles"], quote["name words"]) == (1.0, 0.0, 1.0, 2.0)
    assert (quote["length"], quote["fragments"], quote["finite verbs"]) == (4.0, 1.0, 1.0)
    assert (quote["first name"], quote["last name"], quote["middle name"]) == (1.0, 1.0, 0.0)
    assert (quote["people"], quote["quotes"], quote["rivals near"]) == (1.0, 1.0, 0.0)


def test_features_tell_who_else_could_be_meant() -> None:
    quotes = described(UNCLEAR)
    assert quotes
    assert all(quote["people near"] >= 1 for quote in quotes)
    assert all(quote["people"] == 2 for quote in quotes)


def test_features_tell_what_was_said_before() -> None:
    first, second = described(TWO)
    assert "gap" not in first and "gap after" not in second
    assert first["gap after"] > second["gap"] - 1 > 0
    assert (second["same speaker as before"], second["same sentence"]) == (0.0, 0.0)


def test_counts_beyond_the_limit_are_the_same() -> None:
    long = "«" + "Мост стоит, " * 60 + "и это хорошо», — сказал Пётр Заречный."
    (quote,) = described(long)
    assert quote["length"] == quote["sentence length"] == quote["commas inside"] == 60.0
