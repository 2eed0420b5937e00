"""Data augmentation: an article as other sites, channels and scrapers would give it.

A spoil is a function of a text and a random generator that returns edits: other marks and dashes, a page around the
article, captions within it, lost links, glued words, broken lines.  The annotated spans move along; where a spoil takes
an annotated name away, the annotation shrinks or goes too.
"""

from __future__ import annotations

import random
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from training.corpora import Record

Span = list[int]

_STYLES = (("«", "»"), ('"', '"'), ("“", "”"), ("„", "“"))
_DASHES = ("-", "–", "—")
_ENTITIES = {"«": "&laquo;", "»": "&raquo;", '"': "&quot;", "—": "&mdash;", "–": "&ndash;", "\u00a0": "&nbsp;"}
_MARK = re.compile('[«»„“”"]')
_DASH = re.compile(r"(?<=\s)[-–—](?=\s)|(?<=[,»”\"“])\s?[-–—](?=\s)")
_BREAKS = re.compile(r"\s*\n\s*")
_MENU = re.compile(r"[А-ЯЁ][а-яё]{3,}")
_PARAGRAPH = re.compile(r"[^\n]+")
_WORD = re.compile(r"\w")
# The places between sentences of one line.
_BETWEEN = re.compile(r"(?<=[а-яё»\")][.!?…]) +(?=[«\"А-ЯЁ])")
# The ends of lines that end a sentence.
_END = re.compile(r"(?<=[.!?…»\"])(?=\n)")
# The place between a colon and the utterance that it announces.
_ANNOUNCED = re.compile(r"(?<=:)\s+(?=[«„“\"—–-])")
# What can have been a link: capitalized words within a sentence.
_LINK = re.compile(r"(?<=[а-яё,] )[А-ЯЁA-Z][\w-]+(?:\.\w+)?(?: [А-ЯЁA-Z][\w-]+){0,3}(?=[,.]| (?![А-ЯЁA-Z]))")
# What an annotated span neither begins nor ends with once a part of it is lost.
_EDGES = " \t\r\n\u00a0,"
# The width of hard-wrapped lines.
_WIDTH = 70


class Edit(NamedTuple):
    """A replacement of the characters [start, end) by `text`."""

    start: int
    end: int
    text: str


Spoil = Callable[[str, random.Random], list[Edit]]
# A spoil that puts in lines of a page or channel, with headlines of other articles.
Surround = Callable[[str, random.Random, Sequence[Record]], list[Edit]]


def augmented(record: Record, others: Sequence[Record], rng: random.Random) -> Record:
    """Returns the record as another site could show it; headlines of `others` stand on the page around it.

    Each spoil works on what those before it have made.  The annotation are the fields `quotes` and `entities`.
    """
    for spoil, rate in _SPOILS.items():
        if rng.random() < rate:
            record = apply(record, spoil(record["text"], rng))
    for surround, rate in _AROUND.items():
        if rng.random() < rate:
            record = apply(record, _between_spans(record, surround(record["text"], rng, others)))
    if rng.random() < 0.25:
        record = apply(record, _lower_starts(record, rng))
    # How a text is broken into lines comes last: one way for the article and what stands around it.
    (layout,) = rng.choices(list(_LAYOUTS), list(_LAYOUTS.values()))
    record = apply(record, layout(record["text"], rng))
    return apply(record, entities(record["text"], rng)) if rng.random() < 0.03 else record


