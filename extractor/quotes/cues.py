"""The cue lexicon: words that report what somebody said or wrote, with the constructions they allow."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal, get_args

from extractor import morphology, resources
from extractor.analysis import Token

Frame = Literal["clause", "inverted", "direct", "fragment", "impersonal", "object", "parenthetical", "nominal"]
Frames = frozenset[str]
_NONE: Frames = frozenset()
_FILE = "cues.tsv"
# The tagger calls participles and short adjectives now verbs, now adjectives; nouns stay nouns.
_CLASSES = {"VERB": "VERB", "AUX": "VERB", "ADJ": "ADJ", "NOUN": "NOUN", "PROPN": "NOUN", "ADP": "ADP"}


@cache
def lexicon() -> dict[tuple[str, str], Frames]:
    """(lemma without ё, class) → frames.  Raises ResourceError for a frame that is none."""
    entries: dict[tuple[str, str], Frames] = {}
    for lemma, pos, frames in resources.rows(_FILE, 3):
        unknown = set(frames.split()) - set(get_args(Frame))
        if unknown or pos not in _CLASSES:
            raise resources.ResourceError(f"{_FILE}: {lemma}: unknown frame or part of speech {unknown or pos}")
        key = plain(lemma), pos
        entries[key] = entries.get(key, _NONE) | frozenset(frames.split())
    return entries


def plain(lemma: str) -> str:
    """A lemma as the lexicon compares it: ё as е."""
    return lemma.replace("ё", "е")


def frames_of(tokens: Iterable[Token]) -> list[Frames]:
    """The frames of each token's lemma; none for a word that is no cue."""
    return [_frames(token.text, token.pos) if token.pos in _CLASSES else _NONE for token in tokens]


@lru_cache(maxsize=morphology.KEPT)
def _frames(word: str, pos: str) -> Frames:
    kind = _CLASSES[pos]
    entries = lexicon()
    found: Frames = _NONE
    # Any reading of the word will do: the tagger's choice between a participle and an adjective is unsteady.
    for parse in morphology.parses(word.lower()):
        if parse.score < 0.05 and found:
            break
        lemma = plain(parse.normal_form)
        if kind == "ADP":
            found |= entries.get((lemma, "ADP"), _NONE)
        elif kind == "NOUN":
            found |= entries.get((lemma, "NOUN"), _NONE) if parse.tag.POS == "NOUN" else _NONE
        elif parse.tag.POS in {"VERB", "INFN", "PRTF", "PRTS", "GRND"}:
            found |= entries.get((lemma, "VERB"), _NONE)
            found |= entries.get((lemma, "ADJ"), _NONE) if parse.tag.POS == "PRTS" else _NONE
        elif parse.tag.POS in {"ADJS", "ADJF"}:
            found |= entries.get((lemma, "ADJ"), _NONE)
    return found
