"""Sources: what a common noun may stand for, and what sources are called."""

from __future__ import annotations

import pytest

from extractor.coreference.sources import (
    EntityOrder,
    Source,
    SourceReference,
    choices,
    is_medium,
    noun_class,
    phrase_name,
    unmarked,
)
from extractor.names import find_entities
from extractor.names.index import MentionIndex
from extractor.names.tagger import label
from extractor.reading.analysis import TokenSpan, read


def test_candidates_are_nobody_who_spoke_and_who_was_named_near() -> None:
    text = "Газета «Вестник Лумерии» пишет о пожаре. Завод «Вектор» цел. Мэр Пётр Ланской приехал. В издании ждут."
    analysis = label(read(text))
    index = MentionIndex(analysis, find_entities(analysis))
    at = next(token.index for token in analysis.tokens if token.lemma == "издание")
    reference = SourceReference(at, "media", "издание", None, Source(None, "ORG"), facts=["bare"])
    spoke = Source("Лумер-Пресс", "ORG")
    found = choices(analysis, reference, [spoke], EntityOrder(index.organizations), EntityOrder(index.people))
    names = [choice.meant.name for choice in found]
    assert names[:2] == [None, "Лумер-Пресс"]
    assert set(names[2:]) == {"Вестник Лумерии", "Вектор", "Пётр Ланской"}
    features = {choice.meant.name: choice.features for choice in found}
    assert "medium" in features["Вестник Лумерии"] and "no medium" in features["Вектор"]
    assert "ORG rank 0" in features["Вектор"] and "ORG rank 1" in features["Вестник Лумерии"]
    assert "person" in features["Пётр Ланской"]
    assert all(f"media: {choice.features[0]}" in choice.features for choice in found)


def test_an_order_looks_back_from_a_token_nearest_first() -> None:
    analysis = label(read("Завод «Вектор» цел. Завод «Лумер» сгорел. Завод «Вектор» поможет."))
    order = EntityOrder(MentionIndex(analysis, find_entities(analysis)).organizations)
    end = len(analysis.tokens)
    assert [entity.name for entity, _ in order.before(end, 2)] == ["Вектор", "Лумер"]
    assert [entity.name for entity, _ in order.before(end, 9)] == ["Вектор", "Лумер", "Вектор"]
    assert not list(order.before(0, 9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("компания", "anaphor"), ("полиции", "body"), ("газете", "media"), ("письме", "document"), ("стол", "")],
)
def test_classes_of_nouns(text: str, expected: str) -> None:
    (token,) = read(text).tokens
    assert noun_class(token) == expected


def test_names_of_phrases_are_nominative_and_small_where_only_the_sentence_makes_them_large() -> None:
    analysis = label(read("Властями города недовольны. Об этом сказали в «Лумере»."))
    assert phrase_name(analysis, TokenSpan(0, 2)) == "власти города"
    assert unmarked("«Лумер»") == "Лумер"
    assert unmarked("газета «Лумер»") == "газета «Лумер»"


def test_media_are_known_by_their_names() -> None:
    assert is_medium("Вязовка.ru")
    assert not is_medium("Камский литейщик")
