"""The names network: labels each token as part of a name of a person, organization or place, or as none.

It labels all tokens of a document at once, so that a name in full helps to recognize the same name where it is short.
Its input is the token's vector, letters and entries in dictionary and lexicons, the hidden states of Natasha's models
for morphology, syntax and names, what the last said of the token and its neighbours, and the token's place on the page
and among lines, sentences and quotation marks.  `training/train_names.py` trains it; figures and labelling conventions
stand in `models/names_tagger.md`.
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
from extractor.names.classes import PERSON_CLASSES, body_class, body_classes, person_class, stem
from extractor.reading.analysis import Analysis, TokenArrays
from extractor.reading.characters import STOPS
from extractor.reading.morphology import known_tags
from extractor.reading.tagging import tagger

# BIO labels of tokens.  COM is an organization referred to by common nouns: "полиция", "краевое правительство".
LABELS = ("O", *(f"{place}-{kind}" for kind in ("PER", "ORG", "LOC", "COM") for place in "BI"))

_IS_INSIDE = np.array([label.startswith("I") for label in LABELS])
_KINDS = np.array([label.rpartition("-")[2] for label in LABELS])
# Added to the learned transitions (from row to column): an I label follows only a label of its own kind.
FORBIDDEN = np.where(_IS_INSIDE & (_KINDS[:, np.newaxis] != _KINDS), -100, 0).astype(np.float32)

# Lengths of the prefixes and suffixes that are features, the grammemes that are, and the longest shape.  The network
# that ships was trained with these values, as with all others here.
_PREFIXES = (1, 2, 3, 4)
_SUFFIXES = (1, 2, 3, 4, 5)
_GRAMMEMES = ("Name", "Surn", "Patr", "Geox", "Orgn", "Abbr", "Trad", "anim")
_LONGEST_SHAPE = 8
# Quotations within others count up to this length in tokens; it bounds the time on deeply nested marks.
_LONGEST_INNER = 2 * BUCKETS[-1]
# The values of the features "elsewhere" and "sort": see `_elsewhere` and `_sorts`.
_ELSEWHERE = tuple(f"{often}/{flags}" for often in range(len(BUCKETS) + 1) for flags in range(4))
_SORTS = tuple(
    f"{number}{first}{last}{stop}{capitals}{uppers}"
    for number, first, last, stop, capitals, uppers in product(
        range(3), range(2), range(2), range(2), range(5), range(3)
    )
)
_BLOCKS = ("0", "1")
# The forms whose rows are cached; the rows take 8 MB.
_CACHED_FORMS = 20_000


# ---------------------------------------------------------------- features


def form_features(text: str) -> tuple[str, ...]:
    """The features of a form, wherever it stands: the form in lower case, prefixes, suffixes, shape and dictionary
    entry; "" for those that it lacks.
    """
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
    """The kinds of characters in their order, repeated ones once: "Xx", "X", "Xx-Xx", "Ll" (Latin), "0"
    (digits).  A "1" before it says that there is only one.
    """
    kinds = "".join(kind for kind, _ in groupby(map(_kind_of_character, text)))
    return ("1" if len(text) == 1 else "") + kinds[:_LONGEST_SHAPE]


def _kind_of_character(character: str) -> str:
    """A character's kind: "X" and "x" for capital and small letters, "L" and "l" for ASCII ones, "0" for digits; others
    stand for themselves.
    """
    if character.isalpha():
        latin = character.isascii()
        return ("L" if latin else "X") if character.isupper() else ("l" if latin else "x")
    return "0" if character.isdigit() else character


def _entry(text: str) -> str:
    """What the dictionary says of a capitalized word: one digit for each of `_GRAMMEMES` and one for a reading that is
    no name; "?" for words that it lacks.  "-" for words without a capital.
    """
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
    """The features of the tokens' places, by name; `stems` are the tokens' `numbered_stems`."""
    arrays = analysis.arrays
    capitals = arrays.of_tokens(_capitals)
    return {
        "head": _heads(arrays),
        "space": analysis.gaps,
        "ner": _ner(arrays),
        "body": Column(arrays.of_tokens(body_class), body_classes()),
        "person": Column(arrays.of_tokens(person_class), PERSON_CLASSES),
        "block": _blocks(analysis),
        "elsewhere": _elsewhere(analysis, stems, capitals),
        "place": places(analysis.lengths),
        "sort": _sorts(analysis, capitals),
        **_marks(analysis),
    }


def _heads(arrays: TokenArrays) -> Column:
    """The part of speech of each token's head, and the distance to it: "NOUN|-1"; "" for roots."""
    steps = arrays.head - np.arange(len(arrays.head))
    size = len(DISTANCES)
    parts = tagger().tag_parts_of_speech[arrays.tag[arrays.head]]
    return Column(np.where(steps == 0, 0, 1 + parts * size + distances(steps)), _head_values())


def _ner(arrays: TokenArrays) -> Column:
    """What Natasha's network for names said of the tokens before, here and after: "O|B-PER|I-PER"; "O" beyond the ends
    of the text.
    """
    here = np.pad(arrays.ner, 1)
    size = len(tagger().ner_tags)
    return Column((here[:-2] * size + here[1:-1]) * size + here[2:], _ner_values())


@cache
def _ner_values() -> Sequence[str]:
    """All values of `_ner`."""
    return tuple(map("|".join, product(tagger().ner_tags, repeat=3)))


def _blocks(analysis: Analysis) -> Column:
    """What part of the page each token stands in: "0" around the article, "1" the article."""
    lengths = [end - start for start, end in analysis.paragraphs]
    return Column(np.repeat(np.array(analysis.article, dtype=np.int64), lengths), _BLOCKS)


