"""Measures how well glued words are cut apart (`extractor/reading/gluing.py`), on words glued for the purpose.

    python -m training.measure_gluing ../shared/corpora/rucoco_dev.jsonl

In each text one pair of neighbouring words in forty loses the space between them.  Printed are the share of these
places that are cut, by what stands after them, and how many cuts there are elsewhere for a hundred thousand words.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from extractor.reading.cleaning import clean
from extractor.reading.gluing import cuts
from training.corpora import documents

_PAIR = re.compile(r"(?<![\w.@/#-])([^\W\d_]+) (?=([^\W\d_]+)(?![\w@/-]))")
_WORD = re.compile(r"(?<![\w.@/#])[^\W\d_]+(?![\w@/])")
_ONE_IN = 40


def glued(text: str, rng: random.Random) -> tuple[str, dict[int, str]]:
    """Returns the text without some of its spaces, and the offsets where they are missing with the word after each."""
    pieces: list[str] = []
    places: dict[int, str] = {}
    length = last = 0
    for match in _PAIR.finditer(text):
        if rng.randrange(_ONE_IN) == 0:
            pieces.append(text[last : match.end(1)])
            length += match.end(1) - last
            last = match.end()
            places[length] = match[2]
    return "".join([*pieces, text[last:]]), places


def found(text: str) -> Iterator[int]:
    """Yields the offsets at which words of a text are cut."""
    seen = frozenset(match[0] for match in _WORD.finditer(text))
    for match in _WORD.finditer(text):
        yield from (match.start() + cut for cut in cuts(match[0], seen))


def kind(before: str, word: str) -> str:
    """Returns the kind of a place where words are glued, by the last letter before it and the word after it."""
    if before.isascii() != word[0].isascii():
        return "another alphabet"
    if before.islower() and word[0].isupper():
        return "a capital letter after a small one"
    return "small letters" if before.islower() and word[0].islower() else "after capital letters"


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="texts in which words are not glued")
    parser.add_argument("--texts", type=int, default=1000)
    arguments = parser.parse_args()
    rng = random.Random(1)
    places, right = Counter[str](), Counter[str]()
    words = wrong = elsewhere = 0
    for record in list(documents(arguments.corpus))[: arguments.texts]:
        text = clean(record["text"]).text
        words += len(_WORD.findall(text))
        elsewhere += len(list(found(text)))
        spoiled, missing = glued(text, rng)
        cut = set(found(spoiled))
        for at, word in missing.items():
            places[kind(spoiled[at - 1], word)] += 1
            right[kind(spoiled[at - 1], word)] += at in cut
        wrong += len(cut - set(missing))
    for name, count in places.most_common():
        print(f"{name}: {right[name]} of {count} cut, {right[name] / count:.3f}")
    print(f"cut elsewhere in glued texts: {wrong}, right of all cuts {right.total() / (right.total() + wrong):.3f}")
    print(f"cut in texts as they are: {1e5 * elsewhere / words:.1f} for 100,000 words")


if __name__ == "__main__":
    main()
