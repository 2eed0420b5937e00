"""The door of coreference: mentions of people and organizations, on own sentences read through all stages before."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.coreference import resolve
from extractor.coreference.references import references
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.reading.analysis import read


def mentions(text: str) -> dict[str, list[str]]:
    """By the name of each person the mentions that are no names, in order."""
    analysis = label(read(text))
    entities = find_entities(analysis)
    resolved, _ = resolve(analysis, entities, find_quotes(analysis, entities))
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


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param(
            "Компания «Лумер» отзывает насосы. В компании заявили, что деньги вернут.",
            "Лумер",
            [("компании", "description", "компания")],
            id="the company that speaks",
        ),
        pytest.param(
            "Завод «Вектор» запустил вторую линию. Продукцию завода покупают в Лумерии.",
            "Вектор",
            [("завода", "description", "завод")],
            id="the plant that speaks nothing",
        ),
        pytest.param(
            "Институт зерна Лумерии, который продал склад, переехал.",
            "Институт зерна Лумерии",
            [("который", "pronoun", None)],
            id="a relative pronoun",
        ),
        pytest.param(
            "Газета «Заречье» закрыла сайт. Она сообщила, что вернётся весной.",
            "Заречье",
            [("Она", "pronoun", None)],
            id="a pronoun of the gender of the noun before the name",
        ),
        pytest.param(
            "Прокуратура Лумерии проверила склад. По её данным, сторожа не было.",
            "Прокуратура Лумерии",
            [("её", "pronoun", None)],
            id="the data of an organization that spoke nothing before",
        ),
    ],
)
def test_mentions_of_an_organization(text: str, name: str, expected: list[tuple[str, str, str | None]]) -> None:
    analysis = label(read(text))
    entities = find_entities(analysis)
    resolved, _ = resolve(analysis, entities, find_quotes(analysis, entities))
    (organization,) = [one for one in resolved.organizations if one.name == name]
    assert [
        (analysis.span_text(m.span), m.kind, m.normal) for m in organization.mentions if m.kind != "name"
    ] == expected


def test_a_noun_that_fits_no_organization_of_the_text_is_none_of_it() -> None:
    analysis = label(read("Министерство финансов Лумерии повысило налог. Газета лежала на столе."))
    resolved, _ = resolve(analysis, find_entities(analysis), [])
    assert all(mention.kind == "name" for one in resolved.organizations for mention in one.mentions)


def test_pronouns_choose_by_gender() -> None:
    found = mentions("Тренер Иван Рябов поздравил пловчиху Анну Тихонову. Она поблагодарила его.")
    assert found == {"Иван Рябов": ["его"], "Анна Тихонова": ["Она"]}


def test_a_description_may_mean_somebody_named_only_later() -> None:
    found = mentions("Градоначальник подписал указ о ремонте. Мост откроют в мае, сказал мэр Твардовска Пётр Ланской.")
    assert found == {"Пётр Ланской": ["Градоначальник"]}


def test_another_office_is_another_person() -> None:
    found = mentions("Министр обороны Егор Стрыгин уехал в отпуск. Министр финансов остался в столице.")
    assert found == {"Егор Стрыгин": []}


def test_someone_new_is_not_someone_known() -> None:
    found = mentions("Депутат Глеб Орешин выступил с докладом. Другой депутат покинул зал.")
    assert found == {"Глеб Орешин": []}


def test_mentions_are_in_the_order_of_the_text_and_keep_the_names() -> None:
    analysis = label(read("Мэр Ирина Холодова ушла. Её провожал сын. «Я вернусь», — сказала Холодова."))
    entities = find_entities(analysis)
    (person,) = resolve(analysis, entities, find_quotes(analysis, entities))[0].people
    assert [(analysis.span_text(m.span), m.kind) for m in person.mentions] == [
        ("Ирина Холодова", "name"),
        ("Её", "pronoun"),
        ("Я", "pronoun"),
        ("Холодова", "name"),
    ]


def test_a_common_noun_that_begins_a_sentence_means_the_person_too() -> None:
    analysis = label(read("На съезде выступил аналитик Роман Щеглов. Аналитик ждёт роста цен."))
    entities = find_entities(analysis)
    (person,) = resolve(analysis, entities, [])[0].people
    assert [analysis.span_text(m.span) for m in person.mentions] == ["Роман Щеглов", "Аналитик"]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["он", "Она", "президент", "Иван Орлов", ",", ".", "«", "»", "который", "свой", "\n"])))
def test_any_row_of_words_resolves(words: list[str]) -> None:
    analysis = label(read(" ".join(words)))
    entities = find_entities(analysis)
    resolved, _ = resolve(analysis, entities, find_quotes(analysis, entities))
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


def test_the_first_person_in_a_silent_quote_is_who_speaks_it() -> None:
    """Silence was resolved twice: the quote was the new man's, but its «Я» a mention of who had spoken before."""
    text = (
        "«Линию закроют в мае», — сказал директор депо Эдуард Мельник.\n"
        "Иван Громов с этим не согласен.\n«Я узнал об этом из газет».\n"
    )
    analysis = label(read(text))
    entities = find_entities(analysis)
    resolved, speakers = resolve(analysis, entities, find_quotes(analysis, entities))
    assert [speaker and speaker.name for speaker in speakers] == ["Эдуард Мельник", "Иван Громов"]
    mentions = {
        p.name: [analysis.span_text(m.span) for m in p.mentions if m.kind == "pronoun"] for p in resolved.people
    }
    assert mentions == {"Эдуард Мельник": [], "Иван Громов": ["Я"]}


