"""Interrupts the extractor at random points, again and again in one process, and compares all later records.

    python tests/interrupts.py --times 10000 --seed 1

Where a key or a signal raises an exception, Python raises it at a call of a function of its own or after a call of one
in C.  So does this, by a profiler that counts these points and raises at one drawn by chance, of each order of
magnitude as often: the first interrupts meet the extractor while it loads its lexicons, the others among its caches.
Every second time only the points in `extractor/inference/` count, where the cache of rows is written, in a hundredth of
the time.

After each interrupt that text and another one must give the records that a fresh process gave, and the garbage
collector must be on.  The caches of rows hold few words, so that each text writes new ones.  A difference is printed
with its number; so many `--times` with the same seed come to it again.  The exit status is 0 if all held, else 1.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType
from typing import Any

from fuzz import sample_articles
from sentences import generated

from extractor import Extractor
from extractor.inference import slovnet
from extractor.inference.kernels import Floats

# Texts to choose from: many short ones, so that words come and go.
SENTENCES = 400
# A text of the samples is cut here, as time goes into comparing.
LONGEST = 1_500
# The words that the caches of rows hold, fewer than the different words of all texts.
ROOM = 400
# The latest point of an interrupt is 10 to this, as many as the longest text has, by the folder in which points count.
MAGNITUDES = {"": 5.3, f"{os.sep}extractor{os.sep}inference{os.sep}": 3.0}

_FRESH = """
import json, sys
from extractor import Extractor
extractor = Extractor()
print(json.dumps([extractor(text).model_dump_json() for text in json.load(sys.stdin)]))
"""


class Interrupt(BaseException):
    """What a key or an alarm raises; no `except Exception` catches it."""


def texts() -> list[str]:
    """The texts that are read."""
    return [*(text[:LONGEST] for text in sample_articles()), *map(generated, range(SENTENCES))]


def fresh(texts: Sequence[str]) -> list[str]:
    """The records of texts, made by a process that nothing interrupts."""
    done = subprocess.run(
        [sys.executable, "-c", _FRESH],
        input=json.dumps(texts),
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    records: list[str] = json.loads(done.stdout)
    return records


def interrupted(function: Callable[[], object], point: int, folder: str = "") -> bool:
    """Calls a function and raises `Interrupt` at a point of it, counted from 1; whether it came so far.

    Only the points in files count whose path contains `folder`.
    """
    left = point

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal left
        if event in ("call", "c_return") and folder in frame.f_code.co_filename:
            left -= 1
            if left == 0:
                sys.setprofile(None)
                raise Interrupt

    try:
        sys.setprofile(count)
        function()
    except Interrupt:
        return True
    finally:
        sys.setprofile(None)
    return False


def _make_caches_small() -> None:
    """Lets all caches of rows that are made from now on hold few words."""
    make = slovnet.RowCache.__init__

    def made(cache: slovnet.RowCache, compute: Callable[[Sequence[str]], Floats], width: int, room: int) -> None:
        make(cache, compute, width, min(room, ROOM))

    slovnet.RowCache.__init__ = made  # type: ignore[method-assign]


def differences(times: int, seed: int) -> Iterator[str]:
    """Interrupts so many times and yields what is wrong after each."""
    _make_caches_small()
    rng, given = random.Random(seed), texts()
    expected = fresh(given)
    done = number = 0
    while done < times:
        number += 1
        chosen, other = rng.randrange(len(given)), rng.randrange(len(given))
        folder, magnitudes = rng.choice([*MAGNITUDES.items()])
        point = int(10 ** rng.uniform(0, magnitudes))
        done += interrupted(partial(_read, given[chosen]), point, folder)
        if not gc.isenabled():
            yield f"{number}: the garbage collector is off"
            gc.enable()
        for i in (other, chosen):
            if Extractor()(given[i]).model_dump_json() != expected[i]:
                yield f"{number}: text {i} differs after an interrupt of text {chosen} at point {point} of {folder!r}"


def _read(text: str) -> None:
    Extractor()(text)


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1_000, help="how many interrupts (1000 by default)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    wrong = 0
    for what in differences(arguments.times, arguments.seed):
        wrong += 1
        print(what, flush=True)
    print(f"{arguments.times} interrupts from seed {arguments.seed}: {wrong} differences")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
