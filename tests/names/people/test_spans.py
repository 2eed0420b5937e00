"""Where personal names stand: each rule with a text in which it decides."""

import pytest
from names.texts import all_rules, entities, labelled, leave_out, people, rules

from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.names.people import spans

# The rule, a text with what the network sees in it, and the names found, of which the rule finds or extends the last.
FINDERS = [
    ("person: labelled by the network", "Вчера [PER Олег Ягода] ушёл.", ["Олег Ягода"]),
    ("person: Latin letters after a title", "Тур отменила певица [ORG Zara Bloom].", ["Zara Bloom"]),
    (
        "person: lone capitalized word",
        "Суд оправдал [PER Олега Ковшова]. Жалобу Ковшову вернули.",
        ["Олега Ковшова", "Ковшову"],
    ),
    ("person, extended: surname behind a given name", "Письмо получила [PER Вероника] Шмель.", ["Вероника Шмель"]),
]

# The criterion and a text in which the network takes something for a person that is none.
CRITERIA = [
    ("no person: no word", "В графе стоит [PER А. Б.] и дата."),
    ("no person: in quotation marks", "Закрыт ресторан «[PER Никитин]»."),
    ("no person: after whom a thing is called", "Он живёт на улице Маршала [PER Рябова]."),
    ("no person: common word", "Вчера [PER Говорит] Москва."),
    ("no person: spelled like a brand", "Вчера закрылся [PER МедСервис]."),
    ("no person: place of an office holder", "Вчера экс-аким [PER Сатпаева] молчал."),
    ("no person: epithet of a thing", "Вчера закрыта [PER Никольская] церковь."),
    ("no person: plural", "Здесь живут гордые [PER Карагандинцы]."),
]


@pytest.mark.parametrize(("rule", "text", "found"), FINDERS)
def test_a_finder_finds_what_no_other_does(
    monkeypatch: pytest.MonkeyPatch, rule: str, text: str, found: list[str]
) -> None:
    names = rules(text)
    assert [name for name, _ in names] == found
    if rule.startswith("person:"):
        assert names[-1][1] == rule
    leave_out(monkeypatch, spans, rule)
    assert rules(text) != names


@pytest.mark.parametrize(("criterion", "text"), CRITERIA)
def test_a_criterion_keeps_out_what_no_other_does(monkeypatch: pytest.MonkeyPatch, criterion: str, text: str) -> None:
    kept = [person.name for person in find_entities(labelled(text)).people]
    leave_out(monkeypatch, spans, criterion)
    assert len(find_entities(labelled(text)).people) > len(kept)


def test_every_rule_has_an_example() -> None:
    assert [rule for rule, *_ in FINDERS + CRITERIA] == all_rules(spans)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Вчера [PER академик В. П. Кольцов] выступил.", ["В. П. Кольцов"]),
        ("Выступили [PER Инна Чеботарь, Олег Ягода].", ["Инна Чеботарь", "Олег Ягода"]),
        ("Выступил [PER Петренко] [PER Иван].", ["Петренко Иван"]),
        ("Выступила [PER Инна]\n[PER Чеботарь].", ["Инна\nЧеботарь"]),
        ("Выступила [PER Инна  Чеботарь].", ["Инна  Чеботарь"]),
        ("Решил председатель\n[PER Чеботарь]\n[PER И. О.] и члены совета.", ["Чеботарь\nИ. О."]),
        ("Хвалили [PER Чеботарь].\n\n[PER Олег] молчал.", ["Чеботарь", "Олег"]),
        ("Решение принял судья [PER Мельник Олег].", ["Мельник Олег"]),
        ("Выступила [PER Хоккеистка Кебеш].", ["Кебеш"]),
        ("Цены назвал [PER Шон О' Брауэн].", ["Шон О' Брауэн"]),
        ("Вчера [PER ван дер Мейде] забил гол.", ["ван дер Мейде"]),
        ("Выступила [PER певица Алла Лось].", ["Алла Лось"]),
    ],
)
def test_the_networks_spans_are_cut_and_joined(text: str, found: list[str]) -> None:
    assert [name for name, _ in rules(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "🚕 Учишь казахский - ездишь бесплатно: в Темиртау появилось необычное такси",
        "Главная | Новости | Экономика | Спорт\nUSD 91,45  EUR 98,70\nПросмотров: 1 254",
        "Главная  Новости  Архив номеров  Объявления  Реклама  Контакты",
        "Автор: Редакция\nФото: Пресс-служба мэрии\nТеги: Дороги, Ремонт, Мост",
        "Понедельник. Курс доллара вырос.",
        "Карагандинцы опасаются, что летом цены поднимут снова.",
        "На Риджент-стрит открыли музей.",
        "Сроки Брекзита перенесут.",
        "",
        "…",
        "«»",
    ],
)
def test_there_are_no_names_where_there_are_none(text: str) -> None:
    assert entities(text) == Entities()


def test_a_press_service_speaks_for_no_person() -> None:
    assert people("План одобрен, сообщила пресс-служба Акорды.") == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Завод имени [PER Олега Ягоды] закрыт.", []),
        ("Завод им. [PER О. Ягоды] закрыт.", []),
        ("Он живёт на проспекте [PER Инны Чеботарь].", []),
        ("Пришёл мужчина по имени [PER Олег Ягода].", ["Олег Ягода"]),
        ("Он говорит от имени [PER Олега Ягоды].", ["Олега Ягоды"]),
        ("На площади [PER Олег Ягода] выступил.", ["Олег Ягода"]),
    ],
)
def test_a_person_after_whom_a_thing_is_called_is_not_named(text: str, found: list[str]) -> None:
    assert [name for name, _ in rules(text)] == found
