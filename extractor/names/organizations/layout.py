"""Names of organizations by how a text is set: in quotation marks, as a site's name above its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise

from extractor import resources
from extractor.names.spans import NameSpan, no_names, wide_gap
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import DASHES, MAY_CLOSE
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.morphology import parses

# A name in quotation marks, or the name of a site, is at most so many tokens long.
_LONGEST = 6
_MASTHEAD = 4
# So many tokens stand at most between two rivals.
_CONTEST = 4
# A site's name stands in one of the first lines of a page; a page has at least so many, most of them at most so long.
_FIRST_LINES = 3
_LINES = 8
_LINE = 8
# One word in capitals is a site's name only if it has so many letters.
_SHORTEST = 5
Key = tuple[frozenset[str], ...]


def set_names(
    analysis: Analysis, spans: Sequence[NameSpan], found: Sequence[TokenSpan], taken: set[int], marks: Sequence[int]
) -> Iterator[TokenSpan]:
    """Names of organizations that are none of `found` and hold no word of `taken`: rivals («Кама» – «Нефтяник»), those
    whose people are named ("тренер «Камы»"), the site's own, and what stands in quotation marks, opened at `marks`, as
    one of them does elsewhere.
    """
    covered = {i for span in found for i in range(*span)}
    marked = [span for span in _marked(analysis, marks) if taken.isdisjoint(range(*span))]
    named = [span for span in marked if not covered.isdisjoint(range(*span))]
    open_ = [span for span in marked if covered.isdisjoint(range(*span))]
    sites = [
        span
        for span in _mastheads(analysis, spans, marked)
        if covered.isdisjoint(range(*span)) and taken.isdisjoint(range(*span))
    ]
    yield from sites
    yield from _branded(analysis, spans, covered | taken)
    known = [name_key(analysis, span) for span in (*sites, *named)]
    rivals = set(_rivals(analysis, marked))
    sure = {span for span in open_ if span in rivals or _has_member(analysis, span)}
    known += [name_key(analysis, span) for span in sure]
    equal = _equal_to(known)
    yield from (span for span in open_ if span in sure or equal(name_key(analysis, span)))


def _marked(analysis: Analysis, marks: Sequence[int]) -> Iterator[TokenSpan]:
    """What stands in quotation marks and may be a name: a few words, the first with a capital."""
    tokens = analysis.tokens
    for i in marks:
        if i + 2 >= len(tokens) or not tokens[i + 1].text[0].isupper() or _is_work(analysis, i):
            continue
        end = i + 1
        limit = min(analysis.sentence_of(i).end, i + 2 + _LONGEST)
        while end < limit and (tokens[end].text[0].isalnum() or tokens[end].text in DASHES):
            end += 1
        if i + 1 < end < limit and tokens[end].text in MAY_CLOSE:
            yield TokenSpan(i + 1, end)


def _is_work(analysis: Analysis, mark: int) -> bool:
    """Whether the noun before an opening mark says that a name follows that is no organization's: фильм, теплоход."""
    return mark > 0 and analysis.tokens[mark - 1].lemma in titled_works()


