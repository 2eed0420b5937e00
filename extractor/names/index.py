"""Which people and organizations the tokens of a text mention: the one index that later stages look entities up in."""

from __future__ import annotations

from extractor.names.entities import AnyEntity, Entities, Mention, Organization, Person
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.nominative import head_of


class MentionIndex:
    """The mentions of a document's entities by token.

    A name or pronoun is found at each of its tokens, a description at its head alone: the other tokens of
    "министр обороны Лумерии" do not mean the minister.  Where mentions of one kind of entity share a token, the one
    listed last is found; a name or pronoun is found before a description.
    """

    def __init__(self, analysis: Analysis, entities: Entities) -> None:
        self.people: dict[int, Person] = {}
        self.organizations: dict[int, Organization] = {}
        # The longest name at each token, and whether it is a person's.
        self._names: dict[int, tuple[TokenSpan, bool]] = {}
        self._organization_names: dict[int, TokenSpan] = {}
        for person in entities.people:
            for mention in person.mentions:
                self._enter(analysis, self.people, person, mention)
                if mention.kind == "name":
                    self._enter_name(mention.span, is_person=True)
        for organization in entities.organizations:
            for mention in organization.mentions:
                self._enter(analysis, self.organizations, organization, mention)
                if mention.kind == "name":
                    self._enter_name(mention.span, is_person=False)
                    self._organization_names.update(dict.fromkeys(range(*mention.span), mention.span))

    @staticmethod
    def _enter(analysis: Analysis, held: dict[int, AnyEntity], entity: AnyEntity, mention: Mention) -> None:
        if mention.kind == "description":
            held.setdefault(head_or_first(analysis, mention.span), entity)
        else:
            held.update(dict.fromkeys(range(*mention.span), entity))

    def _enter_name(self, span: TokenSpan, is_person: bool) -> None:
        for index in range(*span):
            held = self._names.get(index)
            if held is None or held[0].end - held[0].start < span.end - span.start:
                self._names[index] = span, is_person

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


def head_or_first(analysis: Analysis, span: TokenSpan) -> int:
    """The head of a noun phrase; its first token where it has none."""
    head = head_of(analysis, span)
    return span.start if head is None else head
