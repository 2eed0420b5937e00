"""Quotes in single sentences, as the rules find them and a reader would mark them: ⟦content⟧, <cue>, {speaker};
and in short texts, as rules and tagger find them together."""

from __future__ import annotations

import re

import pytest

from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes, rule_quotes
from extractor.quotes.quote import Quote
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import read

MARKUP = re.compile(r"[⟦⟧<>{}]")

DIRECT = """
«⟦Лёд ещё тонкий⟧», — <сказал> спасатель {Артём Гущин}.
"⟦Лёд ещё тонкий⟧", - <сказал> спасатель {Артём Гущин}.
“⟦Лёд ещё тонкий⟧”, – <сказал> спасатель {Артём Гущин}.
„⟦Лёд ещё тонкий⟧“, — <сказал> спасатель {Артём Гущин}.
«⟦Лёд ещё тонкий⟧»,—<предупредил> {Артём Гущин}.
«⟦Лёд ещё тонкий⟧» - <сказал> {Артём Гущин}.
«⟦Мы не могли судиться. Единственный выход — уйти⟧», — <решили> в {совете}.
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
«⟦Порт закроют. Рабочих переведут⟧», — <цитирует> {Кротова} пресс-служба.
«⟦Я против⟧", — <сказал> {Лев Бородин}.
На вопрос, когда откроют порт, {Лев Бородин} <ответил>: «⟦Скоро⟧».
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
<По данным> журнала «{Волна}», ⟦состояние Лямина оценивается в миллиард⟧.
<По данным> {источника}, ⟦теперь должность Лямина займёт Ольга Бережная⟧.
<По данным> {издания}, ссылающегося на местных чиновников, ⟦переговоры прошли в мае⟧.
<По словам> директора порта {Ивана Седова}, которого цитирует «Волна», ⟦причал построят к осени⟧.
<По версии> {следствия}, ⟦проходя службу в порту, Лямин брал взятки⟧.
Как <объявил> {Глеб Санин}, ⟦12 июля порт откроют⟧.
Как <сообщили> в {прокуратуре}, ⟦в суде установлено, что водитель уснул за рулём⟧.
{Глеб Санин} <заявил>, что ⟦порту стоит избавиться от старых кранов⟧ и распорядился их снести.
{Комиссия} <выразила уверенность>, что ⟦рейсы возобновят утром⟧, и поблагодарила экипаж.
{Кротов} <дал понять>, что ⟦порт закроют⟧.
{Кротов} поспешил <заявить>, что ⟦порт закроют⟧.
Из {письма} <следует>, что ⟦порт закроют⟧.
Глава фракции {Анна Ким и депутат Пётр Лосев} <считают>, что ⟦закон сырой⟧.
Однако порт закрыли, так как ⟦он⟧, <по мнению> {мэрии}, ⟦не был нужен⟧.
"""

MIXED = """
{Глеб Санин} <заявил>, что ⟦закон «ставит фермеров в тупик»⟧.
Критик {Марк Заславский} <назвал> премьеру «⟦провалом сезона⟧».
Мэр {Пётр Лужин} <призвал> жителей, которые имеют влияние на соседей, «⟦не паниковать и не придумывать страшное⟧».
Режиссёр {Марк Лужин} <посоветовал> ему «⟦чаще бывать в театре⟧».
{Глеб Санин} <пообещал> «⟦разобраться до пятницы⟧».
{Азат Каримов} <призвал> «⟦беречь воду⟧» и «⟦сажать деревья⟧».
{Он} <назвал> решение «⟦преступным⟧», а чиновников — «⟦слепыми⟧».
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
Согласно закону, самовольные постройки подлежат сносу.
Принят закон, согласно которому порт закроют.
Глеб Санин объявил о сборе, чтобы отправить помощь в посёлок.
Глеб Санин объявил о сборе в связи с тем, что порт закрыт.
Секретарь затруднился сказать, когда откроют порт.
Следует отметить, что мост закрыли прошлой весной.
Предполагается, что мост откроют весной.
Каждый знал своё место, Глеб Санин отвечал за порт.
"""


