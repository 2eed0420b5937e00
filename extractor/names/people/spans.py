"""Where names stand: the spans of the name network, cut and joined by what is sure about Russian names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from extractor import resources
from extractor.names.people.declension import VOWELS, asian_surnames, fixed_patronymic, given_names, particles
from extractor.names.spans import NAME_GRAMMEMES, NameSpan, is_brand, no_names, starts_line, wide_gap
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import APOSTROPHES, MAY_CLOSE, MAY_OPEN
from extractor.reading.morphology import known_grammemes, known_tags

# Names of one word that is any of these to the dictionary are none unless the word is also a name.
_NO_NAMES = frozenset({"VERB", "INFN", "GRND", "PRTF", "PRTS", "ADVB", "PREP", "CONJ", "PRCL", "NPRO", "NUMR", "INTJ"})
_PLURAL_LIKE = ("ых", "их")
# A word of a Korean or Vietnamese name in a case is at most so many letters long.
_SYLLABLE = 5
_GENITIVE = ("а", "я")
_is_titlecase = str.istitle


class PersonSpans(NamedTuple):
    """Where personal names stand, and words that are surnames only if the document names such a person."""

    sure: list[TokenSpan]
    doubtful: list[TokenSpan]


def person_spans(analysis: Analysis, spans: Sequence[NameSpan]) -> PersonSpans:
    """The spans of personal names: without titles and brackets, with initials, a name that the network cut in
    two joined.
    """
    titles = [analysis.tokens[i] for i in analysis.where_form(_is_titlecase)]
    missed = [token for token in titles if token.name == "O" and len(token.text) > 1]
    pieces: list[TokenSpan] = list(_titled(analysis, missed))
    for kind, span in spans:
        if kind == "PER" or _follows_title(analysis, span):
            pieces += _without_titles(analysis, _pieces(analysis, span))
    pieces = [_with_surname(analysis, piece) for piece in _joined(analysis, sorted(pieces))]
    whole = [_with_initials(analysis, piece) for piece in (*pieces, *_unseen(analysis, missed))]
    sure = [span for span in _disjoint(whole) if _may_be_name(analysis, span)]
    sure = list(_disjoint([*sure, *_as_elsewhere(analysis, sure)]))
    taken = {i for span in sure for i in range(*span)}
    return PersonSpans(sure, [TokenSpan(i, i + 1) for i in _lone_capitals(analysis) if i not in taken])


def _with_surname(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """The span with the surname that the network did not see after a given name: Вероника Шмель."""
    if span.end - span.start == 1 and span.end < len(analysis.tokens) and _is_given(analysis.tokens[span.start]):
        following = analysis.tokens[span.end]
        if following.name == "O" and _may_follow(analysis, following):
            return TokenSpan(span.start, span.end + 1)
    return span


def _is_given(token: Token) -> bool:
    return "Name" in known_grammemes(token.text) or token.lower in given_names()


def _may_follow(analysis: Analysis, token: Token) -> bool:
    """Whether a word, right after a given name, can be the surname: in the same sentence, with one capital."""
    same = token.sentence == analysis.tokens[token.index - 1].sentence and not wide_gap(analysis, token.index)
    if not same or not token.text.istitle() or not token.text.isalpha() or len(token.text) < 3 or _is_common(token):
        return False
    known = known_tags(token.text)
    return not known or any(
        "anim" in tag and "sing" in tag and not {"Name", "Geox"} & set(tag.grammemes) for tag in known
    )


def _unseen(analysis: Analysis, missed: Sequence[Token]) -> Iterator[TokenSpan]:
    """Names in which the network saw nothing: a given name and a surname within a sentence or as a whole line of a page
    ("Автор: Анна Лось"), a surname first in a line-up ("Заря: Зотов; Юдин").  `missed` are the words with a capital in
    which it did.
    """
    tokens = analysis.tokens
    for token in missed:
        if len(token.text) < 3 or token.index + 1 == len(tokens):
            continue
        following = tokens[token.index + 1]
        if following.name == "O" and _is_given(token) and _may_follow(analysis, following):
            line = analysis.paragraph_of(token.index)
            alone = following.index + 1 == line.end
            if not starts_line(analysis, token.index) or alone:
                yield TokenSpan(token.index, token.index + 2)
    for line in analysis.paragraphs:
        colon = next((i for i in range(line.start, min(line.start + 4, line.end)) if tokens[i].text == ":"), line.end)
        words = tokens[colon + 1 : line.end]
        if len(words) < 3 or words[0].name != "O" or words[1].text not in ",;" or not _is_surname(words[0].text):
            continue
        if words[2].name == "B-PER" or _is_surname(words[2].text):
            yield TokenSpan(colon + 1, colon + 2)


def _is_surname(text: str) -> bool:
    """Whether a word is a surname and nothing else to the dictionary."""
    known = known_tags(text)
    return text[0].isupper() and bool(known) and all("Surn" in tag for tag in known)


def _as_elsewhere(analysis: Analysis, sure: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    """Words within a sentence in which the network saw nothing, though elsewhere they are a person's name alone."""
    tokens = analysis.tokens
    alone = {tokens[start].text for start, end in sure if end - start == 1}
    taken = {i for span in sure for i in range(*span)}
    for token in tokens:
        if token.text in alone and token.name == "O" and token.index not in taken and not token.text.isascii():
            span = TokenSpan(token.index, token.index + 1)
            if not starts_line(analysis, token.index) and _may_be_name(analysis, span):
                yield span


