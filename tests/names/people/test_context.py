"""What the sentence says of a name: signs, and the nominative and gender that follow from them."""

import pytest
from names.texts import person

from extractor.names.people.context import expected, signs
from extractor.names.people.declension import CELLS
from extractor.reading.analysis import TokenSpan, read


def test_the_signs_of_a_name() -> None:
    analysis = read("Вчера депутат Ковшова требует ответа.")
    at = next(token.index for token in analysis.tokens if token.text == "Ковшова")
    found = signs(analysis, TokenSpan(at, at + 1))
    assert found[0].startswith("before=NOUN:")
    assert found[1].startswith("after=Fin:Sing")
    assert any(sign.startswith("noun=") and sign.endswith("masc") for sign in found)


def test_a_preposition_is_known_by_its_cases() -> None:
    analysis = read("Без Ковшовой не начали.")
    assert "before=ADP:gent" in signs(analysis, TokenSpan(1, 2))


def test_between_an_office_and_a_verb_a_woman_in_the_nominative_is_likelier_than_a_man_in_the_genitive() -> None:
    analysis = read("Депутат Ковшова требует ответа.")
    said = dict(zip(CELLS, expected(analysis, TokenSpan(1, 2)), strict=True))
    assert said["female", "nomn"] > said["male", "gent"]


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        ("Депутат Ковшова требует ответа.", "Ковшова", "female"),
        ("Ковшова К.Л. требует возмещения.", "К.Л. Ковшова", "female"),
        ("Адвокат Ковшова подал жалобу на решение суда.", "Ковшов", "male"),
    ],
)
def test_a_woman_in_the_nominative_is_no_man(text: str, name: str, gender: str) -> None:
    found = person(text)
    assert (found.name, found.gender) == (name, gender)
