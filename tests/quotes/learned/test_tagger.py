"""The learned tagger: its features and its output."""

from __future__ import annotations

import numpy as np
import pytest

from extractor.inference.kernels import Floats
from extractor.inference.layers import best_path
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import LABELS, QuoteTags, columns, tag_quotes
from extractor.reading.analysis import read


@pytest.mark.parametrize("text", ["", " \n ", "»«\"'", "—", "12 34", "a", "Сказал.", "\n\n«\n»\n"])
def test_odd_texts_get_labels_for_each_token(text: str) -> None:
    analysis = label(read(text))
    tags = tag_quotes(analysis)
    assert tags.path.shape == (len(analysis.tokens),)
    for name, labels in LABELS.items():
        assert getattr(tags, name).shape == (len(analysis.tokens), len(labels))


def test_probabilities_sum_to_one() -> None:
    tags = tag_quotes(label(read("«Мост откроют», — сказал он.")))
    for name in LABELS:
        assert getattr(tags, name).sum(1) == pytest.approx(1, abs=1e-4)


def test_marks_of_any_style_are_read_alike() -> None:
    angled, straight = (
        columns(label(read(text)))["mark"].of_words()
        for text in ("Он сказал: «Мост открыт».", 'Он сказал: "Мост открыт".')
    )
    assert angled == straight == ["", "", "", "open", "in", "in", "close", ""]


def test_best_path_never_lets_a_fragment_change_its_type() -> None:
    labels = LABELS["content"]
    probabilities = np.full((3, len(labels)), 0.01, dtype=np.float32)
    for i, expected in enumerate(("B-direct", "I-mixed", "I-direct")):
        probabilities[i, labels.index(expected)] = 0.9
    probabilities[1, labels.index("I-direct")] = 0.05
    path = [labels[i] for i in best_path(probabilities, _allowed())]
    assert path == ["B-direct", "I-direct", "I-direct"]


def test_best_path_searches_where_certain_labels_may_not_follow_each_other() -> None:
    labels = LABELS["content"]
    probabilities = np.full((4, len(labels)), 1e-4, dtype=np.float32)
    for i, expected in enumerate(("I-direct", "B-mixed", "I-direct", "O")):
        probabilities[i, labels.index(expected)] = 0.999
    probabilities[0, labels.index("B-direct")] = probabilities[2, labels.index("I-mixed")] = 0.0005
    path = [labels[i] for i in best_path(probabilities, _allowed())]
    assert path == ["B-direct", "B-mixed", "I-mixed", "O"]


def _allowed() -> Floats:
    labels = LABELS["content"]
    rows = [[-100 if to.startswith("I") and to[2:] != before[2:] else 0 for to in labels] for before in labels]
    return np.array(rows, dtype=np.float32)


def test_tags_are_the_same_for_a_text_alone_and_read_again() -> None:
    analysis = label(read("Мэр заявил, что мост построят. «Это решено», — добавил он."))
    first, second = tag_quotes(analysis), tag_quotes(analysis)
    assert isinstance(first, QuoteTags)
    assert np.array_equal(first.content, second.content)


def test_a_token_begins_a_fragment_or_is_inside_one_or_outside() -> None:
    tags = tag_quotes(label(read("Мэр сказал: «Мост откроют в октябре».")))
    assert tags.begins + tags.inside + tags.content[:, 0] == pytest.approx(1, abs=1e-4)
    assert int(tags.begins.argmax()) == 4
    assert tags.inside[5] > 0.9


def test_features_tell_sentence_marks_and_neighbours() -> None:
    found = columns(label(read("Мэр сказал: «Мост открыт».\nДождь.")))
    sorts, heads = found["sort"].of_words(), found["head_word"].of_words()
    assert len(set(sorts[:-2])) == 1 and sorts[-1] != sorts[0]
    assert found["around"].of_words()[4] == ": ."
    assert found["ending"].of_words()[1] == "зал"
    assert heads[0] == "VERB|root"
