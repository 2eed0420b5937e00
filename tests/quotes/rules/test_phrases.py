"""Noun phrases of speakers: from a head to the mention."""

from __future__ import annotations

import pytest
from quotes.texts import at, context_of, shown

from extractor.names.entities import Entities, Mention, Organization
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import first_noun, noun_phrase, phrase_of, span_of
from extractor.reading.analysis import TokenSpan, read


@pytest.mark.parametrize(
    ("text", "head", "mention"),
    [
        # The name of the person whom the noun describes, in its phrase or in apposition.
        ("Министр транспорта Олег Кротов уехал.", "Министр", "Олег Кротов"),
        ("Лидер союза, проповедник Олег Кротов уехал.", "Лидер", "Олег Кротов"),
        ("Директор завода (Лужинск) Олег Кротов уехал.", "Директор", "Олег Кротов"),
        # A name in the genitive belongs to another one, as does one after another person.
        ("Вдова Олега Кротова уехала.", "Вдова", "Вдова Олега Кротова"),
        ("Певец на встрече с менеджером Соной Алиевой спел.", "Певец", "Певец"),
        # Without a name the phrase to its complements, without clauses and appositions.
        ("Новый директор старого завода уехал.", "директор", "Новый директор старого завода"),
        ("Директор, который приехал, устал.", "Директор", "Директор"),
        # A medium goes by the name in marks.
        ("Газета «Волна» закрылась.", "Газета", "Волна"),
        ("Олег Кротов уехал.", "Кротов", "Олег Кротов"),
    ],
)
def test_the_mention_of_a_phrase(text: str, head: str, mention: str) -> None:
    context = context_of(text)
    assert shown(context, noun_phrase(context, at(context, head), 0, len(context.analysis.tokens))) == mention


def test_a_mention_stays_within_its_bounds() -> None:
    context = context_of("Новый директор старого завода уехал.")
    assert noun_phrase(context, 1, 1, 3) == TokenSpan(1, 3)


def test_a_phrase_ends_before_a_medium_that_is_told() -> None:
    analysis = read("В мэрии «Интерфаксу» сообщили правду.")
    told = Organization("Интерфакс", (Mention(TokenSpan(3, 4), "name"),))
    context = Context.of(analysis, Entities((), (told,)))
    assert shown(context, phrase_of(context, at(context, "мэрии"), 0, len(context.analysis.tokens))) == "мэрии"


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("новый директор завода", "директор"),
        ("его директор", "директор"),
        ("она уехала", "она"),
        ("Олег Кротов", "Олег"),
        ("уехал директор", None),
        (", директор", None),
        ("приехавший директор", "директор"),
    ],
)
def test_the_first_noun_of_a_phrase(text: str, head: str | None) -> None:
    context = context_of(text)
    found = first_noun(context, 0, len(context.analysis.tokens))
    assert (None if found is None else context.token(found).text) == head


def test_a_span_holds_all_of_some() -> None:
    assert span_of((TokenSpan(5, 6), None, TokenSpan(2, 3))) == TokenSpan(2, 6)
    assert span_of((None, None)) is None
