"""Trains everything anew, in order: each step learns from what the steps before it have made.

    python -m training.retrain ../shared                          runs all steps that are not up to date
    python -m training.retrain ../shared --jobs 2                 two steps at once, if neither waits for the other
    python -m training.retrain ../shared list --all --status      lists the steps: R would run, U is up to date
    python -m training.retrain ../shared reset-dep quotes         marks a step as up to date without running it

What follows the folder of the corpora is a command line of doit (https://pydoit.org), which keeps the checksums of the
files that each step read when it last ended well.  A step runs if one of these files has changed or one that it writes
is missing; so a change of the names network makes all steps run, a change of `extractor/confidence.py` the last one.
`reset-dep` is for changes that cannot change what a step makes, as a renamed module or a comment.  Intermediate files,
the log of each step and doit's database lie in `build/training` (git-ignored).
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from doit.cmd_base import ModuleTaskLoader
from doit.doit_cmd import DoitMain

from training import features, gold_speakers, measure_quotes, names, pages, unseen
from training.corpora import BUILD, CONTEXT, KEPT_OUT, QUOTES
from training.unseen import NAMES

ROOT = Path(__file__).resolve().parent.parent
# One thread for each step; and glibc keeps freed memory for itself, which saves a third of the time of a training.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "10000000000",
}
_SUFFIXES = frozenset({".npz", ".tsv"})
# The lines that augmented copies show around an article, and what names are made up of.
PAGE = "training/page.tsv"
MADE_UP = ("training/name_templates.tsv", "training/made_given.tsv", "training/made_surnames.tsv")
QUOTES_MADE_UP = (*MADE_UP, "training/quote_templates.tsv")
# The networks of names with which `benchmarks/evaluate.py` measures on factRuEval.
FACTRUEVAL = tuple(BUILD / f"factrueval.{part}.npz" for part in range(unseen.PARTS))
_TRAIN_NAMES = "training.train_names"
_KEPT_NAMES = tuple(str(names.kept(BUILD, copy)) for copy in (*range(names.COPIES + 1), "made"))
# Steps that analyse or convert all texts share them out among so many processes.
_WORKERS = ("--workers", "2")


@dataclass(frozen=True)
class Step:
    """A module of `training/` with its arguments.

    `reads` are the files of data that decide what it makes, `writes` those that it makes; it waits for `after`, steps
    of which it reads nothing.
    """

    name: str
    command: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    after: tuple[str, ...] = ()

    def dependencies(self) -> list[str]:
        """Returns all files of data and code that decide what the step makes."""
        return sorted({*self.reads, *imported(self.command[0])})

    def log(self) -> Path:
        """Returns the file of what the step prints."""
        return BUILD / f"{self.name}.log"


def steps(shared: Path) -> list[Step]:
    """Returns all steps, each after those whose files it reads; `shared` is the folder of the corpora.

    What ships comes first, the networks that only measure last.
    """
    scorer, tagger, namer = f"{shared}/tools/score.py", "models/quotes/tagger.npz", "models/names/tagger.npz"
    examples = tuple(str(features.kept(copy)) for copy in (*range(features.COPIES + 1), "made"))
    tags = tuple(f"{BUILD}/tags.{part}.npz" for part in range(unseen.PARTS))
    references, confidence = "models/references.npz", "models/confidence.tsv"
    context = "models/name_context.tsv"
    analysed = tuple(str(gold_speakers.kept(corpus)) for corpus in (*QUOTES, gold_speakers.MADE_UP))
    corpora = tuple(f"{shared}/{name}" for name in sorted({*names.CORPORA, *names.KEPT_OUT, *QUOTES, *KEPT_OUT}))
    article = "models/article.tsv"
    unseen_names = tuple(map(str, NAMES))
    # The lexicons and weights of the package that no step makes.
    lexicons = tuple(sorted({*_models()} - {tagger, references, confidence, namer, context}))
    annotated = tuple(f"{shared}/{name}.jsonl" for name in pages.CORPORA)
    hand_made = ("models/page_words.tsv", "training/article_spans.tsv", "training/page_lines.tsv")
    measured = tuple(f"{shared}/{name}.jsonl" for name in measure_quotes.CORPORA)
    train_quotes = "training.train_quotes"
    return [
        Step("article", ("training.train_article", str(shared)), (*annotated, *hand_made), (article,)),
        *_naming_steps(shared, (*corpora, article), namer),
        Step(
            "name-context",
            ("training.train_name_context", str(shared)),
            (*(f"{shared}/{name}" for name in CONTEXT), namer, *lexicons),
            (context,),
        ),
        Step(
            "examples",
            ("training.examples", str(shared), *_WORKERS),
            (*corpora, article, namer, *unseen_names, PAGE, *QUOTES_MADE_UP),
            examples,
        ),
        Step("quotes", (train_quotes, tagger), examples, (tagger,)),
        *(
            Step(
                f"quotes-without-{part}",
                (train_quotes, f"{BUILD}/quotes.{part}.npz", "--hold-out", str(part), "--tags", tags[part]),
                examples,
                (f"{BUILD}/quotes.{part}.npz", tags[part]),
            )
            for part in range(unseen.PARTS)
        ),
        Step(
            "references",
            ("training.train_references", str(shared), "--hold-out", "0/3"),
            (*corpora, scorer, namer, *unseen_names, *lexicons, context, *QUOTES_MADE_UP),
            (*analysed, references),
        ),
        Step(
            "confidence",
            ("training.train_confidence", str(shared), *tags, *_WORKERS),
            (*corpora, scorer, *tags, namer, *unseen_names, *lexicons, context, references),
            (confidence,),
        ),
        Step(
            "figures-of-quotes",
            ("training.measure_quotes", str(shared), *tags),
            (*corpora, *measured, scorer, *tags, namer, *unseen_names, *lexicons, context, tagger),
            ("models/quotes.md",),
        ),
        *_naming_folds(FACTRUEVAL, ("--fold-of", names.ANNOTATED[1]), after=("confidence", "figures-of-quotes")),
    ]


def _naming_steps(shared: Path, corpora: Sequence[str], namer: str) -> Iterator[Step]:
    """Yields the steps of the networks of names: the analysed texts, the folds, and `namer`, the network that ships.

    The latter learns from all texts, taught by the teachers of both folds.
    """
    yield Step(
        "names-examples",
        ("training.names_examples", str(shared), *_WORKERS),
        (*corpora, PAGE, *MADE_UP),
        _KEPT_NAMES,
    )
    folds = list(_naming_folds(NAMES))
    teachers = tuple(path for step in folds[: unseen.PARTS] for path in step.writes)
    yield from folds[: unseen.PARTS]
    yield Step(
        "names", (_TRAIN_NAMES, namer, "--seed", "2", "--taught", *teachers), (*_KEPT_NAMES, *teachers), (namer,)
    )
    yield from folds[unseen.PARTS :]


def _naming_folds(networks: Sequence[Path], fold_of: Sequence[str] = (), after: tuple[str, ...] = ()) -> Iterator[Step]:
    """Yields the steps of teachers and then of `networks`, each of which has not learned from one part of the texts.

    The teachers of a network have not learned from its part either; their probabilities lie beside it.  They wait for
    the steps `after`.
    """
    folds = [("--fold", f"{part}/{unseen.PARTS}", *fold_of) for part in range(unseen.PARTS)]
    teachers = [str(path.with_name(f"taught.{path.name}")) for path in networks]
    without = "without-factrueval" if fold_of else "without"
    for part, (fold, taught) in enumerate(zip(folds, teachers, strict=True)):
        yield Step(
            f"teachers-{without}-{part}", (_TRAIN_NAMES, taught, "--teach", *fold), _KEPT_NAMES, (taught,), after
        )
    for part, (fold, taught, path) in enumerate(zip(folds, teachers, networks, strict=True)):
        command = (_TRAIN_NAMES, str(path), "--taught", taught, *fold)
        yield Step(f"names-{without}-{part}", command, (*_KEPT_NAMES, taught), (str(path),))


def _models() -> Iterator[str]:
    """Yields the files of data in `models/`."""
    return (str(file.relative_to(ROOT)) for file in (ROOT / "models").rglob("*") if file.suffix in _SUFFIXES)


@cache
def imported(module: str) -> frozenset[str]:
    """Returns the files of the checkout that a module consists of: its own, and those of modules that it names.

    Import statements are followed from file to file.  A package counts only where something is imported from it by
    name: `from extractor.names.tagger import label` does not depend on what else `extractor/names/__init__.py` imports.
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        file = _file(name)
        if file is None or file in found:
            continue
        found.add(file)
        for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                waiting += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                within = [f"{node.module}.{alias.name}" for alias in node.names]
                waiting += [name if _file(name) else node.module for name in within]
    return frozenset(found)


