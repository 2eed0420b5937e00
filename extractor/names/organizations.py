"""Names of organizations: their spans, from the network's and from what heads such names; their nominatives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from string import ascii_letters
from typing import NamedTuple

from pymorphy3.analyzer import Parse

from extractor import resources
from extractor.analysis import Analysis, Token, TokenSpan
from extractor.morphology import KEPT, Numbers, Word, declined, forms_of, known_tags, may_be_among, parses
from extractor.names.marked import name_key, same_name, set_names, titled_works
from extractor.names.mentions import CLOSING_MARKS, OPENING_MARKS, NameSpan, is_brand, no_names, starts_line, wide_gap
from extractor.names.nominative import declinable, declined_text, head_of, tagger_agreement

_CLASSES = frozenset({"unit", "office", "weak", "loose", "plural", "mission", "generic", "form", "service"})
_UNITS = frozenset({"unit", "office", "mission"})
_WEAK = frozenset({"weak", "loose", "plural"})
_HEADS = _UNITS | _WEAK
_GENERIC = frozenset({"generic", "loose"})
_LATIN = frozenset(ascii_letters)
_BREAKS = frozenset("()[]{}|/\\;:•·—–―…©")
_NOMINAL = frozenset({"NOUN", "PROPN"})
# A complement is at most so many tokens long.
_COMPLEMENT = 10
# Abbreviations of so many letters mean an organization only in capitals.
_ABBREVIATION = 4
# The address of a page is looked through for so many characters to both sides of a name.
_ADDRESS = 100
_UNSPACED, _UNSPACED_END = re.compile(r"\S+"), re.compile(r"\S+\Z")
# Lexicons are asked for a word only if they have one with its first letters, which no form of a word changes.
_PREFIX = 2


def organization_spans(analysis: Analysis, spans: Sequence[NameSpan], people: Sequence[TokenSpan]) -> list[TokenSpan]:
    """The spans of organizations' names, the outermost named units: from what the network took for organizations
    and from nouns that head such names before a place.
    """
    places = {i: span for kind, span in spans if kind == "LOC" for i in range(*span)}
    taken = {i for span in people for i in range(*span)}
    if "/" in analysis.text:
        spans = [name for name in spans if not _in_page_address(analysis, name.span)]
    marks = [i for i in analysis.marks if analysis.tokens[i].text in OPENING_MARKS]
    found = [span for kind, span in spans if kind == "ORG"]
    seeds = [
        piece for span in found for piece in _pieces(analysis, span, taken) if _may_be_organization(analysis, piece)
    ]
    seeds += _quoted(analysis, taken, seeds, marks)
    seeds += set_names(analysis, spans, seeds, taken, marks)
    words = [analysis.tokens[i] for i in analysis.words_where(_may_begin)]
    seeds = _with_known(analysis, words, seeds, taken)
    seeds += _as_elsewhere(analysis, seeds, taken)
    named = {i: seed for seed in seeds for i in range(*seed)} | places
    whole = [_extended(analysis, seed, named, taken) for seed in seeds]
    covered = {i for span in whole for i in range(*span)}
    for token in words:
        if token.index not in covered and token.index not in taken and _class_of(token) in _HEADS:
            unit = _unit(analysis, token, named, taken)
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
        if genitive and not noun.text.isupper() and _class_of(noun) not in {None, "form", "service"}:
            yield TokenSpan(start, ends[end])


def _is_any(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether common nouns mean no particular organization: пароходство, местные власти, "Иск" at a beginning."""
    first, *others = tokens = [analysis.tokens[i] for i in range(*span)]
    if _is_address(tokens):
        return False
    if any(_is_no_name(token) or token.text == "№" for token in tokens):
        return True
    head = next(filter(None, map(_class_of, tokens)), None)
    if not others:
        if head is None:
            return first.text[0].isupper() and first.number == "Sing" and _is_common(first)
        return head in {*_GENERIC, "form", "service"}
    if _class_of(first) == "service":
        return True
    if head == "weak" and first.pos == "ADJ" and len(tokens) < 3:
        return first.lemma not in _modifiers() and first.lemma not in place_adjectives()
    return head is None and all(_is_common(token) and token.text.islower() for token in others)


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
    if text == "." and i > 0 and tokens[i - 1].text in CLOSING_MARKS:
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
    if end - start > 1 and _class_of(tokens[start]) == "service":
        start += 1
    while end - start > 1 and tokens[end - 1].pos in ("ADP", "CCONJ"):
        end -= 1
    while start < end and not tokens[start].text[0].isalnum():
        start += 1
    while start < end and not tokens[end - 1].text[0].isalnum() and tokens[end - 1].text not in CLOSING_MARKS | {"!"}:
        end -= 1
    if start < end and _class_of(tokens[start]) == "service":
        start += 1
    opened = next((i for i in range(start + 1, end) if tokens[i].text in OPENING_MARKS), None)
    if end - start > 1 and tokens[start].text.islower() and tokens[start + 1].text[0] in _LATIN:
        # агентство Associated Press → Associated Press
        start += _class_of(tokens[start]) in _GENERIC
    if opened is None:
        while start < end and tokens[end - 1].text in CLOSING_MARKS:
            end -= 1
        return TokenSpan(start, end) if start < end else None
    closed = tokens[end - 1].text in CLOSING_MARKS and end - 1 > opened
    if not closed and end < len(tokens) and tokens[end].text in CLOSING_MARKS:
        end, closed = end + 1, True
    before = tokens[opened - 1]
    if before.pos in ("DET", "PRON") or before.lemma in titled_works():
        return None
    small = before.text[0].islower()
    if _class_of(before) == "generic" or (small and _class_of(before) in {None, *_GENERIC}):
        inner = end - 1 if closed else end
        return TokenSpan(opened + 1, inner) if opened + 1 < inner else None
    return TokenSpan(start, end)


