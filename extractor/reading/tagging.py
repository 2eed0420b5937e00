"""Morphology, syntax and names of sentences, by Natasha's models for news (github.com/natasha/slovnet), loaded once.

No other module knows where the models come from.  Their files come with the package `natasha`, which is never imported:
it would import pymorphy2, which is abandoned and does not run on current Pythons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from extractor.inference.kernels import Floats, Ints
from extractor.inference.slovnet import (
    Embedding,
    FirstLayers,
    Layout,
    NameNetwork,
    SyntaxNetwork,
    TagNetwork,
    distinct,
)

# Sentences go through the networks in blocks of at most so many tokens (or one sentence), so that memory does not grow
# with the length of the text.  Swept 256 to 8,192 on a text of 105,000 characters: 0.15 to 0.16 s, no clear best; all
# of it in one block takes 0.17 s and 70 MB more.
_BLOCK = 2048

# The length of a token's hidden states: 64 of each network.  Those of morphology and syntax, which stand first, are all
# that a network reads which was trained without those for names.
STATES, GRAMMAR_STATES = 192, 128


class MorphTag(NamedTuple):
    """A tag of the morphology network ("NOUN|Animacy=Anim|Case=Nom|…") and its parts, after Universal Dependencies.

    `case`, `number` and `gender` are those of `feats`, None where it has none.
    """

    tag: str
    pos: str
    feats: Mapping[str, str]
    case: str | None
    number: str | None
    gender: str | None


class Tagging(NamedTuple):
    """The networks' output for the tokens of a text, arrays with one value per token.

    `tags`, `rels` and `ner` are indexes in `Tagger.tags`, `Tagger.rels` and `Tagger.ner_tags`; `heads` are indexes of
    tokens in the text, -1 for a root.  `states` are the last hidden states of the networks for morphology, syntax and
    names side by side, (tokens, `STATES`).
    """

    tags: Ints
    heads: Ints
    rels: Ints
    ner: Ints
    states: Floats


class Tagger:
    """Tags morphology, syntax and names of sentences.

    `tags`, `rels`, `ner_tags` (BIO labels: "O", "B-PER", …) and `parts_of_speech` are all that the networks know;
    `tag_parts_of_speech` has for each of `tags` the index of its part of speech.  `vectors` are the word vectors that
    the networks read.
    """

    def __init__(self) -> None:
        data = natasha_data()
        self.vectors = Embedding(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
        self._tag = TagNetwork(data / "model" / "slovnet_morph_news_v1.tar")
        self._parse = SyntaxNetwork(data / "model" / "slovnet_syntax_news_v1.tar")
        self._name = NameNetwork(data / "model" / "slovnet_ner_news_v1.tar")
        networks = self._tag, self._parse, self._name
        self._first = FirstLayers(self.vectors, [network.encoder for network in networks])
        self.tags = tuple(map(_parsed, self._tag.tags))
        self.rels = self._parse.rels
        self.ner_tags = self._name.tags
        numbers: dict[str, int] = {}
        of_tags = [numbers.setdefault(tag.pos, len(numbers)) for tag in self.tags]
        self.parts_of_speech, self.tag_parts_of_speech = tuple(numbers), np.array(of_tags)

    def __call__(self, forms: Sequence[str], form_numbers: Ints, lengths: Sequence[int]) -> Tagging:
        """Tags the tokens of a text.

        `forms` are the different forms of the text and `form_numbers` the index in `forms` of each token; `lengths` are
        the numbers of tokens of the sentences in order, none of them 0.  A sentence is tagged the same whatever
        sentences stand beside it.
        """
        blocks = list(_blocks(lengths))
        if len(blocks) == 1:
            return self._tag_block(forms, form_numbers, 0, lengths)
        tagged = [
            self._tag_block(*distinct(forms, form_numbers[first : first + sum(block)]), first, block)
            for first, block in blocks
        ]
        return Tagging(*map(np.concatenate, zip(*tagged, strict=True))) if tagged else _EMPTY

    def _tag_block(self, forms: Sequence[str], form_numbers: Ints, first: int, lengths: Sequence[int]) -> Tagging:
        """Tags one block of sentences, whose first token has the index `first` in the text."""
        layout = Layout.of(lengths)
        tag_sums, syntax_sums, name_sums = self._first(forms, form_numbers, layout)
        tag_states, tags = self._tag(tag_sums, layout)
        syntax_states, heads, rels = self._parse(syntax_sums, layout)
        name_states, ner = self._name(name_sums, layout)
        sentence_starts = np.repeat(np.cumsum(lengths) - lengths, lengths) + first
        heads = np.where(heads < 0, -1, heads + sentence_starts)
        return Tagging(tags, heads, rels, ner, np.concatenate((tag_states, syntax_states, name_states), axis=1))


_NO_NUMBERS = np.zeros(0, dtype=np.int64)
_EMPTY = Tagging(_NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, _NO_NUMBERS, np.zeros((0, STATES), dtype=np.float32))


@cache
def tagger() -> Tagger:
    """Returns the tagger of this process, which is loaded at the first call.  Raises what `natasha_data` raises."""
    return Tagger()


def _parsed(tag: str) -> MorphTag:
    """Returns a tag of the network with its parts."""
    pos, *pairs = tag.split("|")
    feats = dict(pair.split("=", 1) for pair in pairs)
    return MorphTag(tag, pos, MappingProxyType(feats), feats.get("Case"), feats.get("Number"), feats.get("Gender"))


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, Sequence[int]]]:
    """Yields for each block the index of its first token and the lengths of its sentences."""
    start = first = size = 0
    for i, length in enumerate(lengths):
        if size and size + length > _BLOCK:
            yield start, lengths[first:i]
            start, first, size = start + size, i, 0
        size += length
    if size:
        yield start, lengths[first:]


def natasha_data() -> Path:
    """Returns the folder of Natasha's models.  Raises ModuleNotFoundError if the package natasha is not installed."""
    spec = find_spec("natasha")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the package natasha, which brings the models, is not installed: pip install natasha")
    return Path(spec.submodule_search_locations[0]) / "data"
