"""The analysis: indexes, spans and trees over a whole text."""

import pytest

from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, read

TEXT = "Мэр Ирина Гладких приехала в школу.\n«Крыша течёт», — сказала она учителям. Ремонт начнут летом."


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return label(read(TEXT))


def index(analysis: Analysis, word: str) -> int:
    return next(token.index for token in analysis.tokens if token.text == word)


def test_tokens_know_their_sentence_and_paragraph(analysis: Analysis) -> None:
    assert [token.index for token in analysis.tokens] == list(range(len(analysis.tokens)))
    assert [analysis.span_text(span) for span in analysis.sentences] == [
        "Мэр Ирина Гладких приехала в школу.",
        "«Крыша течёт», — сказала она учителям.",
        "Ремонт начнут летом.",
    ]
    assert [analysis.span_text(span) for span in analysis.paragraphs] == TEXT.split("\n")
    token = index(analysis, "Ремонт")
    assert analysis.span_text(analysis.sentence_of(token)) == "Ремонт начнут летом."
    assert analysis.span_text(analysis.paragraph_of(token)).startswith("«Крыша")


def test_the_tree_joins_verb_and_subject(analysis: Analysis) -> None:
    said, she = index(analysis, "сказала"), index(analysis, "она")
    assert analysis.tokens[she].head == said
    assert analysis.tokens[she].rel == "nsubj"
    assert she in analysis.children(said)
    assert set(analysis.subtree(said)) >= {said, she, index(analysis, "учителям")}


def test_every_head_lies_in_the_same_sentence(analysis: Analysis) -> None:
    for token in analysis.tokens:
        assert token.head == -1 or analysis.tokens[token.head].sentence == token.sentence


def test_names_are_tagged_and_words_lemmatized(analysis: Analysis) -> None:
    assert [token.text for token in analysis.tokens if token.name.endswith("PER")] == ["Ирина", "Гладких"]
    assert analysis.tokens[index(analysis, "учителям")].lemma == "учитель"


@pytest.mark.parametrize("text", ["", " \n\t ", "\x00\x00", "\u00ad"])
def test_a_text_of_nothing_has_an_empty_analysis(text: str) -> None:
    analysis = label(read(text))
    assert (list(analysis.tokens), list(analysis.sentences), list(analysis.paragraphs)) == ([], [], [])