def _file(module: str) -> str | None:
    """Returns the file of a module or package of the checkout."""
    place = module.replace(".", "/")
    return next((file for file in (f"{place}.py", f"{place}/__init__.py") if (ROOT / file).is_file()), None)


def execute(step: Step) -> None:
    """Runs a step's command; what it prints goes to its log.  Raises subprocess.CalledProcessError if it fails."""
    step.log().parent.mkdir(parents=True, exist_ok=True)
    for path in map(Path, step.writes):
        # A script would take its own intermediate files of an earlier run for up to date.
        if path.is_relative_to(BUILD):
            path.unlink(missing_ok=True)
    with step.log().open("w", encoding="utf-8") as file:
        command = (sys.executable, "-u", "-m", *step.command)
        subprocess.run(command, stdout=file, stderr=file, check=True, env={**os.environ, **ENVIRONMENT})


def task(step: Step, run: Callable[[Step], None] = execute) -> dict[str, Any]:
    """Returns a step as a task of doit; `run` does its work."""

    def same_command(task: Any, values: dict[str, Any]) -> bool:
        task.value_savers.append(lambda: {"command": list(step.command)})
        return bool(values.get("command", list(step.command)) == list(step.command))

    return {
        "basename": step.name,
        "actions": [(run, [step])],
        "file_dep": step.dependencies(),
        "targets": list(step.writes),
        "task_dep": list(step.after),
        "uptodate": [same_command],
        "doc": " ".join(("python -m", *step.command)),
    }


def doit(tasks: Sequence[dict[str, Any]], state: Path, arguments: Sequence[str]) -> int:
    """Runs a command line of doit over tasks, with its database in the file `state`; returns the exit status."""

    def creator() -> Iterator[dict[str, Any]]:
        yield from tasks

    state.parent.mkdir(parents=True, exist_ok=True)
    settings = {"dep_file": str(state), "backend": "json", "par_type": "thread", "verbosity": 2}
    loader = ModuleTaskLoader({"task_steps": creator, "DOIT_CONFIG": settings})
    return int(DoitMain(loader).run(list(arguments)) or 0)


def main() -> int:
    """Runs the command line; returns the exit status."""
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(__doc__)
        return 0 if len(sys.argv) > 1 else 2
    shared, *arguments = sys.argv[1:]
    os.chdir(ROOT)
    if not arguments or arguments[0].startswith("-"):
        arguments = ["run", *("--process" if argument == "--jobs" else argument for argument in arguments)]
    return doit([task(step) for step in steps(Path(shared))], BUILD / "doit.json", arguments)


if __name__ == "__main__":
    sys.exit(main())
