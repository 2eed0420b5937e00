"""Speed: the extractor beside Natasha's documented pipeline, and what a text costs by its length.

    python -m benchmarks.throughput                    takes about four minutes
    python -m benchmarks.throughput --write-readme     the tables into README.md, between its markers

Documents per second of processor time on the same articles, in one process, one thread each, article by article
in turn.  Natasha's pipeline is segment, morphology, syntax, names, lemmas and normal forms; the extractor gives
full records.  Both keep what they found out about a word: the first round is what articles cost when all is new
to them, the median of the others what they cost when nothing is; an archive lies between the two.  Then where the
time goes; what two workers of the command do against one, reading and writing included; the time to start, the
memory; and the time of texts of 1,000 to 1,000,000 characters, which must grow no faster than they do.
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
import tempfile  # noqa: E402
import time  # noqa: E402
from collections.abc import Callable, Iterator, Mapping, Sequence  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from importlib.metadata import PackageNotFoundError, version  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

from benchmarks.baseline import Natasha  # noqa: E402
from extractor import Extractor, pipeline  # noqa: E402
from extractor.inference import kernels  # noqa: E402
from training.scoring import write_between  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- speed: written by benchmarks/throughput.py -->", "<!-- end of speed -->"
LENGTHS = (1_000, 10_000, 100_000, 1_000_000)
PACKAGES = ("extractor-ru", "natasha", "slovnet", "razdel", "navec", "pymorphy2", "pymorphy3", "dawg2", "numpy")
# The stages as `pipeline.py` calls them, under the names of the table.
STAGES = {
    "reading": ("read",),
    "names": ("label", "find_entities"),
    "quotes": ("find_quotes",),
    "coreference and speakers": ("resolve", "attribute"),
    "confidence and record": ("confidences", "assemble"),
}
# Articles that the command converts, so many that to start counts little; and the longest texts that memory is asked
# for, in characters.
CONVERTED, LONG = 3_000, 20_000

# Run in a process of its own: what a user's program pays before the first record, and its memory at the peak.  Not by
# ru_maxrss, which on Linux begins with what the process that started this one held.
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
    arguments = _arguments()
    texts = _texts(arguments.articles)
    lines: list[str] = []

    def say(*paragraph: str) -> None:
        lines.extend(paragraph)
        print("\n".join(paragraph), flush=True)

    mean = statistics.mean(map(len, texts))
    say(
        f"{len(texts)} articles of {mean:.0f} characters ({arguments.articles.name}) on {_processor()};"
        f" Python {platform.python_version()}, {platform.system()}, {', '.join(_versions())};"
        f" the networks' inner loops {'compiled' if kernels.available else 'in NumPy'}.",
        "",
    )
    extractor, natasha = Extractor(), Natasha()
    say(*_compared(extractor, natasha, texts, arguments.rounds), "")
    say(*_table("stage", stages(extractor, texts), "ms an article", "{:.1f}".format), "")
    # Memory over many articles: what is kept of words grows for a long time.
    many = arguments.articles.with_name("train.jsonl")
    say(_workers(texts, arguments.converted), "", _start(_texts(many) if many.exists() else texts), "")
    say(*_growth(extractor, texts))
    if arguments.write_readme:
        write_between(ROOT / "README.md", "\n".join(lines), BEGIN, END)


def compare(systems: Mapping[str, Callable[[str], Any]], texts: Sequence[str], rounds: int) -> list[dict[str, float]]:
    """Documents per second of each system in each round, taking turns at every article."""
    rates = []
    for _ in range(rounds):
        seconds = dict.fromkeys(systems, 0.0)
        for text in texts:
            for name, system in systems.items():
                seconds[name] += _seconds(system, text)
        rates.append({name: len(texts) / total for name, total in seconds.items()})
    return rates


def stages(extractor: Extractor, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds of processor time an article by stage, and in all."""
    with _timed({name for names in STAGES.values() for name in names}) as spent:
        for text in texts:
            extractor(text)
    by_stage = {stage: sum(spent[name] for name in names) * 1000 / len(texts) for stage, names in STAGES.items()}
    return {**by_stage, "all": sum(by_stage.values())}


@contextmanager
def _timed(names: set[str]) -> Iterator[dict[str, float]]:
    """The functions of `pipeline` of these names timed: seconds of processor time that each has taken."""
    spent = dict.fromkeys(names, 0.0)
    functions = {name: getattr(pipeline, name) for name in names}

    def timed(name: str) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            start = time.process_time()
            result = functions[name](*arguments)
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
    yield "| documents per second | all new | median | lowest | highest |"
    yield "| --- | --- | --- | --- | --- |"
    for name in (ours, theirs):
        yield _rates(name, first[name], [rates[name] for rates in others])
    yield _rates("**ratio**", first[ours] / first[theirs], [rates[ours] / rates[theirs] for rates in others])


def _rates(name: str, first: float, values: list[float]) -> str:
    return f"| {name} | {first:.2f} | {statistics.median(values):.2f} | {min(values):.2f} | {max(values):.2f} |"


def _workers(texts: list[str], count: int) -> str:
    """What the command makes of `count` articles with one worker and with two, by the clock."""
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
    yield f"| seconds for characters | {' | '.join(f'{length:,}' for length in LENGTHS)} | growth |"
    yield f"| --- |{' --- |' * len(LENGTHS)} --- |"
    for name, make, longest in _shapes(texts):
        lengths = [length for length in LENGTHS if length <= longest]
        seconds = [_seconds(extractor, make(length)) for length in lengths]
        # Time a character of the longest text to that of the one before: 1 is linear.
        growth = seconds[-1] / lengths[-1] / (seconds[-2] / lengths[-2])
        cells = [*(f"{value:.2f}" for value in seconds), *[""] * (len(LENGTHS) - len(lengths))]
        yield f"| {name} | {' | '.join(cells)} | {growth:.2f} |"


def _seconds(function: Callable[[Any], object], argument: object) -> float:
    start = time.process_time()
    function(argument)
    return time.process_time() - start


def _shapes(texts: list[str]) -> Iterator[tuple[str, Callable[[int], str], int]]:
    """Kinds of texts, each with what makes one of a given length, and the longest that is worth its time."""

    def repeated(unit: str) -> Callable[[int], str]:
        return lambda length: (unit * (length // len(unit) + 1))[:length]

    articles = "\n\n".join(texts)
    words = " ".join(word for word in articles.split() if word.isalpha())
    yield "articles, one after another", repeated(articles + "\n\n"), LENGTHS[-1]
    yield "one paragraph without a full stop", repeated(words + " "), LENGTHS[-1]
    yield "names without spaces", repeated("Лагутин,"), LENGTHS[-2]
    yield "quotation marks", repeated('"'), LENGTHS[-1]
    # A quotation every five characters: the longest text would take more than a minute.
    yield "quotation marks round single words", repeated('"да" '), LENGTHS[-2]


def _table(head: str, values: Mapping[str, float], unit: str, shown: Callable[[float], str]) -> Iterator[str]:
    yield f"| {head} | {unit} |"
    yield "| --- | --- |"
    for name, value in values.items():
        yield f"| {name} | {shown(value)} |"


def _texts(path: Path) -> list[str]:
    return [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]


def _versions() -> Iterator[str]:
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"no {package}"


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
    parser.add_argument("--rounds", type=int, default=5, help="after the first one")
    parser.add_argument("--converted", type=int, default=CONVERTED, help="articles that the command converts")
    parser.add_argument("--write-readme", action="store_true", help="put the tables into README.md")
    return parser.parse_args()


if __name__ == "__main__":
    main()
