"""What the lexicons say of forms."""

import pytest

from extractor.names import classes


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("министерством", "office"),
        ("Японского", "nationality"),
        ("региональное", "modifier"),
        ("форин-офиса", "known"),
        ("костёле", "church"),
        ("дождь", ""),
        ("!", ""),
    ],
)
def test_words_in_names_of_organizations_have_a_class(word: str, expected: str) -> None:
    assert classes.body_classes()[classes.body_class(word)] == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("мэра", "nto"),
        ("Академику", "nt"),
        ("спортсменкой", "n"),
        ("улице", "s"),
        ("оглы", "p"),
        ("Пак", "a"),
        ("Айбике", "g"),
        ("Айбики", "g"),
        ("дождь", ""),
        ("7", ""),
    ],
)
def test_words_in_and_beside_names_of_people_have_flags(word: str, expected: str) -> None:
    assert classes.PERSON_CLASSES[classes.person_class(word)] == expected


@pytest.mark.parametrize(("word", "expected"), [("Путиным", "путин"), ("Им", "им"), ("Аю", "аю"), ("Мария", "мар")])
def test_a_stem_keeps_three_letters(word: str, expected: str) -> None:
    assert classes.stem(word) == expected
