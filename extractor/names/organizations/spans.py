"""Names of organizations: their spans, from the network's and from what heads such names; their nominatives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extractor.names.organizations.extent import LATIN, extended, headed_unit, marked
from extractor.names.organizations.layout import set_names, titled_works
from extractor.names.organizations.lexicon import (
    ABBREVIATION,
    GENERIC,
    HEADS,
    PREFIX,
    _common,
    churches,
    class_of,
    currencies,
    is_common,
    is_town,
    known_names,
    known_start,
    may_have_class,
    modifiers,
    place_adjectives,
)
from extractor.names.spans import NameSpan, no_names, starts_line, wide_gap
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.morphology import known_tags, parses
from extractor.reading.nominative import declinable

_BREAKS = frozenset("()[]{}|/\\;:•·—–―…©")
# The address of a page is looked through for so many characters to both sides of a name.
_ADDRESS = 100
_UNSPACED, _UNSPACED_END = re.compile(r"\S+"), re.compile(r"\S+\Z")


def organization_spans(analysis: Analysis, spans: Sequence[NameSpan], people: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans of organizations' names, the outermost named units: from what the network took for organizations
    and from nouns that head such names before a place.
    """
    places = {i: span for kind, span in spans if kind == "LOC" for i in range(*span)}
    taken = {i for span in people for i in range(*span)}
    if "/" in analysis.text:
        spans = [name for name in spans if not _in_page_address(analysis, name.span)]
    marks = [i for i in analysis.marks if analysis.tokens[i].text in MAY_OPEN]
    found = [span for kind, span in spans if kind == "ORG"]
    seeds = [
        piece for span in found for piece in _pieces(analysis, span, taken) if _may_be_organization(analysis, piece)
    ]
    seeds += _quoted(analysis, taken, seeds, marks)
    seeds += set_names(analysis, spans, seeds, taken, marks)
    words = [analysis.tokens[i] for i in analysis.where_form(_may_begin)]
    seeds = _with_known(analysis, words, seeds, taken)
    seeds += _as_elsewhere(analysis, seeds, taken)
    named = {i: seed for seed in seeds for i in range(*seed)} | places
    whole = [extended(analysis, seed, named, taken) for seed in seeds]
    covered = {i for span in whole for i in range(*span)}
    for token in words:
        if token.index not in covered and token.index not in taken and class_of(token) in HEADS:
            unit = headed_unit(analysis, token, named, taken)
            if unit is not None:
                whole.append(unit)
                covered.update(range(*unit))
    common = [span for kind, span in spans if kind == "COM" and covered.isdisjoint(range(*span))]
    known = {_lemmas(analysis, seed) for seed in seeds} if common else set()
    whole += [span for span in common if _lemmas(analysis, span) in known or not _is_any(analysis, span)]
    whole += _of_people(analysis, found, people)
    return list(_outermost(whole))


