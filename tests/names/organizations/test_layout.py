"""Organizations found by the layout of a text: each finder with a text in which it decides."""

import pytest
from names.texts import all_rules, leave_out, rules

from extractor.names.organizations import layout
from extractor.names.organizations.layout import may_be_equal, possible_lemmas
from extractor.reading.analysis import TokenSpan, read

_PAGE = "{site}\nНовости\nСпорт\nВ Приокске открыли мост\nДороги\nПогода\nКультура\nАрхив"

# The finder, a text with what the network sees in it, and the names found, of which the finder finds the last.
FINDERS = [
    ("organization: masthead of a page", _PAGE.format(site="ГОРОДСКОЙ СПЛЕТНИК"), ["ГОРОДСКОЙ СПЛЕТНИК"]),
    (
        "organization: rivals in quotation marks",
        "Вчера [ORG «Кама»] обыграла «Нефтяник».",
        ["Кама", "Нефтяник"],
    ),
    ("organization: in quotation marks behind a member", "Доволен тренер «Камы».", ["Камы"]),
    ("organization: place with a Latin brand", "Читайте нас\n[LOC Самара] LIVE\nКонтакты", ["Самара LIVE"]),
]


@pytest.mark.parametrize(("rule", "text", "found"), FINDERS)
def test_a_finder_finds_what_no_other_does(
    monkeypatch: pytest.MonkeyPatch, rule: str, text: str, found: list[str]
) -> None:
    names = rules(text)
    assert [name for name, _ in names] == found
    assert names[-1][1] == rule
    leave_out(monkeypatch, layout, rule)
    assert rules(text) != names


def test_every_finder_has_an_example() -> None:
    assert [rule for rule, *_ in FINDERS] == all_rules(layout)


@pytest.mark.parametrize("site", ["NOVOSTI.EXAMPLE", "ГОРОДСКОЙ СПЛЕТНИК | Приокск"])
def test_a_masthead_is_an_address_or_in_capitals(site: str) -> None:
    assert [name for name, _ in rules(_PAGE.format(site=site))] == [site.partition(" |")[0]]


@pytest.mark.parametrize("site", ["Главная  Новости  Архив", "Мост открыли в срок", "[LOC ПРИОКСК]"])
def test_other_first_lines_are_no_masthead(site: str) -> None:
    assert rules(_PAGE.format(site=site)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Вчера показали фильм «Кама» – «Нефтяник».",
        "Вчера «Кама» сильно и надолго всех нас обыграла «Нефтяник».",
        "Доволен тренер «Вчера мы им показали, где зимуют раки».",
    ],
)
def test_other_words_in_quotation_marks_are_no_organizations(text: str) -> None:
    assert rules(text) == []


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Старый мост", "Старого моста", True),
        ("Металлург-2", "Металлурга-2", True),
        ("Металлург-2", "Металлурга-3", False),
        ("Старый мост", "Старый мост плюс", False),
        ("Берёзка", "Березки", True),
    ],
)
def test_names_are_equal_if_they_may_have_the_same_lemmas(one: str, other: str, equal: bool) -> None:
    names = []
    for text in (one, other):
        analysis = read(text)
        names.append(possible_lemmas(analysis, TokenSpan(0, len(analysis.tokens))))
    assert may_be_equal(*names) is equal
