"""Who each reference speaks of: one walk through the text with a short memory of the people last spoken of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import exp
from typing import NamedTuple

from extractor.analysis import Analysis
from extractor.coreference.references import Reference
from extractor.coreference.roles import Gender, Role, fit
from extractor.quotes.quote import Quote, QuoteType

# How many referents the walk has in mind, and how many of each office it can call back.
_MEMORY = 12
_RECALLED = 3
_ROLES = 8
_THINGS = 4
# How far before a relative pronoun the comma of its clause may stand.
_COMMA = 4


@dataclass(eq=False, slots=True)
class Referent:
    """Somebody the text speaks of: a named person (`person` is the index), one without a name, or a thing."""

    person: int | None
    gender: Gender | None
    thing: bool = False
    roles: list[Role] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    @property
    def last(self) -> Reference:
        """The reference read last."""
        return self.references[-1]


class QuoteMap:
    """Which quote of some types each token stands in."""

    def __init__(self, quotes: Sequence[Quote], types: tuple[QuoteType, ...] = ("direct",)) -> None:
        spans = sorted(
            (span, number) for number, quote in enumerate(quotes) if quote.type in types for span in quote.fragments
        )
        self._starts = [span.start for span, _ in spans]
        self._spans = spans
        self.speakers = [quote.speaker for quote in quotes]
        self._speaking = {i for speaker in self.speakers if speaker for i in range(*speaker)}

    def at(self, index: int) -> int | None:
        """The number of the quote that holds the token."""
        i = bisect_right(self._starts, index) - 1
        if i < 0 or index >= self._spans[i][0].end:
            return None
        return self._spans[i][1]

    def speaks(self, reference: Reference) -> bool:
        """Whether the reference is the speaker of a quote, of any type."""
        return reference.head in self._speaking

    def reading_order(self, reference: Reference) -> tuple[int, int]:
        """References in a quote come after its speaker, who is known when they are read."""
        quote = self.at(reference.head)
        speaker = None if quote is None else self.speakers[quote]
        return (reference.head if speaker is None else max(reference.head, speaker.end), reference.head)

    def is_speaker(self, quote: int | None, referent: Referent) -> bool:
        """Whether the referent is known to speak the quote."""
        speaker = None if quote is None else self.speakers[quote]
        return speaker is not None and any(
            speaker.start <= r.head < speaker.end for r in referent.references[-_MEMORY:]
        )


def chains(analysis: Analysis, references: Sequence[Reference], quotes: Sequence[Quote]) -> list[Referent]:
    """The people of a text, named and unnamed, each with the references to them."""
    return _Walk(analysis, quotes).run(references)


class _Walk:
    def __init__(self, analysis: Analysis, quotes: Sequence[Quote]) -> None:
        self.analysis = analysis
        self.quotes = QuoteMap(quotes)
        self.own_words = QuoteMap(quotes, ("direct", "mixed"))
        self.named: dict[int, Referent] = {}
        self.unnamed: list[Referent] = []
        self.recent: list[Referent] = []
        self.things: list[Referent] = []
        self.offices: dict[str, list[Referent]] = {}
        self.at_token: dict[int, Referent] = {}

    def run(self, references: Sequence[Reference]) -> list[Referent]:
        for reference in sorted(references, key=self.quotes.reading_order):
            referent, certainty = self._referent(reference)
            if referent is not None:
                self._note(referent, replace(reference, certainty=certainty) if certainty < 1 else reference)
        self._bound(references)
        return [*self.named.values(), *(r for r in self.unnamed if r.references)]

    def _bound(self, references: Sequence[Reference]) -> None:
        """Pronouns that syntax or a quote ties to somebody: "I" in a quote is its speaker, a relative
        pronoun the noun its clause hangs from, a reflexive one the subject.
        """
        speakers = self._quote_speakers()
        for reference in references:
            if reference.kind == "first" or (reference.kind == "reflexive" and reference.first_person):
                quote = self.own_words.at(reference.head)
                referent = None if quote is None else speakers[quote]
            elif reference.kind == "relative" or reference.kind == "reflexive":
                referent = self._antecedent(reference)
            else:
                continue
            if referent is not None and not _disagree(referent.gender, reference.gender):
                referent.references.append(reference)
                self.at_token[reference.head] = referent

    def _antecedent(self, reference: Reference) -> Referent | None:
        """Whom a relative or reflexive pronoun repeats: the name before the comma, else what syntax says."""
        if reference.kind == "relative":
            for i in range(reference.head - 1, max(-1, reference.head - _COMMA), -1):
                if self.analysis.tokens[i].text == ",":
                    before = self.at_token.get(i - 1)
                    if before is not None and not _disagree(before.gender, reference.gender):
                        return before
                    break
        return None if reference.antecedent is None else self.at_token.get(reference.antecedent)

    def _quote_speakers(self) -> list[Referent | None]:
        """Who speaks each quote; where nothing beside it tells, the speaker before."""
        speakers: list[Referent | None] = []
        for speaker in self.quotes.speakers:
            if speaker is None:
                speakers.append(speakers[-1] if speakers else None)
            else:
                spoken = (self.at_token.get(i) for i in range(*speaker))
                speakers.append(next((referent for referent in spoken if referent is not None), None))
        return speakers

    def _referent(self, reference: Reference) -> tuple[Referent | None, float]:
        """Whom a reference speaks of, and how sure that is."""
        if reference.kind == "name":
            return self._named(reference), 1.0
        if reference.kind == "description":
            return self._described(reference)
        if reference.kind in ("personal", "possessive"):
            candidates = self.recent if self.quotes.speaks(reference) else (*self.recent, *self.things)
            return self._best(reference, candidates, self._pronoun_score, PRONOUN.threshold)
        if reference.kind == "thing":
            return Referent(None, reference.gender, thing=True), 1.0
        return None, 1.0

    def _named(self, reference: Reference) -> Referent:
        assert reference.person is not None
        referent = self.named.get(reference.person)
        if referent is None:
            referent = self.named[reference.person] = Referent(reference.person, reference.gender)
            earlier = self._introduced(reference)
            if earlier is not None:
                self._merge(earlier, referent)
        return referent

    def _introduced(self, reference: Reference) -> Referent | None:
        """An unnamed person spoken of shortly before in the office that is told with the name now."""
        best, found = _CATAPHORA_THRESHOLD, None
        for candidate in self._with_office(reference.roles):
            if candidate.person is not None or reference.sentence - candidate.last.sentence > _CATAPHORA_SENTENCES:
                continue
            if _disagree(reference.gender, candidate.gender):
                continue
            score = max(fit(role, known) for role in reference.roles for known in candidate.roles)
            if score > best:
                best, found = score, candidate
        return found

    def _merge(self, unnamed: Referent, named: Referent) -> None:
        named.references.extend(unnamed.references)
        named.roles.extend(unnamed.roles[:_ROLES])
        named.gender = named.gender or unnamed.gender
        for reference in unnamed.references:
            self.at_token[reference.head] = named
        for role in unnamed.roles:
            self._file(named, role)
        if unnamed in self.recent:
            self.recent.remove(unnamed)
        unnamed.references.clear()
        unnamed.roles.clear()

    def _described(self, reference: Reference) -> tuple[Referent, float]:
        found, certainty = None, 1.0
        if not reference.new:
            candidates = dict.fromkeys((*self.recent, *self._with_office(reference.roles)))
            found, certainty = self._best(reference, candidates, self._description_score, DESCRIPTION.threshold)
        if found is None:
            found = Referent(None, reference.gender)
            self.unnamed.append(found)
        return found, certainty

    def _with_office(self, roles: Iterable[Role]) -> Iterator[Referent]:
        for role in roles:
            for key in (role.lemma, *role.same):
                for referent in self.offices.get(key, ()):
                    if referent.references:
                        yield referent

    def _best(
        self,
        reference: Reference,
        candidates: Iterable[Referent],
        score: Callable[[Reference, Referent], float],
        threshold: float,
    ) -> tuple[Referent | None, float]:
        """The candidate that scores best, if above the threshold, of equals the first; and how sure it is that this
        person is meant, or nobody whom the text names.
        """
        best, found = threshold, None
        scores: list[tuple[float, int | None]] = [(threshold, None)]
        for candidate in candidates:
            if _disagree(reference.gender, candidate.gender) or not candidate.references:
                continue
            value = score(reference, candidate)
            scores.append((value, candidate.person))
            if value > best:
                best, found = value, candidate
        person = None if found is None else found.person
        same = sum(exp(value - best) for value, other in scores if other == person)
        return found, same / sum(exp(value - best) for value, _ in scores)

    def _note(self, referent: Referent, reference: Reference) -> None:
        referent.references.append(reference)
        referent.gender = referent.gender or reference.gender
        self.at_token[reference.head] = referent
        for i in reference.told:
            self.at_token[i] = referent
        for i in range(*reference.span):
            self.at_token.setdefault(i, referent)
        for role in reference.roles:
            if len(referent.roles) < _ROLES and role not in referent.roles:
                referent.roles.append(role)
            self._file(referent, role)
        recent = self.things if referent.thing else self.recent
        if referent in recent:
            recent.remove(referent)
        recent.insert(0, referent)
        del recent[_THINGS if referent.thing else _MEMORY :]

    def _file(self, referent: Referent, role: Role) -> None:
        for key in (role.lemma, *role.same):
            holders = self.offices.setdefault(key, [])
            if referent in holders:
                holders.remove(referent)
            holders.insert(0, referent)
            del holders[_RECALLED:]

    # What speaks for and against a candidate.

    def _pronoun_score(self, reference: Reference, candidate: Referent) -> float:
        last = candidate.last
        distance = abs(reference.sentence - last.sentence)
        if distance > _PRONOUN_SENTENCES:
            return _NEVER
        w = PRONOUN
        score = self._common(w, reference, candidate, distance)
        score += w.chain * (last.kind == "personal")
        score += w.unknown_gender * (candidate.gender is None) + w.thing * candidate.thing
        here, there = self.quotes.at(reference.head), self.quotes.at(last.head)
        score += w.out_of_quote * (here is None and there is not None)
        if last.verb == reference.verb and distance == 0 and here == there:
            if reference.kind == "personal":
                score += w.same_clause
            elif last.subject:
                score += w.own_subject
        return score

    def _description_score(self, reference: Reference, candidate: Referent) -> float:
        role, last = reference.roles[0], candidate.last
        w = DESCRIPTION
        score = max((fit(role, known) for known in candidate.roles), default=w.no_role)
        if role.general:
            score = max(score, w.general)
        distance = abs(reference.sentence - last.sentence)
        score += self._common(w, reference, candidate, min(distance, _FAR))
        score += w.bare * (reference.span.end - reference.span.start == 1)
        score += w.same_clause * (last.verb == reference.verb and distance == 0)
        return score

    def _common(self, w: Weights, reference: Reference, candidate: Referent, distance: int) -> float:
        last = candidate.last
        score = w.sentence * distance + w.subject * last.subject + w.named * (candidate.person is not None)
        score += w.recent * (candidate in self.recent[:1])
        if self.quotes.speaks(reference):
            score += w.speaking + w.speakers * self.quotes.speaks(last)
        here = self.quotes.at(reference.head)
        return score + w.own_quote * (here is not None and self.quotes.is_speaker(here, candidate))


class Weights(NamedTuple):
    """What speaks for a candidate (above 0) and against it (below)."""

    threshold: float  # what a candidate must score at least
    sentence: float  # for each sentence since it was last spoken of
    subject: float  # it was the subject there
    named: float  # it is a person with a name
    speakers: float  # both references speak quotes
    own_quote: float  # the reference stands in the candidate's own words
    same_clause: float  # it fills another place of the same verb
    speaking: float = 0.0  # the reference speaks a quote
    recent: float = 0.0  # it is the one last spoken of
    bare: float = 0.0  # the description is one word
    no_role: float = 0.0  # nothing is told of the candidate
    general: float = 0.0  # the description can mean anybody ("женщина")
    chain: float = 0.0  # it was last spoken of by a pronoun
    unknown_gender: float = 0.0
    thing: float = 0.0  # it is no person
    out_of_quote: float = 0.0  # it was last spoken of in somebody's words, the reference is outside
    own_subject: float = 0.0  # a possessive pronoun for the subject, where the reflexive would do


PRONOUN = Weights(
    threshold=-1.8, sentence=-0.6, subject=0.7, named=0.4, speakers=0.3, own_quote=-4.0, same_clause=-3.0,
    chain=0.25, unknown_gender=-0.3, thing=-1.0, out_of_quote=-0.8, own_subject=-1.0,
)  # fmt: skip
DESCRIPTION = Weights(
    threshold=1.3, sentence=-0.15, subject=0.15, named=0.35, speakers=0.6, own_quote=-4.0, same_clause=-3.0,
    speaking=0.3, recent=0.3, bare=0.25, no_role=0.15, general=0.6,
)  # fmt: skip
_PRONOUN_SENTENCES, _FAR, _NEVER = 5, 8, -99.0
_CATAPHORA_THRESHOLD, _CATAPHORA_SENTENCES = 1.5, 6


def _disagree(one: Gender | None, other: Gender | None) -> bool:
    return one is not None and other is not None and one != other
