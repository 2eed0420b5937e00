"""Segmentation, in lines a person can read: | between tokens, || between sentences, ¶ between paragraphs."""

import re

import pytest
import razdel
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.reading.segmentation import MAX_SENTENCE, paragraphs, sentences, tokens

PARTS = [
    *"абВgD5 .,!?…-()/\\_:;%\tёΔK„*+»\"'",
    *("слово", "Кто", "словоСлово", "yahoo", "12", "IV", " - ", " . ", ", ", ". ", ":)", ";-)))) ", "...", " " * 9),
    *("г. ", "К. ", "т. е. ", "им", " млн", "проф", "а) ", "» ", '" '),
]


def segmented(text: str) -> str:
    return "¶".join(
        "||".join("|".join(sentence.texts) for sentence in sentences(text, start, end))
        for start, end in paragraphs(text)
    )


@pytest.mark.parametrize(
    "line",
    [
        "«|Дождь| |кончился|»|,| |—| |сказал| |Гущин|.",
        "Он| |молчал|.||— |Почему|?||— |Устал|.",
        "А|.| |П|.| |Гущин| |и| |г|.| |Тула",
        "Курс|:| |521.5| |/| |524.1",
        "кто-то| |из-за| |Ростова-на-Дону",
        'Он| |сказал|:| |"|Всё|"|.',
    ],
)
def test_tokens_and_sentences(line: str) -> None:
    text = line.replace("||", " ").replace("|", "")
    assert segmented(text) == line.replace("| |", "|").replace("— |", "—|")


@pytest.mark.parametrize(
    "line",
    [
        "сказал| |@inna_bok| |(|@inna.bok|)",
        "#две_беды| |#girls|,|#МыВместе|#2024год| |в| |#|Казахстан",
        "см|.| |https://t.me/a_b?x=1|.| |«|http://lyod.ru/|»| |inna_b@mail.lyod.kz|.",
        "Әбдірахман| |Құлшар| |айтты",
    ],
)
def test_addresses_handles_tags_and_kazakh_words_are_one_token_each(line: str) -> None:
    text = line.replace("|", "")
    assert tokens(text, 0).texts == line.replace("| |", "|").split("|")


def test_marks_and_dashes_stand_alone_even_where_they_are_glued_together() -> None:
    assert segmented("«Лёд»,—предупредил он.") == "«|Лёд|»|,|—|предупредил|он|."


def test_a_row_of_equal_marks_is_one_token() -> None:
    assert segmented("«Лёд» " + "—" * 30) == "«|Лёд|»|" + "—" * 30
    assert segmented("—————") == "—|—|—|—|—"


def test_every_line_of_a_page_is_a_paragraph() -> None:
    assert segmented("Новости\n2460\n\n   \nВ Туле дождь") == "Новости¶2460¶В|Туле|дождь"


@pytest.mark.parametrize(
    "remark",
    ["(Гущина. — Прим. ред.)", "(Гущина. - ЗАРЯ)", "(города – прим. ЗАРЯ)", "(Прим. «Зари»)", "($2 млн. — Заря)"],
)
def test_an_editors_remark_in_brackets_ends_no_sentence(remark: str) -> None:
    assert segmented(f"Она {remark} уехала. И он (Пётр. Он брат) тоже.").count("||") == 2


def test_an_overlong_sentence_is_cut_after_a_comma() -> None:
    text = "река, поле, лес и дом, " * 100
    cut = list(sentences(text, 0, len(text)))
    assert all(len(sentence.texts) <= MAX_SENTENCE for sentence in cut)
    assert all(sentence.texts[-1] == "," for sentence in cut)


@given(st.text(st.sampled_from("абВ .,!?…—-«»\"'()\n1/:;\t\u0000😀"), max_size=200))
def test_tokens_cover_all_that_is_no_space(text: str) -> None:
    at = 0
    for start, end in paragraphs(text):
        for sentence in sentences(text, start, end):
            assert 0 < len(sentence.texts) <= MAX_SENTENCE
            for first, token in zip(sentence.starts, sentence.texts, strict=True):
                assert text.startswith(token, first) and token
                assert not text[at:first].strip()
                at = first + len(token)
    assert not text[at:].strip()


@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join))
def test_tokens_are_razdels(text: str) -> None:
    """Without the marks and dashes that we split off, and though most of a text never reaches its rules."""
    expected = [(token.start, token.text) for token in razdel.tokenize(text)]
    found = tokens(text, 0)
    assert list(zip(found.starts, found.texts, strict=True)) == expected


@given(st.lists(st.sampled_from(PARTS), max_size=60).map("".join))
def test_sentences_are_razdels(text: str) -> None:
    """Though most marks never reach its rules, and but for editors' remarks."""
    assume(not re.search(r"[—–-]\s?[^()\n]{1,40}\)|прим", text, re.IGNORECASE))
    expected = [sentence.text.split() for sentence in razdel.sentenize(text)]
    found = ["".join(sentence.texts) for sentence in sentences(text, 0, len(text))]
    assert found == ["".join(words) for words in expected if words]


@pytest.mark.parametrize("unit", ["😀", ".", "а-", "я", '"', "«"])
def test_no_token_is_so_long_that_joining_it_takes_the_square_of_its_length(unit: str) -> None:
    """Razdel copies what it has joined at every further character: a million dots would be one token."""
    text = unit * (50_000 // len(unit))
    found = [token for sentence in sentences(text, 0, len(text)) for token in sentence.texts]
    assert "".join(found) == text
    assert max(map(len, found)) <= 1000


def test_a_paragraph_beyond_measure_is_cut_at_the_end_of_a_sentence() -> None:
    text = "Дом стоит у реки. " * 3000
    assert {"".join(sentence.texts) for sentence in sentences(text, 0, len(text))} == {"Домстоитуреки."}
