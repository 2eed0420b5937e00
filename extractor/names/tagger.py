"""A learned reading of the text: which words are names of people, organizations and places.

A small network labels every word of the document at once, so that a name seen whole tells what it is where
it stands bare.  It reads the word's vector, letters and dictionary entry, the hidden states of Natasha's
morphology and syntax, and how lines, sentences and quotation marks lie.  It is trained by
`training/train_names.py`; its figures and its convention stand in `models/names_tagger.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby, product
from pathlib import Path

import numpy as np

from extractor import resources
from extractor.inference import layers
from extractor.inference.columns import (
    BUCKETS,
    DISTANCES,
    Column,
    EmbeddingTable,
    SpanColumn,
    bucket,
    distances,
    places,
)
from extractor.inference.kernels import Floats, Ints
from extractor.inference.slovnet import Embedding, RowCache
from extractor.reading.analysis import Analysis, TokenArrays
from extractor.reading.characters import STOPS
from extractor.reading.morphology import known_tags
from extractor.reading.tagging import tagger

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
# Within marks, stretches between marks are read up to this length.
_LONGEST_INNER = 2 * BUCKETS[-1]
_ELSEWHERE = tuple(f"{often}/{flags}" for often in range(len(BUCKETS) + 1) for flags in range(4))
# The sorts of sentences: in which paragraph, whether its first, its last, whether it ends with a stop; how many words
# begin with a capital, in quarters, and have no small letter, in halves.
_SORTS = tuple(
    f"{number}{first}{last}{stop}{capitals}{uppers}"
    for number, first, last, stop, capitals, uppers in product(
        range(3), range(2), range(2), range(2), range(5), range(3)
    )
)
# Rows of so many forms are kept, in 8 MB.
_KEPT_FORMS = 20_000


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


def columns(analysis: Analysis, stems: Ints) -> dict[str, Column]:
    """What the network reads of each word's place; `stems` are its `numbered_stems`."""
    arrays = analysis.arrays
    letters = arrays.of_tokens(_letters)
    return {
        "head": _heads(arrays),
        "space": analysis.gaps,
        "elsewhere": _elsewhere(analysis, stems, letters),
        "place": places(analysis.lengths),
        "sort": _sorts(analysis, letters),
        **_marks(analysis),
    }


def _heads(arrays: TokenArrays) -> Column:
    """The part of speech of each word's head, and how far it is: "NOUN|-1"."""
    steps = arrays.head - np.arange(len(arrays.head))
    size = len(DISTANCES)
    parts = tagger().tag_parts_of_speech[arrays.tag[arrays.head]]
    return Column(np.where(steps == 0, 0, 1 + parts * size + distances(steps)), _head_values())


@cache
def _head_values() -> Sequence[str]:
    return ("", *(f"{part}|{distance}" for part in tagger().parts_of_speech for distance in DISTANCES))


def _letters(text: str) -> int:
    """What the letters of a word are, as a sum: 1 it begins with a letter, 2 a small one, 4 a capital one, 8 no letter
    is small.
    """
    first = text[0]
    return first.isalpha() + 2 * first.islower() + 4 * first.isupper() + 8 * text.isupper()


def _sorts(analysis: Analysis, letters: Ints) -> Column:
    """What sort of sentence and paragraph a word stands in."""
    tokens = analysis.tokens
    starts = [sentence.start for sentence in analysis.sentences]
    words = letters & 1
    counts = np.maximum(1, np.add.reduceat(words, starts))
    capitals = np.add.reduceat(words & letters >> 2, starts) * 4 // counts
    uppers = np.add.reduceat(words & letters >> 3, starts) * 2 // counts
    sorts = []
    for start, end in analysis.sentences:
        number = tokens[start].paragraph
        paragraph = analysis.paragraphs[number]
        first, last = start == paragraph.start, end == paragraph.end
        sorts.append(8 * min(number, 2) + 4 * first + 2 * last + (tokens[end - 1].text in STOPS))
    return Column(((5 * np.array(sorts) + capitals) * 3 + uppers).take(analysis.arrays.sentence), _SORTS)


