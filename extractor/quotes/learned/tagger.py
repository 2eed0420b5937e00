"""A learned reading of the text: which words are the content of a quote, its cue, its speaker.

A small network labels every word of the document.  It reads what the analysis knows already (morphology and
syntax with the hidden states behind them, names) and how marks, sentences and paragraphs lie; it is trained by
`training/train_quotes.py`, its figures stand in `models/quotes.md`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
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
from extractor.reading.tagging import tagger

# What the network says of each word, a group of exclusive labels after the other.
# content: B begins a quote, C a further fragment of the same quote.
# cue: "ana" reports the sentence before ("Об этом сообщил X").  speaker: "lone" has no cue ("Путин: …").
# attribution: where the cue stands, seen from a word of the content.  reported: where the content stands,
# seen from a cue.  said_by: where the speaker stands, seen from a cue.
TYPES = ("direct", "indirect", "mixed")
LABELS: Mapping[str, tuple[str, ...]] = {
    "content": ("O", *(f"{place}-{kind}" for kind in TYPES for place in "BCI")),
    "cue": ("O", "B", "I", "B-ana", "I-ana"),
    "speaker": ("O", "B", "I", "B-lone", "I-lone"),
    "attribution": ("none", "before", "after"),
    "reported": ("after", "before", "both"),
    "said_by": ("none", "before", "after"),
}

# A label that goes on follows one of its own type.
_GOES_ON = np.array([label.startswith("I") for label in LABELS["content"]])
_KINDS = np.array([label.rpartition("-")[2] for label in LABELS["content"]])
_FORBIDDEN = np.where(_GOES_ON & (_KINDS[:, np.newaxis] != _KINDS), -100, 0).astype(np.float32)

_BEGINS = [i for i, label in enumerate(LABELS["content"]) if label[0] in "BC"]

_NAMES = {label: number for number, label in enumerate(names_tagger.LABELS)}

# The sorts of sentences: in which paragraph, whether its first, its last, whether that ends with a stop; how long.
_LENGTHS = len(BUCKETS) // 2 + 1
_SORTS = tuple(
    f"{number}{first}{last}{stop}/{length}"
    for number, first, last, stop, length in product(range(3), range(2), range(2), range(2), range(_LENGTHS))
)


@dataclass(frozen=True)
class QuoteTags:
    """Probabilities of a document's words, (words, labels) for each group of `LABELS`.

    `path` is the likeliest sequence of content labels, which weighs too what may follow what.
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
        """How likely a fragment of content begins with each word."""
        sums: Floats = self.content[:, _BEGINS].sum(1)
        return sums

    @cached_property
    def goes_on(self) -> Floats:
        """How likely each word is within a fragment of content, not its first."""
        return 1 - self.content[:, 0] - self.begins


_NO_TAGS = QuoteTags(
    **{name: np.zeros((0, len(labels)), np.float32) for name, labels in LABELS.items()},
    path=np.zeros(0, dtype=np.int64),
)


def tag_quotes(analysis: Analysis) -> QuoteTags:
    """What the network says of the words of a text of any length."""
    return network()(analysis)


# ---------------------------------------------------------------- what the network reads


def columns(analysis: Analysis) -> dict[str, Column]:
    """What the network reads of each word besides the hidden states."""
    arrays = analysis.arrays
    return {
        **{name: Column(arrays.form, arrays.of_forms(function)) for name, function in _OF_FORMS.items()},
        **_of_places(analysis),
    }


def _of_places(analysis: Analysis) -> dict[str, Column]:
    """The columns that tell of the place of a word."""
    arrays = analysis.arrays
    steps = arrays.head - np.arange(len(arrays.head))
    # Each word as one that others hang from: its part of speech and its relation.
    own = 1 + tagger().tag_parts_of_speech[arrays.tag] * len(tagger().rels) + arrays.rel
    return {
        "tag": Column(arrays.tag, _tags()),
        "rel": Column(arrays.rel, tagger().rels),
        "name": Column(np.array([_NAMES[token.name] for token in analysis.tokens]), names_tagger.LABELS),
        "head": Column(distances(steps), DISTANCES),
        "head_word": Column(np.where(steps == 0, 0, own[arrays.head]), _heads()),
        "space": analysis.gaps,
        "place": places(analysis.lengths),
        "sort": _sorts(analysis),
        **_marks(analysis),
    }


