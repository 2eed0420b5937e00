"""Puts the names of organizations into the nominative, the forms of one name into the same one over the document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pymorphy3.analyzer import Parse

from extractor.names.organizations.layout import may_be_equal, possible_lemmas
from extractor.names.organizations.lexicon import class_of, declined_abbreviation, known_name
from extractor.names.spans import Found, after_opening_mark
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.forms import MEMO_SIZE
from extractor.reading.grammar import NOUNS
from extractor.reading.morphology import Word, declined, known_grammemes, parses, written_like
from extractor.reading.nominative import declinable, declined_text, head_of, tagger_agreement


class OrganizationName(NamedTuple):
    """A mention of an organization with its nominative and the rule that found it."""

    span: TokenSpan
    normal: str
    rule: str = ""


def organization_names(analysis: Analysis, finds: Sequence[Found]) -> list[OrganizationName]:
    """The names at the found spans, in their order, in the nominative; a form that the document has beats a guess."""
    spans = [found.span for found in finds]
    texts = [analysis.span_text(span) for span in spans]
    quoted = list(filter(None, (_in_marks(analysis, span) for span in spans)))
    nominatives = frozenset(analysis.span_text(span).lower() for span in quoted)
    attested = nominatives.union(map(str.lower, texts))
    shared = _shared_nominatives(analysis, spans)
    normals = [
        text
        if text.lower() in nominatives
        else _known(analysis, span) or shared.get(text) or _normal(analysis, span, attested)
        for span, text in zip(spans, texts, strict=True)
    ]
    whole = _whole_nominatives(analysis, spans, normals, quoted)
    return [
        OrganizationName(found.span, whole.get(text, normal), found.rule)
        for found, text, normal in zip(finds, texts, normals, strict=True)
    ]


def _in_marks(analysis: Analysis, span: TokenSpan) -> TokenSpan | None:
    """What stands in the innermost quotation marks of a name that begins with a legal form, in the nominative there:
    "АО «НК «Лесосталь»"; None for other names.
    """
    tokens = analysis.tokens
    if class_of(tokens[span.start]) != "form" or not tokens[span.start].text.isupper():
        return None
    start = next((i + 1 for i in reversed(range(*span)) if tokens[i].text in MAY_OPEN), span.end)
    end = next((i for i in range(start, span.end) if tokens[i].text in MAY_CLOSE), span.end)
    return TokenSpan(start, end) if start < end else None


def _whole_nominatives(
    analysis: Analysis, spans: Sequence[TokenSpan], normals: Sequence[str], quoted: Sequence[TokenSpan]
) -> Mapping[str, str]:
    """Oblique forms of names of several words in quotation marks, each with the nominative that the document has of it:
    "«Яркого дома»" → "Яркий дом".  `quoted` are spans that are in the nominative for sure.
    """
    forms: dict[int, dict[str, tuple[TokenSpan, bool]]] = {}
    for span, normal in zip(spans, normals, strict=True):
        if span.end - span.start > 1:
            text, first = analysis.span_text(span), analysis.tokens[span.start]
            nominative = normal == text and first.case in (None, "Nom") and _may_be_nominative(first.text)
            own = forms.setdefault(span.end - span.start, {})
            own[text] = (span, nominative or own.get(text, (span, False))[1])
    for span in quoted:
        forms.setdefault(span.end - span.start, {})[analysis.span_text(span)] = (span, True)
    found = {}
    for own in forms.values():
        full = {possible_lemmas(analysis, span): text for text, (span, nominative) in own.items() if nominative}
        for text, (span, nominative) in own.items():
            if not nominative and after_opening_mark(analysis, span):
                lemmas = possible_lemmas(analysis, span)
                same = next((name for known, name in full.items() if may_be_equal(lemmas, known)), None)
                if same is not None:
                    found[text] = same
    return found


def _may_be_nominative(text: str) -> bool:
    """Whether any reading of a word is a nominative, whatever the tagger says."""
    return any("nomn" in parse.tag for parse in parses(text))


def _shared_nominatives(analysis: Analysis, spans: Sequence[TokenSpan]) -> Mapping[str, str]:
    """Forms of one-word names of which the document has several, each with the nominative that most of them share."""
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
        # One form alone gives its likeliest nominative 2: more means that another form may have the same.
        if counts[best] > 2.0:
            shared[text] = own[best]
    return shared


def _known(analysis: Analysis, span: TokenSpan) -> str:
    """The nominative of a name that begins with a known one, as the lexicon has that; "" for other names."""
    tokens = analysis.tokens[span.start : span.end]
    if declined_abbreviation(tokens[0].text):
        return ""
    known = known_name([token.text for token in tokens])
    forms = " ".join(written_like(token.text, word) for token, word in zip(tokens, known, strict=False))
    return forms + analysis.text[tokens[len(known) - 1].end : tokens[-1].end] if known else ""


def _normal(analysis: Analysis, span: TokenSpan, attested: frozenset[str]) -> str:
    """The nominative of one name; `attested` are all names of the document as they stand, in lower case."""
    tokens, first = analysis.tokens, analysis.tokens[span.start]
    text = analysis.span_text(span)
    before = tokens[span.start - 1] if span.start else None
    if before is not None and before.text in MAY_OPEN and span.start > 1:
        kind = class_of(tokens[span.start - 2])
        apposed = kind not in (None, "service") and _may_be_nominative(first.text)
        if apposed or (tokens[span.start - 2].pos == "NOUN" and first.case == "Nom"):
            return text
    if class_of(first) == "form" and first.text.isupper():
        return text
    stem = declined_abbreviation(first.text)
    if stem:
        return stem + text[len(first.text) :]
    if span.end - span.start == 1:
        return _single(first, attested)
    head = _head(analysis, span)
    if head is None:
        return text
    changing = [i for i in range(span.start, head) if _may_agree(tokens[i]) and _agrees(tokens[i], tokens[head])]
    if not declinable(tokens[head].text):
        oblique = changing and tokens[changing[0]].case not in (None, "Nom")
        return declined_text(analysis, span, changing, changing[0]) if oblique else text
    if changing == [head - 1] == [span.start] and tokens[head].number == "Plur" and tokens[head - 1].number == "Sing":
        return " ".join(_in_singular(tokens[head - 1], tokens[head])) + text[tokens[head].end - first.start :]
    return declined_text(analysis, span, [*changing, head, *_coordinated(analysis, span, head)], head)


def _in_singular(adjective: Token, noun: Token) -> tuple[str, str]:
    """An adjective in the singular and the noun in the plural that it shares with another, both in the nominative of
    the singular: "(Армянская и) Коптская церкви" → "Коптская", "церковь".
    """
    parse = next((parse for parse in parses(noun.text) if parse.tag.number == "plur"), parses(noun.text)[0])
    own = next((parse for parse in parses(adjective.text) if parse.tag.POS == "ADJF"), parses(adjective.text)[0])
    gender = parse.tag.gender and str(parse.tag.gender)
    return declined(adjective.text, own, "nomn", "sing", gender), declined(noun.text, parse, "nomn", "sing")


def _coordinated(analysis: Analysis, span: TokenSpan, head: int) -> list[int]:
    """The nouns of a name in quotation marks that a conjunction joins to its head, in the head's case: "«Рогов и
    копыт»".
    """
    tokens, second = analysis.tokens, head + 2
    if not after_opening_mark(analysis, span) or second >= span.end or tokens[head + 1].pos != "CCONJ":
        return []
    return [second] if tokens[second].pos in NOUNS and _agrees(tokens[second], tokens[head]) else []


def _head(analysis: Analysis, span: TokenSpan) -> int | None:
    """The first noun of the name, with which the adjectives before it agree and on which the rest depends; else the
    syntactic head, None where there is none.
    """
    tokens = analysis.tokens
    first = next((i for i in range(*span) if _is_noun(tokens[i]) or class_of(tokens[i])), None)
    return first if first is not None else head_of(analysis, span)


def _is_noun(token: Token) -> bool:
    """Whether a token is a noun to the tagger, and no adjective only to the dictionary."""
    known = known_grammemes(token.text)
    return token.pos in NOUNS and ("NOUN" in known or not known or not declinable(token.text))


def _may_agree(token: Token) -> bool:
    """Whether a token is a word that agrees with its noun: an adjective, ordinal, numeral or participle."""
    adjective = token.pos in NOUNS and not _is_noun(token)
    return adjective or token.pos in ("ADJ", "DET", "NUM") or token.feats.get("VerbForm") == "Part"


def _agrees(adjective: Token, head: Token) -> bool:
    """Whether a token agrees with a noun in case or in number, as far as the tagger knows."""
    return adjective.case in (None, head.case) or adjective.number == head.number


def _single(token: Token, attested: frozenset[str]) -> str:
    """The nominative of a name of one word; a number behind a hyphen stays as it is."""
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


@lru_cache(maxsize=MEMO_SIZE)
def _nominatives(word: Word) -> tuple[str, ...]:
    """The nominatives that a word may have, the likeliest first; the word itself where it has no case."""
    nouns = [p for p in parses(word.text) if p.tag.case and p.tag.POS in ("NOUN", "ADJF")]
    ranked = sorted(nouns, key=lambda parse: _unlikeliness(word, parse))
    forms = [declined(word.text, parse, "nomn", parse.tag.number and str(parse.tag.number)) for parse in ranked]
    return tuple(dict.fromkeys(forms)) or (word.text,)


def _unlikeliness(word: Word, parse: Parse) -> float:
    """How little speaks for a parse of a name of one word.  A plural costs more than the likelihood of a parse (at most
    1) can outweigh: such names are seldom plurals.
    """
    plural = parse.tag.number == "plur" and "Pltm" not in parse.tag
    return 2.0 * plural - float(parse.score) - tagger_agreement(word, parse)