def _marks(analysis: Analysis) -> dict[str, Column]:
    """Where a word stands among quotation marks: how long the innermost marked stretch is, what stands before it."""
    tokens = analysis.tokens
    state, before = SpanColumn(len(tokens)), SpanColumn(len(tokens))
    covered = 0
    for start, end in analysis.marked_spans:
        # Long stretches within others are not painted: deep nesting would take the square of the text's length.
        if start < covered and end - start > _LONGEST_INNER:
            continue
        covered = max(covered, end)
        length = bucket(end - start - 2)
        lead = tokens[start - 1] if start and tokens[start - 1].paragraph == tokens[start].paragraph else None
        before.fill(start, end, lead.pos if lead else "|")
        state.fill(start, end, f"in{length}")
        state.fill(start, start + 1, f"open{length}")
        state.fill(end - 1, end, f"close{length}")
    return {"mark": state.column(), "lead": before.column()}


def _elsewhere(analysis: Analysis, stems: Ints, letters: Ints) -> Column:
    """How the words of one stem are written in the document: how often, without a capital, with one amid a sentence."""
    small, words = letters & 2 > 0, letters & 1 > 0
    amid = np.concatenate(([False], words[:-1])) & words & ~small
    amid[[sentence.start for sentence in analysis.sentences]] = False
    often = np.searchsorted(BUCKETS, np.bincount(stems), side="right")
    flags = 2 * (np.bincount(stems, small) > 0) + (np.bincount(stems, amid) > 0)
    return Column((4 * often + flags)[stems], _ELSEWHERE)


def numbered_stems(arrays: TokenArrays) -> Ints:
    """A number a word, from 0 on in the order of the text: words of one stem have one."""
    numbers: dict[str, int] = {}
    of_forms = [numbers.setdefault(known, len(numbers)) for known in arrays.of_forms(stem)]
    return np.array(of_forms, dtype=np.int64)[arrays.form]


def stem(text: str) -> str:
    """The word in lower case without the letters that may be its ending: путин for Путиным."""
    lower = text.lower()
    end = len(lower)
    while end > _STEM and len(lower) - end < _ENDING and lower[end - 1] in _ENDINGS:
        end -= 1
    return lower[:end]


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
        self._vectors = vectors.projected(self._weights["vector"])
        self._forms = vocabularies["form"]
        others = {name: vocabulary for name, vocabulary in vocabularies.items() if name != "form"}
        self._columns = EmbeddingTable(self._weights["table"], others)
        self._transitions = self._weights["transitions"] + FORBIDDEN
        self._stack = layers.Stack(self._weights)
        width = self._weights["forms"].shape[1]
        self._form_rows = RowCache(self._rows_of_forms, width, _KEPT_FORMS)

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
        arrays = analysis.arrays
        stems = numbered_stems(arrays)
        x = analysis.states @ w["states.weight"]
        x += w["states.bias"]
        x += self._form_rows(arrays.texts, arrays.form)
        self._columns.add(x, self._columns.ids(columns(analysis, stems)))
        return self._stack(x, arrays.head, stems)

    def _rows_of_forms(self, forms: Sequence[str]) -> Floats:
        """What the forms of words add to their rows wherever they stand."""
        known = [[self._forms.get(feature, 0) for feature in form_features(form)] for form in forms]
        rows: Floats = self._weights["forms"].take(known, axis=0).sum(axis=1)
        rows += self._vectors(forms)
        return rows


def label(analysis: Analysis, network: Network | None = None) -> Analysis:
    """The analysis with the names that a network sees in it, by default the one that ships."""
    return analysis.labelled((network or shipped())(analysis))


@cache
def shipped() -> Network:
    """The one network of this process."""
    return Network.load(resources.folder() / "names" / "tagger.npz", tagger().vectors)
