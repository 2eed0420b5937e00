"""Training of the judge of pages: letters counted, parts made, trees written as the package reads them."""

from __future__ import annotations

import pytest

pytest.importorskip("lightgbm")

from training.train_article import Example, example, outlet, parts_of

TEXT = "Мост открыли\nНовый мост через реку открыли в мае.\nФото: Инна Чеботарь"


def page(spans: list[list[int]], outlet: str = "одна") -> Example:
    return example({"id": "1", "text": TEXT}, spans, "page", outlet, 1.0)


def test_a_piece_is_the_article_by_most_of_its_letters() -> None:
    end = TEXT.index("\nФото")
    assert page([[0, end]]).labels.tolist() == [True, True, False]
    assert page([[0, end + 3]]).labels.tolist() == [True, True, False]


def test_f1_counts_letters() -> None:
    whole = page([[0, TEXT.index("\nФото")]])
    assert whole.f1([True, True, False]) == 1.0
    assert whole.f1([False, False, True]) == 0.0
    assert whole.f1([True, True, True]) == pytest.approx(2 * whole.gold / (whole.gold + whole.total))
    assert page([]).f1([False, False, False]) == 1.0


def test_one_outlet_is_one_part() -> None:
    pages = [page([], outlet=name) for name in "abcabcddd"]
    part = parts_of(pages, 2, lambda page: page.outlet, 0)
    assert len({(page.outlet, of) for page, of in zip(pages, part, strict=True)}) == 4
    assert set(part) == {0, 1}


def test_names_of_one_outlet() -> None:
    assert outlet({"outlet": "РБК Санкт-Петербург", "source": "x"}) == outlet({"outlet": "РБК", "source": "y"})
    assert outlet({"outlet": "", "source": "RuNormAS"}) == "runormas"