def _lone_capitals(analysis: Analysis) -> Iterator[int]:
    """Words with a capital, no other beside them, in which the network saw no place or organization."""
    for i in analysis.where_form(_is_capitalized):
        token = analysis.tokens[i]
        if (
            token.name[2:] in ("", "PER")
            and not _has_capital(analysis, token.index - 1, token.sentence)
            and not _has_capital(analysis, token.index + 1, token.sentence)
        ):
            yield i


def _is_capitalized(text: str) -> bool:
    """Whether a word of some letters has a capital."""
    return len(text) > 2 and text[0].isupper() and text.replace("-", "").isalpha()


def _has_capital(analysis: Analysis, i: int, sentence: int) -> bool:
    """Whether there is a token `i` in the sentence that has a capital not only as its first word."""
    if not 0 <= i < len(analysis.tokens):
        return False
    token = analysis.tokens[i]
    if token.sentence != sentence or not token.text[0].isupper():
        return False
    return token.name != "O" or i > analysis.sentences[sentence].start


def _titled(analysis: Analysis, missed: Sequence[Token]) -> Iterator[TokenSpan]:
    """Of the words with a capital in which the network saw no name those after a title (рэпер Град), and the same ones
    elsewhere.
    """
    words = [token for token in missed if token.text.isalpha()]
    after_title = [token for token in words if _follows_plain_title(analysis, token)]
    titled = {token.text for token in after_title}
    for token in words:
        if token in after_title or (token.text in titled and not starts_line(analysis, token.index)):
            yield TokenSpan(token.index, token.index + 1)


def _follows_plain_title(analysis: Analysis, token: Token) -> bool:
    """Whether a title stands before a word, and no other word in capitals after it, as in a menu."""
    tokens, i = analysis.tokens, token.index
    if i == 0 or tokens[i - 1].name != "O" or tokens[i - 1].sentence != token.sentence:
        return False
    return not (i + 1 < len(tokens) and tokens[i + 1].text.istitle()) and tokens[i - 1].lemma in titles()


