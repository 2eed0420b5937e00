"""Data augmentation: an article with the marks, dashes and paragraph breaks of another site, and a page around it.

Every change is an edit of the text, and the annotated spans move along.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from training.corpora import Record

_STYLES = (("«", "»"), ('"', '"'), ("“", "”"), ("„", "“"))
_DASHES = ("-", "–", "—")
_MARK = re.compile('[«»„“”"]')
_DASH = re.compile(r"(?<=\s)[-–—](?=\s)|(?<=[,»”\"“])\s?[-–—](?=\s)")
_MENU = re.compile(r"[А-ЯЁ][а-яё]{3,}")


class Edit(NamedTuple):
    """A replacement of the characters [start, end) by `text`."""

    start: int
    end: int
    text: str


def augmented(record: Record, others: Sequence[Record], rng: random.Random) -> Record:
    """Returns the record as another site could show it; headlines of `others` stand on the page around it."""
    text = record["text"]
    edits: list[Edit] = []
    if rng.random() < 0.6:
        edits += _marks(text, rng)
    if rng.random() < 0.6:
        dash = rng.choice(_DASHES)
        edits += [
            Edit(m.end() - 1, m.end(), dash if rng.random() < 0.9 else rng.choice(_DASHES))
            for m in _DASH.finditer(text)
        ]
    if rng.random() < 0.4:
        share = rng.choice((0.2, 0.5, 1.0))
        edits += [Edit(m.start(), m.end(), " ") for m in re.finditer("\n+", text) if rng.random() < share]
    elif rng.random() < 0.3:
        edits += [Edit(m.start(), m.end(), "\n\n") for m in re.finditer("\n", text)]
    if rng.random() < 0.25:
        edits += [
            Edit(start, start + 1, text[start].lower())
            for start in {s for quote in record["quotes"] for s, _ in quote["spans"]}
            if rng.random() < 0.5
        ]
    if rng.random() < 0.5:
        edits += _page(text, others, rng)
    return apply(record, edits)


def apply(record: Record, edits: Iterable[Edit]) -> Record:
    """Returns the record after the edits; of two that overlap only the first in the text is made."""
    text, last = record["text"], 0
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    shift = 0
    for start, end, new in sorted(edits):
        if start < last:
            continue
        pieces += (text[last:start], new)
        last = end
        shift += len(new) - (end - start)
        moved.append((end, shift))
    pieces.append(text[last:])

    def place(span: Sequence[int]) -> list[int]:
        return [_moved(span[0], moved), _moved(span[1] - 1, moved) + 1]

    quotes = [
        {
            **quote,
            "spans": [place(span) for span in quote["spans"]],
            **{key: quote[key] and place(quote[key]) for key in ("cue", "speaker", "attribution")},
        }
        for quote in record["quotes"]
    ]
    return {**record, "text": "".join(pieces), "quotes": quotes}


def _moved(position: int, moved: Sequence[tuple[int, int]]) -> int:
    shift = 0
    for end, total in moved:
        if end > position:
            break
        shift = total
    return position + shift


def _marks(text: str, rng: random.Random) -> list[Edit]:
    """Returns edits that put all quotation marks into one style."""
    opening, closing = rng.choice(_STYLES)
    edits, depth = [], 0
    for match in _MARK.finditer(text):
        mark = match.group()
        opens = mark in "«„" or (mark in '"“' and depth == 0)
        depth = 1 if opens else 0
        edits.append(Edit(match.start(), match.end(), opening if opens else closing))
    return edits


def _page(text: str, others: Sequence[Record], rng: random.Random) -> list[Edit]:
    """Returns edits that put lines of a page around the article: menu, dates, counters, other headlines."""
    before = "".join(line + "\n" for line in _lines(others, rng, rng.randint(0, 4)))
    after = "".join("\n" + line for line in _lines(others, rng, rng.randint(0, 6)))
    return [Edit(0, 0, before), Edit(len(text), len(text), after)]


def _lines(others: Sequence[Record], rng: random.Random, count: int) -> Iterable[str]:
    for _ in range(count):
        kind, other = rng.random(), rng.choice(others)
        if kind < 0.3:
            words = _MENU.findall(other["text"])
            yield " ".join(rng.choice(words).capitalize() for _ in range(rng.randint(1, 4))) if words else "—"
        elif kind < 0.45:
            yield str(rng.randint(0, 20000))
        elif kind < 0.6:
            day = f"{rng.randint(1, 31)}.{rng.randint(1, 12):02d}.{rng.randint(2000, 2024)}"
            yield f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}, {day}"
        else:
            end = other["text"].find("\n")
            quoted = any(start < end for quote in other["quotes"] for start, _ in quote["spans"])
            yield other["text"][:end] if 10 < end < 150 and not quoted else str(rng.randint(1, 9))
