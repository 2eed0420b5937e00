"""The samples: what the package is for, from the files to the records."""

import json
from pathlib import Path

import pytest

from extractor import Document, Extractor


@pytest.fixture(scope="module")
def documents(extractor: Extractor, root: Path) -> dict[str, Document]:
    lines = [
        json.loads(line)
        for path in ("articles.jsonl", "pages.jsonl")
        for line in (root / "samples" / path).read_text(encoding="utf-8").splitlines()
    ]
    return {line["id"]: extractor(line["text"], line["id"]) for line in lines}


def said(document: Document) -> list[tuple[str, str, str | None]]:
    """Type, beginning and speaker's name of each quote."""
    return [
        (quote.type, " ".join(quote.text.split()[:3]), quote.speaker.name if quote.speaker else None)
        for quote in document.quotes
    ]


def test_agency_news(documents: dict[str, Document]) -> None:
    document = documents["vyazovka-media-20240314-017"]
    assert said(document)[:9] == [
        ("indirect", "Электронные пропуска для", "Алевтина Корсакова"),
        ("direct", "Мы услышали замечания", "Алевтина Корсакова"),
        ("indirect", "испытания прошли только", "Алевтина Корсакова"),
        ("direct", "Сначала исправим то,", "Алевтина Корсакова"),
        ("indirect", "сбои случились из-за", "Марат Ильясов"),
        ("mixed", "поспешным", "Марат Ильясов"),
        ("indirect", "компания готова продлить", "Марат Ильясов"),
        ("indirect", "договор с «Северным", "пресс-служба министерства"),
        ("indirect", "подрядчик обязан устранить", "пресс-служба министерства"),
    ]
    assert [len(quote.spans) for quote in document.quotes[:4]] == [1, 1, 1, 2]
    assert [person.name for person in document.people] == ["Алевтина Корсакова", "Марат Ильясов", "Олег Дроздецкий"]
    assert {"Министерство труда Вязовской области", "Северный контур"} <= {o.name for o in document.organizations}


def test_regional_news(documents: dict[str, Document]) -> None:
    document = documents["nizhnyaya-talitsa-8841"]
    quotes = said(document)
    assert quotes[:2] == [
        ("indirect", "Около двадцати домов", "Виктор Неклюдов"),
        ("indirect", "Пострадавших нет, семь", "городская администрация"),
    ]
    assert document.quotes[0].anaphoric
    assert ("direct", "Я проснулась от", "Зинаида Петровна Уткина") in quotes
    assert ("mixed", "проверить каждую запись", "Эльвира Сабитова") in quotes
    residents = next(quote for quote in document.quotes if quote.text.startswith("насосы молчали"))
    assert residents.speaker is not None
    assert (residents.speaker.name, residents.speaker.kind) == (None, "OTHER")


def test_in_an_interview_the_answers_are_the_guests(documents: dict[str, Document]) -> None:
    questions_and_answers = said(documents["syr-ne-terpit-speshki"])[-12:]
    assert [name for _, _, name in questions_and_answers] == [None, "Егор Шаповалов"] * 6
    assert {type_ for type_, _, _ in questions_and_answers} == {"direct"}


def test_a_feature_names_the_speaker_behind_every_pronoun(documents: dict[str, Document]) -> None:
    quotes = said(documents["tipografiya-litera"])
    for expected in (
        ("direct", "Бумага подорожала вдвое,", "Артур Вениаминович Хольц"),
        ("indirect", "требовалось шесть миллионов", "Светлана Журавлёва"),
        ("direct", "Надо мной смеялись", "Светлана Журавлёва"),
        ("indirect", "прежний владелец десять", "Роза Шакирова"),
        ("mixed", "досужими сплетнями", "Артур Вениаминович Хольц"),
        ("indirect", "такие кооперативы живут", "Дарья Лямина"),
        ("direct", "Там все знают,", "Дарья Лямина"),
        ("indirect", "заявку одобрили за", None),
        ("mixed", "теперь номер выходит", "Инга Полякова"),
        ("direct", "Раньше мы сдавали", "Инга Полякова"),
        ("direct", "Спасибо, терпение у", "Светлана Журавлёва"),
    ):
        assert expected in quotes


def test_a_page_keeps_its_article_apart_from_menus_and_headlines(documents: dict[str, Document]) -> None:
    assert said(documents["talitsa-online-5521"]) == [
        ("indirect", "Пляж на Талицком", "Ксения Барабаш"),
        ("direct", "Песок привезли, но", "Ксения Барабаш"),
        ("indirect", "Пробы берут в", "Тимур Алиханов"),
        ("direct", "Превышение небольшое, и", "Тимур Алиханов"),
        ("indirect", "в прошлом году", "Тимур Алиханов"),
        ("indirect", "Спасатели дежурят на", "Ксения Барабаш"),
        ("direct", "Песок привезли, но", "Ксения Барабаш"),
    ]


def test_no_comment_or_headline_of_a_page_is_surely_a_quote(documents: dict[str, Document]) -> None:
    document = documents["barsy-smenili-trenera"]
    quotes = said(document)
    assert quotes[1:3] == [
        ("direct", "Решение тяжёлое, но", "Фарид Назаров"),
        ("mixed", "ножом в спину", "Игорь Лапшин"),
    ]
    of_others = ("давно пора", "Жалко", "Локомотивец")
    assert all(quote.confidence < 0.1 for quote in document.quotes if any(words in quote.text for words in of_others))
