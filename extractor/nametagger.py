"""A learned reading of the text: which words are names of people, organizations and places.

A small network labels every word of the document at once, so that a name seen whole tells what it is where
it stands bare.  It reads the word's vector, letters and dictionary entry, the hidden states of Natasha's
morphology and syntax, and how lines, sentences and quotation marks lie.  It is trained by
`training/train_names.py`; its figures and its convention stand in `models/names_tagger.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from extractor import layers, resources
from extractor.morphology import KEPT, known_tags
from extractor.networks import Embedding, Floats, Ints
from extractor.tagging import tagger

if TYPE_CHECKING:
    from extractor.analysis import Analysis

# A BIO label a word.  COM is an organization that no name names: "полиция", "краевое правительство".
LABELS = ("O", *(f"{place}-{kind}" for kind in ("PER", "ORG", "LOC", "COM") for place in "BI"))

# A label that goes on follows one of its own kind.
_GOES_ON = np.array([label.startswith("I") for label in LABELS])
_KINDS = np.array([label.rpartition("-")[2] for label in LABELS])
# What may not follow what; added to the learned transitions.
FORBIDDEN = np.where(_GOES_ON & (_KINDS[:, np.newaxis] != _KINDS), -100, 0).astype(np.float32)

_PREFIXES = (1, 2, 3, 4)
_SUFFIXES = (1, 2, 3, 4, 5)
_GRAMMEMES = ("Name", "Surn", "Patr", "Geox", "Orgn", "Abbr", "Trad", "anim")
_SHAPE = 8
_ENDINGS = "аеёиоуыэюяйьмхв"
_ENDING = 3
_STEM = 3
_OPENING, _CLOSING, _EITHER = frozenset("«„"), frozenset("»”"), frozenset("\"“'")
_STOPS = frozenset(".!?…")
# Rows of so many forms are kept: most words of news, in 15 MB.
_KEPT_FORMS = 30_000


# ---------------------------------------------------------------- what the network reads


def form_features(text: str) -> tuple[str, ...]:
    """What a word tells by itself: its form, first and last letters, shape, dictionary entry."""
    lower = text.lower()
    size = len(lower) if lower[0].isalpha() else 0
    return (
        f"={lower}",
        *(f"^{lower[:n]}" if n < size else "" for n in _PREFIXES),
        *(f"${lower[-n:]}" if n < size else "" for n in _SUFFIXES),
        f"#{_shape(text)}",
        f"@{_entry(text)}" if size else "",
    )


def _shape(text: str) -> str:
    """The kinds of letters in their order: Xx, XX, Xx-Xx, Ll, 0."""
    kinds = ("".join(kind for kind, _ in groupby(map(_letter, text)))) if len(text) > 1 else _letter(text)
    return ("1" if len(text) == 1 else "") + kinds[:_SHAPE]


def _letter(letter: str) -> str:
    if letter.isalpha():
        latin = letter.isascii()
        return ("L" if latin else "X") if letter.isupper() else ("l" if latin else "x")
    return "0" if letter.isdigit() else letter


def _entry(text: str) -> str:
    """What the dictionary knows of a word that may be a name."""
    if not text[0].isupper():
        return "-"
    tags = known_tags(text)
    if not tags:
        return "?"
    grammemes = {grammeme for tag in tags for grammeme in tag.grammemes}
    marks = "".join(str(int(grammeme in grammemes)) for grammeme in _GRAMMEMES)
    common = any(not any(g in tag for g in _GRAMMEMES[:-1]) for tag in tags)
    return f"{marks}{common:d}"


def columns(analysis: Analysis, stems: Ints) -> dict[str, list[str]]:
    """What the network reads of each word's place, a value a word in each named column; `stems` are its
    `numbered_stems`.
    """
    tokens = analysis.tokens
    letters = np.array([_letters(token.text) for token in tokens])
    return {
        "head": ["" if t.head < 0 else _head(tokens[t.head].pos, t.head - t.index) for t in tokens],
        "space": analysis.gaps,
        "elsewhere": _elsewhere(analysis, stems, letters),
        **_places(analysis, letters),
        **_marks(analysis),
    }


@lru_cache(maxsize=KEPT)
def _letters(text: str) -> int:
    """What the letters of a word are, as a sum: 1 it begins with a letter, 2 a small one, 4 a capital one, 8 no letter
    is small.
    """
    first = text[0]
    return first.isalpha() + 2 * first.islower() + 4 * first.isupper() + 8 * text.isupper()


def _places(analysis: Analysis, letters: Ints) -> dict[str, list[str]]:
    """Where in its sentence a word stands, and what sort of sentence and paragraph that is."""
    tokens = analysis.tokens
    place: list[str] = []
    sort: list[str] = []
    starts = [sentence.start for sentence in analysis.sentences]
    words = letters & 1
    counts = np.maximum(1, np.add.reduceat(words, starts))
    capitals = np.add.reduceat(words & letters >> 2, starts) * 4 // counts
    uppers = np.add.reduceat(words & letters >> 3, starts) * 2 // counts
    for sentence, capital, upper in zip(analysis.sentences, capitals.tolist(), uppers.tolist(), strict=True):
        length = sentence.end - sentence.start
        place += layers.places(length)
        paragraph = analysis.paragraph_of(sentence.start)
        first, last = sentence.start == paragraph.start, sentence.end == paragraph.end
        stop = tokens[sentence.end - 1].text in _STOPS
        number = min(tokens[sentence.start].paragraph, 2)
        sort += [f"{number}{first:d}{last:d}{stop:d}{capital}{upper}"] * length
    return {"place": place, "sort": sort}


def _marks(analysis: Analysis) -> dict[str, list[str]]:
    """Where a word stands among quotation marks: how long the marked stretch is, what stands before it."""
    tokens = analysis.tokens
    state = [""] * len(tokens)
    before = [""] * len(tokens)
    for paragraph in analysis.paragraphs:
        opened: list[int] = []
        for i in range(paragraph.start, paragraph.end):
            text = tokens[i].text
            if text in _OPENING or (text in _EITHER and not opened):
                opened.append(i)
            elif opened and (text in _CLOSING or text in _EITHER):
                start = opened.pop()
                if opened and i - start > 2 * layers.BUCKETS[-1]:
                    continue
                length = str(layers.bucket(i - start - 1))
                lead = tokens[start - 1].pos if start > paragraph.start else "|"
                for j in range(start, i + 1):
                    if not state[j]:
                        state[j], before[j] = f"in{length}", lead
                state[start], state[i] = f"open{length}", f"close{length}"
    return {"mark": state, "lead": before}


def _elsewhere(analysis: Analysis, stems: Ints, letters: Ints) -> list[str]:
    """How the words of one stem are written in the document: how often, without a capital, with one amid a sentence."""
    small, words = letters & 2 > 0, letters & 1 > 0
    amid = np.concatenate(([False], words[:-1])) & words & ~small
    amid[[sentence.start for sentence in analysis.sentences]] = False
    often = np.searchsorted(layers.BUCKETS, np.bincount(stems), side="right").tolist()
    flags = (2 * (np.bincount(stems, small) > 0) + (np.bincount(stems, amid) > 0)).tolist()
    written = [f"{n}/{flag}" for n, flag in zip(often, flags, strict=True)]
    return [written[number] for number in stems.tolist()]


def numbered_stems(analysis: Analysis) -> Ints:
    """A number a word, from 0 on in the order of the text: words of one stem have one."""
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(stem(token.text), len(numbers)) for token in analysis.tokens], dtype=np.int64)


@lru_cache(maxsize=KEPT)
def stem(text: str) -> str:
    """The word in lower case without the letters that may be its ending: путин for Путиным."""
    lower = text.lower()
    end = len(lower)
    while end > _STEM and len(lower) - end < _ENDING and lower[end - 1] in _ENDINGS:
        end -= 1
    return lower[:end]


@cache
def _head(pos: str, distance: int) -> str:
    return f"{pos}|{layers.bucket(abs(distance)) * (1 if distance > 0 else -1)}"


# ---------------------------------------------------------------- the network


class Network:
    """The forward pass.  `weights` are the arrays that `training/train_names.py` saves, by name; `vectors` are those
    of words.
    """

    def __init__(
        self,
        weights: Mapping[str, Floats],
        vocabularies: Mapping[str, Mapping[str, int]],
        vectors: Embedding,
    ) -> None:
        self._weights = {name: array.astype(np.float32) for name, array in weights.items()}
        self._vector = vectors.projected(self._weights["vector"])
        self._forms = vocabularies["form"]
        others = {name: vocabulary for name, vocabulary in vocabularies.items() if name != "form"}
        self._columns = layers.Columns(self._weights["table"], others)
        self._transitions = self._weights["transitions"] + FORBIDDEN
        self._stack = layers.Stack(self._weights)
        self._form_row = lru_cache(maxsize=_KEPT_FORMS)(self._row_of_form)

    @classmethod
    def load(cls, path: Path, vectors: Embedding) -> Network:
        """The network in a file that `training/train_names.py` wrote."""
        with np.load(path) as archive:
            arrays = dict(archive)
        vocabularies = json.loads(arrays.pop("vocabularies").tobytes())
        return cls(arrays, vocabularies, vectors)

    def __call__(self, analysis: Analysis) -> list[str]:
        """The label of each word, one of `LABELS`; what the tokens have as `name` is not read."""
        if not analysis.tokens:
            return []
        probabilities = layers.softmax(self.scores(analysis))
        return [LABELS[label] for label in layers.best_path(probabilities, self._transitions)]

    def scores(self, analysis: Analysis) -> Floats:
        """The scores of all labels, (words, labels)."""
        w = self._weights
        stems = numbered_stems(analysis)
        x = analysis.states @ w["states.weight"] + w["states.bias"]
        x += np.array([self._form_row(token.text) for token in analysis.tokens])
        self._columns.add(x, self._columns.ids(columns(analysis, stems)))
        heads = np.array([token.index if token.head < 0 else token.head for token in analysis.tokens])
        return self._stack(x, heads, stems)

    def _row_of_form(self, text: str) -> Floats:
        """What the form of a word adds to its row wherever it stands."""
        known = [self._forms.get(feature, 0) for feature in form_features(text)]
        row: Floats = self._weights["forms"][known].sum(axis=0) + self._vector(text)
        return row


@cache
def network() -> Network:
    """The one network of this process."""
    return Network.load(resources.folder() / "names" / "tagger.npz", tagger().vectors)
