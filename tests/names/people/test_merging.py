"""Which names are one person's: each rule with a text in which it decides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from names.texts import all_rules, labelled, leave_out, people

from extractor.names import find_entities
from extractor.names.people import merging
from extractor.names.people.merging import is_one_edit, spelling_key

# The rule and a text with what the network sees in it, whose names are one person's by the rule.
RULES = [
    ("one person: same parts", "Вчера [PER Олег Ковшов] уехал. Позже [PER Олег Ковшов] вернулся."),
    (
        "one person: given name and patronymic",
        "Вчера [PER Булат Утемиров] уехал. Позже [PER Булат Жамитович] вернулся.",
    ),
    ("one person: initials spelled out", "Вчера [PER Т. И. Ковшова] уехала. Позже [PER Татьяна Ивановна] вернулась."),
    ("one person: one word of the name", "Вчера [PER Олег Ковшов] уехал. С [PER Олегом] спорят."),
    ("one person: one letter off", "Вчера [PER Олег Ковшов] уехал. Позже [PER Ковншов] вернулся."),
    ("one person: lone capitalized surname", "Вчера [PER Олег Ковшов] уехал. Жалобу Ковшову вернули."),
    ("one person: in brackets in Latin letters", "Вчера [PER Лия Вонг] ([PER Lia Wong]) уехала."),
    ("one person: surname in brackets", "Вчера епископ [PER Тихон] ([PER Зайцев]) уехал."),
    ("one person: alias", "Вчера [PER Андрей Кротов] по прозвищу [PER Лом] уехал."),
]


def mentions(text: str) -> list[list[str | None]]:
    """The mentions of each person in a text labelled by hand."""
    return [[mention.normal for mention in person.mentions] for person in find_entities(labelled(text)).people]


@pytest.mark.parametrize(("rule", "text"), RULES)
def test_a_rule_merges_what_no_other_does(monkeypatch: pytest.MonkeyPatch, rule: str, text: str) -> None:
    (one,) = mentions(text)
    assert len(one) == 2
    leave_out(monkeypatch, merging, rule)
    assert mentions(text) != [one]


def test_every_rule_has_an_example() -> None:
    assert [rule for rule, _ in RULES] == all_rules(merging)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Рената Мэй", "Рената Мей", True),
        ("Филлипп", "Филипп", True),
        ("Артём", "Артем", True),
        ("Орлов", "Орлова", False),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str, same: bool) -> None:
    assert (spelling_key(one) == spelling_key(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("ковшов", "коввшов", True),
        ("ковшов", "ковшо", True),
        ("ковшов", "кившов", True),
        ("ковшов", "квошов", True),
        ("ковшов", "ковшова", True),
        ("ковшов", "кившовы", False),
        ("ковшов", "вокшов", False),
    ],
)
def test_words_that_one_slip_parts(one: str, other: str, near: bool) -> None:
    assert is_one_edit(one, other) is is_one_edit(other, one) is near


@pytest.mark.parametrize(
    "text",
    [
        "[PER Олег Ковшов] обнял брата. Рядом [PER Пётр Ковшов].",
        "[PER Игорь Карпов] молчит. Говорит [PER Наталья Карпова].",
        "[PER А. Б. Ковшов] уехал. Вернулся [PER П. Б. Ковшов].",
        "[PER Анна Сергеевна Лопухина] учит. [PER Анна Петровна] спорит.",
        "[PER Олег Кологривцев] уехал. Позже [PER Кологривов] молчал.",
    ],
)
def test_names_of_two_people_stay_apart(text: str) -> None:
    assert len(mentions(text)) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "По словам Галины Рогожиной, музей откроют. Рогожиной помогает Инесса Ткач. От Ткач зависит многое.",
            {"Галина Рогожина": ["Галина Рогожина", "Рогожина"], "Инесса Ткач": ["Инесса Ткач", "Ткач"]},
        ),
        (
            "Задержали двоих: это Максим К. и Виктор И. из Вязовки.",
            {"Максим К.": ["Максим К."], "Виктор И.": ["Виктор И."]},
        ),
        (
            "Академик В. П. Кольцов выступил. «Лёд тает», — отметил В.П.Кольцов. Кольцову возразил Н.Н. Рябов.",
            {"В. П. Кольцов": ["В. П. Кольцов", "В.П.Кольцов", "Кольцов"], "Н.Н. Рябов": ["Н.Н. Рябов"]},
        ),
        (
            "Замминистра Петренко И.Л. доложил о паводке. Ответственным назначен Цой В.А. из Хабаровска.",
            {"И.Л. Петренко": ["Петренко И.Л."], "В.А. Цой": ["Цой В.А."]},
        ),
        (
            "С.А. Лебедева подписала приказ. Лебедевой С.А. объявлен выговор.",
            {"С.А. Лебедева": ["С.А. Лебедева", "Лебедева С.А."]},
        ),
        (
            "Телеведущий Фёдор Алёшин ушёл. «Пора», — объяснил Федор Алешин. Алешину 48 лет.",
            {"Фёдор Алёшин": ["Фёдор Алёшин", "Федор Алешин", "Алешин"]},
        ),
        (
            "Рената Мей ушла. Совет проводил Ренату Мэй. «Пора», — сказала Рената Мэй.",
            {"Рената Мэй": ["Рената Мей", "Рената Мэй", "Рената Мэй"]},
        ),
        (
            "Академик Борис Кологривцев выступил. «Лёд тает», — сказал Кологривцев. Ему возразил Олег Кологривов.",
            {"Борис Кологривцев": ["Борис Кологривцев", "Кологривцев"], "Олег Кологривов": ["Олег Кологривов"]},
        ),
        (
            "По словам аналитика Шона О' Брауэна, цены вырастут. О' Брауэну верят.",
            {"Шон О' Брауэн": ["Шон О' Брауэн", "О' Брауэн"]},
        ),
        (
            "ИРИНА ПОГРЕБНЯК: Я НЕ УЙДУ\n\nДиректор театра Ирина Погребняк опровергла слухи.",
            {"Ирина Погребняк": ["Ирина Погребняк", "Ирина Погребняк"]},
        ),
        (
            "Анна Сергеевна Лопухина учит музыке. «Талант есть у всех», — уверена Анна Сергеевна.",
            {"Анна Сергеевна Лопухина": ["Анна Сергеевна Лопухина", "Анна Сергеевна"]},
        ),
        (
            "Тур отменил Андрей Кротов, известный по прозвищу Костян. «Голоса нет», — написал Костян.",
            {"Андрей Кротов": ["Андрей Кротов", "Костян", "Костян"]},
        ),
        ("Зотова, Алла Петровна — балерина.", {"Алла Петровна Зотова": ["Зотова", "Алла Петровна"]}),
        (
            "Мария Бельская, урождённая Гофман, пела в хоре.",
            {"Мария Бельская": ["Мария Бельская", "Гофман"]},
        ),
        (
            "Роберт Линдгольм (англ. Robert Lindholm; 1901—1980) — лётчик.",
            {"Роберт Линдгольм": ["Роберт Линдгольм", "Robert Lindholm"]},
        ),
        (
            "Педро Гонсалес Лопес прилетел. Гонсалеса Лопеса встретил мэр.",
            {"Педро Гонсалес Лопес": ["Педро Гонсалес Лопес", "Гонсалес Лопес"]},
        ),
        ("Он спорил с Сергеем\nЛадейкиным.", {"Сергей Ладейкин": ["Сергей Ладейкин"]}),
        (
            "Дело Ивана и Петра Сухих передали в суд.",
            {"Иван Сухих": ["Иван"], "Пётр Сухих": ["Пётр Сухих"]},
        ),
        (
            "Марина и Ольга Крыловы открыли кафе.",
            {"Марина Крылова": ["Марина"], "Ольга Крылова": ["Ольга Крылова"]},
        ),
        (
            "Суд арестовал гендиректора Олега Ягоду. Ягода вину не признал.",
            {"Олег Ягода": ["Олег Ягода", "Ягода"]},
        ),
    ],
)
def test_people_are_merged_under_their_fullest_name(text: str, expected: dict[str, list[str]]) -> None:
    assert people(text) == expected


def test_namesakes_are_kept_apart_by_gender() -> None:
    text = "Супруги Игорь Карпов и Наталья Карпова открыли сыроварню. Говорит Карпова. Карпов молчит."
    assert people(text) == {
        "Игорь Карпов": ["Игорь Карпов", "Карпов"],
        "Наталья Карпова": ["Наталья Карпова", "Карпова"],
    }


def test_a_verb_tells_namesakes_of_one_form_apart() -> None:
    text = "Чемпионка Анастасия Шевчук обняла тренера Игоря Шевчука. Шевчук сказала, что устала."
    assert people(text) == {"Анастасия Шевчук": ["Анастасия Шевчук", "Шевчук"], "Игорь Шевчук": ["Игорь Шевчук"]}


@given(
    st.text("абв", min_size=1, max_size=25), st.integers(0, 24), st.sampled_from(["", "а", "б", "swap"]), st.booleans()
)
def test_words_that_one_slip_parts_share_one_of_the_slips_by_which_they_are_looked_up(
    word: str, at: int, new: str, added: bool
) -> None:
    at %= len(word)
    if new == "swap":
        slip = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    else:
        slip = word[:at] + new + word[at + (not added) :]
    assert is_one_edit(word, slip)
    assert not set(merging._slips(word)).isdisjoint(merging._slips(slip))
