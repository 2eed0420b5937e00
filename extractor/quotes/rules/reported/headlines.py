"""Headlines that name a speaker without a cue: "Мэр Лужинска: мост откроют"; "Мост откроют — мэрия"."""

from __future__ import annotations

from extractor.quotes.rules.content import as_content, has_predicate
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import first_noun, noun_phrase
from extractor.quotes.rules.reported.report import Report
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.forms import plain

# The speaker of a headline takes less than so many tokens: an office with a name.  Swept 4–10: f1@0.8 0.929 / 0.806 at
# 10, no difference below.
_LABEL_WINDOW = 7
# A headline has at least so many tokens, and so many words in what it reports: a subject, a predicate and one more.
# Swept 4–6 and 1–5: no difference.
_MIN_HEADLINE, _MIN_WORDS = 4, 3


def may_be_headline(context: Context, paragraph: TokenSpan) -> bool:
    """Whether a paragraph can be a headline: it is long enough and does not end like a sentence or an introduction."""
    last = context.token(paragraph.end - 1)
    return last.text not in {".", ":", ";", ","} and paragraph.end - paragraph.start >= _MIN_HEADLINE


def headline_with_label(context: Context, paragraph: TokenSpan) -> Report | None:
    """The report of a headline that begins with its speaker and a colon: "Мэр Лужинска: мост откроют"."""
    for index in range(paragraph.start + 1, min(paragraph.start + _LABEL_WINDOW, paragraph.end - 2)):
        token = context.token(index)
        if token.text == ":":
            speaker = _speaker_in(context, TokenSpan(paragraph.start, index))
            content = as_content(context, index + 1, paragraph.end)
            if speaker is None or content is None or not _is_statement(context, content):
                return None
            return Report("headline", None, speaker, (content,))
        if token.pos == "VERB" or token.text in {",", ".", *DASHES}:
            return None
    return None


def headline_after_dash(context: Context, paragraph: TokenSpan) -> Report | None:
    """The report of a headline that ends with a dash and its speaker: "Мост откроют — мэрия"."""
    for index in range(paragraph.end - 2, max(paragraph.start + 3, paragraph.end - _LABEL_WINDOW), -1):
        if context.token(index).text in DASHES:
            speaker = _speaker_in(context, TokenSpan(index + 1, paragraph.end))
            content = as_content(context, paragraph.start, index)
            # A person after a dash is as often the topic of the headline as its speaker.
            if speaker is None or content is None or context.mentions.person_name_at(speaker.start) is not None:
                return None
            return Report("headline", None, speaker, (content,)) if _is_statement(context, content) else None
    return None


def _is_statement(context: Context, content: TokenSpan) -> bool:
    """Whether the reported part of a headline says something: some words with a predicate, and no address."""
    words = [index for index in range(*content) if context.token(index).text.isalpha()]
    address = any(context.token(index).text in {"/", "@", "http", "https"} for index in range(*content))
    return len(words) >= _MIN_WORDS and has_predicate(context, content) and not address


def _speaker_in(context: Context, label: TokenSpan) -> TokenSpan | None:
    """The speaker that the label of a headline names: its only name, or a noun of `headline_speaker`."""
    names = [name for index in range(*label) if (name := context.mentions.name_at(index)) is not None]
    if names:
        return names[-1] if len(set(names)) == 1 else None
    head = first_noun(context, label.start, label.end)
    if head is None or (context.token(head).case not in {"Nom", None} and not context.token(head).text.isupper()):
        return None
    if plain(context.token(head).lemma) in words_of("headline_speaker"):
        return noun_phrase(context, head, label.start, label.end)
    return None
