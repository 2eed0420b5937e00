"""Trains everything anew, in order: what a stage learns from is made by the stages before it.

    python -m training.retrain ../shared                 whatever is not up to date
    python -m training.retrain ../shared --jobs 2        two steps at once, where neither waits for the other
    python -m training.retrain ../shared --dry-run       which steps would run

A step is a command with the files that it reads and writes.  It runs when one of them is not what it was when the
step last ended well, by its content; so a change of the names network makes all run again, a change of
`extractor/confidence.py` the last step alone.  What is no weight of `models/` lies in `build/training` (git-ignored),
with the log of each step.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from training import names, unseen
from training.features import COPIES, kept
from training.unseen import BUILD, NAMES

ROOT = Path(__file__).resolve().parent.parent
# One thread a step; glibc keeps its memory, which spares a third of the time of a training.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": "1000000000",
    "MALLOC_TRIM_THRESHOLD_": "10000000000",
}
# The code that the words of a text are read by, before any stage, and that which learns to tag quotes.
ANALYSIS = (
    *(f"extractor/reading/{name}.py" for name in ("analysis", "characters", "forms", "morphology", "segmentation")),
    *("extractor/reading/tagging.py", "extractor/reading/text.py", "extractor/inference/slovnet.py"),
)
TEXTS = (
    *("extractor/inference/columns.py", "extractor/inference/layers.py", "extractor/names/tagger.py"),
    *("training/names.py", "training/words.py", "training/augment.py"),
)
NAMING = (
    *(
        "extractor/inference/columns.py",
        "extractor/inference/layers.py",
        "extractor/names/tagger.py",
        "extractor/reading/tagging.py",
        "training/train_names.py",
    ),
    *("training/layers.py", "training/descent.py", "training/crf.py"),
)
TAGGING = (
    *(
        "extractor/inference/columns.py",
        "extractor/inference/layers.py",
        "extractor/quotes/learned/tagger.py",
        "training/train_quotes.py",
    ),
    *("training/features.py", "training/layers.py", "training/descent.py", "training/crf.py"),
)
UNSEEN = "training/unseen.py"
_SUFFIXES = frozenset({".py", ".npz", ".tsv"})


@dataclass(frozen=True)
class Step:
    """A module of `training/` with its arguments, the files that decide what it makes, what it makes."""

    name: str
    command: tuple[str, ...]
    reads: tuple[str, ...]
    writes: tuple[str, ...]


def steps(shared: Path) -> list[Step]:
    """All steps, each after those whose files it reads."""
    corpus, scorer = f"{shared}/quotes/train.jsonl", f"{shared}/tools/score.py"
    examples = tuple(str(kept(Path(corpus), copy)) for copy in range(COPIES + 1))
    tags = tuple(f"{BUILD}/tags.{part}.npz" for part in range(unseen.PARTS))
    train_quotes, tagger = ("training.train_quotes", corpus), "models/quotes/tagger.npz"
    references, confidence = "models/references.tsv", "models/confidence.tsv"
    namer = "models/names/tagger.npz"
    corpora = tuple(f"{shared}/{name}" for name in (*names.CORPORA, names.KEPT_OUT))
    texts = (*corpora, *ANALYSIS, *TEXTS)
    unseen_names = (namer, *map(str, NAMES))
    package = tuple(sorted({*_files("extractor"), *_files("models")} - {tagger, references, confidence, namer}))
    return [
        *_naming_steps(shared, texts, namer),
        Step(
            "examples",
            ("training.examples", str(shared)),
            (
                corpus,
                *unseen_names,
                *texts,
                "extractor/quotes/learned/tagger.py",
                "training/features.py",
                "training/augment.py",
                UNSEEN,
            ),
            examples,
        ),
        Step("quotes", (*train_quotes, tagger), (*examples, *TAGGING), (tagger,)),
        *(
            Step(
                f"quotes without part {part}",
                (*train_quotes, f"{BUILD}/quotes.{part}.npz", "--hold-out", str(part), "--tags", tags[part]),
                (*examples, *TAGGING, UNSEEN),
                (f"{BUILD}/quotes.{part}.npz", tags[part]),
            )
            for part in range(unseen.PARTS)
        ),
        Step(
            "figures of quotes",
            ("training.measure_quotes", str(shared), *tags),
            (corpus, scorer, *tags, *package, tagger, "training/measure_quotes.py", UNSEEN),
            ("models/quotes.md",),
        ),
        Step(
            "references",
            ("training.train_references", corpus, "--hold-out", "0/3"),
            (corpus, scorer, *package, *unseen_names[1:], "training/train_references.py", "training/gold_speakers.py"),
            (f"{BUILD}/train.articles.pickle", references),
        ),
        Step(
            "confidence",
            ("training.train_confidence", str(shared), *tags),
            (
                corpus,
                scorer,
                *tags,
                *package,
                references,
                "training/train_confidence.py",
                "training/boosting.py",
                UNSEEN,
            ),
            (confidence,),
        ),
    ]


def _naming_steps(shared: Path, texts: Sequence[str], namer: str) -> Iterator[Step]:
    """The networks of names: those that have not seen a part of the texts, each after its teachers, which have not
    seen it either, and `namer`, that has seen all; it is taught by those whose parts are of factRuEval alone.  The
    first step keeps the analysed `texts` for all.
    """
    train, kept = (
        ("training.train_names", str(shared)),
        [str(names.kept(BUILD, copy)) for copy in range(names.COPIES + 1)],
    )
    factrueval = [BUILD / f"factrueval.{part}.npz" for part in range(unseen.PARTS)]
    reads, writes = (*texts, *NAMING), kept
    teachers: list[str] = []
    for networks, of, fold_of in ((NAMES, "", ()), (factrueval, " of factRuEval", ("--fold-of", names.ANNOTATED[1]))):
        folds = [("--fold", f"{part}/{unseen.PARTS}", *fold_of) for part in range(unseen.PARTS)]
        teachers = [str(path.with_name(f"taught.{path.name}")) for path in networks]
        for part, (fold, taught) in enumerate(zip(folds, teachers, strict=True)):
            yield Step(
                f"teachers without part {part}{of}", (*train, taught, "--teach", *fold), reads, (taught, *writes)
            )
            reads, writes = (*texts, *NAMING, *kept), []
        for part, (fold, taught, path) in enumerate(zip(folds, teachers, networks, strict=True)):
            command = (*train, str(path), "--taught", taught, *fold)
            yield Step(f"names without part {part}{of}", command, (*reads, taught), (str(path),))
    yield Step("names", (*train, namer, "--seed", "2", "--taught", *teachers), (*reads, *teachers), (namer,))


def _files(folder: str) -> Iterator[str]:
    """The code and data within a folder of the repository."""
    return (str(file.relative_to(ROOT)) for file in (ROOT / folder).rglob("*") if file.suffix in _SUFFIXES)


class Stamps:
    """What the files of each step were when it last ended well."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[str]] = json.loads(path.read_text()) if path.exists() else {}

    def fresh(self, step: Step) -> bool:
        """Whether a step's files are as it found and left them."""
        made = all(Path(path).exists() for path in step.writes)
        return made and self._known.get(step.name) == [before(step), digest(step.writes)]

    def note(self, step: Step, found: str) -> None:
        """Keeps what a step found (`before` when it began) and left."""
        self._known[step.name] = [found, digest(step.writes)]
        self._path.write_text(json.dumps(self._known, indent=1), encoding="utf-8")


