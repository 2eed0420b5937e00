"""Which people and organizations the tokens of a text mention: the one index that later stages look entities up in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.names.entities import AnyEntity, Entities, Entity, Organization, Person
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.forms import cached_property
from extractor.reading.nominative import head_of


class MentionIndex:
    """The mentions of a document's entities by token.

    A name or pronoun is found at each of its tokens, a description at its head alone: the other tokens of
    "министр обороны Лумерии" do not mean the minister.  Of names and pronouns of one kind of entity that share a
    token the one listed last is found, of descriptions the first; a name or pronoun is found before a description.
    """

    def __init__(self, analysis: Analysis, entities: Entities) -> None:
        self._analysis = analysis
        self._entities = entities

    # Each is made when first asked for: the quotes stage asks for names alone.

    @cached_property
    def people(self) -> dict[int, Person]:
        """The person whom each token mentions, if any."""
        return self._by_token(self._entities.people)

    @cached_property
    def organizations(self) -> dict[int, Organization]:
        """The organization that each token mentions, if any."""
        return self._by_token(self._entities.organizations)

    def _by_token(self, entities: Iterable[AnyEntity]) -> dict[int, AnyEntity]:
        found: dict[int, AnyEntity] = {}
        for entity in entities:
            for mention in entity.mentions:
                if mention.kind == "description":
                    found.setdefault(head_or_first(self._analysis, mention.span), entity)
                else:
                    found.update(dict.fromkeys(range(*mention.span), entity))
        return found

    @cached_property
    def _names(self) -> dict[int, tuple[TokenSpan, bool]]:
        """The longest name at each token, and whether it is a person's."""
        found: dict[int, tuple[TokenSpan, bool]] = {}
        for entities, is_person in ((self._entities.people, True), (self._entities.organizations, False)):
            for span in _name_spans(entities):
                for index in range(*span):
                    held = found.get(index)
                    if held is None or held[0].end - held[0].start < span.end - span.start:
                        found[index] = span, is_person
        return found

    @cached_property
    def _organization_names(self) -> dict[int, TokenSpan]:
        return {index: span for span in _name_spans(self._entities.organizations) for index in range(*span)}

    def name_at(self, index: int) -> TokenSpan | None:
        """The name that holds a token; of a person's and an organization's the longer one, of equals the person's."""
        held = self._names.get(index)
        return None if held is None else held[0]

    def person_name_at(self, index: int) -> TokenSpan | None:
        """The name that holds a token where it is a person's."""
        held = self._names.get(index)
        return None if held is None or not held[1] else held[0]

    def organization_name_at(self, index: int) -> TokenSpan | None:
        """The name of an organization that holds a token, inside a person's name too."""
        return self._organization_names.get(index)


def _name_spans(entities: Iterable[Entity]) -> Iterator[TokenSpan]:
    return (mention.span for entity in entities for mention in entity.mentions if mention.kind == "name")


def head_or_first(analysis: Analysis, span: TokenSpan) -> int:
    """The head of a noun phrase; its first token where it has none."""
    head = head_of(analysis, span)
    return span.start if head is None else head
