"""What is content of a quote, and what only joins it to the reporter's words."""

from __future__ import annotations

import pytest
from quotes.texts import context_of, shown

from extractor.quotes.rules.content import as_content, has_predicate, trimmed
from extractor.reading.analysis import TokenSpan


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("— Мост готов,", "Мост готов"),
        ("«Мост готов:", "Мост готов"),
        ("Мост готов!", "Мост готов!"),
        ("— , —", None),
    ],
)
def test_an_utterance_is_trimmed_of_what_joins_it_to_its_attribution(text: str, expected: str | None) -> None:
    context = context_of(text)
    assert shown(context, trimmed(context, TokenSpan(0, len(context.analysis.tokens)))) == expected


@pytest.mark.parametrize(
    ("text", "stops", "expected"),
    [
        (", порт закроют.", True, "порт закроют"),
        (", порт закроют.", False, "порт закроют."),
        ("порт закроют?", True, "порт закроют?"),
        ("порт закроют 🔥", True, "порт закроют"),
        ("порт закроют»", True, "порт закроют"),
        ("порт «Чайка»", True, "порт «Чайка»"),
        ("порт закроют (", True, "порт закроют"),
        (") порт закроют", True, "порт закроют"),
        ("— … .", True, None),
    ],
)
def test_reported_content_keeps_its_own_marks_only(text: str, stops: bool, expected: str | None) -> None:
    context = context_of(text)
    assert shown(context, as_content(context, 0, len(context.analysis.tokens), stops)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("порт закроют", True),
        ("закрыть порт", True),
        ("порт закрыт", True),
        ("здесь нельзя курить", True),
        ("старый порт у реки", False),
    ],
)
def test_a_predicate_is_a_verb_a_short_form_or_a_predicative(text: str, expected: bool) -> None:
    context = context_of(text)
    assert has_predicate(context, TokenSpan(0, len(context.analysis.tokens))) is expected
