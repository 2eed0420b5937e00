"""What the stage hands on, and that each quote says which rule found it."""

from __future__ import annotations

from collections import Counter

import pytest
from names.texts import all_rules, entities, leave_out
from quotes.texts import context_of

from extractor.quotes import criteria, quotes_with, rule_quotes
from extractor.quotes.learned.decoding import decode
from extractor.quotes.learned.tagger import tag_quotes
from extractor.quotes.quote import TAGGER, Quote
from extractor.quotes.rules import utterances
from extractor.quotes.rules.reported import finding
from extractor.reading.analysis import TokenSpan

FINDERS = [*all_rules(utterances), *all_rules(finding)]
# A quote of each rule that finds quotes.
TEXT = """Мэр Лужинска: фонтан включат на площади
Посевная завершена на две трети - Минсельхоз
Порт закроют в мае. Об этом сообщил мэр Олег Кротов. Он назвал решение «преступным».
Глеб Санин сообщил, что рейс задержали. По словам Анны Ровной, выставку продлят до мая.
Новый паром, рассказал капитан Юрий Бессонов, сможет брать сто машин.
«Лёд ещё тонкий», — сказал спасатель Артём Гущин.
— Третий год живём, — ответила Марфа Сизова. — Прежде снимали у озера.
Корреспондент: Когда откроется театр?
Илья Раков: Премьера в декабре. Здание готово.
Корреспондент: А билеты?
Илья Раков: Билеты в кассах.
Мэр Олег Кротов написал:
Дорогие соседи, мост закрыт до пятницы. Простите нас."""


def test_an_anaphoric_quote_is_one_by_its_construction() -> None:
    assert Quote("indirect", "anaphoric", (TokenSpan(0, 2),)).anaphoric
    assert not Quote("indirect", "clause", (TokenSpan(0, 2),)).anaphoric


def test_every_rule_finds_a_quote_that_carries_its_name() -> None:
    assert Counter(quote.rule for quote in rule_quotes(context_of(TEXT))).keys() == set(FINDERS)


@pytest.mark.parametrize("rule", FINDERS)
def test_without_a_rule_its_quotes_are_gone_or_other_ones(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    context = context_of(TEXT)
    found = {quote for quote in rule_quotes(context) if quote.rule == rule}
    leave_out(monkeypatch, utterances if rule in all_rules(utterances) else finding, rule)
    left = {quote._replace(rule=rule) for quote in rule_quotes(context)}
    assert found and not found & left


def test_a_quote_of_the_tagger_carries_its_name() -> None:
    context = context_of(TEXT)
    assert {quote.rule for quote in decode(context.analysis, tag_quotes(context.analysis))} == {TAGGER}


def test_a_joined_quote_names_what_found_its_content_and_then_what_met_it() -> None:
    context = context_of(TEXT)
    quotes = quotes_with(context.analysis, entities(TEXT), tag_quotes(context.analysis))
    assert {name for quote in quotes for name in quote.rule.split(" + ")} <= {TAGGER, *FINDERS}
    text = "Глеб Санин сообщил, что рейс задержали из-за метели."
    context = context_of(text)
    (quote,) = quotes_with(context.analysis, entities(text), tag_quotes(context.analysis))
    assert quote.rule == "tagger + reported: clause"


@pytest.mark.parametrize("rules", [utterances.DIRECT, finding.BY_CUE, finding.HEADLINES, finding.BY_TEXT])
def test_lists_of_finders_are_not_empty(rules: tuple[object, ...]) -> None:
    assert rules


def test_no_two_rules_have_one_name() -> None:
    names = [*FINDERS, *all_rules(criteria)]
    assert len(names) == len(set(names))
