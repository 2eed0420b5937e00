"""Quotes whose content is the sentence before the attribution: "P. Об этом сообщил X."."""

from __future__ import annotations

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import as_content
from extractor.quotes.rules.context import Context, words_of
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.boundaries import aside_limit
from extractor.quotes.rules.reported.claimed import Claimed
from extractor.quotes.rules.reported.syntax import is_about_this
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.forms import plain

# The anaphor ("об этом", "такое мнение") and its cue stand within so many tokens: one clause.  Swept 4–30 for "такое":
# no difference; 4–40 for "об этом": f1@0.8 0.922 / 0.800 at 4, 0.926 / 0.804 at 10, no difference from 22 on.
_SUCH_WINDOW, _ABOUT_WINDOW = 14, 22
# "Об этом" opens its sentence within so many tokens, or follows the cue within as many.  Swept 1–6: f1@0.8
# 0.931 / 0.805 at 1, else no difference.
_ANAPHOR_START = 3
# A direct quote that holds one of so many last tokens of the sentence before is what the anaphor stands for.  Swept
# 1–8: no difference.
_QUOTED_TAIL = 3


def anaphoric_quotes(context: Context, claimed: Claimed) -> list[Quote]:
    """The anaphoric quotes of a text, in order, at most one for each content."""
    found: dict[TokenSpan, Quote] = {}
    for index in _predicates(context):
        quote = _anaphoric(context, index, claimed)
        if quote is not None:
            found.setdefault(quote.fragments[0], quote)
    return list(found.values())


def _predicates(context: Context) -> list[int]:
    """The tokens that can report the sentence before: cues of clauses, and "высказал" in sentences with "такое"."""
    found = {cue for cue in context.cues if not context.frames[cue].isdisjoint({"inverted", "clause"})}
    such = words_of("such")
    for sentence in context.analysis.sentences:
        if not such.isdisjoint(context.words[sentence.start : sentence.start + 2]):
            found |= {
                index
                for index in range(*sentence)
                if context.token(index).pos == "VERB" and plain(context.token(index).lemma) in words_of("utterance")
            }
    return sorted(found)


def _anaphoric(context: Context, cue: int, claimed: Claimed) -> Quote | None:
    """The quote that a cue reports with an anaphor; None where a direct quote ends the sentence before."""
    token = context.token(cue)
    if token.pos == "NOUN" or context.depth[cue]:
        return None
    sentence = context.analysis.sentence_of(cue)
    if token.sentence == 0 or not _has_anaphor(context, cue, sentence):
        return None
    previous = context.analysis.sentences[token.sentence - 1]
    if is_about_this(context, previous.start):
        return None
    content = as_content(context, *previous)
    if content is None or not claimed.direct.isdisjoint(range(content.end - _QUOTED_TAIL, content.end)):
        return None
    limit = aside_limit(context, cue, None, sentence)
    speaker = speaker_of(context, cue, sentence.start, limit)
    if speaker is None:
        return None
    span = TokenSpan(cue, cue + 1)
    return Quote("indirect", "anaphoric", (content,), span, speaker, span_of((span, speaker)))


def _has_anaphor(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """Whether a cue has an anaphor for the sentence before.

    "Об этом" at the beginning of the sentence or right after the cue, with no clause that explains it ("об этом, что
    …"), or "такое мнение" at the beginning before a verb of uttering.
    """
    such = next((index for index in (sentence.start, sentence.start + 1) if context.is_word_of(index, "such")), None)
    if such is not None and plain(context.token(cue).lemma) in words_of("utterance"):
        return cue - such < _SUCH_WINDOW and "nominal" in context.frames[such + 1]
    about = words_of("about")
    for index in range(
        sentence.start, min(sentence.end - 1, max(sentence.start + _ANAPHOR_START, cue + _ANAPHOR_START))
    ):
        if context.words[index] in about and is_about_this(context, index):
            explained = (
                index + 2 < sentence.end
                and context.token(index + 2).text == ","
                and context.is_word_of(index + 3, "complementizer")
            )
            return not explained and (index <= sentence.start + 1 or index > cue) and abs(cue - index) < _ABOUT_WINDOW
    return False