def _of_people(analysis: Analysis, found: Sequence[TokenSpan], people: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """Nouns that the network takes for organizations with the person whose they are: институт Горского."""
    ends = dict(people)
    for start, end in found:
        if end - start > 1 or end not in ends:
            continue
        noun, name = analysis.tokens[start], analysis.tokens[end]
        genitive = noun.sentence == name.sentence and (name.case == "Gen" or not declinable(name.text))
        if genitive and not noun.text.isupper() and class_of(noun) not in {None, "form", "service"}:
            yield TokenSpan(start, ends[end])


def _is_any(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether common nouns mean no particular organization: пароходство, местные власти, "Иск" at a beginning."""
    first, *others = tokens = [analysis.tokens[i] for i in range(*span)]
    if _is_address(tokens):
        return False
    if any(_is_no_name(token) or token.text == "№" for token in tokens):
        return True
    head = next(filter(None, map(class_of, tokens)), None)
    if not others:
        if head is None:
            return first.text[0].isupper() and first.number == "Sing" and is_common(first)
        return head in {*GENERIC, "form", "service"}
    if class_of(first) == "service":
        return True
    if head == "weak" and first.pos == "ADJ" and len(tokens) < 3:
        return first.lemma not in modifiers() and first.lemma not in place_adjectives()
    return head is None and all(is_common(token) and token.text.islower() for token in others)


def _pieces(analysis: Analysis, span: TokenSpan, taken: set[int]) -> Iterator[TokenSpan]:
    """The parts of a network's span between brackets and dashes, quotation marks balanced, generic words dropped."""
    tokens = analysis.tokens
    start = span.start
    for i in range(span.start, span.end + 1):
        cut = i == span.end or i in taken or _breaks(tokens, i)
        if cut or (i > start and wide_gap(analysis, i)):
            trimmed = _trimmed(analysis, start, i)
            if trimmed is not None:
                yield trimmed
            start = i + 1 if cut else i


def _breaks(tokens: Sequence[Token], i: int) -> bool:
    text = tokens[i].text
    if text == "." and i > 0 and tokens[i - 1].text in MAY_CLOSE:
        return True
    if text in _BREAKS or (not text[0].isalnum() and text not in ",.-&!?'’«»\"„“”№+/@"):
        return True
    spaced = (
        i > 0 and tokens[i - 1].end < tokens[i].start and i + 1 < len(tokens) and tokens[i].end < tokens[i + 1].start
    )
    return text == "-" and spaced


def _trimmed(analysis: Analysis, start: int, end: int) -> TokenSpan | None:
    """A piece without marks at its edges that have no partner in it, or with the partner right outside."""
    tokens = analysis.tokens
    if end - start > 1 and class_of(tokens[start]) == "service":
        start += 1
    while end - start > 1 and tokens[end - 1].pos in ("ADP", "CCONJ"):
        end -= 1
    while start < end and not tokens[start].text[0].isalnum():
        start += 1
    while start < end and not tokens[end - 1].text[0].isalnum() and tokens[end - 1].text not in MAY_CLOSE | {"!"}:
        end -= 1
    if start < end and class_of(tokens[start]) == "service":
        start += 1
    opened = next((i for i in range(start + 1, end) if tokens[i].text in MAY_OPEN), None)
    if end - start > 1 and tokens[start].text.islower() and tokens[start + 1].text[0] in LATIN:
        # агентство Associated Press → Associated Press
        start += class_of(tokens[start]) in GENERIC
    if opened is None:
        while start < end and tokens[end - 1].text in MAY_CLOSE:
            end -= 1
        return TokenSpan(start, end) if start < end else None
    closed = tokens[end - 1].text in MAY_CLOSE and end - 1 > opened
    if not closed and end < len(tokens) and tokens[end].text in MAY_CLOSE:
        end, closed = end + 1, True
    before = tokens[opened - 1]
    if before.pos in ("DET", "PRON") or before.lemma in titled_works():
        return None
    small = before.text[0].islower()
    if class_of(before) == "generic" or (small and class_of(before) in {None, *GENERIC}):
        inner = end - 1 if closed else end
        return TokenSpan(opened + 1, inner) if opened + 1 < inner else None
    return TokenSpan(start, end)


def _may_be_organization(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a piece can be a name: it has a word, and is no heading, number or common noun."""
    tokens = [analysis.tokens[i] for i in range(*span)]
    words = [token for token in tokens if token.text.isalpha() or any(map(str.isalpha, token.text))]
    if not words or (tokens[0].text[0].isdigit() and (len(words) == 1 or len(tokens) == 1)):
        return False
    if len(words) > 2 and all(token.text[0].isupper() and is_common(token) for token in words):
        return False
    if tokens[0].text in currencies() or (_is_no_name(tokens[0]) and not _is_address(tokens)):
        return False
    if marked(analysis, span):
        before = analysis.tokens[tokens[0].index - 2] if tokens[0].index > 1 else None
        return before is None or (before.pos != "DET" and before.lemma not in titled_works())
    if _is_feature(tokens) or _is_church(tokens):
        return False
    at_start = starts_line(analysis, span.start)
    if len(tokens) > 1:
        headed = any(class_of(token) for token in words) or sum(token.text[0].isupper() for token in words) > 1
        named = words[0].text[0].isupper() and not at_start
        return headed or named or not all(is_common(token) for token in words)
    token = tokens[0]
    if is_town(token.text) or (len(token.text) == 1 and not token.text.isascii()):
        return False
    if class_of(token) in HEADS and token.text.istitle() and not at_start:
        return True
    if class_of(token) is not None or token.text[0].islower():
        return not is_common(token) or (token.text.isupper() and len(token.text) < 6)
    return not (is_common(token) and (at_start or token.text.isupper()))


def _is_no_name(token: Token) -> bool:
    """Whether a word in capitals begins no name: a heading, a day."""
    none = no_names()
    if token.lower in none or token.lemma in none:
        return True
    return not known_tags(token.text) and any(parse.normal_form in none for parse in parses(token.text))


def _is_address(tokens: Sequence[Token]) -> bool:
    """Whether words are the address of a site: Волга.ру."""
    if len(tokens) < 3 or tokens[-2].text != "." or not tokens[-1].text.islower():
        return False
    return tokens[-3].end + 1 == tokens[-1].start


def _in_page_address(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether words stand in the address of a page, which is no name of a site: vesti.example/archive."""
    text, start, end = analysis.text, analysis.tokens[span.start].start, analysis.tokens[span.end - 1].end
    if text.find("/", max(0, start - _ADDRESS), end + _ADDRESS) < 0:
        return False
    # What is written without a space for longer is no address, and must not be walked for every name in it.
    before = _UNSPACED_END.search(text[max(0, start - _ADDRESS) : start])
    after = _UNSPACED.match(text, end, end + _ADDRESS)
    chunk = (before[0] if before else "") + text[start:end] + (after[0] if after else "")
    site, slash, _ = chunk.partition("/")
    return bool(slash) and site.isascii() and ("." in site or site.endswith(":"))


def _is_feature(tokens: Sequence[Token]) -> bool:
    """Whether words are a common noun and the place that it is found in: лёд Байкала, газета Тотемского округа."""
    first, rest = tokens[0], tokens[1:]
    if not rest or not _common(first.text) or class_of(first) is not None or first.text[0].isupper():
        return False
    known = known_tags(first.text)
    return "inan" in known[0] and all(any("Geox" in tag for tag in known_tags(token.text)) for token in rest)


def _is_church(tokens: Sequence[Token]) -> bool:
    """Whether words are a building, called by a feast or saint in a word like a surname: Никольская церковь."""
    if len(tokens) != 2 or tokens[1].lemma not in churches() or not tokens[0].text[0].isupper():
        return False
    return any("Surn" in tag for tag in known_tags(tokens[0].text))


def _quoted(
    analysis: Analysis, taken: set[int], seeds: Sequence[TokenSpan], marks: Sequence[int]
) -> Iterator[TokenSpan]:
    """Names in quotation marks, opened at `marks`, that the network missed: after a noun for organizations (музей
    «Старый мост») or elsewhere in the document (основатель «Старого моста»).
    """
    tokens = analysis.tokens
    covered = {i for span in seeds for i in range(*span)}
    known = {_lemmas(analysis, span) for span in seeds if marked(analysis, span)}
    missed: list[TokenSpan] = []
    for i in marks:
        if not 0 < i < len(tokens) - 2 or i + 1 in covered or i + 1 in taken:
            continue
        if not _is_capitalized(tokens[i + 1].text):
            continue
        end = next((j for j in range(i + 2, min(i + 9, len(tokens))) if tokens[j].text in MAY_CLOSE), None)
        if end is None or tokens[end].sentence != tokens[i].sentence or not taken.isdisjoint(range(i, end)):
            continue
        span = TokenSpan(i + 1, end)
        if class_of(tokens[i - 1]) is not None and tokens[i - 1].sentence == tokens[i].sentence:
            known.add(_lemmas(analysis, span))
            yield span
        else:
            missed.append(span)
    yield from (span for span in missed if _lemmas(analysis, span) in known)


def _as_elsewhere(analysis: Analysis, seeds: Sequence[TokenSpan], taken: set[int]) -> Iterator[TokenSpan]:
    """Names in which the network saw nothing, though elsewhere in the document it saw organizations in them: of several
    words, or of one that means nothing else.
    """
    tokens = analysis.tokens
    covered = taken.union(*(range(*seed) for seed in seeds))
    known: dict[str, list[tuple[str, ...]]] = {}
    for seed in seeds:
        first = tokens[seed.start]
        if first.text[0].isupper() and (seed.end - seed.start > 1 or not known_tags(first.text)):
            lemmas = _lemmas(analysis, seed)
            known.setdefault(lemmas[0], []).append(lemmas)
    # A word without these first letters needs no lemma.
    prefixes = frozenset(first[:PREFIX] for first in known)
    for token in tokens if known else ():
        if token.name != "O" or not token.text[0].isupper() or token.lower[:PREFIX] not in prefixes:
            continue
        if token.index in covered:
            continue
        for lemmas in sorted(known.get(token.lemma, ()), key=len, reverse=True):
            span = TokenSpan(token.index, token.index + len(lemmas))
            if (
                span.end <= analysis.sentence_of(token.index).end
                and _lemmas(analysis, span) == lemmas
                and all(tokens[i].name == "O" for i in range(*span))
                and covered.isdisjoint(range(*span))
                and _may_be_organization(analysis, span)
            ):
                covered.update(range(*span))
                yield span
                break


def _lemmas(analysis: Analysis, span: TokenSpan) -> tuple[str, ...]:
    return tuple(analysis.tokens[i].lemma for i in range(*span))


def _is_capitalized(text: str) -> bool:
    return len(text) > 1 and text[0].isupper()


def _may_begin(text: str) -> bool:
    """Whether a word, unlike nearly all, may be or head a name of an organization by what it is."""
    return may_have_class(text) or known_start(text) is not None


def _with_known(
    analysis: Analysis, words: Sequence[Token], seeds: Sequence[TokenSpan], taken: set[int]
) -> list[TokenSpan]:
    """The seeds and the names of organizations that everybody knows, which begin with one of `words`: Евросоюз, МИД,
    Совет Федерации.
    """
    covered = {i for span in seeds for i in range(*span)}
    whole = list(seeds)
    end = 0
    for token in words:
        i = token.index
        start = None if i < end or i in covered or i in taken else known_start(token.text)
        if start is not None:
            end = i + _known_length(analysis, i, *start)
            if end > i and covered.isdisjoint(range(i, end)):
                whole.append(TokenSpan(i, end))
    return sorted(whole)


def _known_length(analysis: Analysis, i: int, brand: bool, stem: str) -> int:
    """How many tokens from `i` on are a known name of an organization, or written like a brand; `brand` and `stem` are
    what `known_start` says of the first.
    """
    token = analysis.tokens[i]
    if brand and token.name == "O":
        return 1
    if (
        not stem
        or token.pos not in ("NOUN", "PROPN", "ADJ", "X")
        or (token.text[0].islower() and token.name == "O" and token.pos == "X")
    ):
        return 0
    known, sentence_end = known_names(), analysis.sentence_of(i).end
    for lemmas in known.get(stem.lower(), ()) or known.get(token.lemma, ()):
        if len(lemmas) == 1:
            if len(stem) > ABBREVIATION or stem.isupper():
                return 1
        elif tuple(t.lemma for t in analysis.tokens[i : min(i + len(lemmas), sentence_end)]) == lemmas:
            return len(lemmas)
    return 0


def _outermost(spans: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """The spans in order, those that lie in or overlap with a longer one left out."""
    kept: list[TokenSpan] = []
    for span in sorted(set(spans), key=lambda span: (span.start, -span.end)):
        if kept and span.start < kept[-1].end:
            if span.end > kept[-1].end:
                kept[-1] = TokenSpan(kept[-1].start, span.end)
            continue
        kept.append(span)
    return iter(kept)
