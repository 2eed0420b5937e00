"""Judges which parts of a page are the article and which stand around it: menus, captions, other headlines, tails.

Two ensembles of regression trees judge the pieces of a page (`reading.pieces`).  The first sees plain features of the
characters of a piece, of its neighbours and of the page (`features`); the second sees the same and what the first says
of the piece and of those around it (`context`).  The trees are in `models/article.tsv`, which
`training/train_article.py` writes; its card is `models/article.md`.

The trees were learned from these features: a change of one, or of the words in `models/page_words.tsv`, needs new ones.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from extractor import resources
from extractor.inference.trees import Ensembles, Node
from extractor.reading.pieces import ENDING, STOP, WORD, WORDS, Piece, pieces

Matrix = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

_FILE = "article.tsv"
# What a piece begins with that stands around an article whatever the trees say of it.  In the annotated pages of
# real/train and real/pool 168 pieces begin so, none of them in an article; amid prose the trees are in doubt of them.
_OPENERS = "aside_openers.tsv"
# A page has an article if a run of pieces scores at least this share of its characters (`_best_run`).  In four rounds
# of cross-validation with whole outlets left out the thirteen pages of real/pool without an article scored at most
# 0.015, all with one at least 0.039 but for one that has two sentences (0 to 0.02).
_LEAST_RUN = 0.02
# A page of fewer pieces is no feed, but a short text that the trees doubt: then all of it is the article.  The thirteen
# pages without an article in real/pool have at least 85.
_FEWEST_OF_A_FEED = 20
# A piece with less than this probability surely stands around the article: it is read after it.  On real/train f1@0.8
# is 0.890 if all that is judged to stand around is read last (below 0.5), 0.8945 (0.2), 0.8952 (0.05), 0.8953 if
# nothing is: what is left is what interrupts an article, at no price.
_SURELY_AROUND = 0.05
# So many characters of a piece count in the score of a run, so that no single paragraph decides for a page.
_RUN_PIECE = 400
# Of a piece so many characters are read, and so many for its sentences, which bounds the time on long paragraphs.  Not
# swept.
_HEAD, _SENTENCES_READ = 160, 600
# Running prose: pieces of at least so many characters that end in a stop, with at least this share of function words
# among their words.  Not swept; the trees weigh it among the rest.
_PROSE, _RUNNING = 60, 0.1
# How many pieces may stand between two pieces of one run of prose, and how many of its pieces give its vocabulary.
_GAP, _VOCABULARY = 2, 6
# Words of at least four letters are compared by so many, which drops most endings.
_STEM = 5
# Counts and distances above these limits count as them.
_LONGEST, _FAR = 1000, 30

# The classes of `page_words.tsv`, each with a feature for its share of a piece's words.
_CLASSES = ("running", "section", "menu", "discussion", "follow", "network", "related", "legal", "credit", "date")
# Those that running text has as well.
_COMMON = frozenset({"running", "credit", "date"})
_TIME = re.compile(r"\b\d{1,2}:\d\d\b")
_DATE = re.compile(r"\b\d{1,2}[./]\d\d(?:[./]\d{2,4})?\b")
_LINK = re.compile(r"https?:|www\.|\]\(|@[A-Za-z]|\.(?:ru|RU|com|kz|KZ|ua|by|net|org|info)\b")
# Symbols, and the separators of breadcrumbs.
_SYMBOL = re.compile(r"[#|©®■→{}\\•►▶↓↑✔✅👉🔴🎯📩❗⚡]|(?<=\s)[/»>](?=\s)")
_TRAILED = re.compile(r"(?:\.\.\.|…)[\"»”)]*$")
_SENTENCE = re.compile(r"[.!?…][\"»”)]* +[А-ЯЁA-Z«\"„“(—–-]")
_DASHES = frozenset("-–—•·*")
_OPENING, _CLOSING = frozenset('«"“„'), frozenset('»"”)')

# The features of a piece by itself.
_OWN = (
    *("length", "word length", "letters", "digits", "capitals", "all capitals", "name"),
    *("ends in stop", "trails off", "ends in comma", "ends in semicolon", "ends in colon"),
    *("ends in letter", "ends in digit", "ends in mark"),
    *("begins lower", "begins digit", "begins dash", "begins hash", "begins mark", "begins symbol"),
    *("times", "dates", "links", "symbols", "commas", "sentences"),
    *(f"{name} words" for name in _CLASSES),
    *(f"first is {name}" for name in _CLASSES),
)
# Those of a piece among the pieces of the page.
_PLACE = (
    *("repeated", "same line before", "same line after", "breaks before", "breaks after", "dashes before"),
    *("goes on", "went on", "whole length", "whole stop"),
    *("number", "number from end", "letters before", "letters after"),
    *("prose", "prose before", "prose after", "since prose", "until prose", "prose within 2", "prose within 4"),
    *("in longest run", "before longest run", "after longest run", "overlap", "overlap after", "cohesion"),
    *("marks within 8", "dates within 8", "since related"),
)
# Those of the page.
_PAGE = (
    *("pieces", "lines", "stops", "dashes", "marks", "prose share", "prose pieces", "longest run"),
    *("cohesion of prose", "cohesion of run"),
)
# Those of the pieces one and two before and after.
_NEAR = (
    *("length", "whole length", "whole stop", "ends in stop", "trails off", "ends in semicolon", "ends in colon"),
    *("begins lower", "capitals", "digits", "times", "dates", "name", "repeated"),
    *("running words", "section words", "menu words", "follow words", "related words", "credit words", "legal words"),
)
_NEXT = ("length", "whole length", "whole stop", "ends in stop", "times", "menu words", "related words")

FEATURES = (
    *_OWN,
    *_PLACE,
    *_PAGE,
    *(f"{name} of {where}" for where in ("before", "after") for name in _NEAR),
    *(f"{name} of second {where}" for where in ("before", "after") for name in _NEXT),
)
_NEIGHBOURS = (-4, -3, -2, -1, 1, 2, 3, 4)
CONTEXT = (
    "p",
    *(f"p {by:+d}" for by in _NEIGHBOURS),
    *("p around", "p of line", "largest p", "letters of p", "letters of p before", "letters of p after"),
    *("in best run", "from start of best run", "from end of best run", "best run", "share of best run"),
)
_COLUMN = {name: column for column, name in enumerate((*_OWN, *_PLACE))}


class Block(NamedTuple):
    """A paragraph, the characters [start, end) of a clean text.

    `article` says whether it belongs to the article, `aside` whether it surely stands around one.
    """

    start: int
    end: int
    article: bool
    aside: bool


def blocks(text: str, paragraphs: Sequence[tuple[int, int]]) -> Iterator[Block]:
    """Yields the paragraphs of a clean text with the judgement of each, cut where a part is judged otherwise.

    `paragraphs` are character offsets [start, end) in ascending order; the blocks cover the same characters.  One
    without a word is judged as the one before it.
    """
    parts = list(pieces(text, paragraphs))
    p = judge(text, parts)
    judged = dict[int, list[tuple[Piece, bool, bool]]]()
    belong = article_of(parts, p)
    for piece, article, probability in zip(parts, belong, p.tolist(), strict=True):
        aside = probability < _SURELY_AROUND and any(belong)
        judged.setdefault(piece.line, []).append((piece, article, aside))
    article, aside = judged[parts[0].line][0][1:] if parts else (True, False)
    for line, (start, end) in enumerate(paragraphs):
        for piece, belongs, beside in judged.get(line, ()):
            if piece.start > start and belongs == article:
                aside = aside and beside
                continue
            if piece.start > start:
                yield Block(start, piece.start, article, aside)
                start = piece.start
            article, aside = belongs, beside
        yield Block(start, end, article, aside)


def judge(text: str, parts: Sequence[Piece]) -> Matrix:
    """Returns for each piece of a clean text the probability that it belongs to the article."""
    if not parts:
        return np.empty(0)
    described = features(text, parts)
    first, second = ensembles()
    p = first(described)
    p = second(np.hstack((described, context(parts, p))))
    p[[text.startswith(_openers(), _start(text, piece)) for piece in parts]] = 0.0
    return p


def _start(text: str, piece: Piece) -> int:
    """Returns where a piece begins, without the white space before it."""
    return piece.end - len(text[piece.start : piece.end].lstrip())


def article_of(parts: Sequence[Piece], p: Matrix) -> list[bool]:
    """Returns which pieces are the article by the probability of each.

    Where no run of pieces scores enough there is no article; but a text of few pieces is all article then.
    """
    if not parts:
        return []
    lengths = _lengths(parts)
    if _best_run(lengths, p)[2] < _LEAST_RUN * lengths.sum():
        return [len(parts) < _FEWEST_OF_A_FEED] * len(parts)
    found: list[bool] = (p > 0.5).tolist()
    return found


class Judge:
    """An ensemble of trees over arrays whose columns have the given names."""

    def __init__(self, trees: Sequence[Sequence[Node]], names: Sequence[str]) -> None:
        self._ensemble = Ensembles([trees])
        self._columns = np.array([names.index(name) for name in self._ensemble.features])

    def __call__(self, x: Matrix) -> Matrix:
        """Returns the probability of each row of `x`."""
        return np.array(self._ensemble.of_rows(x.take(self._columns, axis=1))[0])


@cache
def _openers() -> tuple[str, ...]:
    return tuple(sorted(resources.words(_OPENERS)))


@cache
def ensembles() -> tuple[Judge, Judge]:
    """Loads the two ensembles of `models/article.tsv`, once.

    A row is a node: the number of its ensemble and of its tree, the feature and the threshold, the nodes that follow
    for a feature at most the threshold and above it, and the value of a leaf.  Raises resources.ResourceError for a row
    with more fields, ValueError for a number that is none.
    """
    trees: dict[str, dict[str, list[Node]]] = {"1": {}, "2": {}}
    for ensemble, tree, feature, threshold, yes, no, value in resources.rows(_FILE, 7):
        node = Node(feature, float(threshold), int(yes), int(no), float(value))
        trees[ensemble].setdefault(tree, []).append(node)
    first, second = (list(ensemble.values()) for ensemble in trees.values())
    return Judge(first, FEATURES), Judge(second, (*FEATURES, *CONTEXT))


# ---------------------------------------------------------------- features


def features(text: str, parts: Sequence[Piece]) -> Matrix:
    """Returns the features of pieces of a clean text: (pieces, `FEATURES`).  There must be a piece."""
    strings = [text[piece.start : piece.end].strip() for piece in parts]
    words = [WORD.findall(string[:_HEAD]) for string in strings]
    own = np.array(
        [_own(string, of_string) for string, of_string in zip(strings, words, strict=True)], dtype=np.float64
    )
    place, page = _placed(text, parts, strings, words, own)
    described = np.hstack((own, place))
    near, following = [_COLUMN[name] for name in _NEAR], [_COLUMN[name] for name in _NEXT]
    return np.hstack(
        (
            described,
            np.broadcast_to(page, (len(parts), len(page))),
            _moved(described[:, near], -1),
            _moved(described[:, near], 1),
            _moved(described[:, following], -2),
            _moved(described[:, following], 2),
        )
    )


def _own(string: str, words: Sequence[str]) -> list[float]:
    """The features of a piece by itself, in the order of `_OWN`; `words` are those of its first `_HEAD` characters."""
    head, tail = string[:_HEAD], string[-ENDING:]
    some = max(len(words), 1)
    classes = _word_classes()
    counts, firsts = [0.0] * len(_CLASSES), [0.0] * len(_CLASSES)
    capitals = shouted = numbers = 0
    for number, word in enumerate(words):
        if word[0].isupper():
            capitals += 1
            shouted += len(word) > 1 and word.isupper()
        elif word[0].isdigit():
            numbers += 1
        found = classes.get(word.lower().replace("ё", "е"))
        if found is not None:
            counts[found] += 1.0
            if not number:
                firsts[found] = 1.0
    letters = sum(map(len, words))
    start, end = string[0], string[-1]
    return [
        min(len(string), _LONGEST),
        letters / some,
        letters / len(head),
        numbers / some,
        capitals / some,
        shouted / some,
        1 <= len(words) <= 5 and capitals == len(words) and not shouted,
        STOP.search(tail) is not None,
        _TRAILED.search(tail) is not None,
        end == ",",
        end == ";",
        end == ":",
        end.isalpha(),
        end.isdigit(),
        end in _CLOSING,
        start.islower(),
        start.isdigit(),
        start in _DASHES,
        start == "#",
        start in _OPENING,
        not (start.isalnum() or start in _DASHES or start == "#" or start in _OPENING),
        len(_TIME.findall(head)) if numbers else 0,
        len(_DATE.findall(head)) if numbers else 0,
        len(_LINK.findall(head)),
        len(_SYMBOL.findall(head)),
        head.count(",") / some,
        len(_SENTENCE.findall(string, 0, _SENTENCES_READ)),
        *(count / some for count in counts),
        *firsts,
    ]


def _placed(
    text: str, parts: Sequence[Piece], strings: Sequence[str], words: Sequence[Sequence[str]], own: Matrix
) -> tuple[Matrix, Matrix]:
    """The features of each piece among the others, (pieces, `_PLACE`), and those of the page, (`_PAGE`,)."""
    count = len(parts)
    number = np.arange(count)
    lengths = np.array([float(len(string)) for string in strings])
    lines = np.array([piece.line for piece in parts])
    same = lines[1:] == lines[:-1]
    between = [text[piece.end : following.start] for piece, following in pairwise(parts)]
    breaks = np.array([min(gap.count("\n"), 6) for gap in between])
    seen = Counter(strings)

    goes_on = np.zeros(count, dtype=np.bool_)
    ends_open = own[:, [_COLUMN[f"ends in {what}"] for what in ("letter", "digit", "comma", "semicolon", "mark")]]
    goes_on[:-1] = ends_open[:-1].any(axis=1) & (own[1:, _COLUMN["begins lower"]] > 0) & (lengths[:-1] > 5)
    whole: npt.NDArray[np.int64] = (
        np.cumsum(~goes_on) - ~goes_on
    )  # the number of the line, as it was before the page broke it
    whole_lengths = np.bincount(whole, lengths)[whole]
    stops = own[:, _COLUMN["ends in stop"]] > 0
    whole_stops = stops[~goes_on][whole]

    running = own[:, _COLUMN["running words"]] > _RUNNING
    prose = (whole_lengths >= _PROSE) & whole_stops & (own[:, _COLUMN["trails off"]] == 0)
    prose &= running | (whole_lengths > lengths)
    prose_lengths = np.where(prose, lengths, 0.0)
    start, end, longest = _longest_run(prose, prose_lengths)
    in_run = (number >= start) & (number < end)

    stems = [{word[:_STEM].lower() for word in of_piece if len(word) > 3} for of_piece in words]
    of_run = set[str]().union(*stems[start : min(end, start + _VOCABULARY)])
    after = [set[str]().union(*stems[i + 1 : i + 4]) if lengths[i] < _HEAD else set() for i in range(count)]
    cohesion = np.array(list(_cohesion(stems, prose)))
    marks = own[:, [_COLUMN[f"{name} words"] for name in _CLASSES if name not in _COMMON]].sum(axis=1) >= 0.5
    dated = own[:, [_COLUMN["times"], _COLUMN["dates"], _COLUMN["date words"]]].sum(axis=1) > 0
    marks |= dated & (lengths < _PROSE)

    total = lengths.sum()
    before, prose_before = np.cumsum(lengths) - lengths, np.cumsum(prose_lengths) - prose_lengths
    columns = (
        [seen[string] > 1 and len(string) > 3 for string in strings],
        np.append(False, same),
        np.append(same, False),
        np.append(0, breaks),
        np.append(breaks, 0),
        np.append(False, ["-" in gap for gap in between]),
        goes_on,
        np.append(False, goes_on[:-1]),
        np.minimum(whole_lengths, _LONGEST),
        whole_stops,
        np.minimum(number, 2 * _FAR),
        np.minimum(count - 1 - number, 2 * _FAR),
        before / total,
        (total - before - lengths) / total,
        prose,
        prose_before,
        prose_lengths.sum() - prose_before - prose_lengths,
        _since(prose),
        _since(prose[::-1])[::-1],
        _around(prose, 2),
        _around(np.minimum(prose_lengths, _RUN_PIECE), 4),
        in_run,
        np.clip(start - number, 0, _FAR),
        np.clip(number - end + 1, 0, _FAR),
        [
            0.0 if inside else _share(own_stems, of_run)
            for own_stems, inside in zip(stems, in_run.tolist(), strict=True)
        ],
        [_share(own_stems, others) for own_stems, others in zip(stems, after, strict=True)],
        cohesion,
        _around(marks, 8),
        _around(dated, 8),
        _since(own[:, _COLUMN["related words"]] >= 0.3),
    )
    page = (
        min(count, 100),
        min(lines[-1] + 1, 100),
        stops.mean(),
        own[:, _COLUMN["begins dash"]].mean(),
        marks.mean(),
        prose_lengths.sum() / total,
        prose.sum(),
        longest,
        cohesion[prose].mean() if prose.any() else 0.0,
        cohesion[start:end].mean() if end > start else 0.0,
    )
    return np.array(columns, dtype=np.float64).T, np.array(page, dtype=np.float64)


def context(parts: Sequence[Piece], p: Matrix) -> Matrix:
    """Returns the features of pieces that the first ensemble gives, by the probability of each: (pieces, `CONTEXT`)."""
    count = len(parts)
    number = np.arange(count)
    lengths = _lengths(parts)
    lines = np.array([piece.line for piece in parts])
    found = lengths * p
    start, end, best = _best_run(lengths, p)
    of_lines = np.bincount(lines, found) / np.maximum(np.bincount(lines, lengths), 1)
    columns = (
        p,
        *(_moved(p[:, None], by)[:, 0] for by in _NEIGHBOURS),
        _around(p, 4) / 9,
        of_lines[lines],
        np.full(count, p.max()),
        np.full(count, found.sum()),
        np.cumsum(found) - found,
        found.sum() - np.cumsum(found),
        (number >= start) & (number < end),
        np.clip(number - start, -_FAR, _FAR),
        np.clip(number - end, -_FAR, _FAR),
        np.full(count, best),
        np.full(count, found[start:end].sum() / max(found.sum(), 1.0)),
    )
    return np.array(columns, dtype=np.float64).T


def _lengths(parts: Sequence[Piece]) -> Matrix:
    return np.array([float(piece.end - piece.start) for piece in parts])


def _best_run(lengths: Matrix, p: Matrix) -> tuple[int, int, float]:
    """The run of pieces [start, end) that scores most, and its score.

    A piece scores its characters, at most `_RUN_PIECE`, times how far its probability lies above one half.
    """
    best = (0, 0, 0.0)
    start, total = 0, 0.0
    for i, score in enumerate((np.minimum(lengths, _RUN_PIECE) * (p - 0.5)).tolist()):
        if total <= 0.0:
            start, total = i, 0.0
        total += score
        if total > best[2]:
            best = (start, i + 1, total)
    return best


def _longest_run(prose: Bits, lengths: Matrix) -> tuple[int, int, float]:
    """The run of pieces [start, end) with most characters of prose, and how many; at most `_GAP` others in a row."""
    best = (0, 0, 0.0)
    start, gap, total = 0, _GAP + 1, 0.0
    for i, (is_prose, length) in enumerate(zip(prose.tolist(), lengths.tolist(), strict=True)):
        if not is_prose:
            gap += 1
            continue
        if gap > _GAP:
            start, total = i, 0.0
        gap = 0
        total += length
        if total > best[2]:
            best = (start, i + 1, total)
    return best


def _cohesion(stems: Sequence[set[str]], prose: Bits) -> Iterator[float]:
    """The share of each piece's stems that the two pieces of prose before it and after it have."""
    places = np.flatnonzero(prose).tolist()
    for i, words in enumerate(stems):
        k = bisect_left(places, i)
        yield _share(words, set[str]().union(*(stems[j] for j in places[max(0, k - 2) : k + 3] if j != i)))


