"""The time of the names stage grows with the length of a text, whatever stands there again and again."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import islice, product

import pytest

from extractor.names import find_entities
from extractor.reading.analysis import Analysis, Token, read

# The names of as many different people as are asked for.
_SURNAMES = ("".join(parts) for parts in product("БВГДЖЗКЛМНПРСТФХЦЧШ", "аоуеи", "бвгдзклмн", "аоуе", ["лов"]))
SURNAMES = list(islice(_SURNAMES, 3_200))


def capitals(token: Token) -> str:
    return "B-ORG" if token.text.isalpha() else "O"


def pairs(token: Token) -> str:
    return "I-COM" if token.index % 2 else "B-COM"


def people(token: Token) -> str:
    return {"Олег": "B-PER", ",": "O"}.get(token.text, "I-PER")


TEXTS: dict[str, tuple[Callable[[int], str], Callable[[Token], str]]] = {
    "addresses without an end": (lambda size: "А." * (2 * size), capitals),
    "names of marks behind marks": (lambda size: "- " * (5 * size), pairs),
    "different people": (lambda size: "".join(f"Олег {surname}, " for surname in SURNAMES[:size]), people),
}


@pytest.mark.parametrize("kind", TEXTS)
def test_four_times_the_names_take_about_four_times_as_long(kind: str) -> None:
    """Each name was compared with, or walked to the end of, all others."""
    made, labelled = TEXTS[kind]

    def analysis(size: int) -> Analysis:
        read_text = read(made(size))
        return read_text.labelled([labelled(token) for token in read_text.tokens])

    def seconds(given: Analysis) -> float:
        start = time.process_time()
        find_entities(given)
        return time.process_time() - start

    few, many = analysis(800), analysis(3_200)
    seconds(many)
    # The smallest of some times: the machine may be at other things too.
    assert min(seconds(many) for _ in range(3)) < 8 * min(seconds(few) for _ in range(3))
