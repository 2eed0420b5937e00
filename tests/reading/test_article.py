"""Which parts of a page are the article; + is the article, - is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.reading import article
from extractor.reading.article import CONTEXT, FEATURES, blocks
from extractor.reading.pieces import pieces
from extractor.reading.segmentation import paragraphs

PROSE = (
    "Новый мост через реку Светлую откроют в мае, сообщила на совещании мэр Заречного Инна Чеботарь.",
    "По её словам, строители закончили главную часть работ и теперь укладывают асфальт на подъездах.",
    "«Мы ждали этого моста тридцать лет, и теперь дорога до больницы займёт десять минут», — сказала она.",
    "Проект стоил городу два миллиарда рублей, ещё столько же выделила область на дороги к мосту.",
)


def judged(text: str) -> str:
    return "\n".join(f"{'-+'[block.article]}{text[block.start : block.end]}" for block in judged_blocks(text))


def judged_blocks(text: str) -> list[article.Block]:
    return list(blocks(text, list(paragraphs(text))))


def marked(*lines: str) -> str:
    """Returns lines that begin with + or -, as one text."""
    return "\n".join(lines)


def plain(text: str) -> str:
    return "\n".join(line[1:] for line in text.split("\n"))


@pytest.mark.parametrize(
    "text",
    [
        f"+{PROSE[0]}",
        "+" + "\n+".join(PROSE),
        "+" + " ".join(PROSE),
        "+Мост через Светлую откроют в мае\n+" + "\n+".join(PROSE),
        "+В Заречном открыли мост.",
        "+Заречный",
    ],
)
def test_a_text_that_is_all_prose_is_all_article(text: str) -> None:
    lines = judged(plain(text)).split("\n")
    assert lines == text.split("\n")


def test_menus_lists_and_tails_stand_around() -> None:
    page = marked(
        "-Главная",
        "-Новости",
        "-Политика",
        "-Экономика",
        "-Подписаться",
        "+Мост через Светлую откроют в мае",
        "-12 апреля 2030, 14:05",
        *(f"+{line}" for line in PROSE),
        "-Читайте также:",
        "-В Заречном подорожал хлеб",
        "-Где отдохнуть в выходные: пять мест у воды",
        "-Подписывайтесь на наш канал в Telegram",
        "-Комментарии",
        "-© 2030 Все права защищены.",
        "-Политика конфиденциальности",
    )
    assert judged(plain(page)) == page


def test_a_glued_tail_is_cut_off() -> None:
    text = f"{PROSE[0]} {PROSE[1]}Больше новостей в Telegram-канале. Подписывайся!"
    assert [(text[block.start : block.end], block.article) for block in judged_blocks(text)] == [
        (f"{PROSE[0]} {PROSE[1]}", True),
        ("Больше новостей в Telegram-канале. Подписывайся!", False),
    ]


def test_a_feed_has_no_article() -> None:
    headlines = (
        "В Заречном открыли мост",
        "Суд оштрафовал завод",
        "Школы уходят на каникулы",
        "Хлеб подорожал на рубль",
    )
    lines = ["Лента новостей"]
    for hour, headline in enumerate(headlines * 3, 10):
        lines += [f"{hour}:15", headline]
    assert not any(block.article for block in judged_blocks("\n".join([*lines, "Все новости"])))


def test_a_text_without_a_letter_is_article() -> None:
    assert [block.article for block in judged_blocks("***\n—")] == [True, True]
    assert judged_blocks("") == []


def test_features_have_their_names() -> None:
    text = "\n".join(PROSE)
    parts = list(pieces(text, paragraphs(text)))
    described = article.features(text, parts)
    assert described.shape == (4, len(FEATURES))
    assert article.context(parts, np.array([0.9, 0.8, 0.2, 0.9])).shape == (4, len(CONTEXT))
    assert len(set(FEATURES) | set(CONTEXT)) == len(FEATURES) + len(CONTEXT)
    assert described[:, FEATURES.index("ends in stop")].tolist() == [1.0] * 4
    assert described[:, FEATURES.index("ends in stop of before")].tolist() == [-1.0, 1.0, 1.0, 1.0]


def test_no_run_of_pieces_that_scores_enough_means_no_article() -> None:
    text = "\n".join(PROSE * 6)
    parts = list(pieces(text, paragraphs(text)))
    p = np.full(24, 0.1)
    assert article.article_of(parts, p) == [False] * 24
    p[5] = 0.51
    assert article.article_of(parts, p) == [False] * 24
    p[5] = 0.99
    assert article.article_of(parts, p) == [number == 5 for number in range(24)]


def test_a_text_of_few_doubtful_pieces_is_all_article() -> None:
    text = "\n".join(PROSE)
    parts = list(pieces(text, paragraphs(text)))
    assert article.article_of(parts, np.array([0.1, 0.2, 0.1, 0.1])) == [True] * 4
    assert article.article_of(parts, np.array([0.1, 0.9, 0.1, 0.1])) == [False, True, False, False]


@given(
    st.lists(
        st.sampled_from([*PROSE, "Главная", "12:40", "-", "Фото: Инна Чеботарь", "  ", "Читайте также"]), max_size=12
    )
)
def test_blocks_cover_the_paragraphs(lines: list[str]) -> None:
    text = "\n".join(lines)
    covered = {place for start, end in paragraphs(text) for place in range(start, end)}
    places = [place for block in judged_blocks(text) for place in range(block.start, block.end)]
    assert places == sorted(covered)
