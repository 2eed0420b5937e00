"""Where personal names stand: the spans of the names network, mended and completed by rules on Russian names.

The finders run in the order of the tuples at the end of the module; what they find must pass the criteria there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from extractor import resources
from extractor.names.lexicons import VOWELS, asian_surnames, given_names
from extractor.names.people.declension import fixed_patronymic, particles
from extractor.names.people.nouns import follows_title, is_title
from extractor.names.spans import (
    Found,
    NameSpan,
    after_opening_mark,
    before_closing_mark,
    is_brand,
    is_known_name,
    no_names,
    tokens_in,
    wide_gap,
)
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import APOSTROPHES
from extractor.reading.morphology import known_grammemes, known_tags
from extractor.rules import Rule

# Parts of speech (OpenCorpora) that are no names: a word that the dictionary has only as these names nobody.
_NEVER_NAMES = frozenset(
    {"VERB", "INFN", "GRND", "PRTF", "PRTS", "ADVB", "PREP", "CONJ", "PRCL", "NPRO", "NUMR", "INTJ"}
)
# Surnames that the tagger takes for plurals: "Черных", "Долгих".
_PLURAL_LIKE = ("ых", "их")
_GENITIVE_ENDINGS = ("а", "я")
# The letters of the longest word of a Korean or Vietnamese name with its case ending: "Тханя", "Джуна".  4, 6 and 9
# make no difference to the 1,924 documents on which `declension` was swept; it tells
# "Пан Ги Мун" from "пан Юзеф Ковальский".
_LONGEST_SYLLABLE = 5


class PersonSpans(NamedTuple):
    """Where personal names stand, and lone capitalized words that are surnames only if the document names such a
    person in full.
    """

    sure: list[Found]
    doubtful: list[Found]


@dataclass
class PersonSearch:
    """What the finders see: the text, the network's spans, and the names found so far (`sure`)."""

    analysis: Analysis
    network: Sequence[NameSpan]
    sure: list[Found] = field(default_factory=list)

    def taken(self) -> set[int]:
        """The tokens of the names found so far."""
        return tokens_in(found.span for found in self.sure)


Finder = Rule[Callable[[PersonSearch], Iterable[TokenSpan]]]
Extension = Rule[Callable[[Analysis, TokenSpan], TokenSpan]]
SpanCriterion = Rule[Callable[[Analysis, TokenSpan], bool]]
TokenCriterion = Rule[Callable[[Analysis, Token], bool]]


def person_spans(analysis: Analysis, network: Sequence[NameSpan]) -> PersonSpans:
    """The spans of personal names without titles and brackets, with initials; `network` are all spans that the names
    network labels, of whatever kind.  The spans are disjoint and in text order.
    """
    search = PersonSearch(analysis, network)
    pieces = _joined(analysis, sorted(_found(search, FINDERS), key=_span))
    whole = [_extended(analysis, found) for found in pieces]
    search.sure = [found for found in _disjoint(whole) if _may_be_name(analysis, found.span)]
    return PersonSpans(search.sure, _found(search, DOUBTFUL_FINDERS))


def _found(search: PersonSearch, finders: Sequence[Finder]) -> list[Found]:
    """What each of the finders finds, in their order."""
    return [Found(span, finder.name) for finder in finders for span in finder.apply(search)]


_span = attrgetter("span")


# ---------------------------------------------------------------- finders


def _labelled(search: PersonSearch) -> Iterator[TokenSpan]:
    """The network's spans of people, cut at marks, without titles."""
    for kind, span in search.network:
        if kind == "PER":
            yield from _without_titles(search.analysis, _split_at_marks(search.analysis, span))


def _latin_after_title(search: PersonSearch) -> Iterator[TokenSpan]:
    """Names of several Latin words after a title that the network takes for something else: "певица Zara Bloom"."""
    analysis = search.analysis
    for kind, span in search.network:
        if kind == "PER" or span.end - span.start == 1 or not follows_title(analysis, span.start):
            continue
        if all(analysis.tokens[i].text.isascii() and analysis.tokens[i].text.isalpha() for i in range(*span)):
            yield from _without_titles(analysis, _split_at_marks(analysis, span))


def _lone_capitals(search: PersonSearch) -> Iterator[TokenSpan]:
    """Capitalized words without another beside them that the network takes for no place or organization."""
    analysis, taken = search.analysis, search.taken()
    for i in analysis.where_form(_may_be_lone_surname):
        token = analysis.tokens[i]
        if (
            token.name[2:] in ("", "PER")
            and not _is_capital_of_its_own(analysis, i - 1, token.sentence)
            and not _is_capital_of_its_own(analysis, i + 1, token.sentence)
            and i not in taken
        ):
            yield _alone(token)


