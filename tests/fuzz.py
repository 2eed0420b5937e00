"""Corrupts articles as scrapers, encodings and editors do, or makes sentences, and checks the record of each text.

    python tests/fuzz.py --texts 10000 --seed 1                articles, corrupted
    python tests/fuzz.py --texts 40000 --seed 1 --sentences    100,000 sentences (tests/sentences.py)
    python tests/fuzz.py --texts 10000 --seed 1 --sentences --arbitrary    the networks' labels by chance

Each text is generated from a number of its own (seed, seed + 1, …).  A failure is printed with that number, and
`--seed NUMBER --texts 1` generates the same text again (from the same articles: those of samples/ and, if it lies
beside the checkout, of ../shared).  Checked are the invariants of tests/invariants.py, that a text gives the same
record again after other texts, and that no text takes much longer than its length allows.  The exit status is 0 if all
held, else 1.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from arbitrary import extracted
from invariants import check
from sentences import generated

from extractor import Document, Extractor

ROOT = Path(__file__).resolve().parent.parent

# The most processor time a text may take, by its length.  Generous: a news text takes about 0.1 ms for a character.
SECONDS = 1.0
SECONDS_PER_CHARACTER = 2e-3
LONGEST = 4_000
# Every so many texts one is read again: in a run of thousands that finds what texts change for others, at little cost.
AGAIN = 10

MARKS = "«»„“”‟\"'‘’‚‹›"
DASHES = "-–—―−‒"
STOPS = ".,:;!?…()[]{}/\\|*#@&%№"
HOMOGLYPHS = str.maketrans("аеорсухАВЕКМНОРСТХ", "aeopcyxABEKMHOPCTX")
FOREIGN = (
    "Παπαδόπουλος", "שלום עולם", "مرحبا بالعالم", "習近平", "ソフトバンク", "नमस्ते", "ქართული", "Ђорђевић", "Ґєїі",
    "İstanbul", "ß", "ﬁ", "Ǆ", "ʼ", "Ⅷ", "①", "½", "𝕬𝖓𝖓𝖆", "ａｂｃ", "Ꙗ", "ѣ",
)  # fmt: skip
CONTROLS = "\x00\x01\x07\x08\x0b\x0c\x1b\x1c\x1d\x1e\x1f\x7f\x80\x85\x9f\u2028\u2029\ufffe\uffff"
UNSEEN = "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0f\u061c\u034f\u115f\u3164"
SPACES = " \t\u00a0\u1680\u2003\u2009\u202f\u205f\u3000"
COMBINING = "\u0300\u0301\u0306\u0308\u0327\u0338\u0483\u0487\u05b0\u064e\u20dd\u20e3\u0e31\u3099"
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
EMOJI = ("😀", "👨‍👩‍👧‍👦", "🇷🇺", "❤️", "👍🏽", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "☎", "™", "1️⃣")
SURROGATES = "\ud800\udbff\udc00\udfff"
MARKUP = (
    "<p>", "</p>", "<br/>", "<a href=\"http://a.example/?b=1&amp;c=2\">", "</a>", "<!--", "-->", "&nbsp;", "&laquo;",
    "&raquo;", "&mdash;", "&quot;", "&#171;", "&#x201C;", "<script>var a='»';</script>", "<![CDATA[", "{{title}}",
    "[1]", "https://t.example/abc?d=%D0%B0#«", "user@mail.example", "@nick", "#тег", "\\n", "\\u00ab", "\\\"",
)  # fmt: skip
SPEECH = (
    "сказал", "сообщила", "По словам", "По его данным,", "Об этом сообщил", "заявил, что", "что", "он", "она", "они",
    "министр", "глава", "пресс-служба", "МЧС", "ООО «", "Иван", "Петров", "А. П.", "А.П.", "Петров:", "Корр.:", "— Да.",
    "«Да»,", ", — добавил", "назвал", "«", "»", "\"", "- ", "— ", ": ", "(", ")", "т.е.", "им.", "г.", "1,4", "№",
)  # fmt: skip

Mutation = Callable[[random.Random, str, Sequence[str]], str]


def cut(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """A random part of the text."""
    start = rng.randrange(len(text) + 1)
    return text[start : start + rng.randrange(1, LONGEST)]


def splice(rng: random.Random, text: str, articles: Sequence[str]) -> str:
    """The beginning of the text with the end of another."""
    other = rng.choice(articles)[:LONGEST]
    return text[: rng.randrange(len(text) + 1)] + other[rng.randrange(len(other) + 1) :]


def change_lines(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Lines left out, doubled, shuffled, joined or split."""
    lines = text.split("\n")
    match rng.randrange(6):
        case 0:
            lines = [line for line in lines if rng.random() < 0.7]
        case 1:
            lines = [line for line in lines for _ in range(rng.choice((1, 1, 2, 3)))]
        case 2:
            rng.shuffle(lines)
        case 3:
            return text.replace("\n", rng.choice(("", " ", "\r\n", "\r", "\n\n", "\u2028")))
        case 4:
            return re.sub(r"\s", lambda space: "\n" if rng.random() < 0.1 else space.group(), text)
        case 5:
            width = rng.randrange(1, 80)
            return "\n".join(text[i : i + width] for i in range(0, len(text), width))
    return "\n".join(lines)


