"""The learned tagger of quotes: a neural network that labels each token as content, cue or speaker of a quote.

Its input are the hidden states of the taggers of morphology and syntax, and categorical features of each token: form,
tag, relation, head, name, and its place in sentence, paragraph and quotation marks.  `training/train_quotes.py` trains
it; `models/quotes.md` describes it and its quality.  `decoding.py` makes quotes of the labels.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import numpy.typing as npt

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
from extractor.inference.slovnet import shape
from extractor.names import tagger as names_tagger
from extractor.reading.analysis import Analysis
from extractor.reading.characters import STOPS
from extractor.reading.forms import cached_property
from extractor.reading.tagging import GRAMMAR_STATES, tagger

# The labels of a token, in groups of exclusive ones; the network gives a distribution over each group.
# content      B begins a quote, C a further fragment of the same quote, I continues either.
# cue          "ana" is a cue that reports the sentence before ("Об этом сообщил X").
# speaker      "lone" is a speaker without a cue ("Лось: …").
# attribution  on which side of a token of content its cue stands.
# reported     on which side of a token of a cue its content stands.
# said_by      on which side of a token of a cue its speaker stands.
TYPES = ("direct", "indirect", "mixed")
LABELS: Mapping[str, tuple[str, ...]] = {
    "content": ("O", *(f"{place}-{kind}" for kind in TYPES for place in "BCI")),
    "cue": ("O", "B", "I", "B-ana", "I-ana"),
    "speaker": ("O", "B", "I", "B-lone", "I-lone"),
    "attribution": ("none", "before", "after"),
    "reported": ("after", "before", "both"),
    "said_by": ("none", "before", "after"),
}

# Scores added to the learned transitions between labels of content: an I label can only follow one of its own type.
# -100 outweighs any score of the network.
_CONTINUES = np.array([label.startswith("I") for label in LABELS["content"]])
_KINDS = np.array([label.rpartition("-")[2] for label in LABELS["content"]])
_FORBIDDEN = np.where(_CONTINUES & (_KINDS[:, np.newaxis] != _KINDS), -100, 0).astype(np.float32)

_BEGINS = [i for i, label in enumerate(LABELS["content"]) if label[0] in "BC"]

_NAMES = {label: number for number, label in enumerate(names_tagger.LABELS)}

# The values of the column "sort", which describes the sentence of a token: its paragraph (first, second or later),
# whether it is that paragraph's first and last sentence, whether the paragraph ends with a stop; and its length, in
# half as many classes as `BUCKETS` has.
_LENGTHS = len(BUCKETS) // 2 + 1
_SORTS = tuple(
    f"{number}{first}{last}{stop}/{length}"
    for number, first, last, stop, length in product(range(3), range(2), range(2), range(2), range(_LENGTHS))
)


@dataclass(frozen=True)
class QuoteTags:
    """The output of the network for a document: probabilities (tokens, labels) for each group of `LABELS`.

    `path` is the best sequence of content labels under the learned transitions, one number for each token.
    """

    content: Floats
    cue: Floats
    speaker: Floats
    attribution: Floats
    reported: Floats
    said_by: Floats
    path: Ints

    @cached_property
    def begins(self) -> Floats:
        """The probability of each token that a fragment of content begins with it."""
        sums: Floats = self.content[:, _BEGINS].sum(1)
        return sums

    @cached_property
    def inside(self) -> Floats:
        """The probability of each token that it is inside a fragment of content, and not the first token of it."""
        return 1 - self.content[:, 0] - self.begins


_NO_TAGS = QuoteTags(
    **{name: np.zeros((0, len(labels)), np.float32) for name, labels in LABELS.items()},
    path=np.zeros(0, dtype=np.int64),
)


def tag_quotes(analysis: Analysis) -> QuoteTags:
    """Runs the network over an analysed text of any length, the empty one included."""
    return network()(analysis)


# ---------------------------------------------------------------- features


def columns(analysis: Analysis) -> dict[str, Column]:
    """The categorical features of each token, by name; `training/features.py` builds the vocabularies of them."""
    arrays = analysis.arrays
    return {
        **{name: Column(arrays.form, arrays.of_forms(function)) for name, function in _OF_FORMS.items()},
        **_of_places(analysis),
    }


def _of_places(analysis: Analysis) -> dict[str, Column]:
    """The features that depend on the context of a token."""
    arrays = analysis.arrays
    steps = arrays.head - np.arange(len(arrays.head))
    # The value of "head_word" for the dependents of each token: its part of speech and its relation.
    as_head = 1 + tagger().tag_parts_of_speech[arrays.tag] * len(tagger().rels) + arrays.rel
    return {
        "tag": Column(arrays.tag, _tags()),
        "rel": Column(arrays.rel, tagger().rels),
        "name": Column(np.array([_NAMES[token.name] for token in analysis.tokens]), names_tagger.LABELS),
        "head": Column(distances(steps), DISTANCES),
        "head_word": Column(np.where(steps == 0, 0, as_head[arrays.head]), _heads()),
        "space": analysis.gaps,
        "place": places(analysis.lengths),
        "sort": _sorts(analysis),
        **_marks(analysis),
    }


def _ending(text: str) -> str:
    """The last three letters of a longer word, in lower case; else the empty string."""
    lower = text.lower()
    return lower[-3:] if len(lower) > 3 and lower.isalpha() else ""


# The features that depend on the form of a token alone.
_OF_FORMS: Mapping[str, Callable[[str], str]] = {"form": str.lower, "ending": _ending, "shape": shape}


@cache
def _tags() -> Sequence[str]:
    """The values of the column "tag": the morphological tags without the names of features ("NOUN|Anim|Nom")."""
    return tuple("|".join(part.rpartition("=")[2] for part in tag.tag.split("|")) for tag in tagger().tags)


@cache
def _heads() -> Sequence[str]:
    """The values of the column "head_word": "root", or the head's part of speech and relation ("VERB|conj")."""
    return ("root", *(f"{part}|{rel}" for part in tagger().parts_of_speech for rel in tagger().rels))


