"""Mending, in whole texts: a scraped one, and what a reader would write in its place."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.article import blocks
from extractor.reading.cleaning import clean
from extractor.reading.mending import mends
from extractor.reading.segmentation import paragraphs
from extractor.reading.text import SourceText


def mended(raw: str) -> str:
    source = clean(raw)
    return source.edited(mends(source.text)).text


@pytest.mark.parametrize(
    ("scraped", "as_written"),
    [
        ("Цены растут, сообщил он.Рост начался в мае.", "Цены растут, сообщил он. Рост начался в мае."),
        ("«Так и будет».На встрече молчали.", "«Так и будет». На встрече молчали."),
        ("Он вернулся в город.14-летний брат остался.", "Он вернулся в город. 14-летний брат остался."),
        ('Ответа нет."Мы ждём", - сказала Ольга.', 'Ответа нет. "Мы ждём", - сказала Ольга.'),
        ('Ольга сказала: "Мы ждём."Потом ушла.', 'Ольга сказала: "Мы ждём." Потом ушла.'),
        ("после взрыва,передает агентство", "после взрыва, передает агентство"),
        ("Он поручил:Акимам городов", "Он поручил: Акимам городов"),
        ("газета «Заря»сообщила", "газета «Заря» сообщила"),
        ("совет (ЦСД)выразил мнение", "совет (ЦСД) выразил мнение"),
        ("13 апреля 20:30По словам акима", "13 апреля 20:30\nПо словам акима"),
        ("больница № 8Воронежа", "больница № 8 Воронежа"),
        ("глава РФОльгаБережнаяв ходе", "глава РФ Ольга Бережная в ходе"),
        ("передает корреспондентNewsline.kzсо ссылкой", "передает корреспондент Newsline.kz со ссылкой"),
        ("в плату.,В рамках встречи", "в плату.\nВ рамках встречи"),
        ("Он ушёл.\\nОна осталась.", "Он ушёл.\nОна осталась."),
        ("Добыча выросла.        Фото агентства", "Добыча выросла.\nФото агентства"),
        ("Цены выросли., ,В школе ремонт", "Цены выросли.\nВ школе ремонт"),
        ("Он ушёл.  ,Она осталась.", "Он ушёл.\nОна осталась."),
        ("Мост закрыт08:00ЦБ молчит 09:15В городе дождь", "Мост закрыт08:00\nЦБ молчит 09:15\nВ городе дождь"),
        ("доставили10 взрослых, школа13 апреля", "доставили 10 взрослых, школа 13 апреля"),
        ("заболели, из них:в Туле – 3", "заболели, из них: в Туле – 3"),
        ("На плакате „Свободу ветру!“, рядом „Стой!“Так было", "На плакате „Свободу ветру!“, рядом „Стой!“ Так было"),
    ],
)
def test_what_is_glued_is_parted(scraped: str, as_written: str) -> None:
    assert mended(scraped) == as_written


@pytest.mark.parametrize(
    "text",
    [
        "По данным Newsline.kz, Газета.Ru и Lenta.Ru, цена 2.5 млн, счёт 3:2, в 10:30.",
        "А.С.Горюнов, И.Б. Зотов и т.д. и т.п., т.е. все.",
        "Сервис «Яндекс.Маркет» и Яндекс.Такси.",
        "Файл отчёт.pdf лежит на C:\\Docs, адрес http://zarya.example/a.B?c=1,d.",
        "Победил «Зенит»а, член(ы) партии, (не)зависимость.",
        '«Да», «Нет» и "Может быть", "Никогда".',
        "Сводка за 1С, 5G и 90-летие.",
        "@zarya_news, #МыВместе, КамАЗ.",
        "Тула, 9 мая. ZARYA24.RU. Сводка портала V1.RU готова.",
        "Шоу «Заря.Дети», компания «ЗаряМедиа», программа «вГости».",
        "У вышки Заря2, статья 5. прим1.",
    ],
)
def test_what_belongs_together_stays(text: str) -> None:
    assert mended(text) == text


def test_the_letter_of_an_escaped_line_break_goes() -> None:
    scraped = (
        "Ольга Бережнаяnзаявилаn, что мост закроют.n«Потерпите», — сказалаnона.n— Долго? Об этом сообщаетn«Заря»"
        " и журналnThe Bridge. «nРемонтnпошёлn».nО погоде 5 маяnПервый дождь в Россииn."
    )
    assert mended(scraped) == (
        "Ольга Бережная заявила, что мост закроют.\n«Потерпите», — сказала она.\n— Долго? Об этом сообщает «Заря»"
        " и журнал The Bridge. «Ремонт пошёл».\nО погоде 5 мая\nПервый дождь в России."
    )


def test_an_n_of_a_latin_word_stays() -> None:
    text = "Рамон (Ramón) читал La Nación, группу N и «n» в Rhein."
    assert mended(text) == text


def test_compounds_are_not_cut_apart_in_a_text_with_nothing_glued() -> None:
    text = "Сумма маткапитала выросла, сайты растиражируют это. Так сказал он."
    assert mended(text) == text


def test_a_presidential_residence_is_one_word_before_a_glued_one() -> None:
    assert (
        mended("пресс-служба АкордыСегодня прошла встреча.В ней") == "пресс-служба Акорды Сегодня прошла встреча. В ней"
    )


def test_a_line_that_the_page_wrapped_goes_on() -> None:
    assert "\n" not in mended("Администрация города сообщила жителям,\nчто воду дадут к вечеру.")


def test_a_short_line_before_a_lower_case_one_is_not_wrapped() -> None:
    assert mended("Главное\nпогода\nспорт") == "Главное\nпогода\nспорт"


def test_a_text_wrapped_throughout_is_joined_before_capitals_too() -> None:
    wrapped = (
        "На совещании обсуждали готовность школ к новому году и ремонт\r\n"
        "крыш, который начали ещё в мае. Директор школы номер два О.\r\n"
        "Бережная рассказала, что рабочие закончат в срок, а глава\r\n"
        "района пообещал проверить каждую школу и встретиться с\r\n"
        "Ольгой Зотовой, которая руководит ремонтом и ждёт новую\r\n"
        "мебель.\r\n- Ремонт идёт\r\n- Классы готовы"
    )
    assert [line[-21:] for line in mended(wrapped).split("\n")] == [
        " и ждёт новую мебель.", "- Ремонт идёт", "- Классы готовы"
    ]  # fmt: skip


def test_a_sentence_is_joined_across_a_link_that_was_cut_out() -> None:
    scraped = "Мэр города Ольга \n заявила\n, что мост закроют. Об этом сообщает \n.\n\nРанее \n обещало ремонт."
    assert mended(scraped) == (
        "Мэр города Ольга заявила , что мост закроют. Об этом сообщает .\n\nРанее обещало ремонт."
    )
    scraped = "В среду \n МИД. Мэр \n «на основании закона» \n 28 мая. Клуб играет против «\n».\nСчёт ничейный"
    assert mended(scraped) == ("В среду МИД. Мэр «на основании закона» 28 мая. Клуб играет против « ».\nСчёт ничейный")


def test_a_dateline_without_its_city_is_not_joined_to_the_headline() -> None:
    assert mended("Мост закроют на ремонт\n\n, 16:36 Мэр сообщил") == "Мост закроют на ремонт\n\n, 16:36 Мэр сообщил"


@given(st.text(alphabet='аБв Gh.,:«»"()\n-1 \\n', max_size=60))
def test_mending_changes_white_space_alone(text: str) -> None:
    source = SourceText(text, text)
    found = source.edited(mends(text))
    kept = [c for c in found.text if not c.isspace()]
    for position, character in enumerate(found.text):
        if not character.isspace():
            assert text[found.raw_position(position)] == character
    dropped = len([c for c in text if not c.isspace()]) - len(kept)
    assert dropped <= text.count("\\") + text.count("n") + text.count(",")


@pytest.mark.parametrize("unit", ['"а"', "(а)б", '"А.', "словоСлово", "а\n,", "Слово."])
def test_time_grows_with_the_length_of_a_text_without_spaces(unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        source = clean(text)
        source = source.edited(mends(source.text))
        list(blocks(source.text, list(paragraphs(source.text))))
        return time.process_time() - start

    seconds(1000)
    assert seconds(80_000) < 12 * max(seconds(20_000), 0.02)
