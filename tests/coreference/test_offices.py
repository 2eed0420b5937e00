"""What descriptions say of people, and which words are nouns for people at all."""

from __future__ import annotations

import pytest

from extractor.coreference.offices import Role, is_person_noun, relation, role_at
from extractor.names.tagger import label
from extractor.reading.analysis import read


def person_nouns(text: str) -> list[str]:
    analysis = label(read(text))
    return [token.text for token in analysis.tokens if is_person_noun(analysis, token.index)]


def test_a_number_of_people_is_no_person() -> None:
    analysis = label(read("В зале было 12 человек."))
    assert not any(is_person_noun(analysis, token.index) for token in analysis.tokens)


def test_roles_relate_by_office_country_and_kind() -> None:
    def role(text: str) -> Role:
        analysis = label(read(text))
        return role_at(analysis, next(t.index for t in analysis.tokens if is_person_noun(analysis, t.index)))

    known = role("Выступил президент России.")
    assert relation(role("Пришёл российский президент."), known).shared
    assert relation(role("Пришёл украинский президент."), known).contradicts
    assert relation(role("Пришёл глава государства."), known).name == "office"
    assert relation(role("Пришёл политик."), known).name == "kind"
    assert relation(role("Пришёл тренер."), known).name == "apart"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ведомства должны разъяснять населению политику правительства.", []),
        ("Мэр Анна Лось изменила политику области.", ["Мэр"]),
        ("Завод купил новую технику.", []),
        ("Журналист задал вопрос политику.", ["Журналист", "политику"]),
        ("Мэр встретил политика.", ["Мэр", "политика"]),
    ],
)
def test_of_two_nouns_with_one_form_syntax_chooses(text: str, expected: list[str]) -> None:
    """«политику» (policy) was read as «политик» (politician), and became a mention of the president."""
    assert person_nouns(text) == expected


@pytest.mark.parametrize("text", ["Пострадавший ушёл домой.", "Подозреваемая молчала.", "Пришла вдова."])
def test_participles_and_kin_are_nouns_for_people(text: str) -> None:
    assert len(person_nouns(text)) == 1


def test_a_role_has_its_dependents_and_gender() -> None:
    analysis = label(read("Выступила министр обороны Лумерии, потом балерина."))
    minister, dancer = (
        role_at(analysis, token.index) for token in analysis.tokens if is_person_noun(analysis, token.index)
    )
    assert (minister.lemma, dancer.lemma) == ("министр", "балерина")
    assert "оборона" in minister.dependents
    assert (dancer.gender, dancer.dependents) == ("female", frozenset())
