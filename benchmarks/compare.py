"""Compares the records that two checkouts make of the same texts, fact by fact.

    python -m benchmarks.compare BEFORE                  a checkout of an earlier commit against this one
    python -m benchmarks.compare BEFORE AFTER --show 5   any two, with five differences of each kind
    python -m benchmarks.compare BEFORE --also ../shared/real/pool.jsonl

BEFORE and AFTER are checkouts (`git worktree add ../before COMMIT`), or folders of records that an earlier run kept
with `--keep`.  A refactoring must change nothing; for a fix, the output says which kinds of facts changed in how many
documents.  The exit status is 1 if anything differs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.corpora import Record, Records, by_id

ROOT = Path(__file__).resolve().parent.parent
CORPORA = (
    "quotes/dev.jsonl",
    "quotes/challenge_dev.jsonl",
    "pages/pages_dev.jsonl",
    "pages/tokayev.gold.jsonl",
    "real/dev.jsonl",
    "hunts/names_dev.jsonl",
    "hunts/quotes_dev.jsonl",
)

# The facts of a record: the value of each by its kind and by what identifies it in the document.
Facts = dict[tuple[str, str], Any]


def main() -> int:
    """Runs the command line; returns the exit status."""
    arguments = _arguments()
    files = [*(arguments.shared / corpus for corpus in CORPORA), *arguments.also]
    differing = 0
    with tempfile.TemporaryDirectory() as folder:
        before = _records(arguments.before, files, Path(folder, "before"), arguments.workers)
        after = _records(arguments.after, files, arguments.keep or Path(folder, "after"), arguments.workers)
        for file in files:
            name = _file_name(file)
            records = by_id(before / name)
            found = compare(records, by_id(after / name))
            changed = {id for places in found.values() for id, _ in places}
            differing += len(changed)
            print(f"{file.parent.name}/{file.name}: {len(changed)} of {len(records)} documents differ")
            for kind, places in sorted(found.items()):
                print(f"    {kind}: {len(places)} in {len({id for id, _ in places})} documents")
                for id, difference in places[: arguments.show]:
                    print(f"        {id}  {difference}")
    return 1 if differing else 0


def compare(before: Records, after: Records) -> dict[str, list[tuple[str, str]]]:
    """Returns the differences between two sets of records by kind of fact: the document's id, and what changed."""
    found: dict[str, list[tuple[str, str]]] = {}
    for id in dict.fromkeys((*before, *after)):
        one, other = before.get(id, {}), after.get(id, {})
        if conversion(one) != conversion(other):
            found.setdefault("converted", []).append((id, f"{conversion(one)} → {conversion(other)}"))
            continue
        old, new = facts(one), facts(other)
        for fact in dict.fromkeys((*old, *new)):
            if old.get(fact) != new.get(fact):
                kind, where = fact
                found.setdefault(kind, []).append((id, f"{where}: {old.get(fact)!r} → {new.get(fact)!r}"))
        if old == new and one != other:
            found.setdefault("order, or the entity of a speaker", []).append((id, ""))
    return found


def conversion(record: Record) -> str:
    """Returns whether a document was converted ("yes", "no"), or the reason or the stages that failed."""
    if record.get("failed"):
        return f"without {', '.join(record['failed'])}"
    return str(record.get("reason", "yes")) if record else "no"


def facts(record: Record) -> Facts:
    """Returns all facts of a record, each by its kind and its place in the text."""
    known: Facts = {}
    for kind in ("people", "organizations"):
        for entity in record.get(kind, ()):
            called = entity["name"]
            for field in entity.keys() - {"id", "name", "mentions"}:
                known[f"{kind}: {field}", called] = entity[field]
            for mention in entity["mentions"]:
                where = f"{mention['start']}–{mention['end']} {mention['text']!r}"
                known[f"{kind}: mention, {mention['kind']}", where] = called
                known[f"{kind}: mention, normal", where] = mention["normal"]
    for quote in record.get("quotes", ()):
        where = " ".join(f"{span['start']}–{span['end']}" for span in quote["spans"]) + f" {quote['text'][:40]!r}"
        known["quotes: found", where] = quote["type"]
        speaker = quote["speaker"] or {}
        known["quotes: speaker, name", where] = speaker.get("name")
        known["quotes: speaker, kind", where] = speaker.get("kind")
        known["quotes: speaker, mention", where] = speaker.get("mention")
        for field in quote.keys() - {"text", "spans", "type", "speaker"}:
            known[f"quotes: {field}", where] = quote[field]
    return known


def _records(place: Path, files: Sequence[Path], folder: Path, workers: int) -> Path:
    """Returns the folder with the records that a checkout makes of files; `place` itself if it is no checkout."""
    if not (place / "extractor").is_dir():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "PYTHONPATH": str(place.resolve())}
    for file in files:
        output = folder / _file_name(file)
        command = (sys.executable, "-m", "extractor", "convert", str(file.resolve()), "-o", output.name)
        ended = subprocess.run(
            (*command, "--workers", str(workers)), cwd=folder, env=environment, capture_output=True, text=True
        )
        if ended.returncode > 1:
            raise RuntimeError(f"{' '.join(command)} in {place} ended with {ended.returncode}: {ended.stderr}")
        errors = folder / f"{output.name}.errors.jsonl"
        if errors.exists():
            with output.open("a", encoding="utf-8") as records:
                records.write(errors.read_text(encoding="utf-8"))
            errors.unlink()
    return folder


def _file_name(file: Path) -> str:
    return f"{file.parent.name}.{file.name}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=Path, help="a checkout, or a folder of its records")
    parser.add_argument("after", type=Path, nargs="?", default=ROOT, help="another one (this checkout)")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="the folder of the corpora")
    parser.add_argument("--also", type=Path, nargs="+", default=[], metavar="FILE", help="further files of articles")
    parser.add_argument("--keep", type=Path, help="a folder to keep the records of AFTER in")
    parser.add_argument("--show", type=int, default=3, help="differences of each kind to print")
    parser.add_argument("--workers", type=int, default=2, help="processes that convert")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
