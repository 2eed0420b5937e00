"""The index of mentions by token."""

from __future__ import annotations

from extractor.names.entities import Entities, Mention, Organization, Person
from extractor.names.index import MentionIndex, head_or_first
from extractor.reading.analysis import TokenSpan, read


def test_names_are_found_at_each_token_and_descriptions_at_their_head() -> None:
    analysis = read("Министр обороны Лумерии Егор Стрыгин уехал. Новый министр обороны молчит.")
    name = Mention(TokenSpan(3, 5), "name")
    description = Mention(TokenSpan(7, 10), "description")
    person = Person("Егор Стрыгин", (name, description))
    index = MentionIndex(analysis, Entities((person,)))
    assert [i for i in range(len(analysis.tokens)) if index.people.get(i) is person] == [3, 4, 8]
    assert index.person_name_at(4) == TokenSpan(3, 5)
    assert index.name_at(8) is None


def test_of_a_persons_and_an_organizations_name_the_longer_one_is_found() -> None:
    analysis = read("Институт Егора Стрыгина открыт.")
    person = Person("Егор Стрыгин", (Mention(TokenSpan(1, 3), "name"),))
    organization = Organization("Институт Егора Стрыгина", (Mention(TokenSpan(0, 3), "name"),))
    index = MentionIndex(analysis, Entities((person,), (organization,)))
    assert index.name_at(1) == TokenSpan(0, 3)
    assert index.person_name_at(1) is None
    assert index.organization_name_at(2) == TokenSpan(0, 3)
    assert index.people[1] is person


def test_a_phrase_without_a_head_has_its_first_token() -> None:
    assert head_or_first(read("быстро и ловко"), TokenSpan(0, 3)) == 0
