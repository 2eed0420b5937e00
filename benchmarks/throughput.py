"""Speed: the extractor beside Natasha's documented pipeline, and what a text costs by its length.

    python benchmarks/throughput.py

Documents per second on the same articles, in one process, in turn, one thread each.  Natasha's pipeline is
segment, morphology, syntax, names, lemmas and normal forms; the extractor gives full records.  Then the time to
start, the memory, and the time of texts of 1,000 to 1,000,000 characters, which must grow no faster than they do.
"""

from __future__ import annotations

import os

# One thread each: read when NumPy loads its linear algebra.
for _library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"

import argparse  # noqa: E402
import json  # noqa: E402
import platform  # noqa: E402
import statistics  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from importlib.metadata import version  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from baseline import Natasha  # noqa: E402

from extractor import Extractor  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
PACKAGES = ("extractor-ru", "natasha", "slovnet", "razdel", "navec", "pymorphy2", "pymorphy3", "numpy")

# Run in a process of its own: what a user's program pays before the first record, and at its peak.
_START = """
import json, resource, sys, time
begin = time.perf_counter()
from extractor import Extractor
extractor = Extractor()
started = time.perf_counter() - begin
for text in json.load(sys.stdin):
    extractor(text)
print(json.dumps([started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main() -> None:
    arguments = _arguments()
    texts = _texts(arguments.articles)
    print(f"{_processor()}; Python {platform.python_version()}, {platform.system()}")
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))
    print(f"{len(texts)} articles of {statistics.mean(map(len, texts)):.0f} characters, {arguments.articles.name}\n")

    extractor, natasha = Extractor(), Natasha()
    rates = compare(extractor, natasha, texts, arguments.rounds)
    print("| documents per second | median | lowest | highest |\n| --- | --- | --- | --- |")
    for name, values in rates.items():
        print(f"| {name} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |")

    started, memory = json.loads(
        subprocess.run(
            [sys.executable, "-c", _START], input=json.dumps(texts), capture_output=True, text=True, check=True
        ).stdout
    )
    print(f"\nimport and Extractor(): {started:.2f} s; at most {memory:.0f} MB resident over these articles\n")

    print("| text | " + " | ".join(f"{length:,}" for length in LENGTHS) + " |")
    print("| --- |" + " --- |" * len(LENGTHS))
    for name, make in _shapes(texts):
        seconds = [_seconds(extractor, make(length)) for length in LENGTHS]
        print(f"| {name} | " + " | ".join(f"{value:.2f} s" for value in seconds) + " |", flush=True)


def compare(extractor: Extractor, natasha: Natasha, texts: list[str], rounds: int) -> dict[str, list[float]]:
    """Documents per second of both in each round, and their ratio; a first round warms both up."""
    systems: dict[str, Callable[[str], Any]] = {"extractor, full records": extractor, "Natasha's pipeline": natasha}
    rates: dict[str, list[float]] = {name: [] for name in systems}
    for number in range(rounds + 1):
        for name, system in systems.items():
            seconds = sum(_seconds(system, text) for text in texts)
            if number:
                rates[name].append(len(texts) / seconds)
    ours, theirs = rates.values()
    return {**rates, "ratio": [a / b for a, b in zip(ours, theirs, strict=True)]}


def _seconds(function: Callable[[Any], object], argument: object) -> float:
    start = time.perf_counter()
    function(argument)
    return time.perf_counter() - start


def _shapes(texts: list[str]) -> Iterator[tuple[str, Callable[[int], str]]]:
    """Kinds of texts, each with what makes one of a given length."""

    def repeated(unit: str) -> Callable[[int], str]:
        return lambda length: (unit * (length // len(unit) + 1))[:length]

    articles = "\n\n".join(texts)
    words = " ".join(word for word in articles.split() if word.isalpha())
    yield "articles, one after another", repeated(articles + "\n\n")
    yield "one paragraph without a full stop", repeated(words + " ")
    yield "quotation marks", repeated('"')


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    dev = ROOT.parent / "shared" / "quotes" / "dev.jsonl"
    articles = dev if dev.is_file() else ROOT / "samples" / "articles.jsonl"
    parser.add_argument("--articles", type=Path, default=articles, help="JSON lines with the field text")
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main()
