"""Natasha's networks: what Slovnet's own inference gives, whatever stands beside a sentence or was read before."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interrupts import interrupted
from navec import Navec
from slovnet import NER, Morph, Syntax
from tagged import TEXT, Products, numbered, sentences_of, tagged

from extractor.inference import slovnet as networks
from extractor.inference.kernels import Floats
from extractor.reading import tagging


@pytest.fixture(scope="module")
def words() -> list[list[str]]:
    # Slovnet takes a word with ё that its vocabulary lacks for unknown; ours reads it with е.
    return sentences_of(TEXT.replace("ё", "е"))


@pytest.fixture(scope="module")
def navec() -> Navec:
    return Navec.load(tagging.natasha_data() / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")


@pytest.fixture(scope="module")
def tagger(products: Products) -> tagging.Tagger:
    with products():
        return tagging.Tagger()


def test_morphology_equals_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    slovnet = Morph.load(tagging.natasha_data() / "model" / "slovnet_morph_news_v1.tar").navec(navec)
    theirs = [token for markup in slovnet.map(words) for token in markup.tokens]
    tags = [tagger.tags[number] for number in tagged(tagger, words).tags]
    assert [tag.pos for tag in tags] == [token.pos for token in theirs]
    assert [dict(tag.feats) for tag in tags] == [dict(token.feats) for token in theirs]


def test_syntax_equals_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    slovnet = Syntax.load(tagging.natasha_data() / "model" / "slovnet_syntax_news_v1.tar").navec(navec)
    ours, at = tagged(tagger, words), 0
    for markup in slovnet.map(words):
        heads = [-1 if token.head_id == "0" else at + int(token.head_id) - 1 for token in markup.tokens]
        part = slice(at, at + len(heads))
        at = part.stop
        assert ours.heads[part].tolist() == heads
        assert [tagger.rels[number] for number in ours.rels[part]] == [token.rel for token in markup.tokens]


def test_names_equal_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    """Slovnet's inference for names takes texts and splits them itself, so its parts are called one by one."""
    infer = NER.load(tagging.natasha_data() / "model" / "slovnet_ner_news_v1.tar").navec(navec).infer
    theirs = [tag for tags in infer.decoder(infer.process(infer.encoder(words))) for tag in tags]
    assert [tagger.ner_tags[number] for number in tagged(tagger, words).ner] == theirs
    assert {"B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"} <= set(theirs)


def test_hidden_states_equal_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    """To 2e-5 of the largest: both add in single precision, in another order."""
    ours = tagged(tagger, words).states
    for at, (kind, name) in enumerate([(Morph, "morph"), (Syntax, "syntax"), (NER, "ner")]):
        infer = kind.load(tagging.natasha_data() / "model" / f"slovnet_{name}_news_v1.tar").navec(navec).infer
        states = []
        for batch in infer.encoder(words):
            x = infer.model.emb(batch.word_id, batch.shape_id)
            states.append(infer.model.encoder(x, batch.pad_mask)[~batch.pad_mask])
        theirs = np.concatenate(states)
        part = ours[:, at * theirs.shape[1] : (at + 1) * theirs.shape[1]]
        assert np.abs(part - theirs).max() < 2e-5 * np.abs(theirs).max()


def test_what_a_word_contributes_is_bit_identical_in_any_batch(products: Products, words: list[list[str]]) -> None:
    """Whatever stood in the texts before, and also once words had to make way for others."""
    data = tagging.natasha_data()
    embed = networks.Embedding(data / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")
    with products():
        encoders = [networks.TagNetwork(data / "model" / "slovnet_morph_news_v1.tar").encoder]
        wide, narrow = networks.FirstLayers(embed, encoders), networks.FirstLayers(embed, encoders, room=5)
    backwards = [word for sentence in words for word in reversed(sentence)]
    wide(*numbered(backwards), networks.Layout.of([len(backwards)]))
    for sentence in words:
        layout = networks.Layout.of([len(sentence)])
        assert np.array_equal(narrow(*numbered(sentence), layout)[0], wide(*numbered(sentence), layout)[0])


def test_a_layout_keeps_a_separator_on_both_sides_of_every_sentence() -> None:
    layout = networks.Layout.of([2, 1, 3])
    assert layout.rows.tolist() == [1, 2, 4, 6, 7, 8]
    assert layout.separators.tolist() == [0, 3, 5, 9]
    assert layout.size == 10


@pytest.mark.parametrize(
    ("word", "expected"), [("Инна", "RU_Xx"), ("мост", "RU_xx"), ("СМС", "RU_XX"), (",", "PUNCT_,"), ("12", "NUM")]
)
def test_shapes_are_slovnets(word: str, expected: str) -> None:
    assert networks.shape(word) == expected


def test_distinct_numbers_only_the_words_that_occur() -> None:
    words, codes = networks.distinct(["мост", "река", "дом"], np.array([2, -1, 0, 2]))
    assert (words, codes.tolist()) == (["мост", "дом"], [1, -1, 0, 1])


def lengths(words: Sequence[str]) -> Floats:
    return np.array([[len(word), ord(word[0])] for word in words], dtype=np.float32)


@given(st.lists(st.lists(st.text("абвг", min_size=1, max_size=3), max_size=8), max_size=8), st.integers(1, 6))
def test_a_cache_of_any_size_gives_the_rows_of_the_words(texts: list[list[str]], room: int) -> None:
    """Also where a text has more different words than the cache holds; -1 is no word."""
    cache = networks.RowCache(lengths, 2, room)
    for text in texts:
        words, codes = numbered(text)
        found = cache(words, np.append(codes, -1))
        assert np.array_equal(found[:-1], lengths(text).reshape(len(text), 2))
        assert not found[-1].any()


def test_a_cache_computes_a_word_once_while_it_is_in_use() -> None:
    asked: list[str] = []

    def compute(words: Sequence[str]) -> Floats:
        asked.extend(words)
        return lengths(words)

    cache = networks.RowCache(compute, 2, 2)
    for text in (["мост", "река"], ["река"], ["река", "дом"], ["мост"]):
        cache(*numbered(text))
    # "дом" took the place of "мост", which had not been asked for the longest.
    assert asked == ["мост", "река", "дом", "мост"]


def test_an_exception_at_any_point_leaves_no_row_of_another_word() -> None:
    """Words were registered first; an exception before their rows were written left zeros or rows of dropped words."""
    before, during = ["мост", "я", "дом"], ["дом", "вода", "ах", "пристань"]
    points = 0
    for points in range(1, 1_000):
        cache = networks.RowCache(lengths, 2, 4)
        cache(*numbered(before))
        ended = not interrupted(lambda cache=cache: cache(*numbered(during)), points)
        for words in (during, before):
            codes = numbered(words)
            assert np.array_equal(cache(*codes), lengths(words))
        if ended:
            break
    assert 20 < points < 999
