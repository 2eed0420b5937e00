"""The learned tagger of names: what it reads, its arithmetic, its names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from extractor.names import tagger as names_tagger
from extractor.names.spans import name_spans
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, TokenSpan, read

TEXT = (
    "Губернатор Приозёрской области Антон Лагутин открыл мост через реку Вязовку.\n"
    "«Мы ждали его двенадцать лет», — сказал Лагутин агентству «Вязовка-Медиа».\n"
    "По данным МЧС, движение по мосту откроют в Приозёрске в субботу."
)


def named(text: str) -> list[tuple[str, str]]:
    """The names of a text as (kind, text)."""
    analysis = label(read(text))
    return [(kind, analysis.span_text(span)) for kind, span in name_spans(analysis)]


def test_people_organizations_and_places() -> None:
    found = named(TEXT)
    assert ("PER", "Антон Лагутин") in found
    assert ("PER", "Лагутин") in found
    assert ("ORG", "Вязовка-Медиа") in found
    assert ("ORG", "МЧС") in found
    assert ("LOC", "Приозёрске") in found


def test_common_nouns_for_an_organization_have_a_kind_of_their_own() -> None:
    assert ("COM", "полиции") in named("Об этом рассказали в полиции.")


@pytest.mark.parametrize("text", ["", " \n ", "»«\"'", "—", "12 34", "a", "\n\n«\n»\n", "́", "\ufffd Ё"])
def test_odd_texts_have_a_label_a_word(text: str) -> None:
    analysis = read(text)
    labels = names_tagger.shipped()(analysis)
    assert len(labels) == len(analysis.tokens)
    assert set(labels) <= set(names_tagger.LABELS)


def test_words_of_one_stem_have_one_number() -> None:
    numbers = names_tagger.numbered_stems(
        read("Лагутин приехал. С Лагутиным говорила Лагутина, а Лагода молчал.").arrays
    )
    assert numbers[0] == numbers[4] == numbers[6]
    assert numbers.tolist() == [0, 1, 2, 3, 0, 4, 0, 5, 6, 7, 8, 2]


def test_spelling_elsewhere_in_the_document() -> None:
    analysis = read("Роза цвела. Приехала Роза. Он подарил розу.")
    column = names_tagger.columns(analysis, names_tagger.numbered_stems(analysis.arrays))["elsewhere"].of_words()
    # Three of the stem; without a capital: 2, with one amid a sentence: 1.
    assert column[0] == column[4] == column[8] == "4/3"
    assert column[1] == "2/2"


def test_marks_say_what_stands_between_them() -> None:
    analysis = read("Завод «Вега» и 'Орион закрыли.")
    columns = names_tagger.columns(analysis, names_tagger.numbered_stems(analysis.arrays))
    marks = columns["mark"].of_words()
    assert marks[:4] == ["", "open2", "in2", "close2"]
    assert columns["lead"].of_words()[1] == "NOUN"
    assert set(marks[4:]) == {""}


def test_columns_say_what_natasha_and_the_lexicons_said() -> None:
    analysis = read("Мэру Антону Лагутину ответила Инна.")
    columns = names_tagger.columns(analysis, names_tagger.numbered_stems(analysis.arrays))
    natasha = ["O|O|B-PER", "O|B-PER|I-PER", "B-PER|I-PER|O", "I-PER|O|B-PER", "O|B-PER|O", "B-PER|O|O"]
    assert columns["ner"].of_words() == natasha
    assert columns["person"].of_words() == ["nto", "", "", "", "", ""]
    assert columns["body"].of_words() == [""] * 6
    assert columns["block"].of_words() == ["1"] * 6


def test_the_innermost_marks_count() -> None:
    analysis = read('Он сказал: "Завод "Вега" закрыли".')
    columns = names_tagger.columns(analysis, names_tagger.numbered_stems(analysis.arrays))
    assert columns["mark"].of_words()[3:] == ["open5", "in5", "open2", "in2", "close2", "in5", "close5", ""]
    assert columns["lead"].of_words()[3:] == ["PUNCT", "PUNCT", "NOUN", "NOUN", "NOUN", "PUNCT", "PUNCT", ""]


def test_a_document_of_one_word_and_its_copy_have_one_row() -> None:
    """What is kept of a form is what is computed for it."""
    network = names_tagger.shipped()
    first = network.scores(read("Вязовка"))
    again = network.scores(read("Вязовка"))
    assert np.array_equal(first, again)


def test_the_trained_model_gives_what_numpy_gives(tmp_path: Path) -> None:
    """The arrays that training writes, read again, score as the model did, a little shifted, up to the
    half floats they are kept in.
    """
    torch = pytest.importorskip("torch")
    from training import descent, names, train_names

    torch.manual_seed(1)
    analysis = read(TEXT)
    text = _example(names, analysis)
    known = train_names.vocabularies([text] * train_names.MIN_FORM)
    forms: dict[str, int] = {}
    arrays = train_names.as_arrays([text], known, forms)
    vectors = torch.from_numpy(names_tagger.tagger().vectors(list(forms)))
    states = torch.from_numpy(text.states.astype(np.float32))
    model = train_names.Model(known, states.mean(0), states.std(0) + 1e-3, vectors)
    descent.save(tmp_path / "tagger.npz", known, model.in_use().weights())
    model.eval()
    with torch.no_grad():
        theirs = (model(train_names.tensors(arrays))[0] + train_names.SHIFT).numpy()
    ours = names_tagger.Network.load(tmp_path / "tagger.npz", names_tagger.tagger().vectors).scores(analysis)
    assert ours == pytest.approx(theirs, abs=0.05)
    assert np.ptp(theirs) > 1


def test_a_text_is_learned_as_annotated_and_as_teachers_say() -> None:
    pytest.importorskip("torch")
    from training import names, train_names

    text = _example(names, read(TEXT))
    annotated, bare = (
        train_names.as_arrays([replace(text, corpus=corpus)], {"form": {}}, {})[0]
        for corpus in (1, len(names.ANNOTATED))
    )
    said = np.zeros((len(annotated["labels"]), len(names_tagger.LABELS)), dtype=np.float32)
    said[:, 0] = 1
    for made in (annotated, bare):
        train_names.teach(made, said)
    # "Антон Лагутин" is annotated, the teachers see no name.
    person = names_tagger.LABELS.index("B-PER")
    assert annotated["targets"][3, person] == pytest.approx(1 - train_names.TAUGHT)
    assert annotated["targets"].sum(1) == pytest.approx(1)
    assert annotated["labels"][3] == person
    assert set(annotated["corpus"]) == {1}
    assert np.array_equal(bare["targets"], said)
    assert set(bare["labels"]) == set(bare["corpus"]) == {0}


def test_what_teachers_say_is_read_as_it_was_written(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from training import names, train_names

    torch.manual_seed(1)
    text = _example(names, read(TEXT))
    known = train_names.vocabularies([text])
    arrays = train_names.as_arrays([text, text], known, {})
    states = torch.zeros(text.states.shape[1])
    model = train_names.Model(known, states, states + 1, torch.zeros(len(text.words), train_names.VECTOR))
    train_names.write_predictions(tmp_path / "said.npz", [model], [arrays, arrays[:1]])
    first, second = train_names.read_predictions([tmp_path / "said.npz", tmp_path / "said.npz"])
    assert [len(said) for said in (*first, *second)] == [len(text.words)] * 3
    assert first[1] == pytest.approx(train_names.probabilities([model], arrays[1]), abs=1e-3)


def test_certain_targets_are_labels() -> None:
    """The loss of a label is that of a probability of one."""
    torch = pytest.importorskip("torch")
    from training import crf

    torch.manual_seed(1)
    scores, transitions = torch.randn(2, 5, 3), torch.randn(3, 3)
    labels = torch.tensor([[0, 1, 2, 2, 0], [2, 1, 0, -100, -100]])
    targets = torch.eye(3)[labels.clamp(min=0)] * (labels >= 0).unsqueeze(-1)
    expected = crf.loss(scores, labels, transitions, -100)
    assert crf.loss(scores, labels, transitions, -100, targets).item() == pytest.approx(expected.item(), abs=1e-5)


def _example(names: Any, analysis: Analysis) -> Any:
    entities = [{"start": 31, "end": 44, "type": "PER"}]
    return names.example(0, 0, {"text": analysis.text, "entities": entities})


def test_labels_of_nested_names() -> None:
    pytest.importorskip("torch")
    from training import names

    text = "Театр имени Лагутина и штаб Лагутина, полиция Приозёрска, Полиция."
    spans = {"Театр имени Лагутина": "ORG", "штаб Лагутина": "ORG", "полиция Приозёрска": "ORG", "Приозёрска": "LOC"}
    entities = [{"start": text.index(t), "end": text.index(t) + len(t), "type": kind} for t, kind in spans.items()]
    entities += [{"start": 12, "end": 20, "type": "PER"}, {"start": 28, "end": 36, "type": "PER"}]
    entities.append({"start": 58, "end": 65, "type": "ORG"})
    analysis = read(text)
    labels = [names_tagger.LABELS[label] for label in names.labels(analysis, entities)]
    assert labels[:3] == ["B-ORG", "I-ORG", "I-ORG"]
    assert labels[4:6] == ["B-ORG", "B-PER"]
    assert labels[7:9] == ["B-ORG", "I-ORG"]
    # Amid a sentence a capital makes a name of it.
    assert labels[10] == "B-ORG"


def test_no_name_reaches_over_a_sentence() -> None:
    analysis = label(read(TEXT))
    for _, span in name_spans(analysis):
        assert isinstance(span, TokenSpan)
        assert analysis.tokens[span.start].sentence == analysis.tokens[span.end - 1].sentence