def _rivals(analysis: Analysis, marked: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """Names in quotation marks with nothing but a dash or a contest between them: «Кама» обыграла «Нефтяник»."""
    for one, other in pairwise(marked):
        between = analysis.tokens[one.end + 1 : other.start - 1]
        if not 0 < len(between) <= _CONTEST or between[0].sentence != analysis.tokens[other.start].sentence:
            continue
        dash = len(between) == 1 and between[0].text in DASHES
        if dash or (any(t.lemma in _contests() for t in between) and all(t.text.islower() for t in between)):
            yield from (one, other)


def _has_member(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether the noun right before the marks is somebody of an organization, named in the genitive."""
    tokens, before = analysis.tokens, span.start - 2
    if before < 0 or tokens[before].lemma not in _members() or tokens[before].sentence != tokens[span.start].sentence:
        return False
    return any("gent" in parse.tag for parse in parses(_stem(tokens[span.start].text)))


@cache
def _contests() -> frozenset[str]:
    return resources.words("contest_verbs.tsv")


@cache
def _members() -> frozenset[str]:
    return resources.words("member_nouns.tsv")


@cache
def titled_works() -> frozenset[str]:
    """Nouns before a name in quotation marks that is no organization, as lemmas: фильм, теплоход."""
    return resources.words("titled_works.tsv")


def _mastheads(analysis: Analysis, spans: Sequence[NameSpan], marked: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """The name of the site in the first lines of a page: one that stands in quotation marks below, or in capitals
    above short lines, or an address.
    """
    lines = analysis.paragraphs
    short = sum(line.end - line.start <= _LINE for line in lines)
    if len(lines) < _LINES or 2 * short < len(lines):
        return
    places = {i for kind, span in spans if kind == "LOC" for i in range(*span)}
    equal = _equal_to([name_key(analysis, span) for span in marked])
    for number, line in enumerate(lines[:_FIRST_LINES]):
        span = _before_dash(analysis, line)
        words = analysis.tokens[span.start : span.end]
        if not 0 < len(words) <= _MASTHEAD or not places.isdisjoint(range(*span)) or _is_menu(analysis, span):
            continue
        shouted = number == 0 and all(word.text.isupper() and word.text.isalpha() for word in words)
        if (
            equal(name_key(analysis, span))
            or _is_address(analysis, span)
            or (shouted and len(words[0].text) >= _SHORTEST)
        ):
            yield span


def _before_dash(analysis: Analysis, line: TokenSpan) -> TokenSpan:
    """The line up to a dash or bar."""
    ends = (i for i in range(*line) if analysis.tokens[i].text in DASHES | {"|", "·"})
    return TokenSpan(line.start, next(ends, line.end))


def _is_menu(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether words are items of a menu: Новости  Архив."""
    tokens = analysis.tokens
    return any(tokens[i].lemma in no_names() or tokens[i].lower in no_names() for i in range(*span)) or any(
        wide_gap(analysis, i) for i in range(span.start + 1, span.end)
    )


def _is_address(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether words are a site's address: NOVOSTI.KZ."""
    text = analysis.span_text(span)
    host, stop, domain = text.rpartition(".")
    return bool(stop) and text.isascii() and host[:1].isalpha() and domain.isalpha() and " " not in text


def _branded(analysis: Analysis, spans: Sequence[NameSpan], covered: set[int]) -> Iterator[TokenSpan]:
    """Places with a Latin word after them that are a line of their own: Самара LIVE."""
    tokens = analysis.tokens
    for kind, span in spans:
        if kind != "LOC":
            continue
        line = analysis.paragraph_of(span.start)
        after = range(span.end, line.end)
        if not after or not all(tokens[i].text.isascii() and tokens[i].text.isalpha() for i in after):
            continue
        whole = TokenSpan(span.start, line.end)
        begins = not any(tokens[i].text[0].isalnum() for i in range(line.start, span.start))
        if begins and covered.isdisjoint(range(*whole)) and not _is_menu(analysis, whole):
            yield whole


def name_key(analysis: Analysis, span: TokenSpan) -> Key:
    """The words of a name, each with the lemmas that it may be a form of."""
    return tuple(_lemmas(analysis.tokens[i].text) for i in range(*span) if analysis.tokens[i].text[0].isalnum())


@lru_cache(maxsize=MEMO_SIZE)
def _lemmas(text: str) -> frozenset[str]:
    word = _stem(text)
    tail = text[len(word) :]
    return frozenset(str(parse.normal_form).replace("ё", "е") + tail for parse in parses(word.lower())) or frozenset(
        {text.lower()}
    )


def _stem(text: str) -> str:
    """A word without the number that a hyphen ties to it: Металлург-2."""
    word, dash, number = text.rpartition("-")
    return word if dash and number.isdigit() else text


def same_name(one: Key, other: Key) -> bool:
    """Whether two names may be forms of one, word by word."""
    return len(one) == len(other) and all(not a.isdisjoint(b) for a, b in zip(one, other, strict=True))


def _equal_to(keys: Sequence[Key]) -> Callable[[Key], bool]:
    """Whether a name may be a form of one of some names."""
    by_first: dict[tuple[int, str], list[Key]] = {}
    for key in dict.fromkeys(keys):
        for lemma in key[0] if key else ():
            by_first.setdefault((len(key), lemma), []).append(key)

    def equal(key: Key) -> bool:
        return any(
            same_name(key, known) for lemma in (key[0] if key else ()) for known in by_first.get((len(key), lemma), ())
        )

    return equal
