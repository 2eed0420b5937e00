"""What syntax says of a cue."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of, sentence

from extractor.quotes.rules.reported.syntax import (
    after_adversative,
    clause_joint,
    complement_start,
    depends_on,
    how_before,
    is_about_this,
    is_denied,
    is_main,
    preposition_before,
    reports_nobody,
)


@pytest.mark.parametrize(
    ("text", "cue", "first"),
    [
        ("Мэр сообщил, что порт закроют.", "сообщил", "порт"),
        ("Мэр сообщил журналистам на встрече, что порт закроют.", "сообщил", "порт"),
        ("Мэр сказал, будто порт закроют.", "сказал", "порт"),
        ("Мэр рассказал, когда закроют порт.", "рассказал", "когда"),
        ("Мэр уверен: порт закроют.", "уверен", "порт"),
        ("Мэр объявил сбор, чтобы отправить помощь.", "объявил", None),
        ("Мэр сообщил об аресте, что удивило всех.", "сообщил", None),
        ("Мэр объявил сбор в связи с тем, что порт закрыт.", "объявил", None),
        ("Мэр сообщил новость.", "сообщил", None),
    ],
)
def test_the_clause_that_a_cue_governs(text: str, cue: str, first: str | None) -> None:
    context = context_of(text)
    found = complement_start(context, at(context, cue), sentence(context))
    assert (None if found is None else context.token(found).text) == first


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("Мэр не говорил, что порт закроют.", "говорил", True),
        ("Мэр не исключил, что порт закроют.", "исключил", False),
        ("Разве мэр обещал, что порт закроют?", "обещал", True),
        ("Если мэр скажет, что порт закроют, мы уйдём.", "скажет", True),
        ("Мэр сказал бы, что порт закроют.", "сказал", True),
        ("Мэр сказал, что порт закроют.", "сказал", False),
    ],
)
def test_a_negated_asked_or_conditional_cue_is_denied(text: str, cue: str, expected: bool) -> None:
    context = context_of(text)
    assert is_denied(context, at(context, cue), sentence(context)) is expected


@pytest.mark.parametrize(
    ("text", "cue", "expected"),
    [
        ("Напомним, что порт закрыт.", "Напомним", True),
        ("Стоит отметить, что порт закрыт.", "отметить", True),
        ("Мэр поспешил заявить, что порт закрыт.", "заявить", False),
        ("Следует отметить, что порт закрыт.", "Следует", True),
        ("Мэр отметил, что порт закрыт.", "отметил", False),
    ],
)
def test_forms_in_which_nobody_else_speaks(text: str, cue: str, expected: bool) -> None:
    context = context_of(text)
    assert reports_nobody(context, at(context, cue)) is expected


def test_words_of_a_clause_depend_on_its_cue() -> None:
    context = context_of("Мэр сообщил, что порт закроют.")
    cue = at(context, "сообщил")
    assert depends_on(context, at(context, "что"), cue)
    assert not depends_on(context, cue + 1, 0)


def test_a_predicate_of_a_relative_clause_is_not_main() -> None:
    context = context_of("Мэр, который сообщил новость, уехал.")
    assert is_main(context, at(context, "уехал"))
    assert not is_main(context, at(context, "сообщил"))


def test_the_conjunction_that_begins_a_clause() -> None:
    context = context_of("Порт закрыт, однако мэр открыл мост и уехал.")
    opened, left = at(context, "открыл"), at(context, "уехал")
    assert after_adversative(context, opened)
    assert clause_joint(context, opened, 0) == at(context, ",")
    assert clause_joint(context, left, 0) == at(context, "и")
    assert clause_joint(context, 1, 0) is None


@pytest.mark.parametrize(
    ("text", "noun", "preposition"),
    [
        ("По последним данным, порт закрыт.", "данным", "По"),
        ("Со слов мэра, порт закрыт.", "слов", "Со"),
        ("Согласно отчёту, порт закрыт.", "Согласно", "Согласно"),
        ("Ко всем данным есть доступ.", "данным", None),
    ],
)
def test_the_preposition_before_a_cue(text: str, noun: str, preposition: str | None) -> None:
    context = context_of(text)
    found = preposition_before(context, at(context, noun), sentence(context))
    assert (None if found is None else context.token(found).text) == preposition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Как сообщил мэр, порт закрыт.", True),
        ("Порт закрыт, как вчера сообщил мэр.", True),
        ("Порт закрыли после того, как сообщил мэр.", False),
        ("Порт закрыт, сообщил мэр.", False),
    ],
)
def test_the_conjunction_of_an_aside(text: str, expected: bool) -> None:
    context = context_of(text)
    assert (how_before(context, at(context, "сообщил"), sentence(context)) is not None) is expected


def test_об_этом_stands_for_the_sentence_before() -> None:
    context = context_of("Об этом сообщил мэр.")
    assert is_about_this(context, 0) and not is_about_this(context, 1)
