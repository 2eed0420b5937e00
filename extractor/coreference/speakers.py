"""Who speaks each quote: the mention beside it, or its silence, resolved over the whole document.

A name, a description or a pronoun of a person is looked up among the mentions that `chains.py` has resolved.  What is
decided here is what else can speak: organizations, bodies called by a common noun, documents that speak for whoever put
them out, several speakers together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from extractor.coreference.bodies import BODY_CLASSES, Bodies, body_nouns
from extractor.coreference.offices import is_known
from extractor.coreference.ranking import Choice, likeliest
from extractor.coreference.references import phrase, said_of
from extractor.coreference.silence import Silence
from extractor.coreference.sources import (
    SPEAKERS_BACK,
    EntityOrder,
    Source,
    SourceReference,
    Speaker,
    choices,
    noun_class,
    phrase_name,
    source_nouns,
    unmarked,
)
from extractor.names.entities import Entities, Entity, Mention, Organization, Person
from extractor.names.index import MentionIndex, head_or_first
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import words_of
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import QUOTATION_MARKS
from extractor.reading.forms import cached_property, plain
from extractor.reading.grammar import NOUNS
from extractor.reading.morphology import best_parse
from extractor.reading.nominative import nominative
from extractor.resources import words

_PRONOUNS = frozenset({"PRON", "DET"})
_PARTICIPLE = frozenset({"acl", "amod"})
# Relations by which a noun hangs from a conjunct: the name or complement of another speaker.
_CONJUNCT_LINKS = frozenset({"appos", "flat:name", "flat", "flat:foreign", "nmod"})
# The relations by which a name stands inside a phrase, and by which anything there tells its head from others.
_NAMING = frozenset({"appos", "flat", "flat:foreign"})
_TELLING = frozenset({"nmod", "amod", "appos", "flat"})
# How many phrases deep the owner of a document is followed ("сообщение на сайте пресс-службы министерства"), and how
# far up a chain of conjuncts and appositions; deeper ones are loops of the parser.
_DEPTH = 4
_STEPS = 12
# The conjunction before the last of several speakers, in whose names the guidelines want it.
_AND = "и"
_NOBODY = Source(None, "OTHER")

# Phrases that mean an organization, each with the organization and the mention.
Descriptions = dict[TokenSpan, tuple[Organization, Mention]]


class ResolvedSpeakers(NamedTuple):
    """The speakers of a text's quotes, in order, None where nothing in the text says who speaks.

    `descriptions` are those of organizations that were resolved on the way, each with the organization; `speaking` the
    mentions beside the quotes, some of which are descriptions.
    """

    speakers: list[Speaker | None]
    descriptions: list[tuple[Organization, Mention]]
    speaking: frozenset[TokenSpan]


@cache
def _publishing_verbs() -> frozenset[str]:
    return words("publishing_verbs.tsv")


class SpeakerResolver:
    """Resolves the speakers of one text's quotes, in order.

    `entities` have the mentions that the chains resolved.  `choose` decides where a common noun may stand for several
    sources; training overrides it to learn from the choices.
    """

    def __init__(self, analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> None:
        self.analysis = analysis
        self.quotes = quotes
        self.said: list[Speaker | None] = []
        self._entities = entities
        self._index = MentionIndex(analysis, entities)
        # By lemma who put out the document that the noun stood for last.
        self._owners: dict[str, Source] = {}
        named: tuple[Entity, ...] = (*entities.people, *entities.organizations)
        mentions = (*(m for entity in named for m in entity.mentions), *entities.unnamed)
        self._certainties = {head_or_first(analysis, m.span): m.certainty for m in mentions if m.kind != "name"}

    # Made when first asked for: many texts have no speaker called by a common noun, and no label of initials.

    @cached_property
    def _source_nouns(self) -> list[int]:
        return source_nouns(self.analysis)

    @cached_property
    def _bodies(self) -> Bodies:
        return Bodies(self.analysis, self._index, self._source_nouns)

    @cached_property
    def _people_in_order(self) -> EntityOrder:
        return EntityOrder(self._index.people)

    @cached_property
    def _initials(self) -> dict[str, Person]:
        """The people of the text by the initials of their names."""
        return {_initials("".join(f"{word[0]}." for word in p.name.split())): p for p in self._entities.people}

    def run(self) -> ResolvedSpeakers:
        """Resolves all speakers, and between them the bodies that the text mentions without quoting them."""
        descriptions: Descriptions = {}
        speaking = {i for quote in self.quotes if quote.speaker is not None for i in range(*quote.speaker)}
        nouns = body_nouns(self.analysis, self._index, self._source_nouns)
        bodies = [noun for noun in nouns if noun.index not in speaking]
        # Not kept with `self`: it holds a method of `self`, and a cycle would keep the whole analysis until the garbage
        # collector comes to its oldest generation.
        silence = Silence(self.analysis, self._index, self.quotes, self._spoken)
        done = 0
        for number, quote in enumerate(self.quotes):
            while done < len(bodies) and bodies[done].index < _start(quote):
                self.describe_body(bodies[done], descriptions)
                done += 1
            if quote.speaker is None:
                self.said.append(silence.speaker(number, self.said))
            else:
                self.said.append(self._spoken(quote.speaker))
                self._note(quote.speaker, self.said[-1], descriptions)
        for token in bodies[done:]:
            self.describe_body(token, descriptions)
        mentions = frozenset(quote.speaker for quote in self.quotes if quote.speaker is not None)
        return ResolvedSpeakers(self.said, list(descriptions.values()), mentions)

    def describe_body(self, token: Token, descriptions: Descriptions) -> None:
        """Resolves a common noun that speaks no quote; it is a description only of an organization that the text calls
        by the same noun elsewhere ("компания «Лумер»"): the weights, learned from speakers, give too much to one that
        is merely near.
        """
        tied = self._bodies.with_noun(token)
        if tied is not None and tied.entity is not None:
            span = phrase(self.analysis, token.index)
            source = self._body(span, token, noun_class(token))
            if source.entity is tied.entity:
                self._note(span, source, descriptions)

    def _note(self, span: TokenSpan, source: Speaker | None, descriptions: Descriptions) -> None:
        """Adds a phrase that means an organization and holds no name of one to its descriptions."""
        if source is None or not isinstance(source.entity, Organization):
            return
        head = head_or_first(self.analysis, span)
        if noun_class(self.analysis.tokens[head]) in BODY_CLASSES and not any(
            i in self._index.organizations for i in range(*span)
        ):
            normal = nominative(self.analysis, span)
            descriptions[span] = source.entity, Mention(span, "description", normal, source.certainty)

    # ------------------------------------------------------------ a mention beside the quote

    def _spoken(self, span: TokenSpan) -> Speaker:
        """The speaker whom the mention beside a quote means."""
        speaker = self._mentioned(span, _DEPTH)
        head = head_or_first(self.analysis, span)
        certainty = self._certainties.get(head)
        if certainty is not None and (speaker.kind == "PER" or self.analysis.tokens[head].pos in _PRONOUNS):
            speaker = speaker._replace(certainty=certainty)
        return speaker._replace(mention=span)

    def _mentioned(self, span: TokenSpan, depth: int) -> Speaker:
        """Whom a noun phrase or pronoun means; owners of documents are followed `depth` phrases deep."""
        head = head_or_first(self.analysis, span)
        token = self.analysis.tokens[head]
        initials = _initials(self.analysis.span_text(span))
        labelled = self._initials.get(initials) if initials else None
        if labelled is not None:
            return Speaker(span, labelled.name, "PER", labelled)
        several = self._together(span, head)
        if several is not None:
            return several
        if token.pos in _PRONOUNS:
            reported = self._reported(span, token)
            if reported is not None:
                return reported
        person = self._index.people.get(head) or self._apposed_person(span, head)
        if person is not None:
            return Speaker(span, person.name, "PER", person)
        if token.pos in _PRONOUNS and head in self._index.organizations:
            organization = self._index.organizations[head]
            return Speaker(span, organization.name, "ORG", organization)
        if noun_class(token) == "collective":
            return Speaker(span, None, "OTHER")
        if head in self._index.organizations:
            return self._organization(span, head)
        if token.name.endswith("LOC"):
            return Speaker(span, phrase_name(self.analysis, span), "ORG")
        if token.pos in _PRONOUNS:
            return Speaker(span, None, "OTHER" if token.number == "Plur" else "PER")
        return self._noun(span, token, depth)

    def _noun(self, span: TokenSpan, token: Token, depth: int) -> Speaker:
        """Whom a common noun means that names no entity by itself."""
        kind = noun_class(token)
        people = token.pos in NOUNS and ("anim" in best_parse(token.word).tag or is_known(token.word))
        if kind in ("document", "statement", "data"):
            return self._document(span, token, depth, kind == "statement")
        if people and self._counted(span, token.index):
            return Speaker(span, None, "OTHER")
        if token.number == "Plur" and (people or kind in ("anaphor", "media")):
            return Speaker(span, None, "OTHER")
        if kind in BODY_CLASSES:
            return self._body(span, token, kind)
        if kind == "person" or people:
            return Speaker(span, None, "PER")
        if token.pos == "NUM":
            return self._number(span, token)
        if token.pos in ("ADJ", "VERB") and (token.number == "Plur" or not self._is_capitalized(token)):
            return Speaker(span, None, "OTHER" if token.number == "Plur" else "PER")
        if {"Name", "Surn"} & best_parse(token.word).tag.grammemes:
            return Speaker(span, phrase_name(self.analysis, span), "PER")
        own = Source(phrase_name(self.analysis, span), "ORG")
        if token.name != "O" or not token.text.islower():
            return Speaker(span, own.name, "ORG")
        facts = self._telling_facts(span, token.index)
        return self._resolved(SourceReference(token.index, "other", token.lemma, own, _NOBODY, (), facts), span)

    def _is_capitalized(self, token: Token) -> bool:
        """Whether a word has a capital that its place does not give it: at the head of its sentence any word may."""
        opens = self.analysis.sentence_of(token.index).start == token.index
        return token.text.istitle() and not (opens and token.name == "O")

    def _number(self, span: TokenSpan, token: Token) -> Speaker:
        """A number that speaks: so many people, or the beginning of a name ("24.ru", телеканал "360")."""
        tokens = self.analysis.tokens
        beside = [tokens[i].text for i in (token.index - 1, token.index + 1) if 0 <= i < len(tokens)]
        marked = len(beside) == 2 and QUOTATION_MARKS.issuperset(beside)
        joined = span.end > token.index + 1 and tokens[span.end - 1].name.endswith("ORG")
        if marked or joined:
            return Speaker(span, unmarked(self.analysis.span_text(span)), "ORG")
        return Speaker(span, None, "OTHER")

    def _counted(self, span: TokenSpan, head: int) -> bool:
        """Whether the noun of a phrase is a number of people: "все 52 члена"."""
        before = self.analysis.tokens[span.start : head]
        return any(token.pos == "NUM" and noun_class(token) != "person" for token in before)

    def _together(self, span: TokenSpan, head: int) -> Speaker | None:
        """Several named speakers of one quote ("Рыкова и Тимин"), as one; None where the phrase names fewer."""
        found: list[Entity] = []
        for i in self._conjuncts(span, head):
            entity = self._index.people.get(i) or self._index.organizations.get(i) or self._apposed_person(span, i)
            if entity is not None and entity not in found:
                found.append(entity)
        if len(found) < 2:
            return None
        people = all(isinstance(entity, Person) for entity in found)
        return Speaker(span, _joined([entity.name for entity in found]), "PER" if people else "ORG")

    def _conjuncts(self, span: TokenSpan, head: int) -> Iterator[int]:
        """The head of a phrase and the tokens in the phrase that are joined to it."""
        yield head
        for i in range(*span):
            if self.analysis.tokens[i].rel == "conj" and self._first_conjunct(i) in (
                head,
                self.analysis.tokens[head].head,
            ):
                yield i

    def _first_conjunct(self, index: int) -> int:
        """The first of a row of conjuncts, past what they are appositions to."""
        tokens = self.analysis.tokens
        for _ in range(_STEPS):
            if tokens[index].rel != "conj" and tokens[index].rel not in _CONJUNCT_LINKS:
                break
            index = tokens[index].head
        return index

    def _apposed_person(self, span: TokenSpan, head: int) -> Person | None:
        """The person named within a phrase in apposition to its head: "министр Сергей Орлов"."""
        tokens = self.analysis.tokens
        for child in self.analysis.children(head):
            person, token = self._index.people.get(child), tokens[child]
            if person is None or not span.start <= child < span.end or token.rel not in ("appos", "flat:name"):
                continue
            if said_of(tokens[head], token, person.gender):
                return person
        return None

    def _organization(self, span: TokenSpan, head: int) -> Speaker:
        """An organization called by its name, with what stands beside the name where that tells more."""
        organization = self._index.organizations[head]
        mention = self._index.organization_name_at(head)
        assert mention is not None
        fuller = self._bodies.fuller(self.analysis.tokens[head]) if " " not in organization.name else None
        if fuller is not None and span.end - span.start == 1:
            return Speaker(span, *fuller)
        name = organization.name
        if mention.start > span.start or mention.end < span.end:
            longer = phrase_name(self.analysis, span)
            if len(longer.split()) > len(name.split()):
                name = longer
        return Speaker(span, name, "ORG", organization)

    def _reported(self, span: TokenSpan, token: Token) -> Speaker | None:
        """The organization quoted before, where a pronoun says that the data are its ("по его данным"); or what was put
        out, where a pronoun stands for it ("в нём говорится").  None for other pronouns.
        """
        before = self.said[-1] if self.said else None
        if before is not None and before.kind == "ORG" and before.name is not None and self._has_data(token):
            return before
        if token.case == "Loc" and plain(token.lower) in words_of("in_it"):
            reference = SourceReference(token.index, "statement", "", None, _NOBODY, (), ["bare"])
            return self._resolved(reference, span)
        return None

    def _has_data(self, token: Token) -> bool:
        """Whether a pronoun says whose data something is: "по его данным"."""
        if token.head < 0 or token.lower in words_of("theirs"):
            return False
        return noun_class(self.analysis.tokens[token.head]) == "data"

    def _body(self, span: TokenSpan, token: Token, kind: str) -> Speaker:
        """An organization called by a common noun of class `kind`: by its own phrase where that tells which one."""
        apposed = next((i for i in self._apposed(span, token.index) if i in self._index.organizations), None)
        if apposed is not None and kind != "body":
            return self._organization(TokenSpan(apposed, apposed + 1), apposed)
        own, facts = None, ["of many words" if span.end - span.start > 1 else "of one word"]
        telling = self._telling(span, token.index)
        if span.end - span.start > 1 and telling:
            own = Source(phrase_name(self.analysis, span), "ORG")
            facts = [f"with {rel}" for rel in telling]
        elif kind == "body":
            own = Source(nominative(self.analysis, span), "ORG")
        ties = (
            ("same noun", self._bodies.with_noun(token)),
            ("same class", self._bodies.with_class(kind, token.index)),
        )
        known = [(tie, source) for tie, source in ties if source is not None]
        reference = SourceReference(token.index, kind, token.lemma, own, Source(None, "ORG"), known, facts)
        return self._resolved(reference, span)

    def _resolved(self, reference: SourceReference, span: TokenSpan) -> Speaker:
        """The source that a common noun stands for, of all that it may mean."""
        said = [None if speaker is None else speaker.source for speaker in self.said[-SPEAKERS_BACK:]]
        found = choices(self.analysis, reference, said, self._bodies.order, self._people_in_order)
        source, certainty = self.choose(found)
        return Speaker(span, *source, certainty)

    def choose(self, choices: Sequence[Choice[Source]]) -> tuple[Source, float]:
        """The likeliest source, and the probability of its name."""
        return likeliest("source", choices, lambda source: source.name)

    def _apposed(self, span: TokenSpan, head: int) -> Iterator[int]:
        """The tokens of a phrase that stand beside its head as a name does."""
        for child in self.analysis.children(head):
            if span.start <= child < span.end and self.analysis.tokens[child].rel in _NAMING:
                yield child

    def _telling(self, span: TokenSpan, head: int) -> list[str]:
        """The relations by which something in a phrase tells its head from others."""
        rels = (self.analysis.tokens[i].rel for i in self.analysis.children(head) if span.start <= i < span.end)
        return sorted(_TELLING.intersection(rels))

    def _telling_facts(self, span: TokenSpan, head: int) -> list[str]:
        return [f"with {rel}" for rel in self._telling(span, head)] or ["bare"]

    def _document(self, span: TokenSpan, token: Token, depth: int, statement: bool) -> Speaker:
        """A document speaks for whoever put it out; a statement also for an owner named before it."""
        owner = self._owner(token, span.end, depth)
        if owner is not None:
            self._owners[token.lemma] = owner.source
            return owner._replace(mention=span)
        facts = self._telling_facts(span, token.index)
        known = [("same noun", self._owners[token.lemma])] if token.lemma in self._owners else []
        kind = "statement" if statement else "document"
        return self._resolved(SourceReference(token.index, kind, token.lemma, None, _NOBODY, known, facts), span)

    def _owner(self, token: Token, end: int, depth: int) -> Speaker | None:
        """Who put out a document: named in its phrase, which ends at `end`, or by the participle that goes with it."""
        if not depth:
            return None
        for child in self.analysis.children(token.index):
            part = self.analysis.tokens[child]
            if token.index < child < end and part.rel in ("nmod", "appos") and part.pos in (*NOUNS, "X"):
                start = max(token.index + 1, phrase(self.analysis, child).start)
                owner = self._mentioned(TokenSpan(start, end), depth - 1)
                if owner.entity is not None or noun_class(part) or owner.kind == "PER" or part.name != "O":
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
            if part.rel == "obl:agent" or (part.rel == "obl" and part.case == "Loc" and noun_class(part)):
                yield child


def _start(quote: Quote) -> int:
    """The first token of a quote or its attribution."""
    start = quote.fragments[0].start
    return start if quote.attribution is None else min(start, quote.attribution.start)


def _initials(text: str) -> str:
    """The letters of a label of initials ("А. П."), sorted; "" for any other text."""
    if "." not in text:
        return ""
    parts = text.replace(".", ". ").split()
    if len(parts) < 2 or any(len(part) != 2 or part[1] != "." or not part[0].isupper() for part in parts):
        return ""
    return "".join(sorted(part[0] for part in parts))


def _joined(names: Sequence[str]) -> str:
    """Names in a row: "А, Б и В"."""
    return f"{', '.join(names[:-1])} {_AND} {names[-1]}"