@cache
def _head_values() -> Sequence[str]:
    """All values of `_heads`."""
    return ("", *(f"{part}|{distance}" for part in tagger().parts_of_speech for distance in DISTANCES))


def _capitals(text: str) -> int:
    """The capitalization of a form as a sum of flags: 1 it begins with a letter, 2 with a small one, 4 with a capital
    one, 8 no letter is small.
    """
    first = text[0]
    return first.isalpha() + 2 * first.islower() + 4 * first.isupper() + 8 * text.isupper()


def _sorts(analysis: Analysis, capitals: Ints) -> Column:
    """The sort of sentence that each token stands in.

    The digits of a value say: in the first, second or a later paragraph; whether the sentence is the paragraph's first,
    and its last; whether it ends with a stop; how many quarters of its words are capitalized; how many halves are in
    capitals throughout.
    """
    tokens = analysis.tokens
    starts = [sentence.start for sentence in analysis.sentences]
    words = capitals & 1
    counts = np.maximum(1, np.add.reduceat(words, starts))
    quarters = np.add.reduceat(words & capitals >> 2, starts) * 4 // counts
    halves = np.add.reduceat(words & capitals >> 3, starts) * 2 // counts
    sorts = []
    for start, end in analysis.sentences:
        number = tokens[start].paragraph
        paragraph = analysis.paragraphs[number]
        first, last = start == paragraph.start, end == paragraph.end
        sorts.append(8 * min(number, 2) + 4 * first + 2 * last + (tokens[end - 1].text in STOPS))
    return Column(((5 * np.array(sorts) + quarters) * 3 + halves).take(analysis.arrays.sentence), _SORTS)


def _marks(analysis: Analysis) -> dict[str, Column]:
    """The innermost quotation that each token stands in: its length and whether the token is one of its marks, and the
    part of speech of the token before it.
    """
    tokens = analysis.tokens
    state, before = SpanColumn(len(tokens)), SpanColumn(len(tokens))
    covered = 0
    for start, end in analysis.marked_spans:
        # Long quotations within others are left out: deep nesting would take time quadratic in the text's length.
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


def _elsewhere(analysis: Analysis, stems: Ints, capitals: Ints) -> Column:
    """How the document spells the words of each token's stem: "2/3" is the bucket of how many there are, and flags: 2
    one has no capital, 1 one has a capital behind another word of its sentence.
    """
    small, words = capitals & 2 > 0, capitals & 1 > 0
    amid = np.concatenate(([False], words[:-1])) & words & ~small
    amid[[sentence.start for sentence in analysis.sentences]] = False
    often = np.searchsorted(BUCKETS, np.bincount(stems), side="right")
    flags = 2 * (np.bincount(stems, small) > 0) + (np.bincount(stems, amid) > 0)
    return Column((4 * often + flags)[stems], _ELSEWHERE)


def numbered_stems(arrays: TokenArrays) -> Ints:
    """A number for each token: the same for tokens of one stem, from 0 on in the order of first occurrence."""
    numbers: dict[str, int] = {}
    of_forms = [numbers.setdefault(known, len(numbers)) for known in arrays.of_forms(stem)]
    return np.array(of_forms, dtype=np.int64)[arrays.form]


# ---------------------------------------------------------------- the network


class Network:
    """The forward pass of the names network.

    `weights` are the arrays that `training/train_names.py` saves, by name; `vocabularies` map the values of each
    feature to rows of the embeddings; `vectors` are the word vectors.
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
        self._form_rows = RowCache(self._rows_of_forms, width, _CACHED_FORMS)

    @classmethod
    def load(cls, path: Path, vectors: Embedding) -> Network:
        """The network in a file that `training/train_names.py` wrote."""
        with np.load(path) as archive:
            arrays = dict(archive)
        vocabularies = json.loads(arrays.pop("vocabularies").tobytes())
        return cls(arrays, vocabularies, vectors)

    def __call__(self, analysis: Analysis) -> list[str]:
        """The label of each token, one of `LABELS`, by the best path over all; labels that tokens have are ignored."""
        if not analysis.tokens:
            return []
        probabilities = layers.softmax(self.scores(analysis))
        return [LABELS[label] for label in layers.best_path(probabilities, self._transitions)]

    def scores(self, analysis: Analysis) -> Floats:
        """The score of each label for each token, (tokens, labels)."""
        w = self._weights
        arrays = analysis.arrays
        stems = numbered_stems(arrays)
        # Weights from before Natasha's network for names was in the flow read the states of grammar, the first columns.
        x = analysis.states[:, : len(w["states.weight"])] @ w["states.weight"]
        x += w["states.bias"]
        x += self._form_rows(arrays.texts, arrays.form)
        self._columns.add(x, self._columns.ids(columns(analysis, stems)))
        return self._stack(x, arrays.head, stems)

    def _rows_of_forms(self, forms: Sequence[str]) -> Floats:
        """The context-free rows of forms, (forms, width): the sum of their embedded features and word vectors."""
        known = [[self._forms.get(feature, 0) for feature in form_features(form)] for form in forms]
        rows: Floats = self._weights["forms"].take(known, axis=0).sum(axis=1)
        rows += self._vectors(forms)
        return rows


def label(analysis: Analysis, network: Network | None = None) -> Analysis:
    """The analysis with a name label for each token, by a network: by default the one that ships."""
    return analysis.labelled((network or shipped())(analysis))


@cache
def shipped() -> Network:
    """The network that ships, loaded once a process."""
    return Network.load(resources.folder() / "names" / "tagger.npz", tagger().vectors)
