"""The rules of reported quotes together: their order, their conflicts, reports without a source."""

from __future__ import annotations

import pytest
from quotes.texts import by_rules, context_of

from extractor.quotes.rules.reported import finding
from extractor.quotes.rules.reported.finding import BY_CUE, find_reported


def test_coordinated_cues_make_two_quotes() -> None:
    text = "Врач Тимур Алиханов сообщил, что вирус отступил, и добавил, что капли можно убрать."
    assert [said for _, _, said in by_rules(text)] == [
        "Врач {Тимур Алиханов} <сообщил>, что ⟦вирус отступил⟧, и добавил, что капли можно убрать.",
        "Врач Тимур Алиханов сообщил, что вирус отступил, и <добавил>, что ⟦капли можно убрать⟧.",
    ]


def test_a_cue_of_a_direct_quote_reports_a_clause_besides() -> None:
    text = "Лисина обещает, что не сдастся: «Дойду до суда»."
    assert [(rule, kind) for rule, kind, _ in by_rules(text)] == [
        ("quote: marks", "direct"),
        ("reported: clause", "indirect"),
    ]


def test_an_impersonal_report_counts_after_another_quote_only() -> None:
    assert by_rules("Сообщается, что порт закроют.") == []
    assert by_rules("Ранее сообщалось, что мост закрыли.") == []
    text = "По словам Кротова, порт закроют. Отмечается, что рабочих переведут."
    assert [said for _, _, said in by_rules(text)] == [
        "<По словам> {Кротова}, ⟦порт закроют⟧. Отмечается, что рабочих переведут.",
        "По словам Кротова, порт закроют. <Отмечается>, что ⟦рабочих переведут⟧.",
    ]


def test_hearsay_is_no_quote() -> None:
    assert by_rules("Говорят, что порт закроют.") == []


def test_without_a_rule_a_later_one_may_take_its_cue(monkeypatch: pytest.MonkeyPatch) -> None:
    context = context_of("По словам мэра, порт закроют. Глеб Санин сообщил, что рейс задержали.")
    assert [quote.rule for quote in find_reported(context, [])] == ["reported: aside", "reported: clause"]
    monkeypatch.setattr(finding, "BY_CUE", tuple(rule for rule in BY_CUE if rule.name != "reported: aside"))
    assert [quote.rule for quote in find_reported(context, [])] == ["reported: clause"]
