"""The clean text: what the stages read, and what its words are in the text as it was given."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.cleaning import clean

ODD = "\ud800\udfff\u0301\u0306\u0308\x00\r\n\u00a0\u00ad\u200b\ufeff\ufe0f\u2028\u202f\x85\t"
PIECES = [
    *(ODD + "аеиАБйё «»\".,—ea*_`~>#[]()'<&@"),
    *(
        "**",
        "__",
        "слово",
        "Инна",
        "&laquo;",
        "&amp;quot;",
        "](https://t.me/a_b)",
        "@inna_",
        "🔥",
        "🇰🇿",
        "👩\u200d🚀",
        "1\ufe0f\u20e3",
    ),
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters()), max_size=40).map("".join)


def words(raw: str) -> list[str]:
    """The words of the clean text as they stand in the raw one."""
    source = clean(raw)
    found, start = [], 0
    for word in source.text.split():
        start = source.text.index(word, start)
        found.append(raw[slice(*source.raw_span(start, start + len(word)))])
        start += len(word)
    return found


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Тока\u0301ев", "Токаев"),
        ("и\u0306 е\u0308лка", "й ёлка"),
        ("cafe\u0301", "café"),
        ("Пре\u00adзи\u00adдент", "Президент"),
        ("\ufeffМосква", "Москва"),
        ("А.\u00a0Б.\u202fПетров", "А. Б. Петров"),
        ("раз\r\nдва\rтри\u2028четыре", "раз\nдва\nтри\nчетыре"),
        ("а\x00б", "а б"),
        ("а\ud800б", "а\ufffdб"),
        ("", ""),
    ],
)
def test_odd_characters(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("❤\ufe0f Тула", "Тула"),
        ("🔥Олег Мартынцев приехал", "Олег Мартынцев приехал"),
        ("Олег Мартынцев🥇 приехал", "Олег Мартынцев приехал"),
        ("Олег Мартынцев 🔥 приехал", "Олег Мартынцев приехал"),
        ("Победил Мартынцев🇰🇿. Ура👩\u200d🚀👍🏽!", "Победил Мартынцев. Ура!"),
        ("Победили 🇰🇿Олег и 🇺🇿 Инна", "Победили Олег и Инна"),
        ("Дождь кончился✔\ufe0fВ Туле солнце", "Дождь кончился\nВ Туле солнце"),
        ("Дождь кончился.🔥Солнце", "Дождь кончился. Солнце"),
        ("Повестка дня на эту неделю,\n✅ рост цен\n🔻Итоги", "Повестка дня на эту неделю,\n\nрост цен\nИтоги"),
        ("1\ufe0f\u20e3 Тула", "1 Тула"),
        ("«🔥Лёд»", "«Лёд»"),
    ],
)
def test_emoji_leave_the_separator_that_they_were(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "given_words"),
    [
        ("🔥Олег Мартынцев🔥 ушёл", ["Олег", "Мартынцев", "ушёл"]),
        ("Тока\u0301ев и Ивано\u0301", ["Тока\u0301ев", "и", "Ивано\u0301"]),
        ("Со\u00adвет\r\nПетров", ["Со\u00adвет", "Петров"]),
        ("&laquo;Лёд&raquo;, **сказал** [он](https://t.me/a)", ["&laquo;Лёд&raquo;,", "сказал", "он"]),
        ("__Рос**сия__", ["Рос**сия"]),
        ("\u00ad&laquo;**Да**&raquo;\u00ad.", ["&laquo;**Да**&raquo;\u00ad."]),
    ],
)
def test_a_word_covers_what_it_stands_for_and_nothing_beside_it(raw: str, given_words: list[str]) -> None:
    assert words(raw) == given_words


@pytest.mark.parametrize("value", [None, b"text", 3, ["text"]])
def test_what_is_no_text_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(TypeError, match=f"must be a str, not {type(value).__name__}"):
        clean(value)  # type: ignore[arg-type]


def test_a_text_with_nothing_to_clean_keeps_its_positions() -> None:
    raw = "«Дождь кончился», — сказал Олег Мартынцев."
    assert (clean(raw).text, clean(raw).clean_at) == (raw, (0,))


@given(TEXTS)
def test_every_clean_character_stands_for_some_of_the_raw_text_in_order(raw: str) -> None:
    source = clean(raw)
    spans = [source.raw_span(i, i + 1) for i in range(len(source.text))]
    assert all(start < end <= len(raw) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert [start for start, _ in spans] == [source.raw_position(i) for i in range(len(source.text))]


@given(st.text(st.sampled_from(ODD + "аеиАБйё «».,—"), max_size=60))
def test_cleaning_odd_characters_twice_changes_nothing(raw: str) -> None:
    once = clean(raw).text
    assert clean(once).text == once
