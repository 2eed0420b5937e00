"""What the lexicons say about words in names of organizations."""

import pytest

from extractor.names.organizations import lexicon
from extractor.names.organizations.lexicon import (
    class_of,
    declined_abbreviation,
    is_common,
    is_town,
    known_name,
    may_begin_known_name,
    may_have_class,
    organization_words,
)
from extractor.reading.analysis import read
from extractor.resources import ResourceError


@pytest.mark.parametrize(
    ("form", "abbreviation"),
    [("МИДа", "МИД"), ("МИДом", "МИД"), ("МИД", ""), ("Мида", ""), ("МИДовский", "")],
)
def test_declined_abbreviations(form: str, abbreviation: str) -> None:
    assert declined_abbreviation(form) == abbreviation


@pytest.mark.parametrize(
    ("text", "town"),
    [("Нижнереченска", True), ("Риджент-стрит", True), ("НИЖНЕРЕЧЕНСКА", False), ("Полиция", False)],
)
def test_towns_and_streets_end_like_towns_and_streets(text: str, town: bool) -> None:
    assert is_town(text) is town


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["МИДе", "Японии"], ("мид",)),
        (["Ростехом"], ("ростех",)),
        (["Жогорку", "Кенеша"], ("жогорку", "кенеш")),
        (["Минобороны"], ("минобороны",)),
        (["Ес"], ()),
        (["дорога"], ()),
    ],
)
def test_known_names_are_known_in_every_case(texts: list[str], name: tuple[str, ...]) -> None:
    assert known_name(texts) == name
    assert not name or may_begin_known_name(texts[0])


@pytest.mark.parametrize(
    ("text", "common"), [("дорога", True), ("Самара", False), ("Петров", False), ("Тримбл", False), ("МИД", False)]
)
def test_common_words_are_no_names_to_the_dictionary(text: str, common: bool) -> None:
    assert is_common(text) is common


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Дело ведёт прокуратура.", "прокуратура", "unit"),
        ("Дело ведёт школа.", "школа", "weak"),
        ("Молчит компания.", "компания", "generic"),
        ("Молчит пресс-служба.", "пресс-служба", "service"),
        ("Молчит дорога.", "дорога", None),
    ],
)
def test_nouns_have_classes(text: str, word: str, expected: str | None) -> None:
    (token,) = [token for token in read(text).tokens if token.text == word]
    assert class_of(token) == expected
    assert may_have_class(word) is (expected is not None)


def test_a_class_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexicon.resources, "rows", lambda *_: iter([("завод", "factory")]))
    with pytest.raises(ResourceError, match="завод: no class 'factory'"):
        organization_words.__wrapped__()
