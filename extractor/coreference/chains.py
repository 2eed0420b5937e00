"""Whom each description and pronoun of a text means: one walk through its references, with a short memory.

The walk reads references in the order of the text and keeps the people and organizations mentioned last in mind.  A
name is its person's or organization's; for a description of a person or a pronoun all that it may mean are candidates,
which `ranking.py` ranks; a description that fits nobody brings in a person without a name.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from extractor.coreference.offices import Role
from extractor.coreference.ranking import (
    NO_FIT,
    Candidate,
    Choice,
    Fit,
    Situation,
    describe,
    describe_nobody,
    fit,
    likeliest,
    ranking_of,
)
from extractor.coreference.references import Agreement, Reference, said_of
from extractor.coreference.sources import is_medium, noun_class
from extractor.names.entities import Gender
from extractor.names.index import head_or_first
from extractor.quotes.quote import Quote, QuoteType
from extractor.reading.analysis import Analysis, TokenSpan

# How many people, organizations and things the walk keeps in memory, how many holders of one office it can recall
# later, and how many roles of a person it keeps.  These and the numbers below bound the candidates of a reference, and
# so the time of a long text; the weights of the ranking were learned with them.
_MEMORY = 12
_ORGANIZATIONS = 6
_THINGS = 4
_RECALLED = 3
_ROLES = 8
# A description may mean one of so many people named only after it, at most so many sentences ahead where they are not
# told to hold the office.
_AHEAD = 3
_AHEAD_SENTENCES = 8
# A pronoun reaches back so many sentences.
_PRONOUN_SENTENCES = 5
# How many of the last references to a candidate are searched for one outside the quote that the reference speaks.
_LOOK_BACK = 4
# From this probability on a personal pronoun means an organization: weights learned out of fold (three thirds of
# quotes/train and real/train, annotated quotes) name 8,976 of 10,134 speakers right from 0.3 on, 8,978 from 0.5, 8,979
# from 0.6 and beyond.  On RuCoCo, documents 301 to 700, 6 of 9 pronouns are right from 0.5 on, 4 of 5 from 0.6.
_LEAST_CERTAINTY = 0.6
# The comma that opens a relative clause stands at most so many tokens before its pronoun ("Ветрова, о которой").
_COMMA = 4


@dataclass(eq=False, slots=True)
class Referent:
    """What references mean: a named person (`person` is the index), an organization (`organization` is the index), a
    person without a name, or a thing.

    `gender` is a person's or thing's, `genders` are those of the words for an organization so far.
    """

    person: int | None
    gender: Gender | None
    thing: bool = False
    organization: int | None = None
    genders: set[Agreement] = field(default_factory=set)
    roles: list[Role] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)

    @property
    def last(self) -> Reference:
        """The last reference that was read."""
        return self.references[-1]

    @property
    def kind(self) -> Literal["named", "organization", "unnamed", "thing"]:
        """What sort of candidate it is."""
        if self.organization is not None:
            return "organization"
        return "thing" if self.thing else "unnamed" if self.person is None else "named"

    def agrees(self, reference: Reference) -> bool:
        """Whether a reference may mean it by gender; a neuter pronoun means no person."""
        if reference.gender is None:
            return True
        if self.organization is not None:
            either: set[Agreement] = {reference.gender, "neuter"} if reference.maybe_neuter else {reference.gender}
            return not self.genders or not self.genders.isdisjoint(either)
        return reference.gender != "neuter" and self.gender in (None, reference.gender)


class _QuotePlace(NamedTuple):
    """The number of the quote whose speaker a reference is, and of the direct quote that holds it, if any."""

    speaks: int | None
    inside: int | None


class QuoteMap:
    """Which quote each token stands in, of the quotes of some types; and which quote it speaks, of any type."""

    def __init__(
        self,
        analysis: Analysis,
        references: Sequence[Reference],
        quotes: Sequence[Quote],
        types: tuple[QuoteType, ...] = ("direct",),
    ) -> None:
        spans = sorted(
            (span, number) for number, quote in enumerate(quotes) if quote.type in types for span in quote.fragments
        )
        self._starts = [span.start for span, _ in spans]
        self._spans = spans
        self.speakers = [quote.speaker for quote in quotes]
        self._contents = [quote.fragments for quote in quotes]
        self._labels = {number for number, quote in enumerate(quotes) if quote.construction == "label"}
        self._speaking = _speaking(analysis, references, self.speakers)

    def at(self, index: int) -> int | None:
        """The number of the quote whose content holds the token."""
        i = bisect_right(self._starts, index) - 1
        if i < 0 or index >= self._spans[i][0].end:
            return None
        return self._spans[i][1]

    def spoken_by(self, reference: Reference) -> int | None:
        """The number of the first quote, of any type, whose speaker the reference is."""
        return next(iter(self.all_spoken_by(reference)), None)

    def all_spoken_by(self, reference: Reference) -> Sequence[int]:
        """The numbers of all quotes whose speaker the reference is."""
        return self._speaking.get(reference.head, ())

    def labelled_by(self, reference: Reference) -> bool:
        """Whether the reference is the label before a quote, as in an interview."""
        return self.spoken_by(reference) in self._labels

    def holds(self, quote: int, index: int) -> bool:
        """Whether a token stands in the content of a quote."""
        return any(span.start <= index < span.end for span in self._contents[quote])

    def reading_order(self, reference: Reference) -> tuple[int, int]:
        """The key by which references are read: those in a quote after its speaker, who is then known."""
        quote = self.at(reference.head)
        speaker = None if quote is None else self.speakers[quote]
        return (reference.head if speaker is None else max(reference.head, speaker.end), reference.head)


def _speaking(
    analysis: Analysis, references: Sequence[Reference], speakers: Sequence[TokenSpan | None]
) -> dict[int, list[int]]:
    """The numbers of the quotes that each reference speaks, by its head.

    Of several references within the mention of a speaker it is the one at the head of the mention, else the first: in
    "адвокат Вепрева" it is not Вепрев who speaks.
    """
    heads: dict[int, int] = {}
    for reference in references:
        words = range(0) if reference.kind == "description" else range(*reference.span)
        for i in (reference.head, *reference.told, *words):
            heads.setdefault(i, reference.head)
    found: dict[int, list[int]] = {}
    for number, speaker in enumerate(speakers):
        if speaker is not None:
            places = (head_or_first(analysis, speaker), *range(*speaker))
            head = next((heads[i] for i in places if i in heads), None)
            if head is not None:
                found.setdefault(head, []).append(number)
    return found


class Walk:
    """The walk through one text.

    `choose` decides among the candidates of a reference; training overrides it to learn from the choices.
    """

    def __init__(self, analysis: Analysis, references: Sequence[Reference], quotes: Sequence[Quote]) -> None:
        self.analysis = analysis
        self.references = references
        self.quotes = QuoteMap(analysis, references, quotes)
        self.own_words = QuoteMap(analysis, references, quotes, ("direct", "mixed"))
        self.told = _Told(references)
        self.named: dict[int, Referent] = {}
        self.organizations: dict[int, Referent] = {}
        self.unnamed: list[Referent] = []
        self.things: list[Referent] = []
        # The people, organizations and things in mind, the last one first.
        self.recent: list[Referent] = []
        self.recent_organizations: list[Referent] = []
        self.recent_things: list[Referent] = []
        self.offices: dict[str, list[Referent]] = {}
        self.at_token: dict[int, Referent] = {}
        self.speaking: dict[int, Referent] = {}
        # Relative and reflexive pronouns that repeat no reference so far.
        self._unbound: list[Reference] = []

    def run(self) -> None:
        """Resolves names, descriptions and pronouns of the third person."""
        for reference in sorted(self.references, key=self.quotes.reading_order):
            referent, certainty = self._referent(reference)
            if referent is not None:
                self._note(referent, reference._replace(certainty=certainty) if certainty < 1 else reference)
        self._bind(r for r in self.references if _is_bound(r) and not r.own_words)

    def bind_own_words(self, people: Sequence[int | None]) -> None:
        """Ties "I" in each direct or mixed quote to the person who speaks it; `people` has their numbers by quote."""

        def speaker(reference: Reference) -> Referent | None:
            quote = self.own_words.at(reference.head)
            person = None if quote is None else people[quote]
            return None if person is None else self._named(person)

        own = [r for r in self.references if r.own_words]
        for reference in own:
            self._tie(reference, speaker(reference))
        if own:
            self._bind(self._unbound)

    def _bind(self, references: Iterable[Reference]) -> None:
        """Ties relative and reflexive pronouns to what they repeat: the head of the clause, the subject."""
        self._unbound = [r for r in references if not self._tie(r, self._antecedent(r))]

    def _tie(self, reference: Reference, referent: Referent | None) -> bool:
        """Ties a pronoun to a referent; False where there is none, or its gender is against it."""
        if referent is None or not referent.agrees(reference):
            return False
        referent.references.append(reference)
        self.at_token[reference.head] = referent
        return True

    def _antecedent(self, reference: Reference) -> Referent | None:
        """What a relative or reflexive pronoun repeats: the person before the comma, else what syntax says."""
        if reference.kind == "relative":
            for i in range(reference.head - 1, max(-1, reference.head - _COMMA), -1):
                if self.analysis.tokens[i].text == ",":
                    before = self.at_token.get(i - 1)
                    if before is not None and before.organization is None and before.agrees(reference):
                        return before
                    break
        return None if reference.antecedent is None else self.at_token.get(reference.antecedent)

    def _referent(self, reference: Reference) -> tuple[Referent | None, float]:
        """What a reference means, and the probability of it."""
        if reference.kind == "name":
            assert reference.person is not None
            return self._named(reference.person), 1.0
        if reference.kind == "organization":
            assert reference.organization is not None
            return self._organization(reference.organization), 1.0
        if reference.kind in ("description", "personal", "possessive"):
            return self._resolved(reference)
        if reference.kind == "thing":
            self.things.append(Referent(None, _of_person(reference.gender), thing=True))
            return self.things[-1], 1.0
        return None, 1.0

    def _named(self, person: int) -> Referent:
        referent = self.named.get(person)
        if referent is None:
            referent = self.named[person] = Referent(person, self.told.genders[person])
        return referent

    def _organization(self, organization: int) -> Referent:
        referent = self.organizations.get(organization)
        if referent is None:
            referent = self.organizations[organization] = Referent(None, None, organization=organization)
        return referent

    def _resolved(self, reference: Reference) -> tuple[Referent | None, float]:
        """Whom a description or pronoun means, and the probability; a description of nobody brings in somebody new."""
        choices = self.choices(reference)
        chosen, certainty = self.choose(reference, choices)
        if chosen is None and reference.kind == "description":
            chosen = Referent(None, _of_person(reference.gender))
            self.unnamed.append(chosen)
        return chosen, certainty

    def choose(self, reference: Reference, choices: Sequence[Choice[Referent | None]]) -> tuple[Referent | None, float]:
        """The likeliest referent, and the probability of that person, or of nobody whom the text names.

        An organization only where it is sure: else the likeliest of the others.
        """
        chosen, certainty = likeliest(ranking_of(reference), choices, _identity)
        if chosen is not None and chosen.organization is not None and certainty < _LEAST_CERTAINTY:
            others = [choice for choice in choices if choice.meant is None or choice.meant.organization is None]
            return likeliest(ranking_of(reference), others, _identity)
        return chosen, certainty

    def choices(self, reference: Reference) -> list[Choice[Referent | None]]:
        """All referents that a reference may mean, with their features; first None for nobody mentioned so far."""
        place = _QuotePlace(self.quotes.spoken_by(reference), self.quotes.at(reference.head))
        labelled = self.quotes.labelled_by(reference)
        candidates: list[tuple[Referent, Candidate]] = []
        for referent in self._candidates(reference, place):
            if not referent.agrees(reference) or (labelled and self._other_label(reference, referent)):
                continue
            if self._stands_around(reference, referent):
                continue
            described = self._described(reference, referent, place)
            if described is not None and not described.fit.ruled_out:
                candidates.append((referent, described))
        kinds = [candidate.kind for _, candidate in candidates]
        situation = Situation(kinds.count("named"), kinds.count("ahead"), self._facts(reference, place))
        found: list[Choice[Referent | None]] = [Choice(None, describe_nobody(reference, situation))]
        found += [Choice(referent, describe(reference, situation, described)) for referent, described in candidates]
        return found

    def _facts(self, reference: Reference, place: _QuotePlace) -> list[str]:
        """The features of the place of a reference, whatever it means."""
        facts = [f"as {reference.kind}", "subject" if reference.subject else "no subject"]
        if place.speaks is not None:
            facts.append("speaking")
        if reference.sentence == 0:
            facts.append("in the first sentence")
        if place.inside is not None:
            facts.append("in a quote")
        owned = self.analysis.tokens[reference.head].head
        if reference.kind in ("personal", "possessive") and owned >= 0:
            token = self.analysis.tokens[owned]
            if token.pos == "NOUN" and noun_class(token) == "data":
                facts.append("of data")
        return facts

    def _stands_around(self, reference: Reference, referent: Referent) -> bool:
        """Whether the article refers, and the page has named the referent around the article alone."""
        inside = self.analysis.in_article
        if not inside(reference.head):
            return False
        known = referent.references
        if not known and referent.person is not None:
            known = [self.told.first[referent.person]]
        return not any(inside(one.head) for one in known)

    def _other_label(self, reference: Reference, referent: Referent) -> bool:
        """Whether a referent has another label than the reference in an interview: different labels mean different
        people.
        """
        known = referent.references[-_MEMORY:]
        if not known and referent.person is not None:
            known = [self.told.first[referent.person]]
        label = self.analysis.span_text(reference.span)
        return any(self.quotes.labelled_by(r) and self.analysis.span_text(r.span) != label for r in known)

    def _candidates(self, reference: Reference, place: _QuotePlace) -> Iterable[Referent]:
        if reference.kind == "description":
            if reference.new:
                return ()
            ahead = [self._named(person) for person in self.told.elsewhere(reference)]
            return dict.fromkeys((*self.recent, *self._with_office(reference.roles), *ahead))
        things = () if place.speaks is not None else self.recent_things
        return (*self.recent, *self.recent_organizations, *things)

    def _with_office(self, roles: Iterable[Role]) -> Iterator[Referent]:
        for role in roles:
            for key in (role.lemma, *role.same):
                for referent in self.offices.get(key, ()):
                    if referent.references:
                        yield referent

    def _described(self, reference: Reference, referent: Referent, place: _QuotePlace) -> Candidate | None:
        """What the ranking knows of a candidate; None for one too far off for a pronoun."""
        told = self.told.roles.get(referent.person, ()) if referent.person is not None else ()
        facts = list(self._within(reference, referent))
        if not referent.references:
            assert referent.person is not None
            distance = max(0, self.told.first[referent.person].sentence - reference.sentence)
            return Candidate("ahead", None, distance, 9, 0, _fit(reference, (), told), facts)
        last = referent.last
        if place.speaks is not None:
            near = referent.references[-_LOOK_BACK:]
            outside = [r for r in near if not self.quotes.holds(place.speaks, r.head)]
            if len(outside) < len(near):
                facts.append(f"in what it says {last.kind}")
            last = outside[-1] if outside else last
        distance = abs(reference.sentence - last.sentence)
        if reference.kind != "description" and distance > _PRONOUN_SENTENCES:
            return None
        facts += self._relations(reference, referent, last, distance, place)
        recent = self.recent_organizations if referent.organization is not None else self.recent
        rank = min(recent.index(referent), 4) if referent in recent else 5
        fits = _fit(reference, referent.roles, told)
        return Candidate(referent.kind, last, distance, rank, len(referent.references), fits, facts)

    def _within(self, reference: Reference, referent: Referent) -> Iterator[str]:
        """The feature of a candidate to which something within a description refers: mostly somebody else
        ("адвокат Вепрева"), unless it is a name that agrees with it.
        """
        if reference.kind != "description":
            return
        for i in range(*reference.span):
            name = self.told.names.get(i)
            if name is not None and name.person == referent.person:
                agrees = said_of(self.analysis.tokens[reference.head], self.analysis.tokens[i], referent.gender)
                yield "within, agreeing" if agrees else "within"
                return
            if name is None and i != reference.head and self.at_token.get(i) is referent:
                yield "within"
                return

    def _relations(
        self, reference: Reference, referent: Referent, last: Reference, distance: int, place: _QuotePlace
    ) -> Iterator[str]:
        """The features of how a reference relates to a candidate by quotes, clauses and paragraphs."""
        tokens = self.analysis.tokens
        kind = "unnamed" if referent.thing else referent.kind
        quote, here = place
        if quote is not None:
            if self.quotes.spoken_by(last) is not None:
                yield f"{kind} speaks again"
            if quote and self.speaking.get(quote - 1) is referent:
                yield f"{kind} spoke before"
            elif any(self.speaking.get(quote - back) is referent for back in (2, 3)):
                yield f"{kind} spoke shortly before"
        there = self.quotes.at(last.head)
        if here is not None and self.speaking.get(here) is referent:
            yield "own words"
        if here is None and there is not None:
            yield "last in a quote"
        if last.verb == reference.verb and distance == 0 and here == there:
            yield f"same clause {reference.kind}"
        if tokens[last.head].paragraph == tokens[reference.head].paragraph:
            yield f"{kind} same paragraph"
        if reference.gender is None or not (referent.gender or referent.genders):
            yield f"{kind} gender unknown"
        if referent.organization is not None:
            yield f"{kind} {'with a noun' if last.told else 'by name alone'} {reference.gender}"
            yield f"{kind} {'medium' if is_medium(self.analysis.span_text(last.span)) else 'no medium'}"
        if referent.person is not None and self.told.first[referent.person].sentence == 0:
            yield "in the first sentence"

    def _note(self, referent: Referent, reference: Reference) -> None:
        referent.references.append(reference)
        if referent.organization is None:
            referent.gender = referent.gender or _of_person(reference.gender)
        elif reference.kind == "organization" and reference.gender is not None:
            referent.genders.add(reference.gender)
        self.at_token[reference.head] = referent
        self.speaking |= dict.fromkeys(self.quotes.all_spoken_by(reference), referent)
        for i in reference.told:
            self.at_token[i] = referent
        for i in range(*reference.span):
            self.at_token.setdefault(i, referent)
        for role in reference.roles:
            if len(referent.roles) < _ROLES and role not in referent.roles:
                referent.roles.append(role)
            self._file(referent, role)
        recent, kept = self.recent, _MEMORY
        if referent.organization is not None:
            recent, kept = self.recent_organizations, _ORGANIZATIONS
        elif referent.thing:
            recent, kept = self.recent_things, _THINGS
        if referent in recent:
            recent.remove(referent)
        recent.insert(0, referent)
        del recent[kept:]

    def _file(self, referent: Referent, role: Role) -> None:
        for key in (role.lemma, *role.same):
            holders = self.offices.setdefault(key, [])
            if referent in holders:
                holders.remove(referent)
            holders.insert(0, referent)
            del holders[_RECALLED:]


class _Told:
    """What the whole text tells of its named people: their roles and genders, and where each is named first."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self.first: dict[int, Reference] = {}
        # By the token of their heads.
        self.names: dict[int, Reference] = {}
        self.genders: dict[int, Gender | None] = {}
        self.roles: dict[int, list[Role]] = {}
        self._offices: dict[str, list[int]] = {}
        for reference in references:
            if reference.kind != "name" or reference.person is None:
                continue
            person = reference.person
            self.first.setdefault(person, reference)
            self.names[reference.head] = reference
            self.genders[person] = self.genders.get(person) or _of_person(reference.gender)
            known = self.roles.setdefault(person, [])
            for role in reference.roles:
                if len(known) < _ROLES and role not in known:
                    known.append(role)
                for key in (role.lemma, *role.same):
                    self._offices.setdefault(key, []).append(person)
        self._people = sorted(self.first, key=lambda person: self.first[person].head)
        self._heads = [self.first[person].head for person in self._people]
        place = {person: number for number, person in enumerate(self._people)}
        self._offices = {key: sorted(set(people), key=place.__getitem__) for key, people in self._offices.items()}

    def elsewhere(self, reference: Reference) -> list[int]:
        """The people whom a description may mean though they are named elsewhere: those named next, and those told to
        hold the office nearest to it.
        """
        at = bisect_right(self._heads, reference.head)
        near = [
            person
            for person in self._people[at : at + _AHEAD]
            if self.first[person].sentence - reference.sentence <= _AHEAD_SENTENCES
        ]
        for role in reference.roles:
            for key in (role.lemma, *role.same):
                holders = self._offices.get(key, [])
                i = bisect_right(holders, reference.head, key=lambda person: self.first[person].head)
                near += holders[max(0, i - _AHEAD) : i + _AHEAD]
        return near


def _fit(reference: Reference, held: Sequence[Role], told: Sequence[Role]) -> Fit:
    """How a description fits the roles of a candidate; a pronoun says nothing of them."""
    return fit(reference.roles[0], held, told) if reference.kind == "description" else NO_FIT


def _is_bound(reference: Reference) -> bool:
    """Whether syntax or the quote around a pronoun says whom it means."""
    return reference.kind in ("relative", "reflexive", "first")


def _identity(referent: Referent | None) -> int | Referent | None:
    """Who or what a referent is: the number of a person, an organization or thing itself, None for everybody without a
    name.
    """
    if referent is None:
        return None
    return referent if referent.thing or referent.organization is not None else referent.person


def _of_person(gender: Agreement | None) -> Gender | None:
    return None if gender == "neuter" else gender
