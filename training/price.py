"""Prices rules: runs the corpora with each rule left out, and prints what it gains and costs.

    python -m training.price                                           all rules on all development corpora
    python -m training.price --rules 'quotes.*' --corpora quotes/dev   some rules on one corpus
    python -m training.price --corpora real/train --workers 2          on a larger set that no rule was made on

A rule is an `extractor.rules.Rule` in a module-level tuple of any module that the pipeline imports.  Texts are analysed
and tagged once; then all stages from the names on run over them with all rules, and once without each rule.  The table
has a row for each rule: how often it fired, in how many documents the record changes without it, and for each figure
what the rule adds (positive) or costs (negative).  The last column marks rules to look at:

- never fires: it found nothing in any text;
- changes nothing: it fires, but all records are the same without it;
- does not pay: some records change without it, and no figure falls.

Each run is a process of its own, forked after the analysis, so that no cache filled under other rules is read.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType
from typing import Any

import extractor.pipeline  # noqa: F401  (loads all modules whose rules can be priced)
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import QuoteTags, tag_quotes
from extractor.reading.analysis import Analysis, read
from extractor.rules import Rule
from training import chain
from training.corpora import Records, by_id
from training.scoring import Figures, load_scorer, score, table_head, table_row

ROOT = Path(__file__).resolve().parent.parent
_QUOTES = ("quotes", ("f1@0.8", "end_to_end_all"))
_NAMES = ("probes", ("people_f1", "organizations_f1"))
# The corpora, with the scorer's ways of judging each and the figures shown of it.
CORPORA: Mapping[str, Sequence[tuple[str, Sequence[str]]]] = {
    "quotes/dev": (_QUOTES,),
    "real/dev": (_QUOTES, _NAMES),
    "real/train": (_QUOTES, _NAMES),
    "pages/pages_dev": (_QUOTES, _NAMES),
    "quotes/challenge_dev": (("probes", ("probes_quotes", "probes_people", "probes_organizations")),),
    "corpora/nerel_dev": (("entities", ("PER_exact_f1", "ORG_exact_f1")),),
    "corpora/factrueval_dev": (("entities", ("PER_exact_f1", "ORG_exact_f1")),),
    "corpora/bsnlp_dev": (("names", ("form_recall", "form_precision", "linked_f1")),),
    "hunts/names_dev": (("cases", ("cases",)),),
    "hunts/quotes_dev": (("probes", ("probes_quotes",)),),
}
# real/train is larger than all others together: it is run over only when it is asked for.
_DEVELOPMENT = [name for name in CORPORA if name != "real/train"]


@dataclass(frozen=True)
class Place:
    """A rule, the module that defines its tuple, and all module variables whose tuples hold it."""

    rule: Rule[Any]
    module: str
    variables: tuple[tuple[ModuleType, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What one run over the corpora gives.

    `records` are checksums by corpus and id; `fired` counts the finds of each rule, in the run with all rules.
    """

    figures: Figures
    records: dict[str, str]
    fired: Counter[str]


# A run over the corpora by the rules as they stand in the modules: the figures, and the checksums of the records.
Run = Callable[[], tuple[Figures, dict[str, str]]]


def places(modules: Iterable[ModuleType]) -> dict[str, Place]:
    """Returns the rules in module-level tuples by name.  Raises ValueError if two rules have the same name."""
    found: dict[str, Place] = {}
    for module in modules:
        for variable, value in vars(module).items():
            if not (isinstance(value, tuple) and value and all(isinstance(item, Rule) for item in value)):
                continue
            for rule in value:
                known = found.get(rule.name, Place(rule, module.__name__.removeprefix("extractor."), ()))
                if known.rule is not rule:
                    raise ValueError(f"two rules are named {rule.name!r}: in {known.module} and {module.__name__}")
                found[rule.name] = replace(known, variables=(*known.variables, (module, variable)))
    return found


def package_places() -> dict[str, Place]:
    """Returns the rules of all loaded modules of the package by name."""
    return places(module for name, module in sorted(sys.modules.items()) if name.startswith("extractor."))


def leave_out(place: Place) -> None:
    """Takes a rule out of all tuples that hold it, in this process."""
    for module, variable in place.variables:
        setattr(module, variable, tuple(rule for rule in getattr(module, variable) if rule is not place.rule))


def count_finds(found: Iterable[Place], fired: Counter[str]) -> None:
    """Puts into all tuples rules that count in `fired`, by name, what they find, in this process."""
    for place in found:
        counted = replace(place.rule, apply=_counting(place.rule, fired))
        for module, variable in place.variables:
            rules = getattr(module, variable)
            setattr(module, variable, tuple(counted if rule is place.rule else rule for rule in rules))


