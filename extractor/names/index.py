"""Which people and organizations the tokens of a text mention: the one index that later stages look entities up in."""

from __future__ import annotations

from extractor.names.entities import Entities, Organization, Person
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
        self._person_names: dict[int, TokenSpan] = {}
        self._organization_names: dict[int, TokenSpan] = {}
        for person in entities.people:
            for mention in person.mentions:
                if mention.kind == "description":
                    self.people.setdefault(head_or_first(analysis, mention.span), person)
                else:
                    self.people.update(dict.fromkeys(range(*mention.span), person))
                if mention.kind == "name":
                    _keep_longest(self._person_names, mention.span)
        for organization in entities.organizations:
            for mention in organization.mentions:
                if mention.kind == "description":
                    self.organizations.setdefault(head_or_first(analysis, mention.span), organization)
                else:
                    self.organizations.update(dict.fromkeys(range(*mention.span), organization))
                if mention.kind == "name":
                    _keep_longest(self._organization_names, mention.span)

    def name_at(self, index: int) -> TokenSpan | None:
        """The name that holds a token; of a person's and an organization's the longer one, of equals the person's."""
        person, organization = self._person_names.get(index), self._organization_names.get(index)
        if person is None or organization is None:
            return person or organization
        return organization if organization.end - organization.start > person.end - person.start else person

    def person_name_at(self, index: int) -> TokenSpan | None:
        """The name that holds a token where it is a person's."""
        name = self.name_at(index)
        return name if name is not None and name == self._person_names.get(index) else None

    def organization_name_at(self, index: int) -> TokenSpan | None:
        """The name of an organization that holds a token, inside a person's name too."""
        return self._organization_names.get(index)


def head_or_first(analysis: Analysis, span: TokenSpan) -> int:
    """The head of a noun phrase; its first token where it has none."""
    head = head_of(analysis, span)
    return span.start if head is None else head


def _keep_longest(spans: dict[int, TokenSpan], span: TokenSpan) -> None:
    for index in range(*span):
        held = spans.get(index)
        if held is None or held.end - held.start < span.end - span.start:
            spans[index] = span
