"""Quotes in single sentences, as the rules find them and a reader would mark them: ⟦content⟧, <cue>, {speaker};
and in short texts, as rules and tagger find them together."""

from __future__ import annotations

import re

import pytest

from extractor.analysis import analyse
from extractor.names import find_entities
from extractor.quotes import find_quotes, rule_quotes
from extractor.quotes.context import Context
from extractor.quotes.quote import Quote

MARKUP = re.compile(r"[⟦⟧<>{}]")

DIRECT = """
«⟦Лёд ещё тонкий⟧», — <сказал> спасатель {Артём Гущин}.
"⟦Лёд ещё тонкий⟧", - <сказал> спасатель {Артём Гущин}.
“⟦Лёд ещё тонкий⟧”, – <сказал> спасатель {Артём Гущин}.
„⟦Лёд ещё тонкий⟧“, — <сказал> спасатель {Артём Гущин}.
«⟦Лёд ещё тонкий⟧»,—<предупредил> {Артём Гущин}.
«⟦Лёд ещё тонкий⟧» - <сказал> {Артём Гущин}.
«⟦Кто за это заплатит?⟧» — <спросила> депутат {Жанна Грачёва}.
Спасатель {Артём Гущин} <сообщил>: «⟦Лёд ещё тонкий⟧».
«⟦Сначала мы проверим бумаги⟧, — <пояснил> {Денис Полухин}, — ⟦а потом вызовем подрядчика⟧».
"⟦Рыбы стало меньше⟧", - <говорит> {Павел Сорокин}. "⟦Виноваты тёплые зимы⟧".
«⟦Наша "Чайка" снова пойдёт в рейс⟧», — <сообщил> капитан {Виктор Лямин}.
«« ⟦Завод выйдет на полную мощность⟧ »» , — <сказал> {Ринат Ахметов}.
''«⟦Я верну этот приз городу⟧»'', — <заявил> {Лев Бородин}.
— ⟦Третий год живём⟧, — <ответила> {Зинаида Котова}. — ⟦Раньше жили в Рязани.⟧
Мэр Ключей {Инга Савина} на месте аварии: «⟦Воду дадут к вечеру⟧»
«⟦Мост откроют в срок⟧», — <возмутился> {Лев Бородин}.
<По словам> {Артёма Гущина}, «⟦лёд ещё слишком тонкий для рыбаков⟧».
"⟦Дорогу закончат осенью⟧", - <говорится> в {сообщении мэрии}.
«⟦Снимать будем зимой⟧», — <приводит> слова {Анны Ровной} журнал «Сцена».
"⟦Окна выходят на реку⟧", - <сообщил> директор музея, историк {Олег Вдовин}.
"""

INDIRECT = """
{Глеб Санин} <сообщил>, что ⟦рейс задержали из-за метели⟧.
⟦Рейс задержали из-за метели⟧, <сообщил> представитель порта {Глеб Санин}.
⟦Новый паром⟧, <рассказал> капитан {Юрий Бессонов}, ⟦сможет брать сто машин⟧.
<По словам> директора музея {Анны Ровной}, ⟦выставку продлят до мая⟧.
⟦Цены на жильё⟧, <по мнению> экономиста {Бориса Гальцева}, ⟦весной перестанут расти⟧.
<По {его} словам>, ⟦решение принято в мае⟧.
Как <сообщил> {Глеб Санин}, ⟦рейс задержали⟧.
⟦Рейс задержали⟧, как <сообщил> {Глеб Санин}.
<Согласно> {отчёту Росстата}, ⟦картофель подешевел на треть⟧.
В {МВД} <сообщили>, что ⟦проект опубликуют в апреле⟧.
{Глеб Санин} <выразил надежду>, что ⟦рейсы возобновят утром⟧.
{Глеб Санин} <спросил>, ⟦построят ли в посёлке школу⟧.
{Погорелов} <не исключил>, что ⟦движение ограничат ночью⟧.
{Глеб Санин} <сообщил>, что ⟦рейс задержали⟧, передаёт «Интерфакс».
⟦Рейс задержали⟧, <сообщает> ТАСС со ссылкой на {прокуратуру}.
{Глеб Санин}, который приехал в порт, <сообщил>, что ⟦рейс задержали⟧.
{Анна Рыкова и Олег Тимин} <заявили>, что ⟦рейс задержали⟧.
{Жители} <уверены>: ⟦реку не очистят и через десять лет⟧.
"""

MIXED = """
{Глеб Санин} <заявил>, что ⟦закон «ставит фермеров в тупик»⟧.
Критик {Марк Заславский} <назвал> премьеру «⟦провалом сезона⟧».
{Глеб Санин} <пообещал> «⟦разобраться до пятницы⟧».
{Азат Каримов} <призвал> «⟦беречь воду⟧» и «⟦сажать деревья⟧».
"""

NONE = """
Так называемые «эффективные менеджеры» оставили завод без сырья.
Фильм «Брат» вышел в прокат, а роман «Тихий Дон» переиздали.
Вице-мэр Захар Погорелов не говорил, что мост закроют.
Если бы Погорелов сказал, что мост закроют, рынок бы опустел.
Разве он обещал, что пробок не будет?
Лыжница Полина Есина думала, что гонку отменят.
Губернатор Леонид Стрижов поручил вывезти мусор до пятницы.
Напомним, что мост закрыли прошлой весной.
Стоит отметить, что мост закрыли прошлой весной.
Ранее сообщалось, что мост закрыли.
Глеб Санин объявил о своём уходе, после того как порт закрыли.
Говоря о ценах, Глеб Санин отметил рост спроса.
Источник: https://www.example.ru/news/12.html
"""


