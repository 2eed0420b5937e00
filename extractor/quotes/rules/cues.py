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
# The tagger calls participles and short adjectives now verbs, now adjectives; nouns stay nouns.
_CLASSES = {"VERB": "VERB", "AUX": "VERB", "ADJ": "ADJ", "NOUN": "NOUN", "PROPN": "NOUN", "ADP": "ADP"}


@cache
def lexicon() -> dict[str, dict[str, Frames]]:
    """Lemma without ё → class → frames.  Raises ResourceError for a frame that is none."""
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
    return morphology.forms_of(lexicon())


def frames_of(analysis: Analysis) -> list[Frames]:
    """The frames of each token's lemma; none for a word that is no cue."""
    frames = [_NONE] * len(analysis.tokens)
    for index in analysis.where_form(_has_frames):
        token = analysis.tokens[index]
        frames[index] = token.form[_frames].get(token.pos, _NONE)
    return frames


def _has_frames(text: str) -> bool:
    return bool(_frames(text))


def _frames(text: str) -> Mapping[str, Frames]:
    """The frames of a word by its part of speech; no entry where it is no cue."""
    word = text.lower()
    if not morphology.may_be_among(word, _forms()):
        return {}
    entries = lexicon()
    readings = [
        (parse, entries[lemma]) for parse in morphology.parses(word) if (lemma := plain(parse.normal_form)) in entries
    ]
    return {pos: frames for pos, kind in _CLASSES.items() if (frames := _frames_as(kind, readings))} if readings else {}


def _frames_as(kind: str, readings: Iterable[tuple[Parse, Mapping[str, Frames]]]) -> Frames:
    """The frames of a word that is tagged as one of `_CLASSES`, of its readings with their entries."""
    found: Frames = _NONE
    # Any reading of the word will do: the tagger's choice between a participle and an adjective is unsteady.
    for parse, entry in readings:
        if parse.score < 0.05 and found:
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
