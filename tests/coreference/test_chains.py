"""The walk through the references of a text: whom each description and pronoun means."""

from __future__ import annotations

import pytest

from extractor.coreference.chains import QuoteMap, Referent, Walk
from extractor.coreference.references import references
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan, read


def walked(text: str) -> tuple[Analysis, list[str], Walk]:
    """The analysis of a text, the names of its people, and the walk through it."""
    analysis = label(read(text))
    entities = find_entities(analysis)
    found = references(analysis, entities.people, entities.organizations)
    walk = Walk(analysis, found, find_quotes(analysis, entities))
    walk.run()
    return analysis, [person.name for person in entities.people], walk


def texts(analysis: Analysis, referent: Referent) -> list[str]:
    return [analysis.span_text(reference.span) for reference in referent.references]


def test_named_and_unnamed_people_and_things_are_told_apart() -> None:
    analysis, names, walk = walked("Мэр Ирина Холодова купила рояль. Она подарила его школе. Сторож ушёл.")
    assert {names[number]: texts(analysis, r) for number, r in walk.named.items()} == {
        "Ирина Холодова": ["Ирина Холодова", "Она"]
    }
    assert [texts(analysis, r) for r in walk.unnamed] == [["Сторож"]]
    assert ["рояль", "его"] in [texts(analysis, r) for r in walk.things]


def test_a_reference_to_somebody_certain_is_more_certain() -> None:
    _, _, alone = walked("Ректор Олег Тимин выступил утром. Он ушёл.")
    _, _, among = walked("Ректор Олег Тимин встретил декана Павла Рыкова. Он ушёл.")
    (certain,) = [r.certainty for r in alone.named[0].references if r.kind == "personal"]
    (doubtful,) = [r.certainty for one in among.named.values() for r in one.references if r.kind == "personal"]
    assert 0 < doubtful < certain <= 1


def test_relative_and_reflexive_pronouns_are_tied_by_syntax() -> None:
    analysis, _, walk = walked("Пианистка Ольга Ветрова, которая живёт в Твери, продала свой дом.")
    assert texts(analysis, walk.named[0])[-2:] == ["которая", "свой"]


@pytest.mark.parametrize(("person", "expected"), [(0, ["Я", "мой"]), (None, [])])
def test_own_words_are_those_of_the_speaker_if_there_is_one(person: int | None, expected: list[str]) -> None:
    text = "Хирург Павел Громов вернулся. «Я закончил мой отпуск», — сказал врач."
    analysis, _, walk = walked(text)
    before = len(walk.named[0].references)
    walk.bind_own_words([person])
    assert texts(analysis, walk.named[0])[before:] == expected


def test_a_quote_map_knows_what_stands_in_a_quote_and_what_speaks_it() -> None:
    analysis, _, walk = walked("Адвокат Олега Тимина сообщил, что мост закроют. «Это ложь», — заявил Тимин.")
    at = {token.text: token.index for token in analysis.tokens}
    quotes = [
        Quote("indirect", "clause", (TokenSpan(6, 8),), TokenSpan(3, 4), TokenSpan(0, 3)),
        Quote("direct", "after", (TokenSpan(at["Это"], at["Это"] + 2),), None, TokenSpan(at["Тимин"], at["Тимин"] + 1)),
    ]
    places = QuoteMap(analysis, walk.references, quotes)
    assert [places.at(i) for i in (0, 6, at["Это"], at["Тимин"])] == [None, None, 1, None]
    assert QuoteMap(analysis, walk.references, quotes, ("indirect",)).at(6) == 0
    assert places.holds(0, 7) and not places.holds(1, 7)
    spoken = {analysis.span_text(r.span): places.all_spoken_by(r) for r in walk.references}
    # In "адвокат Тимина" it is the lawyer who speaks.
    assert {text: list(numbers) for text, numbers in spoken.items() if numbers} == {
        "Адвокат Олега Тимина": [0],
        "Тимин": [1],
    }


def test_a_pronoun_of_another_gender_than_the_noun_of_an_organization_does_not_mean_it() -> None:
    analysis, _, walk = walked("Газета «Заречье» закрыла сайт. Он сообщил, что вернётся весной.")
    assert [texts(analysis, referent) for referent in walk.organizations.values()] == [["Заречье"]]


def test_a_neuter_pronoun_means_no_person() -> None:
    analysis, _, walk = walked("Ректор Олег Тимин выступил утром. Оно началось в девять.")
    assert texts(analysis, walk.named[0]) == ["Олег Тимин"]