def _sorts(analysis: Analysis) -> Column:
    """The column "sort": the place of the token's sentence in the text and its length."""
    tokens = analysis.tokens
    sorts = []
    for (start, end), length in zip(analysis.sentences, analysis.lengths, strict=True):
        number = tokens[start].paragraph
        paragraph = analysis.paragraphs[number]
        first, last = start == paragraph.start, end == paragraph.end
        stop = tokens[paragraph.end - 1].text in STOPS
        sorts.append((8 * min(number, 2) + 4 * first + 2 * last + stop) * _LENGTHS + bucket(length) // 2)
    return Column(np.array(sorts).take(analysis.arrays.sentence), _SORTS)


def _marks(analysis: Analysis) -> dict[str, Column]:
    """The columns that describe the outermost quotation marks round each token.

    "mark" tells the mark that opens, the one that closes, and what is between; "held" the number of tokens between
    them, whether they begin with a capital, end with a stop and have a finite verb; "around" the neighbours of the
    marks.
    """
    tokens, tags = analysis.tokens, analysis.arrays.tag
    state, held, around = (SpanColumn(len(tokens)) for _ in range(3))
    covered = 0
    for start, end in analysis.marked_spans:
        if start < covered:
            continue
        covered = end
        inner = tokens[start + 1 : end - 1]
        verb = _finite()[tags[start + 1 : end - 1]].any()
        capital = bool(inner) and inner[0].text[:1].isupper()
        stop = bool(inner) and inner[-1].text in STOPS
        held.fill(start, end, f"{bucket(len(inner))}{capital:d}{stop:d}{verb:d}")
        around.fill(start, end, f"{_neighbour(analysis, start, -1)} {_neighbour(analysis, end - 1, 1)}")
        state.fill(start, end, "in")
        state.fill(start, start + 1, "open")
        state.fill(end - 1, end, "close")
    return {"mark": state.column(), "held": held.column(), "around": around.column()}


@cache
def _finite() -> npt.NDArray[np.bool_]:
    """Of each morphological tag whether it is a finite verb."""
    return np.array([tag.feats.get("VerbForm") == "Fin" for tag in tagger().tags])


def _neighbour(analysis: Analysis, i: int, step: int) -> str:
    """The neighbour of token `i` at distance `step`: punctuation as it is, else its part of speech.

    "|" stands for the edge of the paragraph.
    """
    tokens = analysis.tokens
    j = i + step
    if not 0 <= j < len(tokens) or tokens[j].paragraph != tokens[i].paragraph:
        return "|"
    return tokens[j].text if tokens[j].pos == "PUNCT" else tokens[j].pos


# ---------------------------------------------------------------- the network


class Network:
    """The network's forward pass."""

    def __init__(self, weights: Mapping[str, Floats], vocabularies: Mapping[str, Mapping[str, int]]) -> None:
        """Takes the arrays that `training/train_quotes.py` saves, by name, and the numbers of each column's values."""
        self._weights = {name: array.astype(np.float32) for name, array in weights.items()}
        self._columns = EmbeddingTable(self._weights["table"], vocabularies)
        self._vocabularies = [vocabularies[name] for name in _OF_FORMS]
        # The numbers of all features of a form are packed into one, which is cached with the form.
        self._sizes = [len(vocabulary) + 1 for vocabulary in self._vocabularies]
        self._transitions = self._weights["transitions"] + _FORBIDDEN
        self._stack = layers.Stack(self._weights)

    @classmethod
    def load(cls, path: Path) -> Network:
        """Loads the network from a file that `training/train_quotes.py` wrote."""
        with np.load(path) as archive:
            arrays = dict(archive)
        vocabularies = json.loads(arrays.pop("vocabularies").tobytes())
        return cls(arrays, vocabularies)

    def __call__(self, analysis: Analysis) -> QuoteTags:
        """The output for all tokens of a text."""
        if not analysis.tokens:
            return _NO_TAGS
        arrays = analysis.arrays
        numbers = np.unravel_index(arrays.of_tokens(self._numbers_of_form), self._sizes)
        ids = self._columns.ids(_of_places(analysis), dict(zip(_OF_FORMS, numbers, strict=True)))
        return self.tags(ids, analysis.states[:, :GRAMMAR_STATES], arrays.head)

    def _numbers_of_form(self, text: str) -> int:
        """The numbers of a form's features, packed in mixed radix."""
        number = 0
        for function, vocabulary, size in zip(_OF_FORMS.values(), self._vocabularies, self._sizes, strict=True):
            number = number * size + vocabulary.get(function(text), 0)
        return number

    def tags(self, ids: Ints, states: Floats, heads: Ints) -> QuoteTags:
        """The output, given what `scores` takes."""
        sizes = [len(labels) for labels in LABELS.values()]
        groups = np.split(layers.softmax(self.scores(ids, states, heads), sizes), np.cumsum(sizes)[:-1], axis=1)
        probabilities = dict(zip(LABELS, groups, strict=True))
        return QuoteTags(**probabilities, path=layers.best_path(probabilities["content"], self._transitions))

    def scores(self, ids: Ints, states: Floats, heads: Ints) -> Floats:
        """The scores (tokens, labels) of all labels before softmax.

        `ids` are the features (tokens, columns) as `EmbeddingTable` numbers them, `states` the hidden states of
        morphology and syntax (tokens, `tagging.GRAMMAR_STATES`), `heads` the index of each token's head, its own for a
        root.
        """
        w = self._weights
        x = states @ w["states.weight"]
        x += w["states.bias"]
        self._columns.add(x, ids)
        return self._stack(x, heads)


@cache
def network() -> Network:
    """The network of `models/quotes/tagger.npz`, loaded once in each process."""
    return Network.load(resources.folder() / "quotes" / "tagger.npz")