def before(step: Step) -> str:
    """A checksum of a step's command and of all files that decide what it makes."""
    return hashlib.sha256(f"{step.command} {digest(step.reads)}".encode()).hexdigest()


def digest(paths: Iterable[str]) -> str:
    """A checksum of files by name and content, or of their not being there."""
    total = hashlib.sha256()
    for path in map(Path, paths):
        content = ""
        if path.exists():
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path} {content}\n".encode())
    return total.hexdigest()


def needs(step: Step, other: Step) -> bool:
    """Whether a step reads what the other writes."""
    return not set(step.reads).isdisjoint(other.writes)


def stale(all_steps: Iterable[Step], stamps: Stamps) -> list[Step]:
    """The steps that must run: their files have changed, or will, as steps before them must run."""
    found: list[Step] = []
    for step in all_steps:
        if not stamps.fresh(step) or any(needs(step, other) for other in found):
            found.append(step)
    return found


def run(waiting: list[Step], stamps: Stamps, jobs: int) -> None:
    """Runs steps, `jobs` at once, each when those that write what it reads have ended; those that prove up to date
    are passed over.  Raises subprocess.CalledProcessError when one fails, after those beside it have ended.
    """
    running: dict[Future[None], tuple[Step, str]] = {}
    with ThreadPoolExecutor(jobs) as pool:
        while waiting or running:
            under_way = [step for step, _ in running.values()]
            ready = [
                step
                for number, step in enumerate(waiting)
                if not any(needs(step, other) for other in (*under_way, *waiting[:number]))
            ]
            for step in ready[: jobs - len(running)]:
                waiting.remove(step)
                if stamps.fresh(step):
                    print(f"{step.name}: up to date", flush=True)
                else:
                    running[pool.submit(execute, step)] = step, before(step)
            for future in wait(running, return_when=FIRST_COMPLETED).done if running else ():
                step, found = running.pop(future)
                future.result()
                stamps.note(step, found)


def execute(step: Step) -> None:
    """Runs a step's command; what it prints goes to its log."""
    log = BUILD / f"{step.name.replace(' ', '-')}.log"
    for path in map(Path, step.writes):
        # What a script keeps for itself it would take for good as long as it is there.
        if path.is_relative_to(BUILD):
            path.unlink(missing_ok=True)
    print(f"{step.name}: begins, log in {log}", flush=True)
    start = time.monotonic()
    with log.open("w", encoding="utf-8") as file:
        command = (sys.executable, "-u", "-m", *step.command)
        subprocess.run(command, stdout=file, stderr=file, check=True, env={**os.environ, **ENVIRONMENT})
    print(f"{step.name}: {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("--jobs", type=int, default=1, help="steps at once")
    parser.add_argument("--accept", nargs="+", default=[], metavar="STEP", help="steps whose files stand as they are")
    parser.add_argument("--dry-run", action="store_true", help="only say what would run")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    BUILD.mkdir(parents=True, exist_ok=True)
    stamps = Stamps(BUILD / "stamps.json")
    all_steps = steps(arguments.shared)
    for step in all_steps:
        if step.name in arguments.accept:
            stamps.note(step, before(step))
    found = stale(all_steps, stamps)
    if arguments.dry_run:
        print("\n".join(step.name for step in found) or "all is up to date")
    else:
        run(found, stamps, arguments.jobs)


if __name__ == "__main__":
    main()