def _ending(text: str) -> str:
    lower = text.lower()
    return lower[-3:] if len(lower) > 3 and lower.isalpha() else ""


# The columns that tell of a word by itself.
_OF_FORMS: Mapping[str, Callable[[str], str]] = {"form": str.lower, "ending": _ending, "shape": shape}


@cache
def _tags() -> Sequence[str]:
    """The tagger's readings, each without the names of its features: "NOUN|Anim|Nom"."""
    return tuple("|".join(part.rpartition("=")[2] for part in tag.tag.split("|")) for tag in tagger().tags)


@cache
def _heads() -> Sequence[str]:
    """What a head can be: "root", "VERB|conj"."""
    return ("root", *(f"{part}|{rel}" for part in tagger().parts_of_speech for rel in tagger().rels))


def _sorts(analysis: Analysis) -> Column:
    """What sort of sentence and paragraph a word stands in."""
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
    """The outermost quotation marks round a word: what they hold, what stands about them."""
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
    """Which of the tagger's readings are of finite verbs."""
    return np.array([tag.feats.get("VerbForm") == "Fin" for tag in tagger().tags])


def _neighbour(analysis: Analysis, i: int, step: int) -> str:
    """What stands beside word `i`: the edge of the paragraph, a mark of punctuation, or a part of speech."""
    tokens = analysis.tokens
    j = i + step
    if not 0 <= j < len(tokens) or tokens[j].paragraph != tokens[i].paragraph:
        return "|"
    return tokens[j].text if tokens[j].pos == "PUNCT" else tokens[j].pos


# ---------------------------------------------------------------- the network


class Network:
    """The forward pass.  `weights` are the arrays that `training/train_quotes.py` saves, by name."""

    def __init__(self, weights: Mapping[str, Floats], vocabularies: Mapping[str, Mapping[str, int]]) -> None:
        self._weights = {name: array.astype(np.float32) for name, array in weights.items()}
        self._columns = EmbeddingTable(self._weights["table"], vocabularies)
        self._vocabularies = [vocabularies[name] for name in _OF_FORMS]
        # All numbers of a form are packed into one, which is cached with the form.
        self._sizes = [len(vocabulary) + 1 for vocabulary in self._vocabularies]
        self._transitions = self._weights["transitions"] + _FORBIDDEN
        self._stack = layers.Stack(self._weights)

    @classmethod
    def load(cls, path: Path) -> Network:
        """The network in a file that `training/train_quotes.py` wrote."""
        with np.load(path) as archive:
            arrays = dict(archive)
        vocabularies = json.loads(arrays.pop("vocabularies").tobytes())
        return cls(arrays, vocabularies)

    def __call__(self, analysis: Analysis) -> QuoteTags:
        """The probabilities of all words."""
        if not analysis.tokens:
            return _NO_TAGS
        arrays = analysis.arrays
        numbers = np.unravel_index(arrays.of_tokens(self._numbers_of_form), self._sizes)
        ids = self._columns.ids(_of_places(analysis), dict(zip(_OF_FORMS, numbers, strict=True)))
        return self.tags(ids, analysis.states, arrays.head)

    def _numbers_of_form(self, text: str) -> int:
        number = 0
        for function, vocabulary, size in zip(_OF_FORMS.values(), self._vocabularies, self._sizes, strict=True):
            number = number * size + vocabulary.get(function(text), 0)
        return number

    def tags(self, ids: Ints, states: Floats, heads: Ints) -> QuoteTags:
        """The probabilities, of what `scores` takes."""
        sizes = [len(labels) for labels in LABELS.values()]
        groups = np.split(layers.softmax(self.scores(ids, states, heads), sizes), np.cumsum(sizes)[:-1], axis=1)
        probabilities = dict(zip(LABELS, groups, strict=True))
        return QuoteTags(**probabilities, path=layers.best_path(probabilities["content"], self._transitions))

    def scores(self, ids: Ints, states: Floats, heads: Ints) -> Floats:
        """The scores of all labels; `ids` are the columns as `columns.EmbeddingTable` numbers them."""
        w = self._weights
        x = states @ w["states.weight"]
        x += w["states.bias"]
        self._columns.add(x, ids)
        return self._stack(x, heads)


@cache
def network() -> Network:
    """The one network of this process."""
    return Network.load(resources.folder() / "quotes" / "tagger.npz")
