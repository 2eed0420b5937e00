"""The training examples of the network of names: annotated texts, analysed once, with a label for each token."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from extractor.names import tagger as names_tagger
from extractor.names.tagger import LABELS
from extractor.reading.analysis import Analysis, read
from extractor.reading.morphology import known_tags
from training import corpora
from training.corpora import Record, words
from training.tokens import TokensAt

# Each corpus has its own convention of where names begin and end, which is an input of the network in training; in use
# it follows a mixture of them.  The last corpus has no annotated names: some of its texts are labelled by Natasha's
# network of names, which has learned from far more news.
ANNOTATED = ("corpora/nerel_train.jsonl", "corpora/factrueval_dev.jsonl", "real/train.jsonl")
# The kinds of names that a corpus does not annotate: a token of it without a label may be one of these.
OPEN_KINDS = {"real/train.jsonl": ("LOC", "COM")}
SILVER, SILVER_IDS = "quotes/train.jsonl", "rucoco"
CORPORA = (*ANNOTATED, SILVER)
# The conventions: those of the corpora, and that of the made-up texts.
CONVENTIONS = (*CORPORA, "made up")
KEPT_OUT = (*corpora.KEPT_OUT, "corpora/bsnlp_dev.jsonl")
# The number of augmented copies of each text.
COPIES = 1
# A person's name right after one of these words is part of the organization's name.
_IN_HONOUR = frozenset({"имени", "им", "."})
# In the order in which labels are written: later kinds overwrite earlier ones.
KINDS = ("LOC", "ORG", "PER")
# The grammemes by which the dictionary marks names and abbreviations.
_PROPER = frozenset({"Name", "Surn", "Geox", "Orgn", "Abbr", "Trad"})


@dataclass(frozen=True)
class Example:
    """One analysed text: the features of its tokens and their labels.

    `key` is the number of the text (see `key`), `corpus` an index of `CONVENTIONS`, `groups` numbers each token's stem.
    `labels` are indexes of `LABELS`; a 0 in a corpus of `OPEN_KINDS` leaves open which.
    """

    key: int
    corpus: int
    words: list[str]
    columns: dict[str, list[str]]
    states: npt.NDArray[np.float16]
    heads: npt.NDArray[np.int64]
    groups: npt.NDArray[np.int64]
    labels: npt.NDArray[np.int64]
    sentences: npt.NDArray[np.int64]


def learned_from(shared: Path) -> list[tuple[int, Record]]:
    """Returns the records to learn from, each with the index of its corpus; none whose text is in `KEPT_OUT` too."""
    return [
        (corpus, record)
        for corpus, name in enumerate(CORPORA)
        for record in corpora.learnable(shared, name, KEPT_OUT)
        if name != SILVER or record["id"].startswith(SILVER_IDS)
    ]


def key(text: str) -> int:
    """Returns a checksum of the letters and digits of a text: it does not depend on spaces and punctuation."""
    return zlib.crc32("".join(words(text)).encode())


def unseen(
    shared: Path, shipped: names_tagger.Network, folds: Sequence[names_tagger.Network]
) -> Callable[[str], names_tagger.Network]:
    """Returns a function that gives for a text a network that has not learned from it.

    That is the network of its fold, or the shipped one for texts that are in no training corpus.  Network `k` of
    `folds` is the one trained with `--fold k/N`, where N is their number.
    """
    seen = {key(record["text"]) for _, record in learned_from(shared)}

    def network(text: str) -> names_tagger.Network:
        number = key(text)
        return folds[number % len(folds)] if number in seen else shipped

    return network


def examples(cache: Path, copy: int | Literal["made"]) -> list[Example]:
    """Returns the examples of a copy that `keep` has kept, or of the made-up texts."""
    found: list[Example] = pickle.loads(kept(cache, copy).read_bytes())
    return found


def kept(cache: Path, copy: int | Literal["made"]) -> Path:
    """Returns the file of the examples of a copy, or of the made-up texts."""
    return cache / f"names.{copy}.pickle"


def example(number: int, corpus: int, record: Record) -> Example:
    """Returns a record with annotated names as an example."""
    analysis = read(record["text"])
    stems = names_tagger.numbered_stems(analysis.arrays)
    return Example(
        key=number,
        corpus=corpus,
        words=[token.text for token in analysis.tokens],
        columns={name: column.of_words() for name, column in names_tagger.columns(analysis, stems).items()},
        states=analysis.states.astype(np.float16),
        heads=analysis.arrays.head,
        groups=stems,
        labels=labels(analysis, record["entities"]),
        sentences=np.array([token.sentence for token in analysis.tokens]),
    )


def labels(analysis: Analysis, entities: Sequence[Record]) -> npt.NDArray[np.int64]:
    """Returns the label of each token, as an index of `LABELS`, for annotated names that may nest.

    Of each kind the outermost names count.  An organization overwrites a place in it; a person overwrites the
    organization, except after "имени".
    """
    made = np.zeros(len(analysis.tokens), dtype=np.int64)
    number = {label: i for i, label in enumerate(LABELS)}
    tokens = TokensAt(analysis)
    for kind in KINDS:
        end = 0
        for entity in sorted(entities, key=lambda e: (e["start"], -e["end"])):
            if entity["type"] != kind or entity["start"] < end:
                continue
            end = entity["end"]
            found = tokens.centred_in((entity["start"], end))
            if not found or (kind == "PER" and _in_honour(analysis, found.start, made)):
                continue
            name = "COM" if kind == "ORG" and _is_common(analysis, found) else kind
            made[found.start], made[found.start + 1 : found.stop] = number[f"B-{name}"], number[f"I-{name}"]
            if found.stop < len(made) and LABELS[made[found.stop]][0] == "I":
                made[found.stop] -= 1
    return made


def _in_honour(analysis: Analysis, start: int, made: npt.NDArray[np.int64]) -> bool:
    inside = LABELS[made[start]].endswith("ORG")
    return inside and start > 0 and analysis.tokens[start - 1].lower in _IN_HONOUR


def _is_common(analysis: Analysis, words: range) -> bool:
    """Tells whether an organization is called by common nouns alone.

    No word may have a capital but the first of a sentence; a single word there must be a common noun in the dictionary.
    """
    tokens = analysis.tokens
    if len(words) == 1:
        known = known_tags(tokens[words[0]].text)
        if not known or any(not _PROPER.isdisjoint(tag.grammemes) for tag in known):
            return False
    for i in words:
        text = tokens[i].text
        first = i == analysis.sentence_of(i).start and not text.isupper()
        if any(letter.isupper() for letter in text[first:]):
            return False
    return True