def _may_be_lone_surname(text: str) -> bool:
    """Whether a form is capitalized, of letters and hyphens alone, and longer than an initial."""
    return len(text) > 2 and text[0].isupper() and text.replace("-", "").isalpha()


def _is_capital_of_its_own(analysis: Analysis, i: int, sentence: int) -> bool:
    """Whether there is a token `i` in the sentence, and it has a capital not only as the sentence's first word."""
    if not 0 <= i < len(analysis.tokens):
        return False
    token = analysis.tokens[i]
    if token.sentence != sentence or not token.text[0].isupper():
        return False
    return token.name != "O" or i > analysis.sentences[sentence].start


def _alone(token: Token) -> TokenSpan:
    return TokenSpan(token.index, token.index + 1)


def _is_given(token: Token) -> bool:
    """Whether a word may be a given name by the dictionary or our lexicon."""
    return "Name" in known_grammemes(token.text) or token.lower in given_names()


# ---------------------------------------------------------------- the network's spans cut


def _split_at_marks(analysis: Analysis, span: TokenSpan) -> Iterator[TokenSpan]:
    """The parts of a span between tokens that stand in no name: brackets, quotation marks, commas, dashes."""
    start = span.start
    for i in range(*span):
        if not _may_be_inside_name(analysis, i, span):
            if start < i:
                yield TokenSpan(start, i)
            start = i + 1
    if start < span.end:
        yield TokenSpan(start, span.end)


def _may_be_inside_name(analysis: Analysis, i: int, span: TokenSpan) -> bool:
    """Whether token `i` of a span can be part of a name: a capitalized word, a particle, an initial's stop, an
    apostrophe.
    """
    token = analysis.tokens[i]
    if token.text[0].isalpha():
        return token.text[0].isupper() or token.text.lower() in particles() or "-" in token.text
    if token.text == ".":
        return i > span.start and is_initial(analysis.tokens[i - 1])
    inside = span.start < i < span.end - 1
    if token.text not in APOSTROPHES or not inside or _space_before(analysis, i):
        return False
    # "О' Коннор": some sites put a space behind the apostrophe.
    return not _space_before(analysis, i + 1) or len(analysis.tokens[i - 1].text) == 1


def _space_before(analysis: Analysis, i: int) -> bool:
    return i == 0 or analysis.tokens[i - 1].end < analysis.tokens[i].start


def is_initial(token: Token) -> bool:
    """Whether a token may be an initial: "А", "Дж", "Ал", but not "Хо", "Ян"."""
    text = token.text
    if len(text) > 2 or not text[0].isupper() or not text.isalpha():
        return False
    return len(text) == 1 or (text[1].islower() and text[1] not in VOWELS and text.lower() not in asian_surnames())


def _without_titles(analysis: Analysis, pieces: Iterator[TokenSpan]) -> Iterator[TokenSpan]:
    """Pieces from their first word that is neither a title nor in lower case to their last capitalized one."""
    tokens = analysis.tokens
    for start, end in pieces:
        if start + 2 < end and _is_place_of_office(analysis, start, end):
            start += 1
        while start < end and (_is_lower(analysis, start, end) or _is_title(analysis, start, end)):
            if start + 2 < end and _is_place_of_office(analysis, start + 1, end):
                start += 1
            start += 1
        while start < end and not tokens[end - 1].text[0].isupper() and tokens[end - 1].text not in ".":
            if "-" in tokens[end - 1].text or tokens[end - 1].text in particles():
                break
            end -= 1
        if start < end:
            yield TokenSpan(start, end)


