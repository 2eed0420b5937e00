"""The networks must give what Slovnet's own inference gives, whatever stands beside a sentence."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np
import pytest
from navec import Navec
from slovnet import Morph, Syntax

from extractor.inference import slovnet as networks
from extractor.inference.kernels import Ints
from extractor.reading import segmentation, tagging

Products = Callable[[], AbstractContextManager[None]]

TEXT = """Губернатор Приозёрской области Антон Лагутин открыл в среду новый мост через реку Вязовку.
«Мы ждали его двенадцать лет, и вот он стоит», — сказал Лагутин журналистам.
По данным ООО «Мостотряд-9», стройка обошлась в 1,4 млрд рублей; проект готовил институт «Гипромост».
Да.
Как сообщила агентству "Вязовка-Медиа" Инна Чеботарь, движение откроют в 06:00, о чём известят СМС.
— А пешеходы? — спросил один из жителей. — Им куда?"""
# Slovnet takes a word with ё that its vocabulary lacks for unknown; ours reads it with е.
TEXT = TEXT.replace("ё", "е")


@pytest.fixture(scope="module")
def words() -> list[list[str]]:
    return [
        sentence.texts
        for start, end in segmentation.paragraphs(TEXT)
        for sentence in segmentation.sentences(TEXT, start, end)
    ]


@pytest.fixture(scope="module")
def navec() -> Navec:
    return Navec.load(tagging.natasha_data() / "emb" / "navec_news_v1_1B_250K_300d_100q.tar")


@pytest.fixture(scope="module")
def tagger(products: Products) -> tagging.Tagger:
    with products():
        return tagging.Tagger()


def tagged(tagger: tagging.Tagger, sentences: list[list[str]]) -> tagging.Tags:
    return tagger(*numbered([word for sentence in sentences for word in sentence]), [*map(len, sentences)])


def numbered(words: list[str]) -> tuple[list[str], Ints]:
    """The different words, and the number of each word among them."""
    different = list(dict.fromkeys(words))
    return different, np.array([different.index(word) for word in words], dtype=np.int64)


def test_morphology_equals_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    slovnet = Morph.load(tagging.natasha_data() / "model" / "slovnet_morph_news_v1.tar").navec(navec)
    theirs = [token for markup in slovnet.map(words) for token in markup.tokens]
    readings = [tagger.readings[number] for number in tagged(tagger, words).readings]
    assert [reading.pos for reading in readings] == [token.pos for token in theirs]
    assert [dict(reading.feats) for reading in readings] == [dict(token.feats) for token in theirs]


def test_syntax_equals_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    slovnet = Syntax.load(tagging.natasha_data() / "model" / "slovnet_syntax_news_v1.tar").navec(navec)
    ours, at = tagged(tagger, words), 0
    for markup in slovnet.map(words):
        heads = [-1 if token.head_id == "0" else at + int(token.head_id) - 1 for token in markup.tokens]
        part = slice(at, at + len(heads))
        at = part.stop
        assert ours.heads[part].tolist() == heads
        assert [tagger.rels[number] for number in ours.rels[part]] == [token.rel for token in markup.tokens]


def test_hidden_states_equal_slovnets(tagger: tagging.Tagger, words: list[list[str]], navec: Navec) -> None:
    """To 2e-5 of the largest: both add in single precision, in another order."""
    ours = tagged(tagger, words).states
    for at, (kind, name) in enumerate([(Morph, "morph"), (Syntax, "syntax")]):
        infer = kind.load(tagging.natasha_data() / "model" / f"slovnet_{name}_news_v1.tar").navec(navec).infer
        states = []
        for batch in infer.encoder(words):
            x = infer.model.emb(batch.word_id, batch.shape_id)
            states.append(infer.model.encoder(x, batch.pad_mask)[~batch.pad_mask])
        theirs = np.concatenate(states)
        part = ours[:, at * theirs.shape[1] : (at + 1) * theirs.shape[1]]
        assert np.abs(part - theirs).max() < 2e-5 * np.abs(theirs).max()


def test_a_sentence_is_tagged_the_same_alone_and_among_others(tagger: tagging.Tagger, words: list[list[str]]) -> None:
    together = tagged(tagger, words * 30)
    size = sum(map(len, words))
    for shift in (0, 29 * size):
        at = shift
        for sentence in words:
            alone, part = tagged(tagger, [sentence]), slice(at, at + len(sentence))
            assert np.array_equal(alone.readings, together.readings[part])
            assert np.array_equal(np.where(alone.heads < 0, -1, alone.heads + at), together.heads[part])
            assert np.array_equal(alone.rels, together.rels[part])
            at = part.stop


def test_a_word_gives_the_same_bits_in_any_company(products: Products, words: list[list[str]]) -> None:
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


def test_no_sentences_give_no_tags(tagger: tagging.Tagger) -> None:
    assert [len(array) for array in tagged(tagger, [])] == [0, 0, 0, 0]
