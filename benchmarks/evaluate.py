"""Accuracy on the annotated corpora: the extractor, and beside it the best a user can put together today.

    python -m benchmarks.evaluate                          the whole table
    python -m benchmarks.evaluate quotes pages --no-baseline
    python -m benchmarks.evaluate --write-readme           the table into README.md, between its markers

The figures are those of `tools/score.py` in the folder of the corpora, whose docstring says what each means.  Figures
on quotes come with a 95 % confidence interval, by 1,000 resamples of the documents (bootstrap): a difference within it
may be chance.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from extractor import Document, Extractor
from extractor.names import tagger as names_tagger
from extractor.names.tagger import label
from extractor.reading.analysis import read
from extractor.reading.tagging import tagger
from extractor.version import __version__
from training import chain as stages
from training import names
from training.corpora import Record, Records, by_id
from training.scoring import (
    CUTS,
    Figures,
    judged,
    load_scorer,
    reliability,
    score,
    scored,
    table_head,
    table_row,
    write_between,
)

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- accuracy: written by benchmarks/evaluate.py -->", "<!-- end of accuracy -->"
RESAMPLES = 1000

Intervals = dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Corpus:
    """A file of annotated documents, the figures that the table shows, and the groups in which they are shown besides.

    `key` is its name on the command line, `figures` the names of figures by the way in which the scorer judges,
    `groups` keys of `GROUPS`, `limit` the number of documents that are read.
    """

    key: str
    title: str
    path: str
    figures: Mapping[str, tuple[str, ...]]
    groups: tuple[str, ...] = ()
    limit: int | None = None


_QUOTES = (*CUTS, "name", "kind", "end_to_end_direct+mixed", "end_to_end_all")
_NAMES = ("people_f1", "organizations_f1")
_PROBES = ("probes_quotes", "probes_people", "probes_organizations", *_NAMES)
_ENTITIES = ("PER_exact_f1", "PER_overlap_f1", "ORG_exact_f1", "ORG_overlap_f1")
_FORMS = ("form_recall", "form_precision", "base", "linked_f1")
_BASES = ("base_PER", "base_PER_oblique", "base_ORG", "base_ORG_oblique")
CORPORA = (
    Corpus(
        "real",
        "real/dev",
        "real/dev.jsonl",
        {
            "quotes": _QUOTES,
            "article": ("article", "article_pages", "in_article"),
            "probes": _NAMES,
            "people": ("gender", "roles_f1"),
            "entities": _ENTITIES,
            "names": _FORMS,
        },
        groups=("kind", "country"),
    ),
    Corpus("quotes", "quotes/dev", "quotes/dev.jsonl", {"quotes": _QUOTES}, groups=("source",)),
    Corpus("challenge", "quotes/challenge_dev", "quotes/challenge_dev.jsonl", {"probes": _PROBES}),
    Corpus(
        "pages",
        "pages/pages_dev",
        "pages/pages_dev.jsonl",
        {"quotes": _QUOTES, "article": ("article", "in_article"), "probes": _NAMES},
    ),
    Corpus("tokayev", "pages/tokayev", "pages/tokayev.gold.jsonl", {"quotes": ("f1@exact", "name", "kind")}),
    Corpus("hunts-quotes", "hunts/quotes_dev", "hunts/quotes_dev.jsonl", {"probes": _PROBES}),
    Corpus("hunts-names", "hunts/names_dev", "hunts/names_dev.jsonl", {"cases": ("cases", "kinds")}),
    Corpus("nerel", "corpora/nerel_dev", "corpora/nerel_dev.jsonl", {"entities": _ENTITIES}),
    Corpus(
        "factrueval",
        "corpora/factrueval_dev, cross-validated",
        "corpora/factrueval_dev.jsonl",
        {"entities": _ENTITIES},
    ),
    Corpus("bsnlp", "corpora/bsnlp_dev", "corpora/bsnlp_dev.jsonl", {"names": _FORMS}),
    Corpus("runormas", "corpora/runormas_dev", "corpora/runormas_dev.jsonl", {"bases": _BASES}),
    Corpus(
        "rucoco",
        "corpora/rucoco_dev, first 300",
        "corpora/rucoco_dev.jsonl",
        {"chains": ("chain_f1",)},
        limit=300,
    ),
)
# The figures of a table by groups, as far as the corpus has them.
_GROUPED = ("f1@0.8", "speaker", "name", "end_to_end_all", "article", *_NAMES)
# The country of an outlet that `outlets.tsv` does not list.
UNKNOWN = "unknown"


def country(document: Record) -> str:
    """The country in which a document's outlet is published: Kazakhstan, Russia, another one or unknown."""
    found = _countries().get(document["outlet"], UNKNOWN)
    return found if found in ("Kazakhstan", "Russia", UNKNOWN) else "others"


