"""Finds organizations by how a text is laid out: what stands in quotation marks, the site's name above its page.

The finders run in the order of `FINDERS` at the end of the module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from extractor import resources
from extractor.names.spans import Found, NameSpan, no_names, tokens_in, wide_gap
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import DASHES, MAY_CLOSE
from extractor.reading.forms import MEMO_SIZE, cached_property, plain
from extractor.reading.morphology import parses
from extractor.rules import Rule

# The most tokens of a name in quotation marks.  3, 4 and 9 leave all but one of the 1,924 documents on which
# `people.declension` was swept as they are; longer quotations are seldom names.
_LONGEST_QUOTED = 6
# The most tokens between two rivals.  2, 3 and 6 make no difference to these documents.
_LONGEST_CONTEST = 4
# Where a site's name is looked for on a page: in the first lines, if the page has so many lines, half of them of at
# most so many tokens; and how long the name may be, and a single word in capitals must be, to be one.  Lines: 1, 2 and
# 5 first ones, and pages of 4, 6 and 12, make no difference; short lines of 5 tokens, and names of 2, cost one name
# (organizations_f1 of pages/pages_dev .8992 → .8906), 12 and 3 or 6 none.  Words of 3, 4 and 7 letters: no difference.
_FIRST_LINES = 3
_FEWEST_LINES = 8
_SHORT_LINE = 8
_LONGEST_MASTHEAD = 4
_SHORTEST_SHOUTED = 5
# The words of a name, each with the lemmas that it may be a form of.
PossibleLemmas = tuple[frozenset[str], ...]


@dataclass
class LayoutSearch:
    """What the finders see: the text, the network's spans, the tokens of organizations found before (`covered`) and of
    people (`taken`), and the tokens that may open a quotation (`marks`).
    """

    analysis: Analysis
    network: Sequence[NameSpan]
    covered: Set[int]
    taken: Set[int]
    marks: Sequence[int]

    @cached_property
    def quoted(self) -> list[TokenSpan]:
        """What stands in quotation marks, may be a name and holds no person."""
        return [span for span in _quoted_names(self.analysis, self.marks) if self.taken.isdisjoint(range(*span))]

    @cached_property
    def unseen(self) -> list[TokenSpan]:
        """Those of `quoted` in which no organization was found before."""
        return [span for span in self.quoted if self.covered.isdisjoint(range(*span))]

    def is_free(self, span: TokenSpan) -> bool:
        """Whether a span holds no token of a name that was found before."""
        return self.covered.isdisjoint(range(*span)) and self.taken.isdisjoint(range(*span))


Finder = Rule[Callable[[LayoutSearch], Iterable[TokenSpan]]]


def names_by_layout(layout: LayoutSearch) -> list[Found]:
    """The names that the finders find, in their order, each span once."""
    found: list[Found] = []
    for finder in FINDERS:
        known = {span for span, _ in found}
        found += [Found(span, finder.name) for span in finder.apply(layout) if span not in known]
    return found


# ---------------------------------------------------------------- names in quotation marks


def _quoted_names(analysis: Analysis, marks: Sequence[int]) -> Iterator[TokenSpan]:
    """What stands in quotation marks and may be a name: a few words, the first capitalized; the marks not included."""
    tokens = analysis.tokens
    for i in marks:
        if i + 2 >= len(tokens) or not tokens[i + 1].text[0].isupper() or is_announced_work(analysis, i):
            continue
        end = i + 1
        limit = min(analysis.sentence_of(i).end, i + 2 + _LONGEST_QUOTED)
        while end < limit and (tokens[end].text[0].isalnum() or tokens[end].text in DASHES):
            end += 1
        if i + 1 < end < limit and tokens[end].text in MAY_CLOSE:
            yield TokenSpan(i + 1, end)


def is_announced_work(analysis: Analysis, mark: int) -> bool:
    """Whether the noun before an opening mark announces the name of something else: "фильм", "теплоход".  `mark` is
    its token.
    """
    return mark > 0 and analysis.tokens[mark - 1].lemma in titled_works()


def _rivals(layout: LayoutSearch) -> Iterator[TokenSpan]:
    """Names in quotation marks with only a dash or a verb of contest between them: "«Кама» обыграла «Нефтяник»"."""
    rivals = set(_rival_pairs(layout.analysis, layout.quoted))
    return (span for span in layout.unseen if span in rivals)


def _rival_pairs(analysis: Analysis, quoted: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """Both of each two neighbours that are rivals."""
    for one, other in pairwise(quoted):
        between = analysis.tokens[one.end + 1 : other.start - 1]
        if not 0 < len(between) <= _LONGEST_CONTEST or between[0].sentence != analysis.tokens[other.start].sentence:
            continue
        dash = len(between) == 1 and between[0].text in DASHES
        if dash or (any(t.lemma in _contests() for t in between) and all(t.text.islower() for t in between)):
            yield from (one, other)


def _with_members(layout: LayoutSearch) -> Iterator[TokenSpan]:
    """Names in quotation marks whose people are named: "тренер «Камы»"."""
    return (span for span in layout.unseen if _has_member(layout.analysis, span))


def _has_member(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether the noun right before the marks is somebody of an organization, and the name may be in the genitive."""
    tokens, before = analysis.tokens, span.start - 2
    if before < 0 or tokens[before].lemma not in _members() or tokens[before].sentence != tokens[span.start].sentence:
        return False
    return any("gent" in parse.tag for parse in parses(_without_number(tokens[span.start].text)))


@cache
def _contests() -> frozenset[str]:
    """Lemmas of verbs of contest: "обыграть" (`contest_verbs.tsv`)."""
    return resources.words("contest_verbs.tsv")