def _follows_title(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span of another kind is a person after all: "певица Zara Bloom"."""
    if span.end - span.start == 1 or span.start == 0:
        return False
    before = analysis.tokens[span.start - 1]
    return (
        before.sentence == analysis.tokens[span.start].sentence
        and before.lemma in titles()
        and all(analysis.tokens[i].text.isascii() and analysis.tokens[i].text.isalpha() for i in range(*span))
    )


def _pieces(analysis: Analysis, span: TokenSpan) -> Iterator[TokenSpan]:
    """The parts of a span between tokens that no name holds: brackets, quotation marks, commas, dashes."""
    start = span.start
    for i in range(*span):
        belongs = _belongs(analysis, i, span)
        if start < i and (not belongs or wide_gap(analysis, i)):
            yield TokenSpan(start, i)
            start = i
        if not belongs:
            start = i + 1
    if start < span.end:
        yield TokenSpan(start, span.end)


def _belongs(analysis: Analysis, i: int, span: TokenSpan) -> bool:
    token = analysis.tokens[i]
    if token.text[0].isalpha():
        return token.text[0].isupper() or token.text.lower() in particles() or "-" in token.text
    if token.text == ".":
        return i > span.start and is_initial(analysis.tokens[i - 1])
    inside = span.start < i < span.end - 1
    if token.text not in APOSTROPHES or not inside or _space_before(analysis, i):
        return False
    # О' Коннор: some sites put a space behind the apostrophe.
    return not _space_before(analysis, i + 1) or len(analysis.tokens[i - 1].text) == 1


def _space_before(analysis: Analysis, i: int) -> bool:
    return i == 0 or analysis.tokens[i - 1].end < analysis.tokens[i].start


def is_initial(token: Token) -> bool:
    """Whether a token may be an initial: А, Дж, Ал, but not Хо, Ян."""
    text = token.text
    if len(text) > 2 or not text[0].isupper() or not text.isalpha():
        return False
    return len(text) == 1 or (text[1].islower() and text[1] not in VOWELS and text.lower() not in asian_surnames())


def _without_titles(analysis: Analysis, pieces: Iterator[TokenSpan]) -> Iterator[TokenSpan]:
    """Pieces from their first word that is neither a title nor in lower case to their last in capitals."""
    tokens = analysis.tokens
    for start, end in pieces:
        if start + 2 < end and _is_holder_place(analysis, start, end):
            start += 1
        while start < end and (_is_lower(analysis, start, end) or _is_title(analysis, start, end)):
            if start + 2 < end and _is_holder_place(analysis, start + 1, end):
                start += 1
            start += 1
        while start < end and not tokens[end - 1].text[0].isupper() and tokens[end - 1].text not in ".":
            if "-" in tokens[end - 1].text or tokens[end - 1].text in particles():
                break
            end -= 1
        if start < end:
            yield TokenSpan(start, end)


def _is_lower(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the first word of a piece begins no name: one in lower case, but not the particle of "ван дер Мейде"."""
    token = analysis.tokens[start]
    if token.text[0].isupper():
        return _is_letter(analysis, start)
    return end - start < 2 or token.text not in particles() or token.name != "B-PER"


def _is_letter(analysis: Analysis, i: int) -> bool:
    """Whether a token is one letter and no initial: the preposition of "С Ваном", but not the name of "У Ифань"."""
    tokens = analysis.tokens
    if len(tokens[i].text) > 1 or (i + 1 < len(tokens) and tokens[i + 1].text in APOSTROPHES | {"."}):
        return False
    return tokens[i].lower not in asian_surnames() or tokens[i].pos == "ADP"


def _is_title(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the first word of a longer piece is no part of the name: a title, a trade before a given name, a verb."""
    token = analysis.tokens[start]
    if end - start < 2 or not token.text.isalpha() or is_initial(token):
        return end - start > 1 and token.lemma in titles()
    if token.lemma in titles():
        return not (end - start > 2 and token.lower in asian_surnames() and _are_syllables(analysis, start, end))
    following = known_grammemes(analysis.tokens[start + 1].text)
    named = "Name" in following or ("Surn" in following and "femn" in known_grammemes(token.text))
    return _is_common(token) or (named and _is_trade(token.text))


def _are_syllables(analysis: Analysis, start: int, end: int) -> bool:
    """Whether words are as short as those of an Asian name in its own order: Пан Ги Мун."""
    return all(len(token.text) <= _SYLLABLE for token in analysis.tokens[start:end])


def _is_trade(text: str) -> bool:
    """Whether a word is a noun for people and no name: пекарь, звонарь."""
    known = known_grammemes(text)
    man = "masc" in known or text.lower().endswith(_trade_endings())
    return "anim" in known and man and NAME_GRAMMEMES.isdisjoint(known)


@cache
def _trade_endings() -> tuple[str, ...]:
    """Endings of nouns for women of a trade: лыжница, активистка."""
    return tuple(entry[1:] for entry in titles() if entry.startswith("*"))


def _joined(analysis: Analysis, pieces: Sequence[TokenSpan]) -> list[TokenSpan]:
    """Pieces, of which a surname and the given name or initials right after it are one."""
    joined: list[TokenSpan] = []
    for piece in pieces:
        if joined and joined[-1].end == piece.start and _one_name(analysis, joined[-1], piece):
            joined[-1] = TokenSpan(joined[-1].start, piece.end)
        else:
            joined.append(piece)
    return joined


def _one_name(analysis: Analysis, surname: TokenSpan, given: TokenSpan) -> bool:
    tokens = analysis.tokens
    if given.end - given.start == 1 and fixed_patronymic(tokens[surname.end - 1].lower):
        return tokens[surname.start].sentence == tokens[given.start].sentence
    if surname.end - surname.start != 1 or tokens[surname.start].sentence != tokens[given.start].sentence:
        return False
    if all(is_initial(tokens[i]) or tokens[i].text == "." for i in range(*given)):
        return not is_initial(tokens[surname.start])
    words = [tokens[i].text for i in range(*given)]
    known = [known_grammemes(word) for word in words]
    return "Name" in known[0] and (len(words) == 1 or (len(words) == 2 and "Patr" in known[1]))


@cache
def titles() -> frozenset[str]:
    """Words before a name that are no part of it, as lemmas: академик, принц."""
    return resources.words("name_titles.tsv")


def _with_initials(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """The span with the initials right before it and the stop after its last initial."""
    tokens, (start, end) = analysis.tokens, span
    first = analysis.sentence_of(start).start
    while start - 2 >= first and tokens[start - 1].text == "." and is_initial(tokens[start - 2]):
        if tokens[start - 2].end != tokens[start - 1].start:
            break
        start -= 2
    if end < len(tokens) and tokens[end].text == "." and is_initial(tokens[end - 1]) and end - 1 > start:
        end += 1
    return TokenSpan(start, end)


def _disjoint(spans: Sequence[TokenSpan]) -> Iterator[TokenSpan]:
    end = 0
    for span in sorted(spans):
        if span.start >= end:
            yield span
            end = span.end


def _may_be_name(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span can be a name at all: it has a word, which is no verb, weekday or currency."""
    tokens = [analysis.tokens[i] for i in range(*span)]
    words = [token for token in tokens if token.text[0].isalpha() and not is_initial(token)]
    if not words or enclosed(analysis, span):
        return False
    if len(words) == len(tokens) == 1:
        return _may_be_short_name(analysis, words[0])
    return not _is_place_of_next(analysis, span)


def _is_place_of_next(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether words between an office and a name are its place: жительница Малых Вязём Нина Гусева."""
    tokens = analysis.tokens
    if span.start == 0 or span.end == len(tokens) or tokens[span.start - 1].lemma not in place_offices():
        return False
    following = tokens[span.end]
    joined = following.name == "B-PER" and following.sentence == tokens[span.start].sentence
    return joined and _is_given(following) and not _is_given(tokens[span.start])


def _may_be_short_name(analysis: Analysis, token: Token) -> bool:
    """Whether a word alone can name a person."""
    if _is_common(token) or is_brand(token.text) or _is_holder_place(analysis, token.index, token.index + 1):
        return False
    if _is_epithet(analysis, token) or _is_street(analysis, token):
        return False
    known = known_grammemes(token.text)
    if not NAME_GRAMMEMES.isdisjoint(known):
        return True
    if _is_home(analysis, token) or (token.number == "Plur" and not token.lower.endswith(_PLURAL_LIKE)):
        return False
    if token.gender == "Fem" and _speaks_for(analysis, token):
        return False
    if not known:
        return not _is_plural_subject(analysis, token)
    return token.lower in asian_surnames() or "nomn" not in known or not starts_line(analysis, token.index)


def _is_epithet(analysis: Analysis, token: Token) -> bool:
    """Whether the word is an adjective of the thing after it: Никольская церковь."""
    if token.index + 1 == len(analysis.tokens) or "ADJF" not in known_grammemes(token.text):
        return False
    noun = analysis.tokens[token.index + 1]
    agrees = (noun.case, noun.number, noun.gender) == (token.case, token.number, token.gender)
    same = noun.sentence == token.sentence and not wide_gap(analysis, noun.index)
    return same and agrees and noun.pos == "NOUN" and noun.text.islower() and "anim" not in known_grammemes(noun.text)


def _is_street(analysis: Analysis, token: Token) -> bool:
    """Whether the word is a street's name: ул. Плеханова."""
    before = token.index - 1
    if before > 0 and analysis.tokens[before].text == ".":
        before -= 1
    if before < 0 or analysis.tokens[before].sentence != token.sentence:
        return False
    known = known_grammemes(token.text)
    return analysis.tokens[before].lemma in _streets() and (not known or "gent" in known)


@cache
def _streets() -> frozenset[str]:
    return resources.words("street_words.tsv")


def _is_home(analysis: Analysis, token: Token) -> bool:
    """Whether the word is where somebody is from: пенсионерка из Усть-Печеньги."""
    if token.index < 2 or analysis.tokens[token.index - 1].lower not in ("из", "под"):
        return False
    somebody = analysis.tokens[token.index - 2]
    return somebody.sentence == token.sentence and "anim" in known_grammemes(somebody.text)


def _is_plural_subject(analysis: Analysis, token: Token) -> bool:
    """Whether the word alone is the subject of a verb in the plural: Карагандинцы опасаются."""
    verb = analysis.tokens[token.head] if token.head >= 0 and token.rel.startswith("nsubj") else None
    if verb is None or verb.number != "Plur" or verb.pos != "VERB":
        return False
    return not any(analysis.tokens[child].rel == "conj" for child in analysis.children(token.index))


def _speaks_for(analysis: Analysis, token: Token) -> bool:
    """Whether the word before is пресс-служба or the like: then a word that is no known name is an institution."""
    return token.index > 0 and analysis.tokens[token.index - 1].lemma in services()


def _is_common(token: Token) -> bool:
    if not NAME_GRAMMEMES.isdisjoint(known_grammemes(token.text)):
        return False
    lemma, known = token.lemma, known_tags(token.text)
    if lemma in no_names() or lemma.rpartition("-")[2] in no_names():
        return True
    return bool(known) and all(tag.POS in _NO_NAMES for tag in known)


def _is_holder_place(analysis: Analysis, i: int, end: int) -> bool:
    """Whether the word after an office is its place, given where the name ends: "экс-аким Сатпаева"; of four words
    the first is none of the name's.
    """
    if i == 0:
        return False
    office, token = analysis.tokens[i - 1], analysis.tokens[i]
    words = analysis.tokens[i:end]
    long = all(word.text[0].isupper() for word in words) and (len(words) > 3 or _second_is_given(words))
    genitive = token.case == "Gen" or (office.case == "Nom" and _is_genitive_beside(analysis, token, office))
    place = long or (genitive and office.case != "Gen") or "Geox" in known_grammemes(token.text)
    return place and office.sentence == token.sentence and office.lemma in place_offices()


def _is_genitive_beside(analysis: Analysis, token: Token, office: Token) -> bool:
    """Whether a word that may be a woman's surname or a genitive is the latter by its verb: аким Сатпаева ответил."""
    verb = analysis.tokens[office.head] if office.head >= 0 else None
    if verb is None or verb.gender != "Masc" or verb.pos != "VERB" or not token.lower.endswith(_GENITIVE):
        return False
    return not any({"nomn", "masc"} <= set(tag.grammemes) for tag in known_tags(token.text))


def _second_is_given(words: Sequence[Token]) -> bool:
    """Whether of three words the second alone is a given name, and no patronymic follows: Сатпаева Ерлан Каримов."""
    if len(words) != 3:
        return False
    first, second, third = (known_grammemes(word.text) for word in words)
    given = "Name" in second or words[1].lower in given_names()
    return given and "Patr" not in third and "Name" not in first and words[0].lower not in given_names()


@cache
def services() -> frozenset[str]:
    """Nouns that speak for an organization or a person, as lemmas: пресс-служба."""
    return frozenset(lemma for lemma, kind in resources.rows("organization_words.tsv", 2) if kind == "service")


@cache
def place_offices() -> frozenset[str]:
    """Offices whose complement is a place, as lemmas."""
    return resources.words("place_offices.tsv")


def enclosed(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether quotation marks stand right before and right after a span."""
    tokens = analysis.tokens
    return (
        span.start > 0
        and span.end < len(tokens)
        and tokens[span.start - 1].text in MAY_OPEN
        and tokens[span.end].text in MAY_CLOSE
    )