def lines(block: str) -> list[str]:
    return block.strip().split("\n")


def found(text: str) -> tuple[list[Quote], str]:
    """The quotes of a text, and the text marked up with the first of them."""
    analysis = label(read(text))
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
    analysis = label(read(text))
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


@pytest.mark.parametrize(
    "cue",
    [
        "Соответствующее заявление сделал мэр Олег Кротов.",
        "К такому выводу пришла комиссия.",
        "Об этом говорится в сообщении мэрии.",
    ],
)
def test_what_reports_the_sentence_before(cue: str) -> None:
    assert contents(f"Порт закроют в мае. {cue}") == [("indirect", "Порт закроют в мае", True)]


def test_impersonal_report_needs_somebody_who_may_have_said_it() -> None:
    assert contents("Сообщается, что порт закроют.") == []
    assert contents("По словам Кротова, порт закроют. Отмечается, что рабочих переведут.") == [
        ("indirect", "порт закроют", False),
        ("indirect", "рабочих переведут", False),
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Порт, по данным Росстата, работает вполсилы.", "Порт … работает вполсилы"),
        ("Порт, как сообщил Кротов, закроют.", "Порт … закроют"),
        ("Порт, считает Кротов, закроют.", "Порт … закроют"),
    ],
)
def test_an_attribution_between_subject_and_verb_leaves_one_quote(text: str, parts: str) -> None:
    assert contents(text) == [("indirect", parts, False)]


def test_a_gerund_that_reports_makes_a_quote_of_its_own() -> None:
    assert contents("Порт откроют, указал Кротов, подчеркнув, что рабочие останутся.") == [
        ("indirect", "Порт откроют", False),
        ("indirect", "рабочие останутся", False),
    ]


def test_a_quote_ends_with_its_marks_and_its_paragraphs() -> None:
    assert contents("Он сказал: «Да» и вышел.") == [("direct", "Да", False)]
    assert contents("Лисина обещает, что не сдастся: «Дойду до суда».") == [
        ("indirect", "не сдастся", False),
        ("direct", "Дойду до суда", False),
    ]
    text = (
        "“Три года назад тут был склад, – вспомнил ректор, открывая церемонию. – Сегодня тут станки.\n"
        "Мы шли к этому долго. Зато результат – перед вами”.\nГости разошлись к вечеру."
    )
    said = "Три года назад тут был склад … Сегодня тут станки. … Мы шли к этому долго. Зато результат – перед вами"
    assert contents(text) == [("direct", said, False)]


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
    analysis = label(read("Анна Рыкова и Олег Тимин заявили, что рейс задержали."))
    (quote,) = find_quotes(analysis, find_entities(analysis))
    assert quote.speaker is not None
    assert analysis.span_text(quote.speaker) == "Анна Рыкова и Олег Тимин"


def test_tagger_finds_no_quote_in_a_thought_or_a_denial() -> None:
    assert (
        contents("Лыжница Полина Есина думала, что гонку отменят. Захар Погорелов не говорил, что мост закроют.") == []
    )


@pytest.mark.parametrize(
    "text",
    [
        "‹Мы вернёмся к этому осенью›, — сказал министр Антон Лагутин.",
        "Министр Антон Лагутин сказал: ‹Мы вернёмся к этому осенью›.",
    ],
)
def test_words_in_single_angle_marks_are_quoted_whole(text: str) -> None:
    """Copies of the set of marks lacked ‹›: the mark stayed joined to its word, and the content was cut."""
    analysis = label(read(text))
    (quote,) = find_quotes(analysis, find_entities(analysis))
    assert [analysis.span_text(fragment) for fragment in quote.fragments] == ["Мы вернёмся к этому осенью"]
    assert quote.type == "direct"