def _share(words: set[str], others: set[str]) -> float:
    return len(words & others) / len(words) if words else 0.0


def _moved(x: Matrix, by: int) -> Matrix:
    """The rows `by` places further in `x`, -1 beyond its ends."""
    moved = np.full_like(x, -1.0)
    if by > 0:
        moved[:-by] = x[by:]
    else:
        moved[-by:] = x[:by]
    return moved


def _since(flags: Bits) -> Matrix:
    """How many places back the last true flag before each place stands, at most `_FAR`."""
    last = -_FAR
    since = np.empty(len(flags))
    for i, flag in enumerate(flags.tolist()):
        since[i] = min(i - last, _FAR)
        if flag:
            last = i
    return since


def _around(values: npt.NDArray[np.generic], width: int) -> Matrix:
    """The sum of the values up to `width` places before and after each place."""
    sums = np.concatenate((np.zeros(width + 1), np.cumsum(values, dtype=np.float64)))
    sums = np.concatenate((sums, np.full(width, sums[-1])))
    return sums[2 * width + 1 :] - sums[: len(values)]


@cache
def _word_classes() -> dict[str, int]:
    """The number of the class of each word of `page_words.tsv`."""
    return {
        word: _CLASSES.index(name)
        for name, words in resources.rows(WORDS, 2)
        if name in _CLASSES
        for word in words.split()
    }
