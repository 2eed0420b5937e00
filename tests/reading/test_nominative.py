import pytest

from extractor.names.tagger import label
from extractor.reading.analysis import TokenSpan, read
from extractor.reading.nominative import nominative


def phrase(before: str, words: str, after: str) -> str:
    analysis = label(read(before + words + after))
    inside = [t.index for t in analysis.tokens if len(before) <= t.start < len(before) + len(words)]
    return nominative(analysis, TokenSpan(inside[0], inside[-1] + 1))


@pytest.mark.parametrize(
    ("before", "words", "after", "expected"),
    [
        ("Сообщили в ", "пресс-службе Росморречфлота", ".", "пресс-служба Росморречфлота"),
        ("По словам ", "главы государства", ", план готов.", "глава государства"),
        (
            "По мнению ",
            "бывшего первого заместителя министра внутренних дел России",
            " это ошибка.",
            "бывший первый заместитель министра внутренних дел России",
        ),
        ("По данным ", "американских и британских экспертов", ", спрос упал.", "американские и британские эксперты"),
        ("Передали ", "врачу-терапевту областной больницы", " документы.", "врач-терапевт областной больницы"),
        ("По данным ", "Центрального банка", ", ставка прежняя.", "Центральный банк"),
        ("Ответил ", "источник в правительстве", ".", "источник в правительстве"),
    ],
)
def test_noun_phrases_in_the_nominative(before: str, words: str, after: str, expected: str) -> None:
    assert phrase(before, words, after) == expected
