"""Who speaks a quote with no mention of its speaker beside it: silence, resolved by what stands around the quote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from extractor.coreference.sources import Speaker
from extractor.names.index import MentionIndex
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import DASHES
from extractor.reading.forms import cached_property

# The person interviewed is looked for in so many tokens before the first question: a headline and a lead.
_INTRODUCTION = 300


class Silence:
    """The silent quotes of one text; `spoken` resolves the mention beside another quote."""

    def __init__(
        self, analysis: Analysis, index: MentionIndex, quotes: Sequence[Quote], spoken: Callable[[TokenSpan], Speaker]
    ) -> None:
        self._analysis = analysis
        self._people = index.people
        self._quotes = quotes
        self._spoken = spoken

    def speaker(self, number: int, said: Sequence[Speaker | None]) -> Speaker | None:
        """The speaker of the silent quote `number`, given those of all quotes before it.

        The first of these that applies: another quote of the same wording has a speaker; the quote is a turn of a
        dialogue; the sentence before it introduces somebody; it goes on with the speaker before it; it is a headline,
        spoken by the speaker after it; it has a cue, and an organization without a name speaks.  None where nothing
        tells who speaks.
        """
        quote = self._quotes[number]
        return (
            self._of_same_words(number)
            or self._of_turn(number, said)
            or self._introduced(number)
            or (_silent(said[-1]) if said and said[-1] is not None else None)
            or self._following(number)
            or (Speaker(None, None, "ORG") if quote.cue is not None else None)
        )

    def _of_same_words(self, number: int) -> Speaker | None:
        """The speaker of the first quote with the same wording that has a mention: a headline repeats its article."""
        same = self._first_with_words.get(self._words(self._quotes[number]))
        mention = None if same is None or same == number else self._quotes[same].speaker
        return None if mention is None else _silent(self._spoken(mention))

    @cached_property
    def _first_with_words(self) -> dict[str, int]:
        """The first quote with a mention of its speaker, by wording."""
        found: dict[str, int] = {}
        for number, quote in enumerate(self._quotes):
            if quote.speaker is not None:
                found.setdefault(self._words(quote), number)
        return found

    def _words(self, quote: Quote) -> str:
        return " ".join(self._analysis.span_text(fragment) for fragment in quote.fragments).strip(".!?… ").lower()

    def _of_turn(self, number: int, said: Sequence[Speaker | None]) -> Speaker | None:
        """The speaker of a turn of a dialogue in dashes: who spoke two turns before.

        Where there is no such turn, a question opens an interview, by somebody unnamed; the turn after it is spoken by
        the person whom the text introduces before the dialogue.
        """
        quote = self._quotes[number]
        if not self._is_turn(quote):
            return None
        before = [n for n in (number - 1, number - 2) if n >= 0 and self._is_turn(self._quotes[n])]
        if len(before) == 2:
            earlier = said[number - 2]
            return None if earlier is None else _silent(earlier)
        if number - 1 in before and self._quotes[number - 1].cue is None:
            return self._interviewee(self._quotes[number - 1].fragments[0].start)
        if self._analysis.tokens[quote.fragments[-1].end - 1].text == "?":
            return Speaker(None, None, "PER")
        return None

    def _is_turn(self, quote: Quote) -> bool:
        """Whether a direct quote follows a dash that opens its paragraph."""
        start = quote.fragments[0].start
        paragraph = self._analysis.paragraph_of(start)
        return (
            quote.type == "direct"
            and start == paragraph.start + 1
            and self._analysis.tokens[paragraph.start].text in DASHES
        )

    def _interviewee(self, start: int) -> Speaker:
        """The person mentioned most before a dialogue that begins at token `start`, of several the last."""
        near = [self._people[i] for i in range(start - 1, max(-1, start - _INTRODUCTION), -1) if i in self._people]
        if not near:
            return Speaker(None, None, "PER")
        name = Counter(person.name for person in near).most_common(1)[0][0]
        return Speaker(None, name, "PER", next(person for person in near if person.name == name))

    def _introduced(self, number: int) -> Speaker | None:
        """The person who is the subject of the sentence before a direct quote without a cue, where no quote stands
        between.
        """
        quote = self._quotes[number]
        start = quote.fragments[0].start
        sentence = self._analysis.tokens[start].sentence
        if quote.cue is not None or quote.type != "direct" or sentence == 0:
            return None
        before = self._analysis.sentences[sentence - 1]
        if number and self._quotes[number - 1].fragments[-1].end > before.start:
            return None
        for i in range(*before):
            if i in self._people and self._analysis.tokens[i].rel == "nsubj":
                return Speaker(None, self._people[i].name, "PER", self._people[i])
        return None

    def _following(self, number: int) -> Speaker | None:
        """The speaker mentioned beside the next quote, where this one has no cue: it is a headline or a pull quote."""
        following = self._quotes[number + 1 : number + 2]
        if self._quotes[number].cue is None and following and following[0].speaker is not None:
            return _silent(self._spoken(following[0].speaker))
        return None


def _silent(speaker: Speaker) -> Speaker:
    """A speaker without the mention."""
    return speaker._replace(mention=None)
