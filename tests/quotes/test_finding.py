"""Rules and tagger together: the quotes of short texts."""

from __future__ import annotations

import pytest
from names.texts import entities
from quotes.texts import contents, context_of, shown

from extractor.quotes import find_quotes, quotes_with, rule_quotes
from extractor.quotes.learned.tagger import tag_quotes


def test_the_stage_is_its_parts() -> None:
    text = "«Лёд ещё тонкий», — сказал Артём Гущин. По словам Анны Ровной, выставку продлят."
    context = context_of(text)
    found = find_quotes(context.analysis, entities(text))
    assert found == quotes_with(context.analysis, entities(text), tag_quotes(context.analysis))
    assert [quote.fragments for quote in found] == [quote.fragments for quote in rule_quotes(context)]


def test_a_text_without_words_has_no_quotes() -> None:
    assert contents("") == []
    assert contents("…") == []


def test_thoughts_and_denials_are_no_quotes() -> None:
    text = "Повариха Нина Дёмина думала, что ужин отложат. Тарас Ковшов не говорил, что рынок закроют."
    assert contents(text) == []


def test_impersonal_report_needs_somebody_who_may_have_said_it() -> None:
    assert contents("Сообщается, что порт закроют.") == []
    assert contents("По словам Кротова, порт закроют. Отмечается, что рабочих переведут.") == [
        ("indirect", "порт закроют"),
        ("indirect", "рабочих переведут"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "После того как директор Инна Чеботарь заявила, что цех закроют, рабочие вышли на площадь.",
            [("indirect", "цех закроют")],
        ),
        ("Слесарь Павел Ершов, который говорил, что котёл исправен, уволился.", [("indirect", "котёл исправен")]),
        (
            "В Минздраве заявили, что вакцины хватит, в мэрии — что очередей не будет.",
            [("indirect", "вакцины хватит"), ("indirect", "очередей не будет")],
        ),
    ],
)
def test_a_reported_clause_ends_where_the_reporter_goes_on(text: str, found: list[tuple[str, str]]) -> None:
    assert contents(text) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Порт, по данным Росстата, работает вполсилы.", "Порт … работает вполсилы"),
        ("Порт, как сообщил Кротов, закроют.", "Порт … закроют"),
        ("Порт, считает Кротов, закроют.", "Порт … закроют"),
    ],
)
def test_an_attribution_between_subject_and_verb_leaves_one_quote(text: str, parts: str) -> None:
    assert contents(text) == [("indirect", parts)]


def test_cues_of_one_sentence_make_quotes_of_their_own() -> None:
    text = "Врач Тимур Алиханов сообщил, что вирус отступил, и добавил, что капли можно убрать."
    assert contents(text) == [("indirect", "вирус отступил"), ("indirect", "капли можно убрать")]
    text = "Порт откроют, указал Кротов, подчеркнув, что рабочие останутся."
    assert contents(text) == [("indirect", "Порт откроют"), ("indirect", "рабочие останутся")]


@pytest.mark.parametrize(
    "cue",
    [
        "Соответствующее заявление сделал мэр Олег Кротов.",
        "К такому выводу пришла комиссия.",
        "Об этом говорится в сообщении мэрии.",
    ],
)
def test_what_reports_the_sentence_before(cue: str) -> None:
    assert contents(f"Порт закроют в мае. {cue}") == [("indirect", "Порт закроют в мае")]


def test_a_quote_ends_with_its_marks_and_its_paragraphs() -> None:
    assert contents("Он сказал: «Да» и вышел.") == [("direct", "Да")]
    assert contents("Лисина обещает не сдаваться: «Дойду до суда».") == [("direct", "Дойду до суда")]
    text = (
        "“Три года назад тут был склад, – вспомнил мастер, обходя цех. – Сегодня тут станки.\n"
        "Мы шли к этому долго. А вышло – загляденье”.\nГости разошлись к вечеру."
    )
    said = "Три года назад тут был склад … Сегодня тут станки. … Мы шли к этому долго. А вышло – загляденье"
    assert contents(text) == [("direct", said)]


def test_headlines_name_their_speaker() -> None:
    text = (
        "Мэр Лужинска: фонтан включат на площади\nПосевная завершена на две трети - Минсельхоз\nХоккей: «Кама» победила"
    )
    assert contents(text) == [
        ("indirect", "фонтан включат на площади"),
        ("indirect", "Посевная завершена на две трети"),
    ]


def test_quote_over_paragraphs_opened_anew() -> None:
    text = "«Милые соседи! Мы покрасим все скамейки.\n\n«Захватите с собой кисти», — попросила дворник Алла Седых."
    assert contents(text) == [("direct", "Милые соседи! Мы покрасим все скамейки. … Захватите с собой кисти")]


def test_mark_that_is_never_closed_costs_only_its_own_quote() -> None:
    text = (
        "«Мы не трогаем ни одного дерева, — подчеркнула Ольга Мирная. Жители собрали двести подписей.\n\n"
        "«Нам сулили новый парк», — рассказала Раиса Тюрина."
    )
    assert contents(text) == [("direct", "Мы не трогаем ни одного дерева"), ("direct", "Нам сулили новый парк")]


def test_interview_and_menu() -> None:
    text = (
        "Корреспондент: Когда откроется театр?\nИлья Раков: Премьера в декабре. Здание готово.\n"
        "Корреспондент: А билеты?\nИлья Раков: Билеты в кассах."
    )
    assert [kind for kind, _ in contents(text)] == ["direct"] * 4
    assert contents("-\n2460\n-\n3\n-\nUSD:\n521.5 / 524.1\n- Спорт\n- Культура\n") == []


def test_two_who_speak_together_stay_together_beside_the_tagger() -> None:
    text = "Анна Рыкова и Олег Тимин заявили, что рейс задержали."
    context = context_of(text)
    (quote,) = find_quotes(context.analysis, entities(text))
    assert shown(context, quote.speaker) == "Анна Рыкова и Олег Тимин"


@pytest.mark.parametrize(
    "text",
    [
        "‹Мы вернёмся к этому осенью›, — сказал министр Антон Лагутин.",
        "Министр Антон Лагутин сказал: ‹Мы вернёмся к этому осенью›.",
    ],
)
def test_words_in_single_angle_marks_are_quoted_whole(text: str) -> None:
    """Copies of the set of marks lacked ‹›: the mark stayed joined to its word, and the content was cut."""
    assert contents(text) == [("direct", "Мы вернёмся к этому осенью")]
