"""Bodies: organizations that a text calls by a common noun."""

from __future__ import annotations

from extractor.coreference.bodies import Bodies, body_nouns
from extractor.coreference.sources import source_nouns
from extractor.names import find_entities
from extractor.names.index import MentionIndex
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, Token, read


def bodies(text: str) -> tuple[Analysis, Bodies, MentionIndex]:
    analysis = label(read(text))
    index = MentionIndex(analysis, find_entities(analysis))
    return analysis, Bodies(analysis, index, source_nouns(analysis)), index


def last(analysis: Analysis, lemma: str) -> Token:
    return [token for token in analysis.tokens if token.lemma == lemma][-1]


def test_a_noun_means_the_organization_that_it_stood_beside() -> None:
    analysis, found, _ = bodies("Компания «Лумер» отзывает насосы. Завод «Вектор» закрыт. Компания молчит.")
    source = found.with_noun(last(analysis, "компания"))
    assert source is not None
    assert (source.name, source.kind) == ("Лумер", "ORG")


def test_of_several_the_last_one_before_is_meant_and_else_the_first_after() -> None:
    text = "В компании молчат. Компания «Лумер» отзывает насосы. Компания «Вектор» закрыта. Компания ждёт."
    analysis, found, _ = bodies(text)
    nouns = [token for token in analysis.tokens if token.lemma == "компания"]
    names = [source and source.name for source in map(found.with_noun, (nouns[0], nouns[-1]))]
    assert names == ["Лумер", "Вектор"]


def test_a_bare_noun_has_the_fuller_phrase_of_the_same_body() -> None:
    analysis, found, _ = bodies("Яхту ищет полиция Лумерии. Полиция просит помощи.")
    source = found.fuller(last(analysis, "полиция"))
    assert source is not None and source.name == "полиция Лумерии"


def test_nouns_in_names_are_no_common_nouns_for_bodies() -> None:
    analysis, _, index = bodies("Министерство финансов Лумерии ответило. В ведомстве ждут, компании платят.")
    assert [token.text for token in body_nouns(analysis, index, source_nouns(analysis))] == ["ведомстве"]
