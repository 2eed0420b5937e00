"""Letters of the wrong alphabet are exchanged where they are a mistake, and only there."""

import pytest

from extractor.reading.cleaning import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Сергeй Пeтров", "Сергей Петров"),  # Latin e
        ("Cегодня в Tуле", "Сегодня в Туле"),
        ("Мартынцéв удалëнно", "Мартынцев удалённо"),
        ("Өзiңе Қаhарман", "Өзіңе Қаһарман"),
        ("СОVID и Аirbus, Masterсard, IТ, ХIХ", "COVID и Airbus, Mastercard, IT, XIX"),  # Cyrillic С, А, Т, Х
        ("КC решил", "КС решил"),
        ("пришёл c сыном, a она ушла", "пришёл с сыном, а она ушла"),
        ("B Туле дождь", "В Туле дождь"),
        ("A.C. Бок и Бок A.C. ушли", "А.С. Бок и Бок А.С. ушли"),
        ("X5 и Х5, снова X5", "X5 и X5, снова X5"),
        ("TACC передаёт. ТАСС и ТАСС", "ТАСС передаёт. ТАСС и ТАСС"),
    ],
)
def test_letters_are_exchanged(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "IT-компания, Z-символика, iPhone'ом",
        "HyperТекст и GazetaРу",
        "передаётAP, ТАССne, сайт news.kzсо ссылкой, news.kzС утра",
        "Facebookа",
        "HBO, BBC, TACC, X5, витамин C",
        "BBC и ВВС",
        "John C. Bok, S&P 500, USB-C",
    ],
)
def test_words_that_mix_alphabets_on_purpose_or_by_a_lost_space_stay(text: str) -> None:
    assert clean(text).text == text
