"""Who says each quote: the mention beside it, or the silence, resolved over the whole document."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from extractor.coreference.offices import is_known
from extractor.coreference.ranking import shares
from extractor.coreference.references import phrase, said_of
from extractor.coreference.sources import SPEAKERS_BACK, Kind, Mentions, Source, SourceReference, candidates
from extractor.names.entities import Entities, Entity, Organization, Person
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import words_of
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import DASHES, QUOTATION_MARKS
from extractor.reading.forms import plain
from extractor.reading.morphology import best_parse
from extractor.reading.nominative import head_of, nominative
from extractor.resources import rows, words

_NOUNS = frozenset({"NOUN", "PROPN"})
_PROPER = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad"})
_PARTICIPLE = frozenset({"acl", "amod"})
_APPOSITION = frozenset({"appos", "flat:name", "flat", "flat:foreign", "nmod"})
# How deep "сообщение на сайте пресс-службы министерства" is followed to who it is from.
_DEPTH = 4
_STEPS = 12
_INTRODUCTION = 300
# Between the names of two speakers, as the guidelines write them.
_AND = "и"


class Speaker(NamedTuple):
    """The speaker of a quote: the mention beside it, the name over the document, and the entity if it is one.

    `certainty`, 0 to 1, is how sure the mention or silence is tied to that name and no other (or to none).
    """

    mention: TokenSpan | None
    name: str | None
    kind: Kind
    entity: Entity | None = None
    certainty: float = 1.0


def attribute(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> list[Speaker | None]:
    """The speaker of each quote; None only where nothing in the text says who speaks."""
    return Attribution(analysis, entities, quotes).run()


@cache
def _classes() -> dict[str, str]:
    return {row[0]: row[1] for row in rows("speaker_nouns.tsv", 2)}


@cache
def _publishing_verbs() -> frozenset[str]:
    return words("publishing_verbs.tsv")


def speaker_class(token: Token) -> str:
    """The class of `speaker_nouns.tsv` that a noun belongs to; empty for none."""
    return _classes().get(token.lower) or _classes().get(token.lemma, "")


class Attribution:
    """The speakers of one text's quotes, in order; `choose` decides where several may be meant."""

    def __init__(self, analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> None:
        self.analysis = analysis
        self.quotes = quotes
        self.said: list[Speaker | None] = []
        self.owners: dict[str, Speaker] = {}
        self.people: dict[int, Person] = {}
        self.organizations: dict[int, tuple[Organization, TokenSpan]] = {}
        for person in entities.people:
            for mention in person.mentions:
                if mention.kind == "description":
                    self.people.setdefault(self._head(mention.span), person)
                else:
                    self.people.update((i, person) for i in range(*mention.span))
        described = (*(m for person in entities.people for m in person.mentions), *entities.unnamed)
        self.certainties = {self._head(m.span): m.certainty for m in described if m.kind != "name"}
        for organization in entities.organizations:
            for mention in organization.mentions:
                self.organizations.update((i, (organization, mention.span)) for i in range(*mention.span))
        self._entities = entities

    # Made when they are first asked for: many texts have no speaker who is an organization by a common noun, no silent
    # quote, no label of initials.

    @cached_property
    def bodies(self) -> _Bodies:
        """The organizations of the text by their common nouns."""
        return _Bodies(self.analysis, self.organizations)

    @cached_property
    def named_people(self) -> Mentions:
        """The people of the text in its order."""
        return Mentions(self.people)

    @cached_property
    def initials(self) -> dict[str, Person]:
        """The people of the text by their initials."""
        return {_initials("".join(f"{word[0]}." for word in p.name.split())): p for p in self._entities.people}

    @cached_property
    def _repeated(self) -> dict[str, int]:
        """The first quote with a speaker of each wording."""
        found: dict[str, int] = {}
        for number, quote in enumerate(self.quotes):
            if quote.speaker is not None:
                found.setdefault(self._words(quote), number)
        return found

    def run(self) -> list[Speaker | None]:
        """The speaker of each quote."""
        for number, quote in enumerate(self.quotes):
            self.said.append(self._silent(number, quote) if quote.speaker is None else self._spoken(quote.speaker))
        return self.said

    # A mention beside the quote.

    def _head(self, span: TokenSpan) -> int:
        head = head_of(self.analysis, span)
        return span.start if head is None else head

    def _spoken(self, span: TokenSpan) -> Speaker:
        speaker = self._mentioned(span, _DEPTH)
        if speaker.kind == "PER":
            speaker = speaker._replace(certainty=self.certainties.get(self._head(span), speaker.certainty))
        return speaker._replace(mention=span)

    def _mentioned(self, span: TokenSpan, depth: int) -> Speaker:
        """Who a noun phrase or pronoun means."""
        tokens = self.analysis.tokens
        head = self._head(span)
        initials = _initials(self.analysis.span_text(span))
        labelled = self.initials.get(initials) if initials else None
        if labelled is not None:
            return Speaker(span, labelled.name, "PER", labelled)
        several = self._together(span, head)
        if several is not None:
            return several
        if tokens[head].pos in ("PRON", "DET"):
            reported = self._reported(span, tokens[head])
            if reported is not None:
                return reported
        person = self.people.get(head) or self._apposed_person(span, head)
        if person is not None:
            return Speaker(span, person.name, "PER", person)
        token = tokens[head]
        if speaker_class(token) == "collective":
            return Speaker(span, None, "OTHER")
        if head in self.organizations:
            return self._organization(span, head)
        if token.name.endswith("LOC"):
            return Speaker(span, _phrase_name(self.analysis, span), "ORG")
        if token.pos in ("PRON", "DET"):
            return self._pronoun(span, token)
        return self._noun(span, token, depth)

    def _noun(self, span: TokenSpan, token: Token, depth: int) -> Speaker:
        noun_class = speaker_class(token)
        people = token.pos in _NOUNS and ("anim" in best_parse(token.word).tag or is_known(token.word))
        if noun_class in ("document", "statement", "data"):
            return self._document(span, token, depth, noun_class == "statement")
        if people and self._counted(span, token.index):
            return Speaker(span, None, "OTHER")
        if token.number == "Plur" and (people or noun_class in ("anaphor", "media")):
            return Speaker(span, None, "OTHER")
        if noun_class in ("anaphor", "media", "body"):
            return self._body(span, token, noun_class)
        if noun_class == "person" or people:
            return Speaker(span, None, "PER")
        if token.pos == "NUM":
            return self._number(span, token)
        if token.pos in ("ADJ", "VERB") and (token.number == "Plur" or not token.text.istitle()):
            return Speaker(span, None, "OTHER" if token.number == "Plur" else "PER")
        if {"Name", "Surn"} & best_parse(token.word).tag.grammemes:
            return Speaker(span, _phrase_name(self.analysis, span), "PER")
        own = Source(_phrase_name(self.analysis, span), "ORG")
        if token.name != "O" or not token.text.islower():
            return Speaker(span, own.name, "ORG")
        facts = [f"with {rel}" for rel in self._telling(span, token.index)] or ["bare"]
        return self._from(
            SourceReference(token.index, "other", token.lemma, own, Source(None, "OTHER"), (), facts), span
        )

    def _number(self, span: TokenSpan, token: Token) -> Speaker:
        """A number as a subject: so many people, or the beginning of a name ("24.ru", телеканал "360")."""
        beside = [
            self.analysis.tokens[i].text
            for i in (token.index - 1, token.index + 1)
            if 0 <= i < len(self.analysis.tokens)
        ]
        marked = len(beside) == 2 and all(text in QUOTATION_MARKS for text in beside)
        joined = span.end > token.index + 1 and self.analysis.tokens[span.end - 1].name.endswith("ORG")
        if marked or joined:
            return Speaker(span, _unmarked(self.analysis.span_text(span)), "ORG")
        return Speaker(span, None, "OTHER")

    def _counted(self, span: TokenSpan, head: int) -> bool:
        """Whether the noun of the phrase is a number of people: "все 52 члена"."""
        before = self.analysis.tokens[span.start : head]
        return any(token.pos == "NUM" and speaker_class(token) != "person" for token in before)

    def _together(self, span: TokenSpan, head: int) -> Speaker | None:
        """Several named speakers of one quote: "Меркель и Макрон"."""
        found: list[Entity] = []
        for i in self._conjuncts(span, head):
            entity = self._named_at(i) or self._apposed_person(span, i)
            if entity is not None and entity not in found:
                found.append(entity)
        if len(found) < 2:
            return None
        people = all(isinstance(entity, Person) for entity in found)
        return Speaker(span, _joined([entity.name for entity in found]), "PER" if people else "ORG")

    def _conjuncts(self, span: TokenSpan, head: int) -> Iterator[int]:
        yield head
        for i in range(*span):
            if self.analysis.tokens[i].rel == "conj" and self._top(i) in (head, self.analysis.tokens[head].head):
                yield i

    def _top(self, index: int) -> int:
        """The first of a row of conjuncts, whatever they are appositions to."""
        tokens = self.analysis.tokens
        for _ in range(_STEPS):
            if tokens[index].rel != "conj" and tokens[index].rel not in _APPOSITION:
                break
            index = tokens[index].head
        return index

    def _named_at(self, index: int) -> Entity | None:
        if index in self.people:
            return self.people[index]
        return self.organizations[index][0] if index in self.organizations else None

    def _apposed_person(self, span: TokenSpan, head: int) -> Person | None:
        """The person named within the phrase as an apposition to its head: "министр Сергей Орлов"."""
        tokens = self.analysis.tokens
        for child in self.analysis.children(head):
            person, token = self.people.get(child), tokens[child]
            if person is None or not span.start <= child < span.end or token.rel not in ("appos", "flat:name"):
                continue
            if said_of(tokens[head], token, person.gender):
                return person
        return None

    def _organization(self, span: TokenSpan, head: int) -> Speaker:
        """An organization by its name, with what stands beside the name where that tells more."""
        organization, mention = self.organizations[head]
        fuller = self.bodies.fuller(self.analysis.tokens[head]) if " " not in organization.name else None
        if fuller is not None and span.end - span.start == 1:
            return fuller._replace(mention=span)
        name = organization.name
        if mention.start > span.start or mention.end < span.end:
            phrase_name = _phrase_name(self.analysis, span)
            if len(phrase_name.split()) > len(name.split()):
                name = phrase_name
        return Speaker(span, name, "ORG", organization)

    def _pronoun(self, span: TokenSpan, token: Token) -> Speaker:
        """A pronoun that means nobody who is named."""
        if token.number == "Plur":
            return Speaker(span, None, "OTHER")
        return Speaker(span, None, "PER")

    def _reported(self, span: TokenSpan, token: Token) -> Speaker | None:
        """Whose data a pronoun means, where that is the organization quoted before ("по его данным"), or what was
        put out ("в нём говорится").
        """
        before = self.said[-1] if self.said else None
        if before is not None and before.kind == "ORG" and before.name is not None and self._of_data(token):
            return before
        if token.case == "Loc" and plain(token.lower) in words_of("in_it"):
            return self._from(
                SourceReference(token.index, "statement", "", None, Source(None, "OTHER"), (), ["bare"]), span
            )
        return None

    def _of_data(self, token: Token) -> bool:
        """Whether a pronoun says whose data something is: "по его данным"."""
        if token.head < 0 or token.lower in words_of("theirs"):
            return False
        return speaker_class(self.analysis.tokens[token.head]) == "data"

    def _body(self, span: TokenSpan, token: Token, noun_class: str) -> Speaker:
        """An organization by a common noun: its own phrase where that says which, else the one spoken of."""
        apposed = next((i for i in self._within(span, token.index) if i in self.organizations), None)
        if apposed is not None and noun_class != "body":
            return self._organization(TokenSpan(apposed, apposed + 1), apposed)
        own, facts = None, ["of many words" if span.end - span.start > 1 else "of one word"]
        telling = self._telling(span, token.index)
        if span.end - span.start > 1 and telling:
            own = Source(_phrase_name(self.analysis, span), "ORG")
            facts = [f"with {rel}" for rel in telling]
        elif noun_class == "body":
            own = Source(nominative(self.analysis, span), "ORG")
        known = (
            ("same noun", self.bodies.named(token)),
            ("same class", self.bodies.of_class(noun_class, token.index)),
        )
        return self._from(
            SourceReference(token.index, noun_class, token.lemma, own, Source(None, "ORG"), _told(known), facts), span
        )

    def _from(self, place: SourceReference, span: TokenSpan | None) -> Speaker:
        """Whom a place stands for, of all that it may mean."""
        choices = candidates(self.analysis, place, self._said(), self.bodies.mentions, self.named_people)
        source, certainty = self.choose(choices)
        return Speaker(span, source.name, source.kind, source.entity, certainty)

    def choose(self, choices: Sequence[tuple[Source, list[str]]]) -> tuple[Source, float]:
        """The likeliest source, of equals the first, and how likely its name is."""
        likely = shares("source", [features for _, features in choices])
        source = choices[likely.index(max(likely))][0]
        return source, sum(
            share for share, (other, _) in zip(likely, choices, strict=True) if other.name == source.name
        )

    def _said(self) -> list[Source | None]:
        return [_source(speaker) for speaker in self.said[-SPEAKERS_BACK:]]

    def _within(self, span: TokenSpan, head: int) -> Iterator[int]:
        """What hangs from the head, inside the span, as a name does."""
        for child in self.analysis.children(head):
            if span.start <= child < span.end and self.analysis.tokens[child].rel in ("appos", "flat", "flat:foreign"):
                yield child

    def _telling(self, span: TokenSpan, head: int) -> list[str]:
        """The relations by which something within the phrase tells its head from others."""
        rels = (self.analysis.tokens[i].rel for i in self.analysis.children(head) if span.start <= i < span.end)
        return sorted({rel for rel in rels if rel in ("nmod", "amod", "appos", "flat")})

    def _document(self, span: TokenSpan, token: Token, depth: int, statement: bool) -> Speaker:
        """A document speaks for whoever put it out."""
        owner = self._owner(token, span.end, depth)
        if owner is not None:
            self.owners[token.lemma] = owner
            return owner._replace(mention=span)
        facts = [f"with {rel}" for rel in self._telling(span, token.index)] or ["bare"]
        known = _told([("same noun", self.owners.get(token.lemma))])
        noun_class = "statement" if statement else "document"
        return self._from(
            SourceReference(token.index, noun_class, token.lemma, None, Source(None, "OTHER"), known, facts), span
        )

    def _owner(self, token: Token, end: int, depth: int) -> Speaker | None:
        """Who put out a document: named in its phrase, which ends at `end`, or by the participle that goes with it."""
        if not depth:
            return None
        for child in self.analysis.children(token.index):
            part = self.analysis.tokens[child]
            if token.index < child < end and part.rel in ("nmod", "appos") and part.pos in (*_NOUNS, "X"):
                start = max(token.index + 1, phrase(self.analysis, child).start)
                owner = self._mentioned(TokenSpan(start, end), depth - 1)
                if owner.entity is not None or speaker_class(part) or owner.kind == "PER" or part.name != "O":
                    return owner
        for child in self.analysis.children(token.index):
            part = self.analysis.tokens[child]
            if part.rel in _PARTICIPLE and part.lemma in _publishing_verbs():
                for publisher in self._publishers(child):
                    owner = self._mentioned(phrase(self.analysis, publisher), depth - 1)
                    if owner.name is not None:
                        return owner
        return None

    def _publishers(self, participle: int) -> Iterator[int]:
        """By whom or where something was put out: "распространённом секретариатом", "опубликованном на сайте"."""
        for child in self.analysis.children(participle):
            part = self.analysis.tokens[child]
            if part.rel == "obl:agent" or (part.rel == "obl" and part.case == "Loc" and speaker_class(part)):
                yield child

    # Nothing beside the quote.

    def _silent(self, number: int, quote: Quote) -> Speaker | None:
        """A quote goes on with the speaker before it; a headline has the one after it."""
        same_words = self._repeated.get(self._words(quote))
        if same_words is not None and same_words != number:
            speaker = self.quotes[same_words].speaker
            if speaker is not None:
                return self._spoken(speaker)._replace(mention=None)
        turn = self._turn(number, quote)
        if turn is not None:
            return turn
        before = next((s for s in reversed(self.said[-1:]) if s is not None), None)
        if quote.cue is None and quote.type == "direct":
            introduced = self._introduced(number, quote)
            if introduced is not None:
                return introduced
        if before is not None:
            return before._replace(mention=None)
        for following in self.quotes[number + 1 : number + 2]:
            if following.speaker is not None and quote.cue is None:
                return self._spoken(following.speaker)._replace(mention=None)
        return Speaker(None, None, "ORG") if quote.cue is not None else None

    def _introduced(self, number: int, quote: Quote) -> Speaker | None:
        """The subject of the sentence before the quote, where that is a person and no quote stands between."""
        start = quote.fragments[0].start
        sentence = self.analysis.tokens[start].sentence
        if sentence == 0:
            return None
        before = self.analysis.sentences[sentence - 1]
        if number and self.quotes[number - 1].fragments[-1].end > before.start:
            return None
        for i in range(*before):
            if i in self.people and self.analysis.tokens[i].rel == "nsubj":
                return Speaker(None, self.people[i].name, "PER", self.people[i])
        return None

    def _turn(self, number: int, quote: Quote) -> Speaker | None:
        """A turn of a dialogue in dashes: the one who spoke before the last turn; a question opens an interview
        and the one who answers is whom the text named last before it.
        """
        if not self._is_turn(quote):
            return None
        if number >= 2 and self._is_turn(self.quotes[number - 1]) and self._is_turn(self.quotes[number - 2]):
            earlier = self.said[number - 2]
            return None if earlier is None else earlier._replace(mention=None)
        if number >= 1 and self._is_turn(self.quotes[number - 1]) and self.quotes[number - 1].cue is None:
            return self._interviewee(self.quotes[number - 1].fragments[0].start)
        if self.analysis.tokens[quote.fragments[-1].end - 1].text == "?":
            return Speaker(None, None, "PER")
        return None

    def _is_turn(self, quote: Quote) -> bool:
        start = quote.fragments[0].start
        paragraph = self.analysis.paragraph_of(start)
        return (
            quote.type == "direct"
            and start == paragraph.start + 1
            and self.analysis.tokens[paragraph.start].text in DASHES
        )

    def _interviewee(self, start: int) -> Speaker:
        """Whom the text speaks of most before a dialogue, of several the last."""
        near = [self.people[i] for i in range(start - 1, max(-1, start - _INTRODUCTION), -1) if i in self.people]
        if not near:
            return Speaker(None, None, "PER")
        name = Counter(person.name for person in near).most_common(1)[0][0]
        return Speaker(None, name, "PER", next(person for person in near if person.name == name))

    def _words(self, quote: Quote) -> str:
        return " ".join(self.analysis.span_text(fragment) for fragment in quote.fragments).strip(".!?… ").lower()


class _Bodies:
    """The organizations of a text by the common noun that goes with them, and in its order."""

    def __init__(self, analysis: Analysis, organizations: dict[int, tuple[Organization, TokenSpan]]) -> None:
        self._named: dict[str, list[tuple[int, Speaker]]] = {}
        self._fuller: dict[str, list[tuple[int, Speaker]]] = {}
        self.mentions = Mentions({i: organization for i, (organization, _) in organizations.items()})
        classes = _classes()
        for token in analysis.tokens:
            if token.pos not in _NOUNS or (token.number == "Plur" and token.lemma not in classes):
                continue
            if token.index in organizations:
                organization, mention = organizations[token.index]
                self._add(
                    token, Speaker(None, organization.name, "ORG", organization), token.head not in range(*mention)
                )
            elif classes.get(token.lemma) in ("anaphor", "media", "body"):
                named = self._phrase_name(analysis, token, organizations)
                if named is not None:
                    self._add(token, named, heads=True)

    def _add(self, token: Token, speaker: Speaker, heads: bool) -> None:
        self._named.setdefault(token.lemma, []).append((token.index, speaker))
        if heads and speaker.name and " " in speaker.name:
            self._fuller.setdefault(token.lemma, []).append((token.index, speaker))
        if speaker_class(token) == "media":
            self._named.setdefault("media", []).append((token.index, speaker))

    @staticmethod
    def _phrase_name(
        analysis: Analysis, token: Token, organizations: dict[int, tuple[Organization, TokenSpan]]
    ) -> Speaker | None:
        for child in analysis.children(token.index):
            rel = analysis.tokens[child].rel
            if rel in ("appos", "flat") and child in organizations:
                return Speaker(None, organizations[child][0].name, "ORG", organizations[child][0])
            if rel == "nmod" and child > token.index and analysis.tokens[child].case in ("Gen", "Dat", "Loc", "Ins"):
                return Speaker(None, _phrase_name(analysis, phrase(analysis, token.index)), "ORG")
        return None

    def named(self, token: Token) -> Speaker | None:
        """The organization that the noun of the token named last before it, else the first after it."""
        return self.of_class(token.lemma, token.index)

    def fuller(self, token: Token) -> Speaker | None:
        """The same by a name that says more than the noun: "полиция" after "полиция Малайзии"."""
        if speaker_class(token) not in ("anaphor", "body"):
            return None
        return self._nearest(self._fuller.get(token.lemma, []), token.index)

    def of_class(self, key: str, index: int) -> Speaker | None:
        """The same for a noun, or any noun of a class, at a place."""
        return self._nearest(self._named.get(key, []), index)

    @staticmethod
    def _nearest(places: Sequence[tuple[int, Speaker]], index: int) -> Speaker | None:
        i = bisect_left(places, index, key=lambda place: place[0])
        if i:
            return places[i - 1][1]
        return places[i][1] if i < len(places) and places[i][0] != index else None


def _source(speaker: Speaker | None) -> Source | None:
    return None if speaker is None else Source(speaker.name, speaker.kind, speaker.entity)


def _told(known: Iterable[tuple[str, Speaker | None]]) -> list[tuple[str, Source]]:
    """Those of whom something is known, by what tells it."""
    return [(by, source) for by, speaker in known if (source := _source(speaker)) is not None]


def _initials(text: str) -> str:
    """The letters of a label of initials ("А. П."), in the order of the alphabet; nothing of any other text."""
    if "." not in text:
        return ""
    parts = text.replace(".", ". ").split()
    if len(parts) < 2 or any(len(part) != 2 or part[1] != "." or not part[0].isupper() for part in parts):
        return ""
    return "".join(sorted(part[0] for part in parts))


def _phrase_name(analysis: Analysis, span: TokenSpan) -> str:
    """A noun phrase as the name of who speaks: nominative, without marks round it, small where only its sentence
    makes it begin with a capital ("Власти города" → "власти города").
    """
    name = _unmarked(nominative(analysis, span))
    first = analysis.tokens[span.start]
    common = (
        first.name[2:] in ("", "COM")
        and first.text[1:].islower()
        and not _PROPER & best_parse(first.word).tag.grammemes
    )
    opens = analysis.sentence_of(span.start).start == span.start
    return name[0].lower() + name[1:] if common and opens and first.pos != "PROPN" else name


def _unmarked(name: str) -> str:
    """A name without the marks of quotation round the whole of it."""
    inner = name.strip()
    if (
        len(inner) > 2
        and inner[0] in QUOTATION_MARKS
        and inner[-1] in QUOTATION_MARKS
        and not set(inner[1:-1]) & QUOTATION_MARKS
    ):
        return inner[1:-1].strip()
    return inner


def _joined(names: Sequence[str]) -> str:
    """Names in a row: "А, Б и В"."""
    return f"{', '.join(names[:-1])} {_AND} {names[-1]}"
