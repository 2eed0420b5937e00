"""Speed: the extractor beside Natasha's documented pipeline, and what a text costs by its length.

    python -m benchmarks.throughput                    takes about four minutes
    python -m benchmarks.throughput --write-readme     the tables into README.md, between its markers

Documents per second of processor time on the same articles, in one process with one thread, the two systems taking
turns at each article.  Natasha's pipeline is segmentation, morphology, syntax, names, lemmas and normal forms; the
extractor makes full records.  Both have caches by word: the first round shows the cost with empty caches, the median of
the others with full ones; an archive lies between the two.  Then the time by stage; two workers of the command against
one, reading and writing included; the time to start and the memory; and the time of texts of 1,000 to 1,000,000
characters, which must not grow faster than their length.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.baseline import Natasha
from benchmarks.machine import ROOT, default_articles, processor
from extractor import Extractor, pipeline
from extractor.inference import kernels
from training.corpora import texts as read_texts
from training.scoring import table_head, table_row, write_between

BEGIN, END = "<!-- speed: written by benchmarks/throughput.py -->", "<!-- end of speed -->"
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
PACKAGES = ("extractor-ru", "natasha", "slovnet", "razdel", "navec", "pymorphy2", "pymorphy3", "dawg2", "numpy")
# The functions that `pipeline.py` calls for a text, under the names of the table.
STAGES = {
    "reading": ("read",),
    "names": ("label", "find_entities"),
    "quotes": ("find_quotes",),
    "coreference and speakers": ("resolve",),
    "confidence and record": ("confidences", "assemble", "within_article"),
}
# The number of articles that the command converts, large against the time to start; and the length in characters of the
# texts by which memory is measured.
CONVERTED, LONG = 3_000, 20_000

# Run in a process of its own: the time before the first record, and the peak of memory.  Not by ru_maxrss, which on
# Linux starts with the memory of the parent process.
_START = """
import json, sys, time
texts = json.load(sys.stdin)
begin = time.process_time()
from extractor import Extractor
extractor = Extractor()
started = time.process_time() - begin
for text in texts:
    extractor(text)