@cache
def _members() -> frozenset[str]:
    """Lemmas of nouns for people of an organization: "тренер" (`member_nouns.tsv`)."""
    return resources.words("member_nouns.tsv")


@cache
def titled_works() -> frozenset[str]:
    """Lemmas of nouns before a name in quotation marks that is no organization: "фильм" (`titled_works.tsv`)."""
    return resources.words("titled_works.tsv")


# ---------------------------------------------------------------- lines of a page


def _mastheads(layout: LayoutSearch) -> Iterator[TokenSpan]:
    """The site's name in the first lines of a page: one that stands in quotation marks below, one in capitals, or an
    address.
    """
    analysis, lines = layout.analysis, layout.analysis.paragraphs_as_given
    short = sum(line.end - line.start <= _SHORT_LINE for line in lines)
    if len(lines) < _FEWEST_LINES or 2 * short < len(lines):
        return
    places = tokens_in(span for kind, span in layout.network if kind == "LOC")
    is_quoted = _equality_to([possible_lemmas(analysis, span) for span in layout.quoted])
    for number, line in enumerate(lines[:_FIRST_LINES]):
        span = _before_dash(analysis, line)
        words = analysis.tokens[span.start : span.end]
        if not 0 < len(words) <= _LONGEST_MASTHEAD or not places.isdisjoint(range(*span)) or _is_menu(analysis, span):
            continue
        shouted = number == 0 and all(word.text.isupper() and word.text.isalpha() for word in words)
        if (
            is_quoted(possible_lemmas(analysis, span))
            or _is_latin_address(analysis, span)
            or (shouted and len(words[0].text) >= _SHORTEST_SHOUTED)
        ) and layout.is_free(span):
            yield span


def _before_dash(analysis: Analysis, line: TokenSpan) -> TokenSpan:
    """A line up to its first dash, bar or dot."""
    ends = (i for i in range(*line) if analysis.tokens[i].text in DASHES | {"|", "·"})
    return TokenSpan(line.start, next(ends, line.end))


def _is_menu(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span is items of a menu: "Новости  Архив"."""
    tokens = analysis.tokens
    return any(tokens[i].lemma in no_names() or tokens[i].lower in no_names() for i in range(*span)) or any(
        wide_gap(analysis, i) for i in range(span.start + 1, span.end)
    )


def _is_latin_address(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span is a site's address in Latin letters: "NOVOSTI.KZ"."""
    text = analysis.span_text(span)
    host, stop, domain = text.rpartition(".")
    return bool(stop) and text.isascii() and host[:1].isalpha() and domain.isalpha() and " " not in text


def _branded(layout: LayoutSearch) -> Iterator[TokenSpan]:
    """Places with Latin words behind them that are a line of their own: "Самара LIVE"."""
    analysis, tokens = layout.analysis, layout.analysis.tokens
    for kind, span in layout.network:
        if kind != "LOC":
            continue
        line = analysis.paragraph_of(span.start)
        after = range(span.end, line.end)
        if not after or not all(tokens[i].text.isascii() and tokens[i].text.isalpha() for i in after):
            continue
        whole = TokenSpan(span.start, line.end)
        begins = not any(tokens[i].text[0].isalnum() for i in range(line.start, span.start))
        if begins and layout.is_free(whole) and not _is_menu(analysis, whole):
            yield whole


# ---------------------------------------------------------------- names compared


def possible_lemmas(analysis: Analysis, span: TokenSpan) -> PossibleLemmas:
    """The words of a name, each with the lemmas of all its readings, whatever the tagger says."""
    texts = (analysis.tokens[i].text for i in range(*span))
    return tuple(_lemmas_of_readings(text) for text in texts if text[0].isalnum())


@lru_cache(maxsize=MEMO_SIZE)
def _lemmas_of_readings(text: str) -> frozenset[str]:
    """The lemmas of all readings of a word, with the number that a hyphen ties to it."""
    word = _without_number(text)
    number = text[len(word) :]
    lemmas = frozenset(plain(str(parse.normal_form)) + number for parse in parses(word.lower()))
    return lemmas or frozenset({text.lower()})


def _without_number(text: str) -> str:
    """A word without the number that a hyphen ties to it: "Металлург-2" → "Металлург"."""
    word, dash, number = text.rpartition("-")
    return word if dash and number.isdigit() else text


def may_be_equal(one: PossibleLemmas, other: PossibleLemmas) -> bool:
    """Whether two names may be forms of one: each two words have a lemma in common."""
    return len(one) == len(other) and all(not a.isdisjoint(b) for a, b in zip(one, other, strict=True))


def _equality_to(names: Sequence[PossibleLemmas]) -> Callable[[PossibleLemmas], bool]:
    """A function that tells whether a name may be a form of one of `names`."""
    by_first: dict[tuple[int, str], list[PossibleLemmas]] = {}
    for known in dict.fromkeys(names):
        for lemma in known[0] if known else ():
            by_first.setdefault((len(known), lemma), []).append(known)

    def is_known(name: PossibleLemmas) -> bool:
        return any(
            may_be_equal(name, known)
            for lemma in (name[0] if name else ())
            for known in by_first.get((len(name), lemma), ())
        )

    return is_known


# ---------------------------------------------------------------- the finders, in the order in which they run

FINDERS: tuple[Finder, ...] = (
    Rule("organization: masthead of a page", _mastheads),
    Rule("organization: rivals in quotation marks", _rivals),
    Rule("organization: in quotation marks behind a member", _with_members),
    Rule("organization: place with a Latin brand", _branded),
)
