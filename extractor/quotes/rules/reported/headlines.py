"""Headlines that name a speaker: X: P; P — X."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.quotes.rules.content import as_content, has_predicate
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import first_noun, noun_phrase
from extractor.quotes.rules.reported.report import Report
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.forms import plain

_HEADLINE_LABEL = 7


def headlines(context: Context, busy: set[int], taken: set[int]) -> Iterator[Report]:
    """Headlines that name a speaker: X: P; P — X."""
    for number, paragraph in enumerate(context.analysis.paragraphs):
        last = context.token(paragraph.end - 1)
        if number in busy or last.text in {".", ":", ";", ","} or paragraph.end - paragraph.start < 4:
            continue
        report = _label_headline(context, paragraph) or _dash_headline(context, paragraph)
        if report is not None and not any(index in taken for span in report.content for index in range(*span)):
            yield report


def _label_headline(context: Context, paragraph: TokenSpan) -> Report | None:
    for index in range(paragraph.start + 1, min(paragraph.start + _HEADLINE_LABEL, paragraph.end - 2)):
        token = context.token(index)
        if token.text == ":":
            speaker = _label_speaker(context, TokenSpan(paragraph.start, index))
            content = as_content(context, index + 1, paragraph.end)
            if speaker is None or content is None or not _is_statement(context, content):
                return None
            return Report("headline", None, speaker, (content,))
        if token.pos == "VERB" or token.text in {",", ".", *DASHES}:
            return None
    return None


def _dash_headline(context: Context, paragraph: TokenSpan) -> Report | None:
    for index in range(paragraph.end - 2, max(paragraph.start + 3, paragraph.end - _HEADLINE_LABEL), -1):
        if context.token(index).text in DASHES:
            speaker = _label_speaker(context, TokenSpan(index + 1, paragraph.end))
            content = as_content(context, paragraph.start, index)
            # A person after a dash is as often what the headline is about.
            if speaker is None or content is None or context.names.person_at(speaker.start) is not None:
                return None
            return Report("headline", None, speaker, (content,)) if _is_statement(context, content) else None
    return None


def _is_statement(context: Context, content: TokenSpan) -> bool:
    """Whether a headline's part says something: three words, a predicate, and no address of a page."""
    words = [index for index in range(*content) if context.token(index).text.isalpha()]
    address = any(context.token(index).text in {"/", "@", "http", "https"} for index in range(*content))
    return len(words) >= 3 and has_predicate(context, content) and not address


def _label_speaker(context: Context, label: TokenSpan) -> TokenSpan | None:
    """The speaker whom a headline's label names: a name, or a noun that can speak."""
    names = [name for index in range(*label) if (name := context.names.at(index)) is not None]
    if names:
        return names[-1] if len(set(names)) == 1 else None
    head = first_noun(context, label.start, label.end)
    if head is None or (context.token(head).case not in {"Nom", None} and not context.token(head).text.isupper()):
        return None
    if plain(context.token(head).lemma) in words_of("headline_speaker"):
        return noun_phrase(context, head, label.start, label.end)
    return None