with open("/proc/self/status") as lines:
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
print(json.dumps([started, peak / 1024]))
"""


def main() -> None:
    """Runs the command line."""
    arguments = _arguments()
    texts = read_texts(arguments.articles)
    lines: list[str] = []

    def say(*paragraph: str) -> None:
        lines.extend(paragraph)
        print("\n".join(paragraph), flush=True)

    mean = statistics.mean(map(len, texts))
    say(
        f"{len(texts)} articles of {mean:.0f} characters ({arguments.articles.name}) on {processor()};"
        f" Python {platform.python_version()}, {platform.system()}, {', '.join(_versions())};"
        f" the networks' inner loops {'compiled' if kernels.available else 'in NumPy'}.",
        "",
    )
    extractor, natasha = Extractor(), Natasha()
    say(*_compared(extractor, natasha, texts, arguments.rounds), "")
    say(*_table("stage", stages(extractor, texts), "ms an article", "{:.1f}".format), "")
    # Memory is measured over many articles, as the caches by word grow for a long time.
    many = arguments.articles.with_name("train.jsonl")
    say(_workers(texts, arguments.converted), "", _start(read_texts(many) if many.exists() else texts), "")
    say(*_growth(extractor, texts))
    if arguments.write_readme:
        write_between(ROOT / "README.md", "\n".join(lines), BEGIN, END)


def compare(systems: Mapping[str, Callable[[str], Any]], texts: Sequence[str], rounds: int) -> list[dict[str, float]]:
    """Returns the documents per second of each system in each round; the systems take turns at every article."""
    rates = []
    for _ in range(rounds):
        seconds = dict.fromkeys(systems, 0.0)
        for text in texts:
            for name, system in systems.items():
                seconds[name] += _seconds(system, text)
        rates.append({name: len(texts) / total for name, total in seconds.items()})
    return rates


def stages(extractor: Extractor, texts: Sequence[str]) -> dict[str, float]:
    """Returns the milliseconds of processor time for an article by stage of `STAGES`, and in all."""
    with _timed({name for names in STAGES.values() for name in names}) as spent:
        for text in texts:
            extractor(text)
    by_stage = {stage: sum(spent[name] for name in names) * 1000 / len(texts) for stage, names in STAGES.items()}
    return {**by_stage, "all": sum(by_stage.values())}


@contextmanager
def _timed(names: set[str]) -> Iterator[dict[str, float]]:
    """Times functions of `pipeline` by name within the context: the seconds of processor time of each so far."""
    spent = dict.fromkeys(names, 0.0)
    functions = {name: getattr(pipeline, name) for name in names}

    def timed(name: str) -> Callable[..., Any]:
        @wraps(functions[name])
        def call(*arguments: Any, **named: Any) -> Any:
            start = time.process_time()
            result = functions[name](*arguments, **named)
            spent[name] += time.process_time() - start
            return result

        return call

    for name in names:
        setattr(pipeline, name, timed(name))
    try:
        yield spent
    finally:
        for name, function in functions.items():
            setattr(pipeline, name, function)


def _compared(extractor: Extractor, natasha: Natasha, texts: list[str], rounds: int) -> Iterator[str]:
    ours, theirs = "extractor, full records", "Natasha's pipeline"
    first, *others = compare({ours: extractor, theirs: natasha}, texts, rounds + 1)
    yield from table_head("documents per second", "all new", "median", "lowest", "highest")
    for name in (ours, theirs):
        yield _rates(name, first[name], [rates[name] for rates in others])
    yield _rates("**ratio**", first[ours] / first[theirs], [rates[ours] / rates[theirs] for rates in others])


def _rates(name: str, first: float, values: list[float]) -> str:
    return table_row(name, *(f"{value:.2f}" for value in (first, statistics.median(values), min(values), max(values))))


def _workers(texts: Sequence[str], count: int) -> str:
    """Returns a sentence: the speed of the command over `count` articles with one and two workers, by the clock."""
    rates = []
    with tempfile.TemporaryDirectory() as folder:
        articles, records = Path(folder) / "articles.jsonl", Path(folder) / "records.jsonl"
        lines = (json.dumps({"id": str(i), "text": texts[i % len(texts)]}, ensure_ascii=False) for i in range(count))
        articles.write_text("\n".join(lines), encoding="utf-8")
        for workers in (1, 2):
            command = [sys.executable, "-m", "extractor", "convert", str(articles), "-o", str(records)]
            start = time.perf_counter()
            subprocess.run([*command, "--workers", str(workers)], check=True, capture_output=True)
            rates.append(count / (time.perf_counter() - start))
    one, two = rates
    return (
        f"`extractor convert`, {count} articles, start, reading and writing included: {one:.1f} documents per second"
        f" with one worker, {two:.1f} with two, **{two / one:.2f}** times as many."
    )


def _start(texts: list[str]) -> str:
    articles = "\n\n".join(texts)
    longest = [articles[start : start + LONG] for start in range(0, len(articles), LONG)]
    command = [sys.executable, "-c", _START]
    run = subprocess.run(command, input=json.dumps(longest), capture_output=True, text=True, check=True)
    started, memory = json.loads(run.stdout)
    return (
        f"Import and `Extractor()`: **{started:.2f} s** of processor time; at most **{memory:.0f} MB** resident over"
        f" {len(longest)} texts of {LONG:,} characters."
    )


def _growth(extractor: Extractor, texts: list[str]) -> Iterator[str]:
    yield from table_head("seconds for characters", *(f"{length:,}" for length in LENGTHS), "growth")
    for name, make, longest in _shapes(texts):
        lengths = [length for length in LENGTHS if length <= longest]
        seconds = [_seconds(extractor, make(length)) for length in lengths]
        # The time per character of the longest text over that of the one before: 1 is linear.
        growth = seconds[-1] / lengths[-1] / (seconds[-2] / lengths[-2])
        cells = [*(f"{value:.2f}" for value in seconds), *[""] * (len(LENGTHS) - len(lengths))]
        yield table_row(name, *cells, f"{growth:.2f}")


def _seconds(function: Callable[[Any], object], argument: object) -> float:
    start = time.process_time()
    function(argument)
    return time.process_time() - start


def _shapes(texts: list[str]) -> Iterator[tuple[str, Callable[[int], str], int]]:
    """Yields kinds of texts by name: a function that makes one of a given length, and the longest to be measured."""

    def repeated(unit: str) -> Callable[[int], str]:
        return lambda length: (unit * (length // len(unit) + 1))[:length]

    def different(length: int) -> str:
        syllables = itertools.product("БВГДЗКЛМНПРСТФ", "аеиоу", "бвгдзклмнпрст", "аеиоу", "бвгзклмн", ("ов", "ин"))
        return ", ".join("Олег " + "".join(parts) for parts in itertools.islice(syllables, length // 10 + 1))[:length]

    articles = "\n\n".join(texts)
    words = " ".join(word for word in articles.split() if word.isalpha())
    yield "articles, one after another", repeated(articles + "\n\n"), LENGTHS[-1]
    yield "one paragraph without a full stop", repeated(words + " "), LENGTHS[-1]
    yield "one organization again and again", repeated("ООО «Ромашка» "), LENGTHS[-1]
    yield "the same with commas", repeated("ООО «Ромашка», "), LENGTHS[-2]
    yield "one person again and again", repeated("Инна Лагутина "), LENGTHS[-1]
    yield "names without spaces", repeated("Лагутин,"), LENGTHS[-2]
    yield "initials", repeated("А. "), LENGTHS[-2]
    yield "initials and a surname", repeated("А. П. Лагутин "), LENGTHS[-2]
    yield "different people", different, LENGTHS[-2]
    yield "numbers", repeated("1520,5 "), LENGTHS[-1]
    yield "bullets", repeated("• Мост\n"), LENGTHS[-2]
    yield "quotation marks", repeated('"'), LENGTHS[-1]
    # A quotation in every five characters: the longest text would take more than a minute.
    yield "quotation marks round single words", repeated('"да" '), LENGTHS[-2]


def _table(head: str, values: Mapping[str, float], unit: str, shown: Callable[[float], str]) -> Iterator[str]:
    yield from table_head(head, unit)
    for name, value in values.items():
        yield table_row(name, shown(value))


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"no {package}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=Path, default=default_articles(), help="JSON lines with the field text")
    parser.add_argument("--rounds", type=int, default=5, help="rounds after the first one")
    parser.add_argument("--converted", type=int, default=CONVERTED, help="articles that the command converts")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into README.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