def change_words(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Words left out, doubled, shuffled, moved."""
    words = text.split(" ")
    match rng.randrange(4):
        case 0:
            words = [word for word in words if rng.random() < 0.8]
        case 1:
            words = [word for word in words for _ in range(rng.choice((1, 1, 1, 2)))]
        case 2:
            rng.shuffle(words)
        case 3:
            for _ in range(rng.randrange(1, 8)):
                words.insert(rng.randrange(len(words) + 1), words.pop(rng.randrange(len(words))))
    return " ".join(words)


def change_letters(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Letters left out, doubled, swapped or replaced."""

    def change(letter: re.Match[str]) -> str:
        at = letter.start()
        if rng.random() > 0.03:
            return letter.group()
        return rng.choice(("", letter.group() * 2, text[at + 1 : at + 2] + letter.group(), rng.choice(text)))

    return re.sub(r"(?s).", change, text)


def homoglyphs(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Latin letters in place of Cyrillic ones that look alike, in some words or in all."""
    share = rng.choice((0.05, 0.3, 1.0))
    return re.sub(r"\w+", lambda w: w.group().translate(HOMOGLYPHS) if rng.random() < share else w.group(), text)


def change_marks(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Quotation marks left out, doubled, turned round or of another kind; dashes of every length."""
    share = rng.choice((0.1, 0.5, 1.0))
    alike = rng.choice((None, '"', "'", rng.choice(MARKS), "<<", "''", ",,", "``", '""'))

    def change(mark: re.Match[str]) -> str:
        if rng.random() > share:
            return mark.group()
        if alike is not None and mark.group() in MARKS:
            return alike
        return rng.choice(("", mark.group() * 2, rng.choice(MARKS), rng.choice(DASHES), f" {mark.group()} "))

    return re.sub(f"[{re.escape(MARKS + DASHES)}]", change, text)


def change_stops(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Punctuation marks left out, repeated or exchanged; or no full stop at all."""
    if rng.random() < 0.2:
        return re.sub(r"[.!?…]", "", text)
    return re.sub(
        r"[.,:;!?…()]",
        lambda stop: rng.choice(
            ("", stop.group() * rng.randrange(1, 9), rng.choice(STOPS), stop.group(), stop.group())
        ),
        text,
    )


def letter_case(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """All letters in upper case, all in lower case, every word capitalized, or the cases swapped."""
    return rng.choice((str.upper, str.lower, str.title, str.swapcase))(text)


def spacing(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """No spaces at all, some missing, others in their place, several for one, or one after each letter."""
    match rng.randrange(5):
        case 0:
            return re.sub(r"\s", "", text)
        case 1:
            return re.sub(r"\s", lambda space: "" if rng.random() < 0.1 else space.group(), text)
        case 2:
            return re.sub(" ", lambda _: rng.choice(SPACES), text)
        case 3:
            return re.sub(" ", lambda _: " " * rng.randrange(1, 5), text)
    return " ".join(text[: LONGEST // 2])


def long_word(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """A word, a number or a row of marks of enormous length."""
    unit = rng.choice(
        (*'аАжЁ1.,-—«»"(:_', "на", "А.", "1,", "а-", "Иван", "«»", ", ", "- ", "\n", "\n— ", "« ", "что ", "И. ")
    )
    at = rng.randrange(len(text) + 1)
    return text[:at] + unit * rng.randrange(10, LONGEST // 2) + text[at:]


def repeated(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """A short part of the text over and over."""
    start = rng.randrange(len(text) + 1)
    piece = text[start : start + rng.randrange(1, 120)] or " "
    return piece * (rng.randrange(1, LONGEST) // len(piece) + 1)


def code_points(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """Random Unicode characters between those of the text."""
    return _sprinkled(rng, text, lambda: chr(rng.randrange(0x110000)), rng.randrange(1, 60))


def broken_encoding(rng: random.Random, text: str, _: Sequence[str]) -> str:
    """UTF-8 decoded as another encoding, or the other way round, or truncated."""
    data = text.encode("utf-8", "replace")
    match rng.randrange(4):
        case 0:
            return data.decode("cp1251", "replace")
        case 1:
            return data.decode("latin-1")
        case 2:
            return text.encode("cp1251", "replace").decode("utf-8", "replace")
    return data.decode("utf-8", "surrogateescape") + data[: rng.randrange(99)].decode("utf-8", "surrogateescape")


def _inserting(pieces: Sequence[str]) -> Mutation:
    """Returns a mutation that inserts some of the pieces at random places, once or up to a hundred times."""

    def insert(rng: random.Random, text: str, _: Sequence[str]) -> str:
        return _sprinkled(rng, text, lambda: rng.choice(pieces), rng.choice((1, 3, 10, 100)))

    return insert


def _sprinkled(rng: random.Random, text: str, piece: Callable[[], str], times: int) -> str:
    places = sorted(rng.randrange(len(text) + 1) for _ in range(times))
    parts, last = [], 0
    for place in places:
        parts += (text[last:place], piece())
        last = place
    return "".join((*parts, text[last:]))


MUTATIONS: tuple[Mutation, ...] = (
    cut, splice, change_lines, change_words, change_letters, homoglyphs, change_marks, change_stops, letter_case,
    spacing, long_word, repeated, code_points, broken_encoding,
    *map(_inserting, (MARKS, DASHES, STOPS, FOREIGN, CONTROLS, UNSEEN, SPACES, COMBINING, DIRECTIONS, EMOJI)),
    *map(_inserting, (SURROGATES, MARKUP, SPEECH, SPEECH, MARKS)), change_marks, change_lines,
)  # fmt: skip


def corrupted(number: int, articles: Sequence[str]) -> str:
    """Returns the text of a number: a part of an article after one to five mutations."""
    rng = random.Random(number)
    text = rng.choice(articles)
    start = rng.randrange(max(1, len(text) - 200))
    text = text[start : start + rng.choice((80, 300, 1_000, 2_500))]
    for mutation in rng.choices(MUTATIONS, k=rng.randrange(1, 6)):
        text = mutation(rng, text, articles)[:LONGEST] or " "
    return text


def sample_articles() -> list[str]:
    """Returns the texts of samples/."""
    return _texts(ROOT / "samples")


def all_articles() -> list[str]:
    """Returns the texts of samples/ and of the corpora beside the checkout."""
    shared = ROOT.parent / "shared"
    return [*sample_articles(), *(text for folder in ("quotes", "pages") for text in _texts(shared / folder))]


def _texts(folder: Path) -> list[str]:
    records = (json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.open(encoding="utf-8"))
    return [record["text"] for record in records if record.get("text")]


def failures(
    extractor: Callable[[str], Document], made: Callable[[int], str], numbers: Iterator[int] | range
) -> Iterator[tuple[int, str]]:
    """Yields the number of each text that fails, with what is wrong; `made` makes the text of a number."""
    before: tuple[int, str, str] | None = None
    for count, number in enumerate(numbers, 1):
        text = made(number)
        try:
            seconds, record = _timed(extractor, text)
            if seconds > _allowed(text):
                seconds, record = _timed(extractor, text)
            assert seconds <= _allowed(text), f"{seconds:.1f} s for {len(text)} characters"
        except Exception:
            yield number, traceback.format_exc()
            continue
        if count % AGAIN == 0:
            if before is not None and extractor(before[1]).model_dump_json() != before[2]:
                yield before[0], f"another record after the texts up to {number}"
            before = number, text, record


def _allowed(text: str) -> float:
    return SECONDS + SECONDS_PER_CHARACTER * len(text)


def _timed(extractor: Callable[[str], Document], text: str) -> tuple[float, str]:
    """Checks the record of a text; returns the processor time that it took, and its JSON."""
    start = time.process_time()
    document = extractor(text)
    seconds = time.process_time() - start
    check(document, text)
    return seconds, document.model_dump_json()


def main() -> int:
    """Runs the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1_000, help="how many (1000 by default)")
    parser.add_argument("--seed", type=int, default=0, help="the number of the first text")
    parser.add_argument("--sentences", action="store_true", help="sentences of names and lexicons, not articles")
    parser.add_argument("--arbitrary", action="store_true", help="labels of names and quotes drawn by chance")
    parser.add_argument("--show", action="store_true", help="print each text and do not check it")
    arguments = parser.parse_args()
    made = generated if arguments.sentences else partial(corrupted, articles=all_articles())
    numbers = range(arguments.seed, arguments.seed + arguments.texts)
    if arguments.show:
        for number in numbers:
            print(number, repr(made(number)))
        return 0
    extractor, failed = extracted if arguments.arbitrary else Extractor(), 0
    for start in range(0, len(numbers), 500):
        for number, what in failures(extractor, made, numbers[start : start + 500]):
            failed += 1
            print(f"--seed {number} --texts 1: {what}", flush=True)
        print(f"{min(start + 500, len(numbers))} texts, {failed} failed", file=sys.stderr)
    print(f"{arguments.texts} texts from seed {arguments.seed}: {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
