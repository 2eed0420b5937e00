"""Pages made up around clean articles, to learn which part of a page is the article.

The corpora have few whole pages of few sites.  A `Printer` prints an article as other sites might: with menus, lists of
other headlines, credits, tails and footers around it (`page`), or only such lines (`front_page`).  Their words stand in
`page_lines.tsv`, headlines and teasers are those of other articles.  How often each thing happens was set by hand.
"""

from __future__ import annotations

import random
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from training.corpora import Record

# The files of shared/ that `train_article.py` reads: learned from, and measured on.
LEARNED = ("real/train", "real/pool", "pages/tokayev.gold", "quotes/train")
MEASURED = ("real/dev", "pages/pages_dev")
CORPORA = (*LEARNED, *MEASURED)
_LINES = Path(__file__).with_name("page_lines.tsv")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_CLAUSE_END = re.compile(r"(?<=[,;])\s")
# As long as the longest pages of shared/real, which were cut there.
_LONGEST = 8000
# Kinds of dates (`Printer._date`).
_DATES = 12


class Page(NamedTuple):
    """A text and the spans [start, end) of its characters that are the article."""

    text: str
    article: list[tuple[int, int]]


class _Line(NamedTuple):
    """A line of a page; `glued` to the line before it, whatever stands between other lines."""

    text: str
    article: bool = False
    glued: bool = False


