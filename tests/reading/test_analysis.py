"""The analysis: indexes, spans and trees over a whole text."""

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import extractor.reading.analysis
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, TokenSpan, read
from extractor.reading.tagging import STATES, MorphTag, tagger

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


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a str, not bytes"):
        read(b"text")  # type: ignore[arg-type]


def test_the_example_of_read_holds() -> None:
    assert doctest.testmod(extractor.reading.analysis).failed == 0


def test_arrays_say_what_the_tokens_say(analysis: Analysis) -> None:
    arrays, tokens = analysis.arrays, analysis.tokens
    assert [arrays.texts[number] for number in arrays.form] == [token.text for token in tokens]
    assert [arrays.forms[number] for number in arrays.form] == [token.form for token in tokens]
    assert arrays.start.tolist() == [token.start for token in tokens]
    assert arrays.sentence.tolist() == [token.sentence for token in tokens]
    assert arrays.head.tolist() == [token.index if token.head < 0 else token.head for token in tokens]
    assert [tagger().ner_tags[number] for number in arrays.ner] == [token.ner for token in tokens]
    assert arrays.of_tokens(len).tolist() == [len(token.text) for token in tokens]
    assert analysis.states.shape == (len(tokens), STATES)


def test_tokens_are_found_by_form_and_by_tag(analysis: Analysis) -> None:
    titles = [analysis.tokens[i].text for i in analysis.where_form(str.istitle)]
    assert titles == ["Мэр", "Ирина", "Гладких", "Крыша", "Ремонт"]
    verbs = [analysis.tokens[i].text for i in analysis.where_tag(_is_verb)]
    assert verbs == ["приехала", "течёт", "сказала", "начнут"]


def _is_verb(tag: MorphTag) -> bool:
    return tag.pos == "VERB"


def test_gaps_tell_edges_and_spaces() -> None:
    gaps = read("Дождь, ветер.\nЛёд").gaps.of_words()
    assert gaps == ["0", "1", "2", "1", "0"]


def test_labels_are_for_the_copy_only() -> None:
    plain = read("Инна Чеботарь ушла")
    labelled = plain.labelled(["B-PER", "I-PER", "O"])
    assert [token.name for token in labelled.tokens] == ["B-PER", "I-PER", "O"]
    assert [token.name for token in plain.tokens] == ["O", "O", "O"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("«Лёд „Тула“ тает», — сказал он.", ["«Лёд „Тула“ тает»", "„Тула“"]),
        ('Фирма "Лёд" и "Снег"', ['"Лёд"', '"Снег"']),
        ("«Лёд тает\nи снег»", []),
        ("Лёд» тает", []),
    ],
)
def test_marks_are_paired_within_a_paragraph(text: str, expected: list[str]) -> None:
    analysis = read(text)
    assert [analysis.span_text(span) for span in analysis.marked_spans] == expected


PIECES = [
    *("слово", "Инна", "«", "»", "—", "-", " ", ". ", "1,5", "😀"),
    *("ё\u0301", "и\u0306", "\u00ad", "\r\n", "\n", "\ud800"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_offsets_hold_in_the_clean_and_in_the_given_text(raw: str) -> None:
    analysis = read(raw)
    tokens = analysis.tokens
    for one, other in pairwise(tokens):
        assert one.end <= other.start
    for token in tokens:
        assert analysis.text[token.start : token.end] == token.text
        start, end = analysis.given_span(TokenSpan(token.index, token.index + 1))
        assert analysis.source_text.raw_position(token.start) == start < end <= len(raw)
    for spans in (analysis.sentences, analysis.paragraphs):
        assert [i for span in spans for i in range(*span)] == list(range(len(tokens)))
    assert {paragraph.start for paragraph in analysis.paragraphs} <= {span.start for span in analysis.sentences}
