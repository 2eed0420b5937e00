"""The training examples of the network of names: annotated texts, analysed once, with a label for each token."""

from __future__ import annotations

import pickle
import random
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from navec import Navec
from slovnet import NER

from extractor.names import tagger as names_tagger
from extractor.names.tagger import LABELS
from extractor.reading.analysis import Analysis, read
from extractor.reading.morphology import known_tags
from extractor.reading.tagging import natasha_data
from training.augment import augmented
from training.corpora import Record, documents
from training.tokens import TokensAt

# Each corpus has its own convention of where names begin and end, which is an input of the network in training; in use
# it follows that of the first.  The last corpus has no annotated names: some of its texts are labelled by Natasha's
# network of names, which has learned from far more news.
ANNOTATED = ("corpora/nerel_train.jsonl", "corpora/factrueval_dev.jsonl")
SILVER, SILVER_IDS = "quotes/train.jsonl", "rucoco"
CORPORA = (*ANNOTATED, SILVER)
KEPT_OUT = "quotes/dev.jsonl"
# The number of augmented copies of each text.
COPIES = 1
# Two texts are taken for the same if they share this proportion of their sequences of so many words.
_PIECE = 6
_SAME = 0.2
# A person's name right after one of these words is part of the organization's name.
_IN_HONOUR = frozenset({"имени", "им", "."})
# In the order in which labels are written: later kinds overwrite earlier ones.
_KINDS = ("LOC", "ORG", "PER")
# The grammemes by which the dictionary marks names and abbreviations.
_PROPER = frozenset({"Name", "Surn", "Geox", "Orgn", "Abbr", "Trad"})
_NO_QUOTE = {"cue": None, "attribution": None}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Example:
    """One analysed text: the features of its tokens and their labels.

    `key` is the number of the text (see `key`), `corpus` an index of `CORPORA`, `groups` numbers each token's stem.
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
    kept_out = [_pieces(record["text"]) for record in documents(shared / KEPT_OUT)]
    return [
        (corpus, record)
        for corpus, name in enumerate(CORPORA)
        for record in documents(shared / name)
        if (name != SILVER or record["id"].startswith(SILVER_IDS)) and not _stands_in(record["text"], kept_out)
    ]


def _pieces(text: str) -> set[str]:
    words = _WORD.findall(text.lower().replace("ё", "е"))
    return {" ".join(words[i : i + _PIECE]) for i in range(len(words) - _PIECE + 1)}


def _stands_in(text: str, others: Sequence[set[str]]) -> bool:
    """Tells whether a text is nearly the same as one of those whose word sequences are `others`."""
    own = _pieces(text)
    return any(len(own & other) > _SAME * min(len(own), len(other)) for other in others)


def key(text: str) -> int:
    """Returns a checksum of the letters and digits of a text: it does not depend on spaces and punctuation."""
    return zlib.crc32("".join(_WORD.findall(text.lower().replace("ё", "е"))).encode())


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


def examples(shared: Path, cache: Path, copy: int) -> list[Example]:
    """Returns the examples of all training texts, read from the folder `cache` if they were kept there before.

    Copy 0 has the texts as they are; copies from 1 on have the annotated ones as other sites would show them.
    """
    path = kept(cache, copy)
    if not path.exists():
        records = learned_from(shared)
        annotated = [(corpus, record) for corpus, record in records if corpus < len(ANNOTATED)]
        if copy:
            nameless = [_without_names(record) for _, record in annotated]
            rng = random.Random(copy)
            made = [
                example(key(record["text"]), corpus, _as_elsewhere(record, nameless, rng))
                for corpus, record in annotated
            ]
        else:
            labelled = [*annotated, *_labelled([record for corpus, record in records if corpus >= len(ANNOTATED)])]
            made = [example(key(record["text"]), corpus, record) for corpus, record in labelled]
        cache.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
    found: list[Example] = pickle.loads(path.read_bytes())
    return found


def kept(cache: Path, copy: int) -> Path:
    """Returns the file of the examples of a copy."""
    return cache / f"names.{copy}.pickle"


def _labelled(records: Sequence[Record]) -> Iterator[tuple[int, Record]]:
    """Yields the index of the corpus and the record of each text, annotated by Natasha's network of names."""
    data = natasha_data()
    navec = Navec.load(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
    network = NER.load(data / "model" / "slovnet_ner_news_v1.tar").navec(navec)
    for record in records:
        spans = network(record["text"]).spans
        entities = [{"start": span.start, "end": span.stop, "type": span.type} for span in spans]
        yield len(ANNOTATED), {"text": record["text"], "entities": entities}


def _as_elsewhere(record: Record, nameless: Sequence[Record], rng: random.Random) -> Record:
    """Returns the record as another site could show it, among lines that hold no name."""
    spans = [{"speaker": [entity["start"], entity["end"]], "spans": (), **_NO_QUOTE} for entity in record["entities"]]
    made = augmented({"text": record["text"], "quotes": spans}, nameless, rng)
    places = (span["speaker"] for span in made["quotes"])
    entities = [
        {**entity, "start": start, "end": end} for entity, (start, end) in zip(record["entities"], places, strict=True)
    ]
    return {"text": made["text"], "entities": entities}


def _without_names(record: Record) -> Record:
    """Returns the record's text without its names, as a source of lines for augmented pages."""
    pieces, last = [], 0
    for entity in sorted(record["entities"], key=lambda entity: (entity["start"], -entity["end"])):
        if entity["start"] >= last and entity["type"] in _KINDS:
            pieces.append(record["text"][last : entity["start"]])
            last = entity["end"]
    return {"text": "".join([*pieces, record["text"][last:]]), "quotes": ()}


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
    for kind in _KINDS:
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