def apply(record: Record, edits: Iterable[Edit]) -> Record:
    """Returns the record after the edits; of two that overlap only the first in the text is made.

    What an edit within an annotated span puts there belongs to it, what it puts at one of its ends does not.  A span
    whose words are all lost goes: an entity; a quote that lost its content, or as an indirect one its source.
    """
    text = record["text"]
    made: list[Edit] = []
    for edit in sorted(edits):
        if not made or edit.start >= made[-1].end:
            made.append(edit)
    ends = [edit.end for edit in made]
    shifts = [0, *accumulate(len(edit.text) - (edit.end - edit.start) for edit in made)]
    cuts = [0, *(place for edit in made for place in (edit.start, edit.end)), len(text)]
    kept = [text[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    changed = "".join(piece for pair in zip(kept, [*(edit.text for edit in made), ""], strict=True) for piece in pair)

    def place(span: Sequence[int] | None) -> Span | None:
        if span is None:
            return None
        bounds = []
        for position in (span[0], span[1] - 1):
            number = bisect_right(ends, position)
            first, last = position + shifts[number], position + shifts[number] + 1
            if number < len(made) and made[number].start <= position:
                edit = made[number]
                first, last = edit.start + shifts[number], edit.end + shifts[number + 1]
                if edit.start < span[0] or edit.end > span[1]:
                    first, last = last, first
            bounds.append((first, last))
        start, end = bounds[0][0], bounds[1][1]
        if changed[start:end] == text[slice(*span)]:
            return [start, end]
        while start < end and changed[start] in _EDGES:
            start += 1
        while start < end and changed[end - 1] in _EDGES:
            end -= 1
        return [start, end] if _WORD.search(changed, start, end) else None

    made_of: Record = {**record, "text": changed}
    if "quotes" in record:
        moved = (_moved(quote, text, place) for quote in record["quotes"])
        made_of["quotes"] = [quote for quote in moved if quote is not None]
    if "entities" in record:
        places = ((entity, place((entity["start"], entity["end"]))) for entity in record["entities"])
        made_of["entities"] = [{**entity, "start": at[0], "end": at[1]} for entity, at in places if at is not None]
    return made_of


def _moved(quote: Record, text: str, place: Callable[[Sequence[int] | None], Span | None]) -> Record | None:
    """Returns a quote at its new place, None for one that is lost; `text` is what its old spans count in."""
    spans = [span for span in map(place, quote["spans"]) if span is not None]
    cue, speaker, attribution = (place(quote[key]) for key in ("cue", "speaker", "attribution"))
    if quote["speaker"] is not None and speaker is None:
        speaker = place(_title(quote, text))
        if speaker is None and quote["type"] == "indirect":
            return None
    return {**quote, "spans": spans, "cue": cue, "speaker": speaker, "attribution": attribution} if spans else None


def _title(quote: Record, text: str) -> Span | None:
    """Returns the words of the attribution right before the speaker's name: they speak where the name is lost."""
    start, end = (quote["attribution"] or quote["speaker"])[0], quote["speaker"][0]
    if quote["cue"] is not None and quote["cue"][0] < end:
        start = max(start, quote["cue"][1])
    words = text[start:end].strip()
    start = text.index(words, start) if words else start
    return [start, start + len(words)] if re.fullmatch(r"[\w -]+", words) else None


def _between_spans(record: Record, edits: Iterable[Edit]) -> list[Edit]:
    """Returns the edits that do not fall into an annotated span."""
    spans = [span for quote in record.get("quotes", ()) for span in (*quote["spans"], quote["attribution"]) if span]
    spans += [(entity["start"], entity["end"]) for entity in record.get("entities", ())]
    return [edit for edit in edits if not any(start < edit.end and edit.start < end for start, end in spans)]


def _lower_starts(record: Record, rng: random.Random) -> list[Edit]:
    """Returns edits that begin half of the contents with a small letter."""
    starts = {start for quote in record.get("quotes", ()) for start, _ in quote["spans"]}
    return [Edit(start, start + 1, record["text"][start].lower()) for start in sorted(starts) if rng.random() < 0.5]


# ---------------------------------------------------------------- marks and characters


def marks(text: str, rng: random.Random) -> list[Edit]:
    """Puts all quotation marks into one style."""
    opening, closing = rng.choice(_STYLES)
    edits, depth = [], 0
    for match in _MARK.finditer(text):
        mark = match.group()
        opens = mark in "«„" or (mark in '"“' and depth == 0)
        depth = 1 if opens else 0
        edits.append(Edit(match.start(), match.end(), opening if opens else closing))
    return edits


def dashes(text: str, rng: random.Random) -> list[Edit]:
    """Puts most dashes between words into one style."""
    dash = rng.choice(_DASHES)
    return [
        Edit(m.end() - 1, m.end(), dash if rng.random() < 0.9 else rng.choice(_DASHES)) for m in _DASH.finditer(text)
    ]


def entities(text: str, rng: random.Random) -> list[Edit]:
    """Leaves entities of HTML where marks, dashes and no-break spaces were."""
    left = {character for character in _ENTITIES if rng.random() < 0.7}
    return [Edit(i, i + 1, _ENTITIES[character]) for i, character in enumerate(text) if character in left]


def no_break_spaces(text: str, rng: random.Random) -> list[Edit]:
    """Puts no-break spaces in place of some spaces."""
    share = rng.choice((0.05, 0.3))
    return [Edit(m.start(), m.end(), "\u00a0") for m in re.finditer(" ", text) if rng.random() < share]


# ---------------------------------------------------------------- links


def lost_links(text: str, rng: random.Random) -> list[Edit]:
    """Takes some links away: nothing or a line break is left between the spaces or before the comma."""
    share, left = rng.choice((0.1, 0.3)), rng.choice(("", "\n"))
    return [Edit(m.start(), m.end(), left) for m in _LINK.finditer(text) if rng.random() < share]


def glued_links(text: str, rng: random.Random) -> list[Edit]:
    """Glues some links to the word before them, to that after them, or to both."""
    share, before, after = rng.choice((0.2, 0.6)), rng.random() < 0.7, rng.random() < 0.5
    edits = []
    for match in _LINK.finditer(text):
        if rng.random() < share:
            edits += [Edit(match.start() - 1, match.start(), "")] * before
            edits += [Edit(match.end(), match.end() + 1, "")] * (after and text[match.end()] == " ")
    return edits


def markdown(text: str, rng: random.Random) -> list[Edit]:
    """Marks the first line as bold, and some links as bold or with their addresses."""
    share, edits = rng.choice((0.0, 0.2)), []
    if (first := _PARAGRAPH.search(text)) and rng.random() < 0.7:
        edits += [Edit(first.start(), first.start(), "**"), Edit(first.end(), first.end(), "**")]
    opening, closing = rng.choice((("**", "**"), ("__", "__"), ("[", f"](https://news.ru/{rng.randint(1, 99999)})")))
    for match in _LINK.finditer(text):
        if rng.random() < share:
            edits += [Edit(match.start(), match.start(), opening), Edit(match.end(), match.end(), closing)]
    return edits


# ---------------------------------------------------------------- lines


def glued_sentences(text: str, rng: random.Random) -> list[Edit]:
    """Leaves out the space between some sentences."""
    share = rng.choice((0.1, 0.5))
    return [Edit(m.start(), m.end(), "") for m in _BETWEEN.finditer(text) if rng.random() < share]


def as_it_is(text: str, rng: random.Random) -> list[Edit]:
    """Leaves the lines as they are."""
    return []


def one_line(text: str, rng: random.Random) -> list[Edit]:
    """Puts spaces in place of all line breaks."""
    between = rng.choice((" ", " ", "  "))
    return [Edit(m.start(), m.end(), between) for m in _BREAKS.finditer(text.rstrip())]


def fewer_lines(text: str, rng: random.Random) -> list[Edit]:
    """Puts spaces in place of some line breaks."""
    share = rng.choice((0.2, 0.5))
    return [Edit(m.start(), m.end(), " ") for m in _BREAKS.finditer(text.rstrip()) if rng.random() < share]


def glued_lines(text: str, rng: random.Random) -> list[Edit]:
    """Leaves out all line breaks, or half of them."""
    share = rng.choice((0.5, 1.0))
    return [Edit(m.start(), m.end(), "") for m in _BREAKS.finditer(text.rstrip()) if rng.random() < share]


def spaced_lines(text: str, rng: random.Random) -> list[Edit]:
    """Puts an empty line between paragraphs, or spaces before them."""
    between = rng.choice(("\n\n", "\n \n", "\n    ", "\r\n\r\n"))
    return [Edit(m.start(), m.end(), between) for m in _BREAKS.finditer(text.rstrip())]


def hard_wraps(text: str, rng: random.Random) -> list[Edit]:
    """Breaks paragraphs into lines of at most 70 characters."""
    wrap, edits = rng.choice(("\r\n", "\n")), []
    for paragraph in _PARAGRAPH.finditer(text):
        begun = paragraph.start()
        spaces = [i for i in range(*paragraph.span()) if text[i] == " "]
        for space, following in pairwise([*spaces, paragraph.end()]):
            if following - begun > _WIDTH:
                edits.append(Edit(space, space + 1, wrap))
                begun = space + 1
    return edits


# ---------------------------------------------------------------- what stands around and between


def page(text: str, rng: random.Random, others: Sequence[Record]) -> list[Edit]:
    """Puts lines of a page around the article: menu, dates, counters, other headlines, tails."""
    before = "".join(line + "\n" for line in _lines(others, rng, rng.randint(0, 4)))
    after = "".join("\n" + line for line in _lines(others, rng, rng.randint(0, 6)))
    return [Edit(0, 0, before), Edit(len(text), len(text), after)]


def captions(text: str, rng: random.Random, others: Sequence[Record]) -> list[Edit]:
    """Puts captions and teasers behind one or two paragraphs: in lines of their own, after a space, or glued."""
    ends = [m.start() for m in _END.finditer(text)]
    return [
        Edit(end, end, rng.choice(("\n", " ", "")) + _said(rng.choice(("caption", "teaser")), others, rng))
        for end in sorted(rng.sample(ends, min(len(ends), rng.randint(1, 2))))
    ]


def interrupted(text: str, rng: random.Random, others: Sequence[Record]) -> list[Edit]:
    """Puts a teaser or a caption between one colon and the utterance that it announces."""
    places = list(_ANNOUNCED.finditer(text))
    if not places:
        return []
    start, end = rng.choice(places).span()
    return [Edit(start, end, f"\n\n{_said(rng.choice(('caption', 'teaser')), others, rng)}\n\n")]


def subscription(text: str, rng: random.Random, others: Sequence[Record]) -> list[Edit]:
    """Puts a subscription line behind the text: in a line of its own, after a space, or glued."""
    end = len(text.rstrip())
    line = _said("tail", others, rng)
    handle = rng.choice(("", "", f" @news_{rng.randint(1, 999)}", f" https://t.me/news{rng.randint(1, 999)}"))
    return [Edit(end, end, rng.choice(("\n\n", "\n", " ", "")) + line + handle)]


def bullets(text: str, rng: random.Random) -> list[Edit]:
    """Begins the first line, or some lines, with an emoji or another bullet, which may touch the word."""
    share, bullet, space = rng.choice((0.0, 0.5)), rng.choice(_page_lines()["bullet"]), rng.choice(("", " "))
    starts = [m.start() for m in _PARAGRAPH.finditer(text)]
    return [Edit(at, at, bullet + space) for i, at in enumerate(starts) if i == 0 or rng.random() < share]


def _lines(others: Sequence[Record], rng: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        kind, other = rng.random(), rng.choice(others)
        if kind < 0.25:
            found = _MENU.findall(other["text"])
            yield " ".join(rng.choice(found).capitalize() for _ in range(rng.randint(1, 4))) if found else "—"
        elif kind < 0.4:
            yield str(rng.randint(0, 20000))
        elif kind < 0.55:
            day = f"{rng.randint(1, 31)}.{rng.randint(1, 12):02d}.{rng.randint(2000, 2024)}"
            yield f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}, {day}"
        elif kind < 0.7:
            yield _said(rng.choice(("caption", "teaser", "tail")), others, rng)
        else:
            yield _headline(other) or str(rng.randint(1, 9))


def _said(kind: str, others: Sequence[Record], rng: random.Random) -> str:
    """Returns a line of `page.tsv` of a kind, with the headline of another article where it wants one."""
    return rng.choice(_page_lines()[kind]).format(_headline(rng.choice(others)))


def _headline(record: Record) -> str:
    """Returns the first line of a text if it is as long as a headline and quotes nobody, else ""."""
    end = record["text"].find("\n")
    quoted = any(start < end for quote in record["quotes"] for start, _ in quote["spans"])
    return str(record["text"][:end]) if 10 < end < 150 and not quoted else ""


@cache
def _page_lines() -> dict[str, list[str]]:
    """Returns the lines of `page.tsv` by kind."""
    lines: dict[str, list[str]] = {}
    for row in Path(__file__).with_name("page.tsv").read_text(encoding="utf-8").splitlines():
        if not row.startswith("#"):
            kind, line = row.split("\t")
            lines.setdefault(kind, []).append(line)
    return lines


# How often each spoil is made.  In shared/real/pool.jsonl nine texts in ten have no line break, one in twenty glued
# sentences or words, one in fifty Markdown, lost links or other odd things (shared/real/train.jsonl: a third, an eighth
# and one in twenty-five); the rates lie between the two.
_SPOILS: dict[Spoil, float] = {
    marks: 0.6,
    dashes: 0.6,
    lost_links: 0.08,
    glued_links: 0.1,
    glued_sentences: 0.1,
    markdown: 0.05,
    bullets: 0.05,
    no_break_spaces: 0.1,
}
_AROUND: dict[Surround, float] = {page: 0.4, captions: 0.15, interrupted: 0.3, subscription: 0.15}
_LAYOUTS: dict[Spoil, float] = {
    as_it_is: 0.3,
    one_line: 0.25,
    fewer_lines: 0.15,
    glued_lines: 0.15,
    spaced_lines: 0.1,
    hard_wraps: 0.05,
}
