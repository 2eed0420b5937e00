"""Markup goes, words stay, and so does what only looks like markup."""

import pytest

from extractor.reading.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("&laquo;Лёд&raquo;&nbsp;&mdash; 5&#176;", "«Лёд» — 5°"),
        ("ООО &quot;Лёд&quot; и &amp;quot;Снег&amp;quot;", "ООО «Лёд» и «Снег»"),
        ("отдел R&D; AT&T; &amp; &unknown; &", "отдел R&D; AT&T; & &unknown; &"),
    ],
)
def test_entities(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("<<Лёд>> и ``Снег'', ''Дождь'', ,,Град''", "«Лёд» и «Снег», «Дождь», «Град»"),
        ("Читать далее >>", "Читать далее >>"),
        ("Он сказал: ''«Лёд тает»'' и «''снег''»", "Он сказал: «Лёд тает» и «снег»"),
        ("«газета ''Лёд''»", "«газета «Лёд»»"),
        ("О''Нил и д'Арк", "О''Нил и д'Арк"),
    ],
)
def test_marks_of_two_characters(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("[Инна](https://t.me/a_b) ушла", "Инна ушла"),
        ("![Инна в саду](photo.jpg)", "Инна в саду"),
        ("в **[докладе](https://ru.wiki/Лёд_(фильм))** ведомства", "в докладе ведомства"),
        ("[[1]](#note)", "[1]"),
        ("«[Инна] (так в тексте) ушла» [1]", "«[Инна] (так в тексте) ушла» [1]"),
        ("[Инна](которая ушла)", "[Инна](которая ушла)"),
    ],
)
def test_links(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("**Олег** и Мар**тынцев** ушли", "Олег и Мартынцев ушли"),
        ("**Олег ****Мартынцев**", "Олег Мартынцев"),
        ("__Олег__ _Мартынцев_ *ушёл*, ~~вчера~~ `сегодня`", "Олег Мартынцев ушёл, вчера сегодня"),
        ("# Погода\n> Лёд тает\n* дождь\n- снег", "Погода\nЛёд тает\nдождь\n- снег"),
        ("партия «Лёд»* и Снег* (2*3*4)", "партия «Лёд»* и Снег* (2*3*4)"),
        ("п**ый лёд и **снег**", "п**ый лёд и снег"),
        ("кого **** волнует, и ***.", "кого **** волнует, и ***."),
        ("snake_case, @inna_bok_ и https://t.me/_a_/__b", "snake_case, @inna_bok_ и https://t.me/_a_/__b"),
        ("Фамилия ____ Имя ____", "Фамилия ____ Имя ____"),
    ],
)
def test_emphasis(raw: str, expected: str) -> None:
    assert clean(raw).text == expected
