"""Descriptions and pronouns tied to people: own sentences about invented people, read through all stages before."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.coreference import resolve
from extractor.coreference.offices import Role, is_person_noun, relation, role_at
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.reading.analysis import read


def mentions(text: str) -> dict[str, list[str]]:
    """By the name of each person the mentions that are no names, in order."""
    analysis = label(read(text))
    entities = find_entities(analysis)
    resolved = resolve(analysis, entities, find_quotes(analysis, entities))
    return {
        person.name: [analysis.span_text(m.span) for m in person.mentions if m.kind != "name"]
        for person in resolved.people
    }


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param(
            "Президент Лумерии Арсений Ковров прибыл в столицу. Глава государства проведёт там два дня.",
            "Арсений Ковров",
            ["Глава государства"],
            id="another name of the office",
        ),
        pytest.param(
            "Директором музея назначена Вера Линникова. Она работает там с 2009 года.",
            "Вера Линникова",
            ["Она"],
            id="pronoun",
        ),
        pytest.param(
            "Хирург Павел Громов вернулся из отпуска. «Я отдохнул», — сказал Павел Громов.",
            "Павел Громов",
            ["Я"],
            id="first person in a direct quote is its speaker",
        ),
        pytest.param(
            "Пианистка Ольга Ветрова, которая живёт в Твери, продала свой дом.",
            "Ольга Ветрова",
            ["которая", "свой"],
            id="relative and reflexive pronouns",
        ),
        pytest.param(
            "Директором театра назначен Фёдор Шумков. Новый директор обещал ремонт.",
            "Фёдор Шумков",
            ["Новый директор"],
            id="role told by a predicate",
        ),
        pytest.param(
            "Глава Минздрава приехал в Омск. Министр здравоохранения Антон Седых осмотрел больницу.",
            "Антон Седых",
            ["Глава Минздрава"],
            id="description before the name, ministry by its short name",
        ),
    ],
)
def test_mentions(text: str, name: str, expected: list[str]) -> None:
    assert mentions(text)[name] == expected


def test_pronouns_choose_by_gender() -> None:
    found = mentions("Тренер Иван Рябов поздравил пловчиху Анну Тихонову. Она поблагодарила его.")
    assert found == {"Иван Рябов": ["его"], "Анна Тихонова": ["Она"]}


def test_a_description_may_mean_somebody_named_only_later() -> None:
    found = mentions("Градоначальник подписал указ о ремонте. Мост откроют в мае, сказал мэр Твардовска Пётр Ланской.")
    assert found == {"Пётр Ланской": ["Градоначальник"]}


def test_another_office_is_another_person() -> None:
    found = mentions("Министр обороны Лумерии Егор Стрыгин уехал в отпуск. Министр финансов остался в столице.")
    assert found == {"Егор Стрыгин": []}


def test_someone_new_is_not_someone_known() -> None:
    found = mentions("Депутат Глеб Орешин выступил с докладом. Другой депутат покинул зал.")
    assert found == {"Глеб Орешин": []}


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


def test_mentions_are_in_the_order_of_the_text_and_keep_the_names() -> None:
    analysis = label(read("Мэр Ирина Холодова ушла. Её провожал сын. «Я вернусь», — сказала Холодова."))
    entities = find_entities(analysis)
    (person,) = resolve(analysis, entities, find_quotes(analysis, entities)).people
    assert [(analysis.span_text(m.span), m.kind) for m in person.mentions] == [
        ("Ирина Холодова", "name"),
        ("Её", "pronoun"),
        ("Я", "pronoun"),
        ("Холодова", "name"),
    ]


def test_a_common_noun_that_begins_a_sentence_means_the_person_too() -> None:
    analysis = label(read("На съезде выступил аналитик Роман Щеглов. Аналитик ждёт роста цен."))
    entities = find_entities(analysis)
    (person,) = resolve(analysis, entities, []).people
    assert [analysis.span_text(m.span) for m in person.mentions] == ["Роман Щеглов", "Аналитик"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["он", "Она", "президент", "Иван Орлов", ",", ".", "«", "»", "который", "свой", "\n"])))
def test_any_row_of_words_resolves(words: list[str]) -> None:
    analysis = label(read(" ".join(words)))
    entities = find_entities(analysis)
    resolved = resolve(analysis, entities, find_quotes(analysis, entities))
    assert [person.name for person in resolved.people] == [person.name for person in entities.people]
    spans = [m.span for person in resolved.people for m in person.mentions]
    assert len(spans) == len(set(spans))


def test_time_grows_with_the_length_only() -> None:
    paragraph = "Мэр Иван Орлов ушёл. Он сказал: «Я вернусь». Градоначальник снял свой плащ.\n"

    def seconds(times: int) -> float:
        analysis = label(read(paragraph * times))
        entities = find_entities(analysis)
        quotes = find_quotes(analysis, entities)
        start = time.perf_counter()
        resolve(analysis, entities, quotes)
        return time.perf_counter() - start

    seconds(10)
    # Four times the text: a quadratic walk would take sixteen times as long.  The least of three is free of noise.
    short, long = (min(seconds(times) for _ in range(3)) for times in (100, 400))
    assert long < 10 * max(short, 0.02)