def lines(block: str) -> list[str]:
    return block.strip().split("\n")


def found(text: str) -> tuple[list[Quote], str]:
    """The quotes of a text, and the text marked up with the first of them."""
    analysis = analyse(text)
    quotes = rule_quotes(Context.of(analysis, find_entities(analysis)))
    inserts: list[tuple[int, int, str]] = []
    for quote in quotes[:1]:
        spans = [(fragment, "⟦⟧") for fragment in quote.fragments]
        spans += [(span, marks) for span, marks in ((quote.cue, "<>"), (quote.speaker, "{}")) if span is not None]
        for span, marks in spans:
            start, end = analysis.tokens[span.start].start, analysis.tokens[span.end - 1].end
            inserts += [(start, 1, marks[0]), (end, 0, marks[1])]
    out = list(text)
    # At one place closing marks come before opening ones; the cue stays outside a pronoun within it.
    for position, _, mark in sorted(
        inserts, key=lambda item: (item[0], item[1], "{<⟦}>⟧".index(item[2])), reverse=True
    ):
        out.insert(position, mark)
    return quotes, "".join(out)


@pytest.mark.parametrize(
    ("kind", "marked"),
    [("direct", line) for line in lines(DIRECT)]
    + [("indirect", line) for line in lines(INDIRECT)]
    + [("mixed", line) for line in lines(MIXED)],
)
def test_one_quote(kind: str, marked: str) -> None:
    quotes, got = found(MARKUP.sub("", marked))
    assert got == marked
    assert [quote.type for quote in quotes] == [kind]


@pytest.mark.parametrize("text", lines(NONE))
def test_no_quote(text: str) -> None:
    quotes, _ = found(text)
    assert quotes == []


def contents(text: str) -> list[tuple[str, str, bool]]:
    analysis = analyse(text)
    return [
        (quote.type, " … ".join(analysis.span_text(fragment) for fragment in quote.fragments), quote.anaphoric)
        for quote in find_quotes(analysis, find_entities(analysis))
    ]


def test_coordinated_cues_make_two_quotes() -> None:
    text = "Врач Рустам Каримов сообщил, что вирус ослабел, и добавил, что маски больше не нужны."
    assert contents(text) == [("indirect", "вирус ослабел", False), ("indirect", "маски больше не нужны", False)]


def test_anaphoric_quote_takes_the_sentence_before() -> None:
    text = "Пассажирам раздали воду и еду. Об этом рассказала представитель порта Эльвира Нагаева, передаёт ТАСС."
    assert contents(text) == [("indirect", "Пассажирам раздали воду и еду", True)]


def test_headlines_name_their_speaker() -> None:
    text = (
        "Мэр Котовска: трамвай вернётся в город\nПосевная завершена на две трети - Минсельхоз\nХоккей: «Кама» победила"
    )
    assert contents(text) == [
        ("indirect", "трамвай вернётся в город", False),
        ("indirect", "Посевная завершена на две трети", False),
    ]


def test_quote_over_paragraphs_opened_anew() -> None:
    text = "«Дорогие земляки! Мы посадим тысячу лип.\n\n«Приходите с лопатами», — обратилась к жителям Тамара Уварова."
    assert contents(text) == [("direct", "Дорогие земляки! Мы посадим тысячу лип. … Приходите с лопатами", False)]


def test_mark_that_is_never_closed_costs_only_its_own_quote() -> None:
    text = (
        "«Мы не закрываем ни одной школы, — подчеркнула Ольга Вахрушева. Родители отправили сорок жалоб.\n\n"
        "«Нам обещали автобус», — рассказала Раиса Ипатова."
    )
    assert contents(text) == [
        ("direct", "Мы не закрываем ни одной школы", False),
        ("direct", "Нам обещали автобус", False),
    ]


def test_interview_labels() -> None:
    text = (
        "Корреспондент: Когда откроется театр?\nИлья Раков: Премьера в декабре. Здание готово.\n"
        "Корреспондент: А билеты?\nИлья Раков: Билеты в кассах."
    )
    assert [kind for kind, _, _ in contents(text)] == ["direct"] * 4


def test_menus_and_counters_are_no_dialogue() -> None:
    assert contents("-\n2460\n-\n3\n-\nUSD:\n521.5 / 524.1\n- Спорт\n- Культура\n") == []


def test_two_who_speak_together_stay_together_beside_the_tagger() -> None:
    analysis = analyse("Анна Рыкова и Олег Тимин заявили, что рейс задержали.")
    (quote,) = find_quotes(analysis, find_entities(analysis))
    assert quote.speaker is not None
    assert analysis.span_text(quote.speaker) == "Анна Рыкова и Олег Тимин"


def test_tagger_finds_no_quote_in_a_thought_or_a_denial() -> None:
    assert (
        contents("Лыжница Полина Есина думала, что гонку отменят. Захар Погорелов не говорил, что мост закроют.") == []
    )
