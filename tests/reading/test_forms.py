"""Word forms and the answers that are cached for them."""

from hypothesis import given
from hypothesis import strategies as st

from extractor.reading.analysis import read
from extractor.reading.forms import Form, form_of, plain
from extractor.reading.morphology import Word


def test_a_form_knows_how_lexicons_write_it() -> None:
    form = Form("Щёкино")
    assert (form.text, form.lower, form.plain) == ("Щёкино", "щёкино", "щекино")


def test_a_function_of_a_form_is_called_once() -> None:
    asked: list[str] = []

    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    form = Form("мост")
    assert [form[length], form[length], form[str.upper]] == [4, 4, "МОСТ"]
    assert asked == ["мост"]


def test_a_function_of_a_token_is_called_once_for_each_tag_of_its_form() -> None:
    asked: list[Word] = []

    def case(word: Word) -> str | None:
        asked.append(word)
        return word.case

    tokens = read("Мыла нет. Она мыла окно. Мама мыла окно.").tokens
    found = [token.cached(case) for token in tokens if token.lower == "мыла"]
    assert found == [token.case for token in tokens if token.lower == "мыла"]
    assert len(asked) == len({(token.text, token.tag) for token in tokens if token.lower == "мыла"})


def test_equal_texts_have_one_form() -> None:
    assert form_of("река") is form_of("река")
    assert form_of("река") is not form_of("Река")


@given(st.text())
def test_plain_writes_no_ё_and_changes_nothing_else(word: str) -> None:
    assert len(plain(word)) == len(word)
    assert all(one == other or (one, other) == ("ё", "е") for one, other in zip(word, plain(word), strict=True))