class Printer:
    """Prints articles as pages; `rng` decides everything.

    `articles` must have a headline as their first line, `lines` are those of `page_lines.tsv` by kind.
    """

    def __init__(self, articles: Sequence[Record], rng: random.Random) -> None:
        self._rng = rng
        self._lines: dict[str, list[str]] = {}
        for row in _LINES.read_text(encoding="utf-8").splitlines():
            if not row.startswith("#"):
                kind, line = row.split("\t")
                self._lines.setdefault(kind, []).append(line)
        split = ([line.strip() for line in article["text"].split("\n") if line.strip()] for article in articles)
        self._articles = [lines for lines in split if len(lines) > 1 and 20 < len(lines[0]) < 140]
        self._items = [lines[:2] for lines in self._articles if not lines[0].endswith(".")]

    def page(self) -> Page:
        """Returns an article with what may stand around it."""
        rng = self._rng
        headline, *body = rng.choice(self._articles)
        if len(body) > 12 and rng.random() < 0.7:
            body = body[: rng.randint(4, 12)]
        if rng.random() < 0.12:
            body = body[: rng.randint(1, 3)]
        lines: list[_Line] = []
        if rng.random() < 0.28:
            lines.append(_Line(headline + rng.choice(("", f" - {self._word()}", f" — {self._word()}"))))
        lines += map(_Line, self._before())
        if rng.random() < 0.85:
            lines += map(_Line, self._meta() if rng.random() < 0.3 else ())
            lines.append(_Line(headline, article=True))
            lines += map(_Line, self._meta() if rng.random() < 0.6 else ())
        if rng.random() < 0.4:
            lines += map(_Line, self._picture())
        often = 0.06 if rng.random() < 0.8 else rng.choice((0.2, 0.4))
        for number, line in enumerate(self._set(body)):
            lines.append(_Line(line, article=True))
            if number and rng.random() < often:
                lines += map(_Line, self._inside(often))
        if rng.random() < 0.25:
            lines.append(_Line(self._tail(), glued=True))
        lines += map(_Line, self._after())
        own = [number for number, line in enumerate(lines) if line.article]
        if rng.random() < 0.12:
            lines = lines[rng.choice(own) :]
        if rng.random() < 0.15:
            lines = lines[: rng.choice([number for number, line in enumerate(lines) if line.article]) + 1]
        between = rng.choice(("\n", "\n", "\n", "\n\n")) if rng.random() < 0.94 else rng.choice((" ", "  ", ""))
        return self._printed(lines, between)

    def front_page(self) -> Page:
        """Returns a page that has no article: lists of headlines and teasers, menus, notices."""
        rng = self._rng
        between = rng.choice(("\n", "\n", "\n\n"))
        if rng.random() < 0.15:
            lines = [*self._list(rng.randint(4, 25)), *(self._footer() if rng.random() < 0.5 else ())]
            return Page(between.join(lines)[: rng.choice((2000, 4000, _LONGEST))], [])
        lines = self._menu(rng.choice((0, 3, 10, 25)))
        for _ in range(rng.randint(1, 6)):
            if rng.random() < 0.7:
                lines.append(self._line(rng.choice(("heading", "section"))))
            lines += self._list(rng.choice((2, 3, 4, 5, 8, 12, 20)))
        if rng.random() < 0.5:
            lines += [self._follow() for _ in range(rng.randint(1, 5))]
        if rng.random() < 0.7:
            lines += self._footer()
        for chance, put in (
            (0.25, lambda item: [self._line("notice")]),
            (0.2, lambda item: item),
            (0.1, lambda item: [self._name(), self._date(), item[1]]),
        ):
            if rng.random() < chance:
                place = rng.randrange(len(lines) + 1)
                lines[place:place] = put(rng.choice(self._items))
        return Page(between.join(lines)[: rng.choice((2500, 5000, _LONGEST))], [])

    def _printed(self, lines: Sequence[_Line], between: str) -> Page:
        text = ""
        article: list[tuple[int, int]] = []
        for line in lines:
            if text:
                text += self._rng.choice(("", " ")) if line.glued else between
            if line.article:
                article.append((len(text), len(text) + len(line.text)))
            text += line.text
        return Page(text, article)

    # ---------------------------------------------------------------- the article

    def _set(self, body: list[str]) -> list[str]:
        """The lines of an article as a site sets them: wrapped, as lists, with subheads, broken at links."""
        rng = self._rng
        kind = rng.random()
        if kind < 0.12:
            width = rng.randint(35, 85)
            return [part for line in body for part in textwrap.wrap(line, width)]
        if kind < 0.3:
            mark = rng.choice(("- ", "- ", "— ", "• ", "", "1"))
            return [part for line in body for part in self._listed(line, mark)]
        if kind < 0.4:
            found: list[str] = []
            for line in body:
                if found and rng.random() < 0.3:
                    found.append(" ".join(line.split()[: rng.randint(1, 6)]).strip(',.:;«»"'))
                found.append(line)
            return [line for line in found if line]
        if kind < 0.52:
            return [part for line in body for part in _SENTENCE_END.split(line)]
        if kind < 0.62:
            return [part for line in body for part in self._broken(line)]
        if kind < 0.68:
            return [("— " if number % 2 or rng.random() < 0.5 else "") + line for number, line in enumerate(body)]
        return body

    def _listed(self, line: str, mark: str) -> list[str]:
        rng = self._rng
        clauses = [clause.strip(" ,;") for clause in _CLAUSE_END.split(line) if len(clause) > 12]
        if len(clauses) < 3 or rng.random() < 0.4:
            return [line]
        found = [clauses[0] + ":"]
        for number, clause in enumerate(clauses[1:], 1):
            if rng.random() < 0.3:
                clause = clause[0].upper() + clause[1:]
            end = rng.choice((";", ";", ",", "")) if number + 1 < len(clauses) else "."
            found.append((f"{number}) " if mark == "1" else mark) + clause.rstrip(".") + end)
        return found

    def _broken(self, line: str) -> Iterator[str]:
        words = line.split()
        while words:
            size = self._rng.choice((1, 2, 3, 4, 6, 8, 12, 20))
            yield " ".join(words[:size])
            words = words[size:]

    def _picture(self) -> Iterator[str]:
        rng = self._rng
        if rng.random() < 0.3:
            yield self._caption() if rng.random() < 0.5 else rng.choice(self._items)[0]
        if rng.random() < 0.85:
            yield self._line("credit")

    def _inside(self, often: float) -> list[str]:
        """Lines between two of the article's."""
        rng = self._rng
        kind = rng.random()
        if kind < 0.3:
            return [self._line("related")]
        if kind < 0.5:
            return [self._line("heading"), rng.choice(self._items)[0]]
        if kind < 0.8:
            shown = [self._line("inside")] if rng.random() < 0.3 else []
            shown += [self._caption()] if rng.random() < 0.6 else []
            return [*shown, self._line("credit")] * (2 if rng.random() < 0.15 else 1)
        if kind < 0.9 and often > 0.1:
            return self._list(rng.randint(1, 4))
        return [self._line("inside")]

    # ---------------------------------------------------------------- around it

    def _before(self) -> list[str]:
        rng = self._rng
        found: list[str] = []
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            kind = rng.random()
            if kind < 0.5:
                found += self._menu(rng.choice((1, 2, 4, 8, 16, 30)))
            elif kind < 0.75:
                found += [self._line("heading")] if rng.random() < 0.7 else []
                found += self._list(rng.randint(1, 8))
            else:
                found.append(self._follow() if kind < 0.85 else self._line("crumb"))
        return found

    def _after(self) -> list[str]:
        rng = self._rng
        found: list[str] = []
        for _ in range(rng.choice((0, 1, 1, 2, 2, 3, 4))):
            kind = rng.random()
            if kind < 0.35:
                found += [self._line("heading")] if rng.random() < 0.85 else []
                found += self._list(rng.randint(1, 12))
            elif kind < 0.6:
                found += [self._follow() for _ in range(rng.randint(1, 4))]
            elif kind < 0.72:
                mark = rng.choice(("", "#", "- ", ""))
                found += [mark + self._word() for _ in range(rng.randint(1, 6))]
            elif kind < 0.8:
                found.append(self._line("byline"))
            elif kind < 0.9:
                found += self._footer()
            elif kind < 0.95:
                comment = _SENTENCE_END.split(rng.choice(self._items)[1])[0]
                found += [self._line("discussion"), self._name(), self._date(), comment, self._line("discussion")]
            elif rng.random() < 0.4:
                found += [self._line("heading"), *rng.choice(self._articles)[: rng.randint(3, 6)]]
            else:
                found += self._menu(rng.randint(1, 8))
        return found

    def _meta(self) -> Iterator[str]:
        """What stands beside a headline: dates, names, counters."""
        rng = self._rng
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            kind = rng.random()
            if kind < 0.5:
                yield self._date() + ("" if rng.random() < 0.7 else self._name())
            elif kind < 0.65:
                yield self._name()
            else:
                yield self._line("meta" if kind < 0.85 else "section")

    def _list(self, size: int) -> list[str]:
        """A list of other articles, each with what this site shows of it."""
        rng = self._rng
        mark = rng.choice(("", "", "- ", "-", "• "))
        date = rng.randrange(_DATES) if rng.random() < 0.6 else None
        dates_follow, inline = rng.random() < 0.5, date is not None and rng.random() < 0.3
        section = rng.choice(("#{}", "{}", "{}")) if rng.random() < 0.25 else None
        teaser = rng.choice((0, 0, 0, 0, 1, 1, 2, 2, 3))
        more = self._line("more") if rng.random() < 0.15 else None
        counters = rng.choice((2, 3)) if rng.random() < 0.12 else rng.random() < 0.15
        dashes, numbered, names, twice = (rng.random() < chance for chance in (0.25, 0.08, 0.1, 0.07))
        symbols = rng.random() < 0.06
        found: list[str] = []
        for number in range(1, size + 1):
            headline, lead = rng.choice(self._items)
            if symbols:
                headline = rng.choice("💣🎵🚕🚗🚓😷🎬⚡🔥❗✅📌") + rng.choice(("", " ")) + headline
            line = mark + str(number) * numbered + headline
            day = None if date is None else self._date(date)
            if inline and day:
                line = f"{line} {day}" if dates_follow else mark + day + rng.choice(("", " ")) + headline
                day = None
            beside = [section.format(self._line("section"))] if section else []
            beside += [day] if day else []
            found += ["-"] * dashes + ([] if dates_follow else beside) + [line] + [headline] * twice
            if teaser == 1:
                cut = lead[: rng.randint(60, 250)].rsplit(" ", 1)[0]
                found.append(cut + rng.choice(("...", "…", "")))
            elif teaser == 2:
                found.append(" ".join(_SENTENCE_END.split(lead)[: rng.choice((1, 1, 2, 3))]))
            elif teaser == 3:
                found.append(lead)
            found += (beside if dates_follow else []) + [self._name()] * names + ([more] if more else [])
            for _ in range(counters):
                found += ["-"] * dashes + [str(rng.randint(0, rng.choice((50, 3000, 50000))))]
        return found

    def _menu(self, size: int) -> list[str]:
        rng = self._rng
        words = [self._line("section") for _ in range(size)]
        if rng.random() < 0.15:
            return [rng.choice((" ", " | ", " • ", "")).join(words[:12])] if words else []
        mark = rng.choice(("- ", "- ", "", "", "#"))
        return [mark + (word.upper() if mark == "#" else word) for word in words]

    def _footer(self) -> list[str]:
        rng = self._rng
        notices = [self._line("notice") for _ in range(rng.choice((0, 1, 1, 2, 3, 4)))]
        legal = [self._line("legal") for _ in range(rng.randint(1, 8))]
        return [*notices, *legal, *(self._menu(rng.randint(2, 10)) if rng.random() < 0.4 else ())]

    def _follow(self) -> str:
        rng = self._rng
        kind = rng.random()
        if kind < 0.35:
            return self._line("follow")
        if kind > 0.8:
            return self._line("tail")
        where = f" {self._line('follow_where')}" if rng.random() < 0.9 else ""
        call = f"{self._line('follow_verb')} {self._line('follow_object')}{where}"
        mark = rng.choice(("", "", "", "👉 ", "❗ ", "🔴 ", "📩 ", "- "))
        return mark + call + rng.choice(("", "", "!", ".", "! Подписывайтесь", "](https://t.me/+abcDEF)"))

    def _tail(self) -> str:
        """What is glued to the end of an article."""
        kind = self._rng.random()
        return self._line("credit") if kind < 0.15 else self._line("tail") if kind < 0.6 else self._follow()

    def _caption(self) -> str:
        rng = self._rng
        words = re.split(r"[.,:;—]", rng.choice(rng.choice(self._items)))[0][: rng.randint(30, 150)]
        return words + (self._line("caption") if rng.random() < 0.7 else "")

    # ---------------------------------------------------------------- words

    def _line(self, kind: str) -> str:
        return self._filled(self._rng.choice(self._lines[kind]))

    def _filled(self, line: str) -> str:
        rng = self._rng
        for place, made in (
            ("{name}", self._name),
            ("{date}", lambda: self._date(1)),
            ("{agency}", lambda: rng.choice(self._lines["agency"])),
            ("{word}", self._word),
            ("{headline}", lambda: rng.choice(self._items)[0]),
            ("{year}", lambda: str(rng.randint(2008, 2025))),
            ("{number}", lambda: str(rng.randint(100, 99999))),
            ("{small}", lambda: str(rng.randint(1, 99))),
        ):
            if place in line:
                line = line.replace(place, made())
        return line

    def _word(self) -> str:
        rng = self._rng
        headline: str = rng.choice(self._items)[0]
        return rng.choice(headline.split()).strip('«»",.:').capitalize()

    def _name(self) -> str:
        return f"{self._rng.choice(self._lines['given'])} {self._rng.choice(self._lines['surname'])}"

    def _date(self, kind: int | None = None) -> str:
        rng = self._rng
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2008, 2025)
        time = f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
        name = self._lines["month"][month - 1]
        kinds = (
            time,
            f"{day} {name} {year}",
            f"{day} {name} {year}, {time}",
            f"{day:02d}.{month:02d}.{year}",
            f"{day:02d}.{month:02d}.{year} {time}",
            f"{time}, {day:02d}.{month:02d}.{year}",
            f"{day} {name}, {time}",
            *(f"{relative}, {time}" for relative in self._lines["day"]),
            f"{day} {name[:3]}, {time}",
            f"{day:02d}.{month:02d}/{time}",
            f"{day} {name} {year} {time}",
        )
        return kinds[rng.randrange(_DATES) if kind is None else kind]
