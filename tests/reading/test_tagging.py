"""The tagger: tags of sentences in blocks, whatever stands beside them."""

import numpy as np
import pytest
from tagged import TEXT, Products, sentences_of, tagged

from extractor.reading import tagging


@pytest.fixture(scope="module")
def words() -> list[list[str]]:
    return sentences_of(TEXT)


@pytest.fixture(scope="module")
def tagger(products: Products) -> tagging.Tagger:
    with products():
        return tagging.Tagger()


def test_a_sentence_is_tagged_the_same_alone_and_among_others(tagger: tagging.Tagger, words: list[list[str]]) -> None:
    together = tagged(tagger, words * 30)
    size = sum(map(len, words))
    for shift in (0, 29 * size):
        at = shift
        for sentence in words:
            alone, part = tagged(tagger, [sentence]), slice(at, at + len(sentence))
            assert np.array_equal(alone.tags, together.tags[part])
            assert np.array_equal(np.where(alone.heads < 0, -1, alone.heads + at), together.heads[part])
            assert np.array_equal(alone.rels, together.rels[part])
            assert np.array_equal(alone.ner, together.ner[part])
            at = part.stop


def test_no_sentences_give_no_tags(tagger: tagging.Tagger) -> None:
    assert [len(array) for array in tagged(tagger, [])] == [0, 0, 0, 0, 0]


def test_tags_come_with_their_parts(tagger: tagging.Tagger) -> None:
    tags = {tag.tag: tag for tag in tagger.tags}
    tag = tags["NOUN|Animacy=Anim|Case=Dat|Gender=Fem|Number=Sing"]
    assert (tag.pos, tag.case, tag.number, tag.gender) == ("NOUN", "Dat", "Sing", "Fem")
    assert dict(tag.feats) == {"Animacy": "Anim", "Case": "Dat", "Gender": "Fem", "Number": "Sing"}
    assert (tags["PUNCT"].pos, dict(tags["PUNCT"].feats), tags["PUNCT"].case) == ("PUNCT", {}, None)


def test_every_tag_knows_its_part_of_speech(tagger: tagging.Tagger) -> None:
    assert [tagger.parts_of_speech[number] for number in tagger.tag_parts_of_speech] == [tag.pos for tag in tagger.tags]


def test_a_sentence_reads_as_a_tree_with_its_tags(tagger: tagging.Tagger) -> None:
    words = ["Инна", "Чеботарь", "написала", "письмо", "."]
    found = tagged(tagger, [words])
    assert [tagger.tags[number].pos for number in found.tags] == ["PROPN", "PROPN", "VERB", "NOUN", "PUNCT"]
    assert found.heads.tolist() == [2, 0, -1, 2, 2]
    assert [tagger.rels[number] for number in found.rels] == ["nsubj", "appos", "root", "obj", "punct"]
    assert [tagger.ner_tags[number] for number in found.ner] == ["B-PER", "I-PER", "O", "O", "O"]
    assert found.states.shape == (5, tagging.STATES)