def _counting(rule: Rule[Any], fired: Counter[str]) -> Callable[..., Any]:
    """Returns the function of a rule, made to count: each item of a list, set or iterator, else each true answer."""

    def each(items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            fired[rule.name] += 1
            yield item

    def apply(*arguments: Any, **named: Any) -> Any:
        result = rule.apply(*arguments, **named)
        if isinstance(result, Iterator):
            return each(result)
        several = isinstance(result, list | set | frozenset | dict) or type(result) is tuple
        fired[rule.name] += len(result) if several else bool(result)
        return result

    return apply


# The task of forked processes: they inherit it, as it cannot be sent to them.
_task: tuple[Mapping[str, Place], Run] = ({}, lambda: ({}, {}))


def _outcome(name: str | None) -> Outcome:
    """Runs without the rule of a name, or with all rules, whose finds are then counted.  For a process of its own."""
    found, run = _task
    fired = Counter[str]()
    if name is None:
        count_finds(found.values(), fired)
    else:
        leave_out(found[name])
    return Outcome(*run(), fired)


def outcomes(found: Mapping[str, Place], names: Sequence[str], run: Run, workers: int) -> Iterator[Outcome]:
    """Yields the outcome with all rules, then that without each of `names`, from `workers` processes."""
    global _task
    _task = found, run
    gc.collect()
    gc.freeze()  # the collector must not touch, and so copy, the memory that forked processes share
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        yield from pool.imap(_outcome, [None, *names], chunksize=1)
    gc.unfreeze()


def row(place: Place, full: Outcome, without: Outcome) -> list[str]:
    """Returns the cells of a rule's row."""
    fired = full.fired[place.rule.name]
    changed = sum(without.records[key] != record for key, record in full.records.items())
    gains = [round(value - without.figures[key], 4) for key, value in full.figures.items()]
    cells = [f"{gain:+.4f}" if gain else "" for gain in gains]
    verdict = ""
    if not changed:
        verdict = "changes nothing" if fired else "never fires"
    elif all(gain <= 0 for gain in gains):
        verdict = "does not pay"
    return [place.rule.name, place.module, f"{fired:,}", str(changed), *cells, verdict]


@dataclass(frozen=True)
class Corpus:
    """A corpus in memory: its annotation, and what the stages before the names give for each document."""

    name: str
    gold: Records
    analysed: Mapping[str, tuple[Analysis, QuoteTags]]


def analysed(shared: Path, name: str) -> Corpus:
    """Returns a corpus of `CORPORA`, analysed and tagged."""
    gold = by_id(shared / f"{name}.jsonl")
    analyses = {id: label(read(document["text"])) for id, document in gold.items()}
    return Corpus(name, gold, {id: (analysis, tag_quotes(analysis)) for id, analysis in analyses.items()})


def run_over(corpora: Sequence[Corpus], scorer: Any) -> tuple[Figures, dict[str, str]]:
    """Runs the stages from the names on over corpora: a `Run` once its arguments are bound.

    Raises whatever a stage raises, with the document's id in a note.
    """
    figures: Figures = {}
    checksums: dict[str, str] = {}
    for corpus in corpora:
        records: Records = {}
        for id, (analysis, tags) in corpus.analysed.items():
            try:
                document = chain.find(analysis, tags=tags).document(id)
            except Exception as error:
                error.add_note(f"on {id} of {corpus.name}")
                raise
            records[id] = document.model_dump()
            checksums[f"{corpus.name} {id}"] = hashlib.sha256(document.model_dump_json().encode()).hexdigest()
        for how, keys in CORPORA[corpus.name]:
            all_figures = score(scorer, how, corpus.gold, records)
            figures |= {f"{corpus.name} {key}": all_figures[key] for key in keys}
    return figures, checksums


def main() -> None:
    """Runs the command line."""
    arguments = _arguments()
    found = package_places()
    names = [
        name for name, place in found.items() if any(fnmatch(text, arguments.rules) for text in (name, place.module))
    ]
    if not names:
        sys.exit(f"no rule of {len(found)} matches {arguments.rules!r}")
    scorer = load_scorer(arguments.shared)
    corpora = []
    for name in arguments.corpora:
        print(f"{name} …", file=sys.stderr, flush=True)
        corpora.append(analysed(arguments.shared, name))
    made = outcomes(found, names, lambda: run_over(corpora, scorer), arguments.workers)
    full = next(made)
    figures = [f"{value:.4f}" for value in full.figures.values()]
    print("\n".join(table_head("rule", "module", "fired", "documents", *full.figures, "")))
    print(table_row("all", "", f"{full.fired.total():,}", str(len(full.records)), *figures, ""), flush=True)
    for name, without in zip(names, made, strict=True):
        print(table_row(*row(found[name], full, without)), flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of the corpora")
    parser.add_argument(
        "--rules", default="*", metavar="PATTERN", help="rules whose name or module matches, as 'quotes.*'"
    )
    parser.add_argument("--corpora", nargs="+", choices=CORPORA, default=_DEVELOPMENT, metavar="CORPUS")
    parser.add_argument("--workers", type=int, default=1, help="processes that run the stages")
    return parser.parse_args()


if __name__ == "__main__":
    main()
