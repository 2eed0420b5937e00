"""The cue lexicon: which words report, in which constructions."""

from __future__ import annotations

import pytest

from extractor import resources
from extractor.quotes.rules.cues import frames_of, lexicon
from extractor.reading.analysis import read


def frames(text: str) -> dict[str, frozenset[str]]:
    """The words of a text that have frames."""
    analysis = read(text)
    return {token.text: found for token, found in zip(analysis.tokens, frames_of(analysis), strict=True) if found}


@pytest.mark.parametrize("form", ["сообщил", "сообщив", "сообщивший", "сообщает", "Сообщено"])
def test_a_verb_is_a_cue_in_all_its_forms(form: str) -> None:
    assert frames(f"{form} о буре.").keys() == {form}


def test_frames_differ_by_construction_and_part_of_speech() -> None:
    assert "direct" in frames("Он сказал: да.")["сказал"]
    assert "parenthetical" in frames("По словам мэра, порт закроют.")["словам"]
    assert "nominal" in frames("Он выразил надежду, что порт закроют.")["надежду"]
    assert "parenthetical" in frames("Согласно отчёту, порт закроют.")["Согласно"]


def test_thoughts_and_other_verbs_are_no_cues() -> None:
    assert frames("Она думала, ждала и приехала.") == {}


def test_ё_and_е_are_one() -> None:
    assert frames("Он передаёт: порт закрыт.").keys() == {"передаёт"}
    assert frames("Он передает: порт закрыт.").keys() == {"передает"}


def test_every_entry_of_the_lexicon_has_frames() -> None:
    assert lexicon()
    assert all(frames for entry in lexicon().values() for frames in entry.values())


def test_an_unknown_frame_stops_with_its_lemma(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resources, "rows", lambda name, columns: iter([("сказать", "VERB", "clause loud")]))
    with pytest.raises(resources.ResourceError, match=r"сказать: unknown frame or part of speech .*loud"):
        lexicon.__wrapped__()
