"""Where names of organizations stand: each rule with a text in which it decides."""

import time

import pytest
from names.texts import all_rules, entities, labelled, leave_out, organizations, rules

from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.names.organizations import spans
from extractor.names.tagger import label
from extractor.reading.analysis import read

# The rule, a text with what the network sees in it, and the names found, of which the rule finds the last.
FINDERS = [
    ("organization: labelled by the network", "Акции [ORG Vestrix] выросли.", ["Vestrix"]),
    ("organization: in quotation marks behind a noun", "Вчера музей «Старый мост» открыли.", ["Старый мост"]),
    (
        "organization: in quotation marks with the lemmas of another",
        "Вчера музей «Старый мост» открыли. Основатель «Старого моста» рад.",
        ["Старый мост", "Старого моста"],
    ),
    ("organization: well-known name", "Вчера решение Евросоюза отменили.", ["Евросоюза"]),
    ("organization: common nouns", "Свидетелей ищет [COM полиция].", ["полиция"]),
]

# The criterion and a text in which the network takes something for an organization that is none.
CRITERIA = [
    ("no organization: currency", "Сегодня курс [ORG EUR] вырос."),
    ("no organization: begins with a word that is no name", "Раздел [ORG Главная Волга] закрыт."),
    ("no organization: title of a work", "В прокат вернулся фильм «[ORG Седая лиса]»."),
    ("no organization: feature of a place", "Вчера треснул [ORG лёд Байкала]."),
    ("no organization: church", "Вчера открыли [ORG Никольскую церковь]."),
    ("no organization: phrase of common words", "Вчера открыли [ORG новые дороги]."),
    ("no organization: town or street", "Вчера открыли [ORG Нижнереченск]."),
    ("no organization: common noun", "Вчера открыли [ORG дорогу]."),
    ("no organization: common word that begins a line", "[ORG Дорогу] вчера открыли."),
    ("no particular organization: noun alone", "Вчера молчало [COM министерство]."),
    ("no particular organization: service", "Вчера молчала [COM пресс-служба полиции]."),
    ("no particular organization: weak head with an adjective", "Вчера закрыли [COM старую школу]."),
    ("no particular organization: place without its name", "Вчера молчала [COM районная администрация]."),
    ("no particular organization: no head", "Вчера молчали [COM простые люди]."),
]


@pytest.mark.parametrize(("rule", "text", "found"), FINDERS)
def test_a_finder_finds_what_no_other_does(
    monkeypatch: pytest.MonkeyPatch, rule: str, text: str, found: list[str]
) -> None:
    names = [(name, by) for name, by in rules(text) if not by.startswith("person")]
    assert [name for name, _ in names] == found
    assert names[-1][1] == rule
    leave_out(monkeypatch, spans, rule)
    assert rules(text) != names


@pytest.mark.parametrize(("criterion", "text"), CRITERIA)
def test_a_criterion_keeps_out_what_no_other_does(monkeypatch: pytest.MonkeyPatch, criterion: str, text: str) -> None:
    assert find_entities(labelled(text)).organizations == ()
    leave_out(monkeypatch, spans, criterion)
    assert len(find_entities(labelled(text)).organizations) == 1


def test_every_rule_has_an_example() -> None:
    assert [rule for rule, *_ in FINDERS + CRITERIA] == all_rules(spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Деньги выделят в мае, сообщает Спорт.ру.", {"Спорт.ру": ["Спорт.ру"]}),
        ("Против поправки выступил и Сенат.", {"Сенат": ["Сенат"]}),
        ("Лидер Национального фронта ушёл в отставку.", {"Национальный фронт": ["Национальный фронт"]}),
        (
            "Большой театр откроют весной. На сцене Большого театра идёт ремонт.",
            {"Большой театр": ["Большой театр", "Большой театр"]},
        ),
        (
            "Об этом заявил глава объединённых вооружённых сил.",
            {"объединённые вооружённые силы": ["объединённые вооружённые силы"]},
        ),
    ],
)
def test_names_made_of_common_nouns_are_names(text: str, expected: dict[str, list[str]]) -> None:
    assert organizations(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "В прокат вернулся фильм «Седая лиса». Теплоход «Комета-12» признан лучшим судном.",
        "Нашу «Чайку» отремонтировали.",
    ],
)
def test_what_is_no_organization_in_quotation_marks(text: str) -> None:
    assert entities(text) == Entities()


def test_words_in_the_address_of_a_page_are_no_organizations() -> None:
    text = "Список вывешен на prikaz.ru/ru/nko/perechen_grupp, пишут Лента.ру и CNN/Reuters."
    assert sorted(organizations(text)) == ["CNN", "Reuters", "Лента.ру"]


def test_names_in_a_text_without_spaces_do_not_walk_all_of_it_each() -> None:
    def seconds(size: int) -> float:
        analysis = label(read("НАТО,ФИФА," * size))
        start = time.process_time()
        find_entities(analysis)
        return time.process_time() - start

    seconds(100)
    # The smallest of some times: the machine may be at other things too.
    assert min(seconds(2_000) for _ in range(3)) < 12 * min(seconds(500) for _ in range(3))


def test_a_name_may_hold_no_letter() -> None:
    """The first of its words was looked at, with an IndexError where it has none."""
    assert find_entities(labelled("Вчера открыли [ORG 24/7 5].")).organizations == ()
