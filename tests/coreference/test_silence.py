"""Silent quotes: who speaks where nothing beside the quote says so."""

from __future__ import annotations

import pytest

from extractor.coreference import resolve
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.reading.analysis import read


def speakers(text: str) -> list[tuple[bool, str | None]]:
    """Of each quote whether it is silent, and the name of its speaker."""
    analysis = label(read(text))
    entities = find_entities(analysis)
    quotes = find_quotes(analysis, entities)
    _, found = resolve(analysis, entities, quotes)
    return [(q.speaker is None, None if s is None else s.name) for q, s in zip(quotes, found, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "«Мы купили трамваи», — сказал директор депо Эдуард Мельник.\n\n«Первый выйдет на линию завтра».",
            [(False, "Эдуард Мельник"), (True, "Эдуард Мельник")],
            id="goes on with the speaker before",
        ),
        pytest.param(
            "«Мы купили трамваи», — сказал директор депо Эдуард Мельник.\n"
            "Иван Громов с этим не согласен.\n«На линию они выйдут завтра».",
            [(False, "Эдуард Мельник"), (True, "Иван Громов")],
            id="whom the sentence before introduces",
        ),
        pytest.param(
            "О планах мы спросили директора лицея Кирилла Зотова.\n— Что изменится?\n— Уроков станет больше.\n"
            "— А каникулы?\n— Каникулы останутся.",
            [(True, None), (True, "Кирилл Зотов"), (True, None), (True, "Кирилл Зотов")],
            id="turns of an interview",
        ),
    ],
)
def test_silence(text: str, expected: list[tuple[bool, str | None]]) -> None:
    assert speakers(text) == expected


def test_a_headline_has_the_speaker_of_the_same_words_below() -> None:
    text = (
        "«Мы купили новые трамваи»\n\nДиректор депо Эдуард Мельник рассказал о планах.\n"
        "«Мы купили новые трамваи», — сказал Мельник."
    )
    assert {name for _, name in speakers(text)} == {"Эдуард Мельник"}
