"""The cue lexicon: words that report what somebody said or wrote, with the constructions they allow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal, get_args

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.reading import morphology
from extractor.reading.analysis import Analysis
from extractor.reading.forms import plain

Frame = Literal["clause", "inverted", "direct", "fragment", "impersonal", "object", "parenthetical", "nominal"]
Frames = frozenset[str]
_NONE: Frames = frozenset()
_FILE = "cues.tsv"
# pymorphy3 estimates P(parse | word) from a corpus.  A parse below this is taken into account only where no likelier
# one is a cue; parses come in descending order.
_RARE_PARSE = 0.05
# The class of the lexicon that a part of speech is looked up as.  The tagger wavers between VERB and ADJ for
# participles and short adjectives, so that both are looked up as either; nouns are reliable.
_CLASSES = {"VERB": "VERB", "AUX": "VERB", "ADJ": "ADJ", "NOUN": "NOUN", "PROPN": "NOUN", "ADP": "ADP"}


@cache
def lexicon() -> dict[str, dict[str, Frames]]:
    """The lexicon: lemma (ё as е) → part of speech → frames.

    Raises ResourceError for an unknown frame or part of speech.
    """
    entries: dict[str, dict[str, Frames]] = {}
    for lemma, pos, frames in resources.rows(_FILE, 3):
        unknown = set(frames.split()) - set(get_args(Frame))
        if unknown or pos not in _CLASSES:
            raise resources.ResourceError(f"{_FILE}: {lemma}: unknown frame or part of speech {unknown or pos}")
        entry = entries.setdefault(plain(lemma), {})
        entry[pos] = entry.get(pos, _NONE) | frozenset(frames.split())
    return entries


@cache
def _forms() -> frozenset[str]:
    """All inflected forms of the cues, as a cheap first test."""
    return morphology.forms_of(lexicon())


def frames_of(analysis: Analysis) -> list[Frames]:
    """The frames of each token of a text; the empty set for a word that is no cue."""
    frames = [_NONE] * len(analysis.tokens)
    for index in analysis.where_form(_has_frames):
        token = analysis.tokens[index]
        frames[index] = token.form[_frames].get(token.pos, _NONE)
    return frames


def _has_frames(text: str) -> bool:
    """Whether a word form is a cue with any part of speech."""
    return bool(_frames(text))


def _frames(text: str) -> Mapping[str, Frames]:
    """The frames of a word form by the part of speech that the tagger gives it; no entry where it is no cue."""
    word = text.lower()
    if not morphology.may_be_among(word, _forms()):
        return {}
    entries = lexicon()
    readings = [
        (parse, entries[lemma]) for parse in morphology.parses(word) if (lemma := plain(parse.normal_form)) in entries
    ]
    return {pos: frames for pos, kind in _CLASSES.items() if (frames := _frames_as(kind, readings))} if readings else {}


def _frames_as(kind: str, readings: Iterable[tuple[Parse, Mapping[str, Frames]]]) -> Frames:
    """The frames of a word looked up as `kind`, a value of `_CLASSES`, given its parses with their lexicon entries."""
    found: Frames = _NONE
    # All parses count: the tagger's choice between a participle and an adjective is unreliable.
    for parse, entry in readings:
        if parse.score < _RARE_PARSE and found:
            break
        if kind == "ADP":
            found |= entry.get("ADP", _NONE)
        elif kind == "NOUN":
            found |= entry.get("NOUN", _NONE) if parse.tag.POS == "NOUN" else _NONE
        elif parse.tag.POS in {"VERB", "INFN", "PRTF", "PRTS", "GRND"}:
            found |= entry.get("VERB", _NONE)
            found |= entry.get("ADJ", _NONE) if parse.tag.POS == "PRTS" else _NONE
        elif parse.tag.POS in {"ADJS", "ADJF"}:
            found |= entry.get("ADJ", _NONE)
    return found
