"""Where lines are cut into pieces; | shows the cuts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.pieces import pieces
from extractor.reading.segmentation import paragraphs


def cut(text: str) -> str:
    return "|".join(text[piece.start : piece.end] for piece in pieces(text, paragraphs(text)))


@pytest.mark.parametrize(
    "line",
    [
        "Мост откроют в мае, сообщили в мэрии города Заречного.|Фото: Инна Чеботарь",
        "Мост откроют в мае, сообщили в мэрии города.  |Инна Чеботарь, Заречный",
        "Мост откроют в мае, сообщили в мэрии.,|Больше новостей в Telegram-канале ,. |Подписывайся!",
        "Мост открыли.|Читайте также: Где купить билет 13 апреля 2030 17:48|Вице-мэр приехал первым.",
        "Мост открыли, его длина 300 метров. |©Мэр разрезал ленту вместе с И. П. Гущиным.",
    ],
)
def test_lines_that_look_mixed_are_cut(line: str) -> None:
    assert cut(line.replace("|", "")) == line


@pytest.mark.parametrize(
    "line",
    [
        "Мост откроют в мае. Об этом сообщили в мэрии города Заречного. Его строили три года.",
        "Фото: Инна Чеботарь. Заречный",
        "Мост откроют в мае",
    ],
)
def test_prose_and_short_lines_stay_whole(line: str) -> None:
    assert cut(line) == line


def test_lines_without_a_word_have_no_piece() -> None:
    assert cut("Мост открыли.\n***\n-\nПоезда пошли.") == "Мост открыли.|Поезда пошли."


@given(st.text(alphabet=' \n.,:!©■|«»"Фото Подпис12абВГ-', max_size=200))
def test_pieces_cover_their_lines_and_each_has_a_letter_or_a_digit(text: str) -> None:
    lines = list(paragraphs(text))
    found = list(pieces(text, lines))
    assert all(any(map(str.isalnum, text[piece.start : piece.end])) for piece in found)
    for number, line in enumerate(lines):
        of_line = [piece for piece in found if piece.line == number]
        if any(map(str.isalnum, text[line[0] : line[1]])):
            edges = [of_line[0].start, *(piece.end for piece in of_line)]
            assert edges == [*(piece.start for piece in of_line), line[1]]
            assert edges[0] == line[0]
        else:
            assert not of_line