_SENTENCES = (
    "Директор депо Эдуард Мельник выступил первым.",
    "После него говорил машинист Иван Громов.",
    "«Я узнал об этом из газет».",
    "«Мой отец тоже был машинистом», — сказал он.",
    "— Что вы думаете сами?",
    "— Я думаю, что линия нужна.",
    "«Мне жаль», — добавил Мельник.",
    "Анна Рыкова: «Я против».",
    "Она сообщила, что уходит.",
    "Я был там, и себя не жалел.",
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(_SENTENCES), min_size=2, max_size=8), st.sampled_from((" ", "\n")))
def test_no_first_person_in_a_direct_quote_is_anybodys_but_its_speakers(sentences: list[str], between: str) -> None:
    analysis = label(read(between.join(sentences)))
    entities = find_entities(analysis)
    quotes = find_quotes(analysis, entities)
    resolved, speakers = resolve(analysis, entities, quotes)
    own = {r.span for r in references(analysis, entities.people, entities.organizations) if r.kind == "first"}
    for quote, speaker in zip(quotes, speakers, strict=True):
        inside = {i for fragment in quote.fragments for i in range(*fragment)} if quote.type == "direct" else set()
        for person in resolved.people:
            said = [m for m in person.mentions if m.span in own and m.span.start in inside]
            assert not said or (speaker is not None and speaker.entity is person)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.sampled_from(_SENTENCES), max_size=8))
def test_the_entity_of_every_speaker_is_one_of_those_returned(sentences: list[str]) -> None:
    analysis = label(read(" ".join(sentences)))
    entities = find_entities(analysis)
    resolved, speakers = resolve(analysis, entities, find_quotes(analysis, entities))
    known = [*map(id, resolved.people), *map(id, resolved.organizations)]
    assert all(id(s.entity) in known for s in speakers if s is not None and s.entity is not None)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("«Мы подадим жалобу», — заявил адвокат Инны Чеботарь.", None),
        ("«Мы подадим жалобу», — заявил адвокат Глеб Чеботарь.", "Глеб Чеботарь"),
        ("Мать гимнастки Веры Лужиной рассказала, что дочь готовится к старту.", None),
        ("Бывший мэр Павел Ершов обвинил мэра Глеба Шубина в кумовстве. «Это клевета», — ответил мэр.", "Глеб Шубин"),
    ],
)
def test_whose_lawyer_speaks_is_silent_and_who_held_an_office_holds_it_no_more(text: str, name: str | None) -> None:
    analysis = label(read(text))
    entities = find_entities(analysis)
    _, (speaker,) = resolve(analysis, entities, find_quotes(analysis, entities))
    assert speaker is not None and speaker.name == name
