"""Analyses the texts with names once and keeps them as examples for the network of names (`names.py`).

python -m training.names_examples ../shared --workers 2
"""

from __future__ import annotations

import argparse
import pickle
import random
from collections.abc import Iterator, Sequence
from multiprocessing import Pool
from pathlib import Path

from navec import Navec
from slovnet import NER

from extractor.reading.tagging import natasha_data
from training import names
from training.augment import augmented
from training.corpora import BUILD, Record
from training.name_templates import documents
from training.substitution import substituted

# How often the people in an augmented copy of a text get made-up names first, and the number of made-up texts.
_RENAMED = 0.3
_MADE_UP = 2_500


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("--workers", type=int, default=1, help="the number of processes")
    parser.add_argument("--cache", type=Path, default=BUILD, help="the folder to keep them in")
    arguments = parser.parse_args()
    keep(arguments.shared, arguments.cache, arguments.workers)


def keep(shared: Path, cache: Path, workers: int = 1) -> None:
    """Analyses all training texts in so many processes and keeps their examples in the folder `cache`.

    Copy 0 has the texts as they are; copies from 1 on have the annotated ones as other sites would show them, with
    other people's names in some of them.  The made-up texts are kept apart.
    """
    records = names.learned_from(shared)
    annotated = [(corpus, record) for corpus, record in records if corpus < len(names.ANNOTATED)]
    silver = _labelled([record for corpus, record in records if corpus >= len(names.ANNOTATED)])
    # Lines of other articles on the page must hold no name, so they come from texts in which all names are known.
    nameless = [_without_names(record) for corpus, record in annotated if names.CORPORA[corpus] not in names.OPEN_KINDS]
    cache.mkdir(parents=True, exist_ok=True)
    with Pool(workers) as pool:
        for copy in range(names.COPIES + 1):
            rng = random.Random(copy)
            shown = (
                [(names.key(record["text"]), corpus, _spoiled(record, nameless, rng)) for corpus, record in annotated]
                if copy
                else [(names.key(record["text"]), corpus, record) for corpus, record in (*annotated, *silver)]
            )
            names.kept(cache, copy).write_bytes(pickle.dumps(pool.starmap(names.example, shown, chunksize=8)))
        convention = names.CONVENTIONS.index("made up")
        made = [(names.key(record["text"]), convention, record) for record in documents(random.Random(0), _MADE_UP)]
        names.kept(cache, "made").write_bytes(pickle.dumps(pool.starmap(names.example, made, chunksize=64)))


def _spoiled(record: Record, others: Sequence[Record], rng: random.Random) -> Record:
    """Returns the record as another site could show it, often with other people's names."""
    return augmented(substituted(record, rng) if rng.random() < _RENAMED else record, others, rng)


def _labelled(records: Sequence[Record]) -> Iterator[tuple[int, Record]]:
    """Yields the index of the corpus and the record of each text, annotated by Natasha's network of names."""
    data = natasha_data()
    navec = Navec.load(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
    network = NER.load(data / "model" / "slovnet_ner_news_v1.tar").navec(navec)
    for record in records:
        spans = network(record["text"]).spans
        entities = [{"start": span.start, "end": span.stop, "type": span.type} for span in spans]
        yield len(names.ANNOTATED), {"text": record["text"], "entities": entities}


def _without_names(record: Record) -> Record:
    """Returns the record's text without its names, as a source of lines for augmented pages."""
    pieces, last = [], 0
    for entity in sorted(record["entities"], key=lambda entity: (entity["start"], -entity["end"])):
        if entity["start"] >= last and entity["type"] in names.KINDS:
            pieces.append(record["text"][last : entity["start"]])
            last = entity["end"]
    return {"text": "".join([*pieces, record["text"][last:]]), "quotes": ()}


if __name__ == "__main__":
    main()