def _may_be_organization(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a piece can be a name: it has a word, and is no heading, number or common noun."""
    tokens = [analysis.tokens[i] for i in range(*span)]
    words = [token for token in tokens if token.text.isalpha() or any(map(str.isalpha, token.text))]
    if not words or (tokens[0].text[0].isdigit() and (len(words) == 1 or len(tokens) == 1)):
        return False
    if len(words) > 2 and all(token.text[0].isupper() and _is_common(token) for token in words):
        return False
    if tokens[0].text in _currencies() or (_is_no_name(tokens[0]) and not _is_address(tokens)):
        return False
    if _marked(analysis, span):
        before = analysis.tokens[tokens[0].index - 2] if tokens[0].index > 1 else None
        return before is None or (before.pos != "DET" and before.lemma not in titled_works())
    if _is_feature(tokens) or _is_church(tokens):
        return False
    at_start = starts_line(analysis, span.start)
    if len(tokens) > 1:
        headed = any(_class_of(token) for token in words) or sum(token.text[0].isupper() for token in words) > 1
        named = words[0].text[0].isupper() and not at_start
        return headed or named or not all(_is_common(token) for token in words)
    token = tokens[0]
    if _is_town(token.text) or (len(token.text) == 1 and not token.text.isascii()):
        return False
    if _class_of(token) in _HEADS and token.text.istitle() and not at_start:
        return True
    if _class_of(token) is not None or token.text[0].islower():
        return not _is_common(token) or (token.text.isupper() and len(token.text) < 6)
    return not (_is_common(token) and (at_start or token.text.isupper()))


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
    if not rest or not _common(first.text) or _class_of(first) is not None or first.text[0].isupper():
        return False
    known = known_tags(first.text)
    return "inan" in known[0] and all(any("Geox" in tag for tag in known_tags(token.text)) for token in rest)


def _is_church(tokens: Sequence[Token]) -> bool:
    """Whether words are a building, called by a feast or saint in a word like a surname: Никольская церковь."""
    if len(tokens) != 2 or tokens[1].lemma not in _churches() or not tokens[0].text[0].isupper():
        return False
    return any("Surn" in tag for tag in known_tags(tokens[0].text))


@cache
def _churches() -> frozenset[str]:
    return resources.words("churches.tsv")


@lru_cache(maxsize=KEPT)
def _is_town(text: str) -> bool:
    """Whether a word in capitals is a town's or street's name by its ending: Нижнереченска, Риджент-стрит."""
    if text.isupper():
        return False
    if "-" in text:
        return text.lower().endswith(tuple(ending for ending in _town_endings() if ending[0] == "-"))
    return any(str(parse.normal_form).endswith(_town_endings()) for parse in parses(text)[:2])


@cache
def _town_endings() -> tuple[str, ...]:
    return tuple(resources.words("place_endings.tsv"))


def _quoted(
    analysis: Analysis, taken: set[int], seeds: Sequence[TokenSpan], marks: Sequence[int]
) -> Iterator[TokenSpan]:
    """Names in quotation marks, opened at `marks`, that the network missed: after a noun for organizations (музей
    «Старый мост») or elsewhere in the document (основатель «Старого моста»).
    """
    tokens = analysis.tokens
    covered = {i for span in seeds for i in range(*span)}
    known = {_lemmas(analysis, span) for span in seeds if _marked(analysis, span)}
    missed: list[TokenSpan] = []
    for i in marks:
        if not 0 < i < len(tokens) - 2 or i + 1 in covered or i + 1 in taken:
            continue
        if not _is_capitalized(tokens[i + 1].text):
            continue
        end = next((j for j in range(i + 2, min(i + 9, len(tokens))) if tokens[j].text in CLOSING_MARKS), None)
        if end is None or tokens[end].sentence != tokens[i].sentence or not taken.isdisjoint(range(i, end)):
            continue
        span = TokenSpan(i + 1, end)
        if _class_of(tokens[i - 1]) is not None and tokens[i - 1].sentence == tokens[i].sentence:
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
    prefixes = frozenset(first[:_PREFIX] for first in known)
    for token in tokens if known else ():
        if token.name != "O" or not token.text[0].isupper() or token.lower[:_PREFIX] not in prefixes:
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


@Numbers
def _may_begin(text: str) -> bool:
    """Whether a word, unlike nearly all, may be or head a name of an organization by what it is."""
    return _may_have_class(text) or _known_start(text) is not None


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
        start = None if i < end or i in covered or i in taken else _known_start(token.text)
        if start is not None:
            end = i + _known_length(analysis, i, *start)
            if end > i and covered.isdisjoint(range(i, end)):
                whole.append(TokenSpan(i, end))
    return sorted(whole)


def _known_length(analysis: Analysis, i: int, brand: bool, stem: str) -> int:
    """How many tokens from `i` on are a known name of an organization, or written like a brand; `brand` and `stem` are
    what `_known_start` says of the first.
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
    known, sentence_end = _known_names(), analysis.sentence_of(i).end
    for lemmas in known.get(stem.lower(), ()) or known.get(token.lemma, ()):
        if len(lemmas) == 1:
            if len(stem) > _ABBREVIATION or stem.isupper():
                return 1
        elif tuple(t.lemma for t in analysis.tokens[i : min(i + len(lemmas), sentence_end)]) == lemmas:
            return len(lemmas)
    return 0


@lru_cache(maxsize=KEPT)
def _known_start(text: str) -> tuple[bool, str] | None:
    """Whether a word is written like a brand, and its stem where it may begin a known name, "" elsewhere; None for a
    word, like nearly all, that is neither.
    """
    stem, known = _declined_abbreviation(text) or text, _known_names()
    brand, begins = _is_brand_alone(text), stem[:_PREFIX].lower() in _known_prefixes()
    begins = begins and (stem.lower() in known or any(parse.normal_form in known for parse in parses(text)))
    return (brand, stem if begins else "") if brand or begins else None


def _is_brand_alone(text: str) -> bool:
    """Whether a word is an organization wherever it stands, by how it is written: СпортПульс, Волга-Инфо."""
    if len(text) <= _ABBREVIATION or not text[0].isupper() or text.isascii():
        return False
    return is_brand(text) and not any(letter.isdigit() for letter in text)


@cache
def _known_names() -> Mapping[str, Sequence[tuple[str, ...]]]:
    """Known names of organizations as lemmas, longest first, by their first lemma."""
    names: dict[str, list[tuple[str, ...]]] = {}
    for row in resources.rows("organization_abbreviations.tsv", 2):
        for name in row:
            lemmas = tuple(_lemma(word) for word in name.split())
            names.setdefault(lemmas[0], []).append(lemmas)
    return {first: sorted(all_, key=len, reverse=True) for first, all_ in names.items()}


@cache
def _known_prefixes() -> frozenset[str]:
    """First letters of the known names: a word without them needs no lemma."""
    return frozenset(first[:_PREFIX] for first in _known_names())


def _lemma(word: str) -> str:
    return str(parses(word)[0].normal_form)


def _marked(analysis: Analysis, span: TokenSpan) -> bool:
    return span.start > 0 and analysis.tokens[span.start - 1].text in OPENING_MARKS


@lru_cache(maxsize=KEPT)
def _common(text: str) -> bool:
    known = known_tags(text)
    return bool(known) and not any(g in tag for tag in known for g in ("Orgn", "Abbr", "Trad", "Geox", "Surn", "Name"))


def _is_common(token: Token) -> bool:
    return _common(token.text)


@cache
def _currencies() -> frozenset[str]:
    return resources.words("currencies.tsv")


def _class_of(token: Token) -> str | None:
    """What the token's noun does in names of organizations ("unit", "generic", …); None for other words."""
    if not token.form[_may_have_class]:
        return None
    classes = organization_words()
    found = classes.get(token.lower) or classes.get(token.lemma if token.pos in _NOMINAL else _noun_lemma(token.text))
    return None if found == "plural" and token.number != "Plur" else found


def _may_have_class(text: str) -> bool:
    """Whether a word or the lemma of any reading of it is in `organization_words`."""
    words, lower = organization_words(), text.lower()
    return may_be_among(lower, _word_forms()) and (
        lower in words or any(parse.normal_form in words for parse in parses(text))
    )


@cache
def _word_forms() -> frozenset[str]:
    return forms_of(organization_words())


@lru_cache(maxsize=KEPT)
def _noun_lemma(text: str) -> str:
    """The lemma of a word that may be a noun for organizations though the tagger does not think so; "" for others."""
    lemmas = (str(parse.normal_form) for parse in parses(text) if parse.tag.POS == "NOUN")
    return next((lemma for lemma in lemmas if lemma in organization_words()), "")


@cache
def organization_words() -> Mapping[str, str]:
    """Lemmas of nouns that name organizations, with their class in `models/organization_words.tsv`."""
    words = {}
    for lemma, kind in resources.rows("organization_words.tsv", 2):
        if kind not in _CLASSES:
            raise resources.ResourceError(f"organization_words.tsv: {lemma}: no class {kind!r}")
        words[lemma] = kind
    return words


@cache
def _modifiers() -> frozenset[str]:
    return resources.words("organization_modifiers.tsv")


@cache
def place_adjectives() -> Mapping[str, str]:
    """Adjectives of countries, as lemmas, with the country in the genitive."""
    return {row[0]: row[1] for row in resources.rows("place_adjectives.tsv", 2)}


def _extended(analysis: Analysis, seed: TokenSpan, named: Mapping[int, TokenSpan], taken: set[int]) -> TokenSpan:
    """A seed with what belongs to the name around it: legal form, head, adjectives, place."""
    tokens, (start, end) = analysis.tokens, seed
    if _marked(analysis, seed) and end < len(tokens) and tokens[end].text in CLOSING_MARKS:
        outer = _before_marks(analysis, start - 1)
        return TokenSpan(outer, end + 1) if outer is not None else seed
    if not tokens[start].text[0].isascii() or tokens[start].text[0].isupper():
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    start = _with_heads(analysis, TokenSpan(start, end), taken)
    if start < seed.start:
        end = _with_complement(analysis, TokenSpan(start, end), named, taken)
    return TokenSpan(start, end)


def _before_marks(analysis: Analysis, mark: int) -> int | None:
    """Where a name begins whose quoted part opens at `mark`: at a legal form or a noun that heads it; None where
    the words before the mark are no part of the name.
    """
    tokens, first = analysis.tokens, analysis.sentence_of(mark).start
    i = mark - 1
    if i < first:
        return None
    kind = _class_of(tokens[i])
    if kind == "form" and tokens[i].text.isupper():
        return i
    if kind in _UNITS or (kind == "weak" and i > first):
        return _with_adjectives(analysis, i)
    return None


def _with_complement(analysis: Analysis, span: TokenSpan, named: Mapping[int, TokenSpan], taken: set[int]) -> int:
    """The end of a name with the place or unit in the genitive, or the field after a preposition, behind it."""
    tokens, end = analysis.tokens, span.end
    limit = analysis.sentence_of(span.start).end
    head = next((i for i in range(*span) if tokens[i].pos in _NOMINAL), span.start)
    while end < limit and end in named and end not in taken and named[end].start == end:
        token = tokens[end]
        if token.case not in (None, "Gen") and declinable(token.text):
            break
        if tokens[end - 1].text in CLOSING_MARKS or wide_gap(analysis, end):
            break
        end = named[end].end
    if end + 1 < limit and tokens[end].pos == "ADP" and _class_of(tokens[head]) in _HEADS:
        noun = next((i for i in range(end + 1, min(end + 4, limit)) if tokens[i].pos in _NOMINAL), end)
        if _class_of(tokens[head]) == "mission" and end + 1 in named and tokens[end + 1].case == "Loc":
            return named[end + 1].end
        if noun > end and tokens[noun].case == "Dat" and span.start <= tokens[noun].head < end:
            return max(end, _phrase_end(analysis, end, noun, limit, taken))
    return end


def _phrase_end(analysis: Analysis, start: int, noun: int, limit: int, taken: set[int]) -> int:
    """The end of a complement: its noun and what hangs from it without a gap, no further than a verb or a person."""
    tokens = analysis.tokens
    subtree = set(analysis.subtree(noun))
    end = start + 1
    while end < limit and end in subtree and end not in taken and end - start < _COMPLEMENT:
        if tokens[end].pos in ("VERB", "AUX", "PRON") or (tokens[end].pos == "PUNCT" and tokens[end].text != ","):
            break
        end += 1
    while end > start and tokens[end - 1].pos in ("PUNCT", "CCONJ", "ADP"):
        end -= 1
    return end if end > noun else start


def _with_heads(analysis: Analysis, span: TokenSpan, taken: set[int]) -> int:
    """The start of a name with the nouns that it is a part of, and their adjectives, before it."""
    tokens = analysis.tokens
    start = _with_adjectives(analysis, span.start, span.end)
    first = analysis.sentence_of(span.start).start
    while start > first and start - 1 not in taken:
        before, own = tokens[start - 1], tokens[span.start]
        genitive = own.case in (None, "Gen") or not declinable(own.text)
        if not genitive or before.text.isupper() or not _heads(analysis, start - 1, span):
            break
        start = _with_adjectives(analysis, start - 1)
    return start


def _heads(analysis: Analysis, noun: int, span: TokenSpan) -> bool:
    """Whether a noun before a name is the head of a longer one: a unit, or a weaker word in capitals or by syntax."""
    kind = _class_of(analysis.tokens[noun])
    if kind not in _WEAK:
        return kind in _UNITS
    if kind == "loose" and analysis.tokens[span.start].text[0] in _LATIN:
        return False
    return analysis.tokens[noun].text[0].isupper() or any(analysis.tokens[i].head == noun for i in range(*span))


def _with_adjectives(analysis: Analysis, start: int, end: int | None = None) -> int:
    """The start of a name with the adjectives of its head before it that are part of it."""
    tokens = analysis.tokens
    head = next((tokens[i] for i in range(start, end or start + 1) if tokens[i].pos in _NOMINAL), tokens[start])
    first = analysis.sentence_of(start).start
    at = start
    while at > first and tokens[at - 1].pos == "ADJ":
        adjective = tokens[at - 1]
        agrees = adjective.case == head.case and adjective.number == head.number
        capital = adjective.text[0].isupper() and (at - 1 > first or adjective.name != "O")
        known = adjective.lemma in place_adjectives() or (_class_of(head) in _HEADS and adjective.lemma in _modifiers())
        if not agrees or not (capital or known):
            break
        at -= 1
    return at


def _unit(analysis: Analysis, token: Token, named: Mapping[int, TokenSpan], taken: set[int]) -> TokenSpan | None:
    """The name that a noun like "прокуратура" heads: with an adjective of a place or with its complement up to a
    named place or unit; None where nothing names it.
    """
    tokens, strong = analysis.tokens, _class_of(token) in _UNITS
    if token.number == "Plur":
        return None
    limit = analysis.sentence_of(token.index).end
    start = _with_adjectives(analysis, token.index)
    end = token.index + 1
    reach = end
    while reach < limit and reach - end < _COMPLEMENT and reach not in taken:
        if reach in named:
            genitive = tokens[reach].case in (None, "Gen") or not declinable(tokens[reach].text) or reach > end
            if genitive and (strong or token.text[0].isupper()):
                end = named[reach].end
            break
        word = tokens[reach]
        joins = word.text == "," or word.pos == "CCONJ"
        small = word.text[0].islower() or (word.text.isupper() and len(word.text) > 1)
        if not joins and not (word.pos in ("ADJ", "NOUN", "PROPN") and word.case == "Gen" and small):
            break
        if word.pos == "NOUN" and "anim" in parses(word.text)[0].tag:
            break
        reach += 1
    if end == token.index + 1 and _class_of(token) == "office":
        end = _last_noun(analysis, end, reach)
    whole = TokenSpan(start, end)
    extended = _with_complement(analysis, whole, named, taken) if strong or end > token.index + 1 else end
    if any(i in named for i in range(whole.end, extended)) or end > token.index + 1 or _class_of(token) == "office":
        end = extended
    place = start < token.index and any(
        tokens[i].text[0].isupper() or tokens[i].lemma in place_adjectives() for i in range(start, token.index)
    )
    if end == token.index + 1 and not (place and strong):
        return None
    return TokenSpan(_with_heads(analysis, TokenSpan(start, end), taken), end)


def _last_noun(analysis: Analysis, start: int, end: int) -> int:
    """The end of a complement at its last noun."""
    while end > start and analysis.tokens[end - 1].pos not in _NOMINAL:
        end -= 1
    return end


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


class OrganizationName(NamedTuple):
    """A mention of an organization with its nominative."""

    span: TokenSpan
    normal: str


def read(analysis: Analysis, spans: Sequence[TokenSpan]) -> list[OrganizationName]:
    """The names at `spans` in the nominative; a form that the document has beats a guess."""
    texts = [analysis.span_text(span) for span in spans]
    attested = frozenset(map(str.lower, texts))
    shared = _shared_nominatives(analysis, spans)
    normals = [shared.get(text) or _normal(analysis, span, attested) for span, text in zip(spans, texts, strict=True)]
    whole = _whole_nominatives(analysis, spans, normals)
    return [
        OrganizationName(span, whole.get(text, normal))
        for span, text, normal in zip(spans, texts, normals, strict=True)
    ]


def _whole_nominatives(analysis: Analysis, spans: Sequence[TokenSpan], normals: Sequence[str]) -> Mapping[str, str]:
    """The forms of names of several words in quotation marks, each with a nominative that the document has."""
    forms: dict[int, dict[str, tuple[TokenSpan, bool]]] = {}
    for span, normal in zip(spans, normals, strict=True):
        if span.end - span.start > 1:
            text, first = analysis.span_text(span), analysis.tokens[span.start]
            nominative = normal == text and first.case in (None, "Nom") and _may_be_nominative(first.text)
            own = forms.setdefault(span.end - span.start, {})
            own[text] = (span, nominative or own.get(text, (span, False))[1])
    found = {}
    for own in forms.values():
        full = {name_key(analysis, span): text for text, (span, nominative) in own.items() if nominative}
        for text, (span, nominative) in own.items():
            if not nominative and _marked(analysis, span):
                key = name_key(analysis, span)
                same = next((name for known, name in full.items() if same_name(key, known)), None)
                if same is not None:
                    found[text] = same
    return found


def _may_be_nominative(text: str) -> bool:
    """Whether a word can be a nominative at all, whatever the tagger says."""
    return any("nomn" in parse.tag for parse in parses(text))


def _shared_nominatives(analysis: Analysis, spans: Sequence[TokenSpan]) -> Mapping[str, str]:
    """The forms of names of one word that the document has in several, each with the nominative that most share."""
    forms: dict[str, dict[str, str]] = {}
    for start, end in spans:
        token = analysis.tokens[start]
        if end - start == 1 and declinable(token.text) and not token.text.isupper():
            own = forms.setdefault(token.text, {})
            for nominative in (*_nominatives(token.word), token.text):
                own.setdefault(nominative.lower(), nominative)
    counts: dict[str, float] = dict.fromkeys((nominative for own in forms.values() for nominative in own), 0.0)
    for own in forms.values():
        for rank, nominative in enumerate(own):
            counts[nominative] += 1.0 + 1.0 / (1.0 + rank)
    shared = {}
    for text, own in forms.items():
        best = max(own, key=counts.__getitem__)
        if counts[best] > 2.0:
            shared[text] = own[best]
    return shared


def _normal(analysis: Analysis, span: TokenSpan, attested: frozenset[str]) -> str:
    tokens, first = analysis.tokens, analysis.tokens[span.start]
    text = analysis.span_text(span)
    before = tokens[span.start - 1] if span.start else None
    if before is not None and before.text in OPENING_MARKS and span.start > 1:
        kind = _class_of(tokens[span.start - 2])
        if kind not in (None, "service") or (tokens[span.start - 2].pos == "NOUN" and first.case == "Nom"):
            return text
    if _class_of(first) == "form" and first.text.isupper():
        return text
    stem = _declined_abbreviation(first.text)
    if stem:
        return stem + text[len(first.text) :]
    if span.end - span.start == 1:
        return _single(first, attested)
    head = _head(analysis, span)
    if head is None:
        return text
    changing = [
        i
        for i in range(span.start, head)
        if (tokens[i].pos in ("ADJ", "DET", "NUM") or _is_participle(tokens[i])) and _agrees(tokens[i], tokens[head])
    ]
    return declined_text(analysis, span, [*changing, head], head)


def _head(analysis: Analysis, span: TokenSpan) -> int | None:
    """The first noun of the name: an adjective before it agrees, what follows depends on it."""
    tokens = analysis.tokens
    first = next((i for i in range(*span) if tokens[i].pos in _NOMINAL or _class_of(tokens[i])), None)
    return first if first is not None else head_of(analysis, span)


def _is_participle(token: Token) -> bool:
    return token.pos == "VERB" and token.feats.get("VerbForm") == "Part"


def _agrees(adjective: Token, head: Token) -> bool:
    return adjective.case in (None, head.case) or adjective.number == head.number


@lru_cache(maxsize=KEPT)
def _declined_abbreviation(text: str) -> str:
    """The abbreviation of a form like МИДа, МИДом; "" for other words."""
    if not text[:2].isupper():
        return ""
    size = next((i for i, letter in enumerate(text) if not letter.isupper()), 0)
    return text[:size] if size > 1 and len(text) - size <= 2 and text[size:].islower() and not text.isascii() else ""


def _single(token: Token, attested: frozenset[str]) -> str:
    """A name of one word in the nominative."""
    if not declinable(token.text):
        return token.text
    stem, dash, number = token.text.rpartition("-")
    base = stem if dash and (number.isdigit() or number.isupper()) else token.text
    tail = token.text[len(base) :]
    found = _nominatives(Word(base, token.pos, token.case, token.number, token.gender))
    known = [form for form in found if (form + tail).lower() in attested and form != base]
    if base.isupper() and not known:
        return token.text
    if token.case == "Nom" and not known and base in found:
        return token.text
    return (known[0] if known and token.case != "Nom" else found[0]) + tail


@lru_cache(maxsize=KEPT)
def _nominatives(word: Word) -> tuple[str, ...]:
    """The nominatives that a word may have, the likeliest first."""
    nouns = [p for p in parses(word.text) if p.tag.case and p.tag.POS in ("NOUN", "ADJF")]
    ranked = sorted(nouns, key=lambda parse: _unlikeliness(word, parse))
    forms = [declined(word.text, parse, "nomn", parse.tag.number and str(parse.tag.number)) for parse in ranked]
    return tuple(dict.fromkeys(forms)) or (word.text,)


def _unlikeliness(word: Word, parse: Parse) -> float:
    """How little speaks for a parse of a name of one word; the plural is seldom one."""
    plural = parse.tag.number == "plur" and "Pltm" not in parse.tag
    return 2.0 * plural - float(parse.score) - tagger_agreement(word, parse)