@cache
def _countries() -> dict[str, str]:
    """The country of each outlet of `outlets.tsv`."""
    lines = Path(__file__).with_name("outlets.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


# The group that a document belongs to, by the title of the column.  The id of quotes/dev begins with its source.
GROUPS: Mapping[str, Callable[[Record], str]] = {
    "kind": lambda document: str(document["kind"]),
    "country": country,
    "source": lambda document: str(document["id"]).partition("-")[0],
}


def main() -> None:
    """Runs the command line."""
    arguments = _arguments()
    scorer = load_scorer(arguments.shared)
    extractor = Extractor()
    systems: dict[str, Callable[[Iterable[tuple[str, str]]], Iterable[Document]]] = {
        "extractor": lambda pairs: extractor.pipe(pairs, workers=arguments.workers)
    }
    if arguments.baseline:
        systems["baseline"] = _baseline()
    rows: list[list[str]] = []
    details: list[str] = []
    for corpus in CORPORA:
        if arguments.corpora and corpus.key not in arguments.corpora:
            continue
        print(f"{corpus.title} …", file=sys.stderr, flush=True)
        gold = by_id(arguments.shared / corpus.path, corpus.limit)
        scores: dict[str, Figures] = {}
        intervals: Intervals = {}
        for system, run in systems.items():
            if system == "extractor" and corpus.key == "factrueval":
                run = cross_validated
            records = make_records(gold, run)
            scores[system] = {
                key: value for how in corpus.figures for key, value in score(scorer, how, gold, records).items()
            }
            if system == "extractor":
                details += _by_groups(corpus, scorer, gold, records)
                if "quotes" in corpus.figures and len(gold) > 1:
                    intervals = bootstrap(count(scorer, gold, records))
                    details += _by_confidence(corpus, scorer, gold, records)
                    details += _errors(corpus, errors(scorer, gold, records))
        rows += _rows(corpus, scores, intervals, arguments.baseline)
    text = _table(rows, arguments.baseline) + ("\n" + "\n".join(details) if details else "")
    print(text)
    if arguments.write_readme:
        write_between(ROOT / "README.md", text, BEGIN, END)


def make_records(gold: Records, run: Callable[[Iterable[tuple[str, str]]], Iterable[Document]]) -> Records:
    """Returns the records of all gold documents, as `extractor convert` writes them."""
    documents = run((id, document["text"]) for id, document in gold.items())
    return {document.id: json.loads(document.model_dump_json()) for document in documents}


def cross_validated(pairs: Iterable[tuple[str, str]]) -> Iterator[Document]:
    """Yields records without quotes, with names by networks that have not learned from the text (what ships has).

    Raises FileNotFoundError if `training.retrain` has not made these networks.
    """
    paths = sorted((ROOT / "build" / "training").glob("factrueval.*.npz"))
    if not paths:
        raise FileNotFoundError("no build/training/factrueval.*.npz: python -m training.retrain makes them")
    networks = [names_tagger.Network.load(path, tagger().vectors) for path in paths]
    for id, text in pairs:
        analysis = label(read(text), networks[names.key(text) % len(networks)])
        yield stages.find(analysis, quotes=()).document(id)


def errors(scorer: Any, gold: Records, records: Records) -> dict[str, int]:
    """Counts the errors that the scorer notes on quotes, by kind; wrong names by what was given instead."""
    notes = scored(scorer, scorer.Report(1), "quotes", gold, records).notes
    counts = {kind: len(found) for kind, found in notes.items() if kind != "name"}
    for note in notes.get("name", ()):
        named, got = "gold None got" not in note, "got None  «" not in note
        kind = "another name" if named and got else "not named" if named else "named without ground"
        counts[f"name: {kind}"] = counts.get(f"name: {kind}", 0) + 1
    return counts


def ratios(scorer: Any, how: str, gold: Records, records: Records) -> dict[str, tuple[float, int]]:
    """Returns each figure that the scorer gives in one of its ways, with the denominator of the ratio that it is.

    The scorer prints it beside the figure ("of 12"; an F1 is twice the found items over the sum of gold and extracted
    ones); 0 is returned where it prints none.
    """

    class Ratios(scorer.Report):  # type: ignore[misc]
        def figure(self, key: str, value: float, text: str = "") -> None:
            numbers = re.search(r"gold (\d+), extracted (\d+)", text) or re.search(r"of (\d+)", text)
            self.figures[key] = value, sum(map(int, numbers.groups())) if numbers else 0

    found: dict[str, tuple[float, int]] = scored(scorer, Ratios(0), how, gold, records).figures
    return found


def count(scorer: Any, gold: Records, records: Records) -> dict[str, dict[str, tuple[float, float]]]:
    """Returns the numerator and denominator of each figure on quotes, for each document.

    Every such figure is a ratio of counts, so the figure of several documents is a ratio of sums.
    """
    counts: dict[str, dict[str, tuple[float, float]]] = {}
    for id in gold:
        found = ratios(scorer, "quotes", {id: gold[id]}, {id: records[id]})
        counts[id] = {key: (round(value * of), of) for key, (value, of) in found.items()}
    return counts


def bootstrap(counts: Mapping[str, Mapping[str, tuple[float, float]]]) -> Intervals:
    """Returns the 95 % intervals of all figures, by documents drawn with replacement."""
    generator = np.random.default_rng(0)
    draws = generator.integers(len(counts), size=(RESAMPLES, len(counts)))
    intervals: Intervals = {}
    for key in next(iter(counts.values())):
        pairs = np.array([figures[key] for figures in counts.values()], dtype=float)
        numerator, denominator = pairs[draws].sum(axis=1).T
        values = np.divide(numerator, denominator, out=np.zeros(RESAMPLES), where=denominator > 0)
        low, high = np.percentile(values, [2.5, 97.5])
        intervals[key] = (float(low), float(high))
    return intervals


def _baseline() -> Callable[[Iterable[tuple[str, str]]], Iterator[Document]]:
    from benchmarks.baseline import Baseline

    system = Baseline()
    return lambda pairs: (system(text, id) for id, text in pairs)


def _rows(corpus: Corpus, scores: Mapping[str, Figures], intervals: Intervals, baseline: bool) -> list[list[str]]:
    rows = []
    for number, key in enumerate(chain.from_iterable(corpus.figures.values())):
        interval = "{:.2f}–{:.2f}".format(*intervals[key]) if key in intervals else ""
        row = [corpus.title if number == 0 else "", key, f"**{scores['extractor'][key]:.3f}**", interval]
        rows.append([*row, f"{scores['baseline'][key]:.3f}"] if baseline else row)
    return rows


def _by_groups(corpus: Corpus, scorer: Any, gold: Records, records: Records) -> list[str]:
    """Returns a table of figures for each of the corpus's groupings, the largest group first; "–" for one of none."""
    shown = set(chain.from_iterable(corpus.figures.values()))
    keys = [key for key in _GROUPED if key in shown]
    lines = []
    for title in corpus.groups:
        members: dict[str, Records] = {}
        for id, document in gold.items():
            members.setdefault(GROUPS[title](document), {})[id] = document
        lines += ["", f"{corpus.title} by {title}:", "", *table_head(title, "documents", "quotes", *keys)]
        for group, those in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
            found = {key: ratio for how in corpus.figures for key, ratio in ratios(scorer, how, those, records).items()}
            quotes = sum(len(document["quotes"]) for document in those.values())
            values = [f"{value:.3f}" if of else "–" for value, of in (found[key] for key in keys)]
            lines.append(table_row(group, str(len(those)), str(quotes), *values))
    return lines


def _errors(corpus: Corpus, counts: Mapping[str, int]) -> list[str]:
    lines = ["", f"{corpus.title}, errors by kind:", "", *table_head("kind", "errors")]
    return lines + [table_row(kind, str(n)) for kind, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _by_confidence(corpus: Corpus, scorer: Any, gold: Records, records: Records) -> list[str]:
    """Returns a table of how often quotes are right, by their confidence."""
    right = [named for id in gold for _, named in judged(scorer, gold[id], records[id]["quotes"])]
    said = [quote["confidence"] for id in gold for quote in records[id]["quotes"]]
    return [
        "",
        f"{corpus.title}, quotes found whole and with the right name, by their confidence:",
        "",
        *reliability(said, right),
    ]


def _table(rows: list[list[str]], baseline: bool) -> str:
    head = ["on", "figure", f"extractor {__version__}", "95 % interval"] + ["Natasha, marks, nearest person"] * baseline
    return "\n".join([*table_head(*head), *(table_row(*row) for row in rows)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    keys = [corpus.key for corpus in CORPORA]
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"all by default: {', '.join(keys)}")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of the corpora")
    parser.add_argument("--no-baseline", dest="baseline", action="store_false", help="the extractor alone")
    parser.add_argument("--write-readme", action="store_true", help="put the table into README.md")
    parser.add_argument("--workers", type=int, default=1, help="processes of the extractor")
    arguments = parser.parse_args()
    if unknown := set(arguments.corpora) - set(keys):
        parser.error(f"no such corpus: {', '.join(sorted(unknown))}; there are {', '.join(keys)}")
    return arguments


if __name__ == "__main__":
    main()
