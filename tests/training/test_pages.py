"""Pages made up around clean articles: their spans are the article's own lines."""

from __future__ import annotations

import random

from training.pages import Printer

ARTICLES = [
    {
        "text": f"В городе {name} открыли новый мост через реку\n"
        f"Мост в городе {name} строили три года, и он обошёлся в два миллиарда рублей.\n"
        "Дорога до больницы займёт теперь десять минут, а не час, как прежде.\n"
        "Первыми по мосту проехали строители на старом автобусе."
    }
    for name in ("Заречный", "Светлый", "Камышин", "Озёрск")
]


def test_the_spans_are_parts_of_one_article() -> None:
    printer = Printer(ARTICLES, random.Random(1))
    words = [{word.lower().strip(".,:;«»") for word in article["text"].split()} for article in ARTICLES]
    for _ in range(200):
        page = printer.page()
        assert page.article
        inside = {word.lower().strip(".,:;«»") for start, end in page.article for word in page.text[start:end].split()}
        assert any(len(inside - own) <= 12 for own in words)  # list marks and numbers are put before lines
        edges = [edge for span in page.article for edge in span]
        assert edges == sorted(edges)
        assert edges[-1] <= len(page.text)


def test_a_front_page_has_no_article() -> None:
    printer = Printer(ARTICLES, random.Random(2))
    pages = [printer.front_page() for _ in range(50)]
    assert all(page.text and not page.article for page in pages)


def test_the_same_numbers_make_the_same_pages() -> None:
    one, other = (Printer(ARTICLES, random.Random(3)) for _ in range(2))
    assert [one.page() for _ in range(20)] == [other.page() for _ in range(20)]