def _is_lower(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the first word of a piece begins no name: it is in lower case, and not a particle as in "ван дер
    Мейде".
    """
    token = analysis.tokens[start]
    if token.text[0].isupper():
        return False
    return end - start < 2 or token.text not in particles() or token.name != "B-PER"


def _is_title(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the first word of a piece of several is a title, and no part of the name."""
    token = analysis.tokens[start]
    if end - start < 2 or not is_title(token):
        return False
    return not (end - start > 2 and token.lower in asian_surnames() and _are_syllables(analysis, start, end))


def _are_syllables(analysis: Analysis, start: int, end: int) -> bool:
    """Whether words are as short as those of an Asian name in its own order: "Пан Ги Мун"."""
    return all(len(token.text) <= _LONGEST_SYLLABLE for token in analysis.tokens[start:end])


# ---------------------------------------------------------------- spans joined and extended


def _joined(analysis: Analysis, pieces: Sequence[Found]) -> list[Found]:
    """Pieces in text order; those that lie side by side become one piece where they are one name."""
    joined: list[Found] = []
    for piece in pieces:
        if joined and joined[-1].span.end == piece.span.start and _one_name(analysis, joined[-1].span, piece.span):
            joined[-1] = Found(TokenSpan(joined[-1].span.start, piece.span.end), joined[-1].rule)
        else:
            joined.append(piece)
    return joined


def _one_name(analysis: Analysis, one: TokenSpan, other: TokenSpan) -> bool:
    """Whether two pieces with nothing but spaces or one line break between them are one name: a surname and a given
    name, patronymic or initials, or a given name and a surname.
    """
    tokens = analysis.tokens
    if analysis.text.count("\n", tokens[one.end - 1].end, tokens[other.start].start) > 1:
        return False
    alone = other.end - other.start == 1
    if alone and fixed_patronymic(tokens[one.end - 1].lower):
        return True
    if one.end - one.start != 1:
        return False
    if all(is_initial(tokens[i]) or tokens[i].text == "." for i in range(*other)):
        return not is_initial(tokens[one.start])
    known = [known_grammemes(tokens[i].text) for i in range(*other)]
    if "Name" in known[0]:
        return alone or (len(known) == 2 and "Patr" in known[1])
    return alone and _is_given(tokens[one.start])


def _extended(analysis: Analysis, found: Found) -> Found:
    """A find with what `EXTENSIONS` add to it."""
    span = found.span
    for extension in EXTENSIONS:
        span = extension.apply(analysis, span)
    return Found(span, found.rule)


def _with_surname(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """A lone given name with the surname behind it that the network missed: "Вероника Шмель"."""
    if span.end - span.start == 1 and span.end < len(analysis.tokens) and _is_given(analysis.tokens[span.start]):
        following = analysis.tokens[span.end]
        if following.name == "O" and _may_be_surname_behind(analysis, following):
            return TokenSpan(span.start, span.end + 1)
    return span


def _may_be_surname_behind(analysis: Analysis, token: Token) -> bool:
    """Whether a word right behind a given name can be the surname: in the same sentence, with one capital, and no
    given name or place to the dictionary.
    """
    same = token.sentence == analysis.tokens[token.index - 1].sentence and not wide_gap(analysis, token.index)
    if not same or not token.text.istitle() or not token.text.isalpha() or len(token.text) < 3 or _names_nobody(token):
        return False
    known = known_tags(token.text)
    return not known or any(
        "anim" in tag and "sing" in tag and not {"Name", "Geox"} & set(tag.grammemes) for tag in known
    )


def _disjoint(finds: Sequence[Found]) -> Iterator[Found]:
    """Finds in text order; of those that overlap the one that begins first, then the shorter, then the earlier find."""
    end = 0
    for found in sorted(finds, key=_span):
        if found.span.start >= end:
            yield found
            end = found.span.end


# ---------------------------------------------------------------- criteria: a span that is no name


def _may_be_name(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether no criterion speaks against a span's being a person's name."""
    if any(criterion.apply(analysis, span) for criterion in NO_NAME):
        return False
    if span.end - span.start > 1:
        return True
    token = analysis.tokens[span.start]
    return not any(criterion.apply(analysis, token) for criterion in NO_NAME_ALONE)


def _has_no_word(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span holds nothing but initials, marks and numbers."""
    tokens = analysis.tokens
    return all(not tokens[i].text[0].isalpha() or is_initial(tokens[i]) for i in range(*span))


def _is_enclosed(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether quotation marks stand right before and right after a span: "«Алёнка»"."""
    return after_opening_mark(analysis, span) and before_closing_mark(analysis, span)


def _is_namesake(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span is the name of a thing called after a person: "ул. Маршала Рябова", "имени Олега Ягоды"."""
    tokens, first = analysis.tokens, analysis.sentence_of(span.start).start
    before = span.start - 1
    while before > first and (tokens[before].text == "." or is_title(tokens[before])):
        before -= 1
    if before < first or {tokens[before].lower, tokens[before].lemma}.isdisjoint(_namesake_words()):
        return False
    if before > first and tokens[before - 1].pos == "ADP" and tokens[before].lower == "имени":
        return False
    word = next((tokens[i] for i in range(*span) if tokens[i].text[0].isalpha() and not is_initial(tokens[i])), None)
    known = known_grammemes(word.text) if word is not None else ()
    return "gent" in known or not known


def _is_common(_: Analysis, token: Token) -> bool:
    """Whether the word names nobody wherever it stands."""
    return _names_nobody(token)


def _is_brand(_: Analysis, token: Token) -> bool:
    """Whether the word is spelled like a brand: "СпортПульс"."""
    return is_brand(token.text)


def _is_place_of_holder(analysis: Analysis, token: Token) -> bool:
    """Whether the word is the place of the office before it, whose holder is not named: "экс-аким Сатпаева"."""
    return _is_place_of_office(analysis, token.index, token.index + 1)


def _is_epithet(analysis: Analysis, token: Token) -> bool:
    """Whether the word is an adjective of the thing behind it: "Никольская церковь"."""
    if token.index + 1 == len(analysis.tokens) or "ADJF" not in known_grammemes(token.text):
        return False
    noun = analysis.tokens[token.index + 1]
    agrees = (noun.case, noun.number, noun.gender) == (token.case, token.number, token.gender)
    same = noun.sentence == token.sentence and not wide_gap(analysis, noun.index)
    return same and agrees and noun.pos == "NOUN" and noun.text.islower() and "anim" not in known_grammemes(noun.text)


def _is_plural(_: Analysis, token: Token) -> bool:
    """Whether the tagger reads a word that is no name to the dictionary as a plural, and it does not end as surnames
    in -ых do.
    """
    return token.number == "Plur" and not token.lower.endswith(_PLURAL_LIKE) and not is_known_name(token.text)


def _names_nobody(token: Token) -> bool:
    """Whether a word is no name to the dictionary, and in the lexicon of words that look like one or only of parts of
    speech that are none.
    """
    if is_known_name(token.text):
        return False
    lemma, known = token.lemma, known_tags(token.text)
    if not no_names().isdisjoint((token.lower, lemma)) or lemma.rpartition("-")[2] in no_names():
        return True
    return bool(known) and all(tag.POS in _NEVER_NAMES for tag in known)


def _is_place_of_office(analysis: Analysis, i: int, end: int) -> bool:
    """Whether token `i` is the place of the office before it: "экс-аким Сатпаева".  `end` is where the name that the
    network sees ends; the first of four of its words is none of the person's.
    """
    if i == 0:
        return False
    office, token = analysis.tokens[i - 1], analysis.tokens[i]
    words = analysis.tokens[i:end]
    long = all(word.text[0].isupper() for word in words) and len(words) > 3
    genitive = token.case == "Gen" or (office.case == "Nom" and _is_genitive_beside(analysis, token, office))
    place = long or (genitive and office.case != "Gen") or "Geox" in known_grammemes(token.text)
    return place and office.sentence == token.sentence and office.lemma in place_offices()


def _is_genitive_beside(analysis: Analysis, token: Token, office: Token) -> bool:
    """Whether a word that is a woman's surname or a man's or place's genitive is the latter, as the verb of the office
    is masculine: "аким Сатпаева ответил".
    """
    verb = analysis.tokens[office.head] if office.head >= 0 else None
    if verb is None or verb.gender != "Masc" or verb.pos != "VERB" or not token.lower.endswith(_GENITIVE_ENDINGS):
        return False
    return not any({"nomn", "masc"} <= set(tag.grammemes) for tag in known_tags(token.text))


# ---------------------------------------------------------------- lexicons


@cache
def _namesake_words() -> frozenset[str]:
    """Words before the name of a person after whom a street or another thing is called."""
    return resources.words("street_words.tsv") | resources.words("namesake_words.tsv")


@cache
def place_offices() -> frozenset[str]:
    """Lemmas of offices whose complement is a place: аким."""
    return resources.words("place_offices.tsv")


# ---------------------------------------------------------------- the rules, in the order in which they apply

# Parts of names, which are joined where they are one name.
FINDERS: tuple[Finder, ...] = (
    Rule("person: labelled by the network", _labelled),
    Rule("person: Latin letters after a title", _latin_after_title),
)
# Words that are names only if merging finds their bearer.
DOUBTFUL_FINDERS: tuple[Finder, ...] = (Rule("person: lone capitalized word", _lone_capitals),)

# What belongs to a find though the network left it out.
EXTENSIONS: tuple[Extension, ...] = (Rule("person, extended: surname behind a given name", _with_surname),)

# Criteria by which a span is no name, and by which a word alone is none.
NO_NAME: tuple[SpanCriterion, ...] = (
    Rule("no person: no word", _has_no_word),
    Rule("no person: in quotation marks", _is_enclosed),
    Rule("no person: after whom a thing is called", _is_namesake),
)
NO_NAME_ALONE: tuple[TokenCriterion, ...] = (
    Rule("no person: common word", _is_common),
    Rule("no person: spelled like a brand", _is_brand),
    Rule("no person: place of an office holder", _is_place_of_holder),
    Rule("no person: epithet of a thing", _is_epithet),
    Rule("no person: plural", _is_plural),
)
