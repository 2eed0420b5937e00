"""Networks in training compute what the package computes with the weights that they are saved as."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from extractor.names.tagger import Network as NamesNetwork
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import LABELS
from extractor.quotes.learned.tagger import Network as QuotesNetwork
from extractor.reading.analysis import Analysis, read
from extractor.reading.tagging import GRAMMAR_STATES, tagger
from training import features, names, train_names, train_quotes
from training.corpora import Record
from training.descent import save

TEXT = """Директор завода «Вязовка» Инна Чеботарь заявила, что цех откроют весной.
«Мы ждали этого двенадцать лет», — добавила Чеботарь. В МЧС возражать не стали."""
RECORD: Record = {
    "id": "a",
    "text": TEXT,
    "entities": [
        {"type": "PER", "start": TEXT.index("Инна"), "end": TEXT.index(" заявила")},
        {"type": "ORG", "start": TEXT.index("завода"), "end": TEXT.index(" Инна")},
        {"type": "ORG", "start": TEXT.index("МЧС"), "end": TEXT.index(" возражать")},
    ],
    "quotes": [
        {
            "type": "indirect",
            "spans": [[TEXT.index("цех"), TEXT.index(".\n")]],
            "cue": [TEXT.index("заявила"), TEXT.index(", что")],
            "speaker": [TEXT.index("Директор"), TEXT.index(" заявила")],
            "attribution": [0, TEXT.index(", что")],
        }
    ],
}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return label(read(TEXT))


def test_the_quote_tagger_is_the_same_once_it_is_saved(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "MIN_COUNT", {})
    monkeypatch.setattr(features, "MIN_COUNT_ELSE", 1)
    example = features.example(RECORD, analysis)
    known = features.vocabularies([example])
    torch.manual_seed(2)
    states = torch.from_numpy(analysis.states[:, :GRAMMAR_STATES])
    model = train_quotes.Model(known, states.mean(0), states.std(0) + 1e-3).eval()
    torch.nn.init.normal_(model.transitions)
    save(tmp_path / "quotes.npz", known, model.weights())
    network = QuotesNetwork.load(tmp_path / "quotes.npz")
    *inputs, _ = train_quotes.tensors([features.as_arrays(example, known)])
    with torch.no_grad():
        scores = model(*inputs)[0].split([len(group) for group in LABELS.values()], dim=-1)
    said, kept = network(analysis), train_quotes.tags(network, example, known)
    for name, part in zip(LABELS, scores, strict=True):
        # The weights are saved, and the hidden states of examples kept, in half precision.
        assert np.allclose(getattr(said, name), part.softmax(-1).numpy(), atol=0.02)
        assert np.allclose(getattr(kept, name), getattr(said, name), atol=0.02)


def test_the_names_network_is_the_same_once_it_is_saved(
    analysis: Analysis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for least in ("MIN_FORM", "MIN_PART", "MIN_COLUMN"):
        monkeypatch.setattr(train_names, least, 1)
    example = names.example(1, 0, RECORD)
    known = train_names.vocabularies([example])
    forms: dict[str, int] = {}
    (arrays,) = train_names.as_arrays([example], known, forms)
    torch.manual_seed(3)
    states = torch.from_numpy(analysis.states)
    vectors = torch.from_numpy(tagger().vectors(list(forms)))
    model = train_names.Model(known, states.mean(0), states.std(0) + 1e-3, vectors)
    torch.nn.init.normal_(model.corpora.weight)
    save(tmp_path / "names.npz", known, model.weights())
    network = NamesNetwork.load(tmp_path / "names.npz", tagger().vectors)
    scores = torch.from_numpy(network.scores(analysis)).softmax(-1).numpy()
    assert np.allclose(scores, train_names.probabilities([model], arrays), atol=0.02)


def test_labels_of_names_are_those_of_the_annotation(analysis: Analysis) -> None:
    labels = [train_names.LABELS[number] for number in names.labels(analysis, RECORD["entities"])]
    named = [(token.text, label) for token, label in zip(analysis.tokens, labels, strict=True) if label != "O"]
    assert named == [
        ("завода", "B-ORG"),
        ("«", "I-ORG"),
        ("Вязовка", "I-ORG"),
        ("»", "I-ORG"),
        ("Инна", "B-PER"),
        ("Чеботарь", "I-PER"),
        ("МЧС", "B-ORG"),
    ]


def test_labels_of_quotes_are_those_of_the_annotation(analysis: Analysis) -> None:
    labels = features.labels(analysis, RECORD["quotes"])
    words = {token.text: i for i, token in reversed(list(enumerate(analysis.tokens)))}

    def of(group: str, word: str) -> str:
        return LABELS[group][labels[group][words[word]]]

    assert [of("content", word) for word in ("цех", "откроют", "весной")] == ["B-indirect", *["I-indirect"] * 2]
    assert [of("speaker", word) for word in ("Директор", "Инна", "Чеботарь")] == ["B", "I", "I"]
    assert of("cue", "заявила") == "B"
    assert of("reported", "заявила") == "after"
    assert of("said_by", "заявила") == "before"
    assert of("attribution", "цех") == "before"
    assert labels["attribution"][words["МЧС"]] == features.UNLABELLED


def test_a_quote_tagger_learns_the_article_that_it_is_shown(
    analysis: Analysis, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(features, "MIN_COUNT", {})
    monkeypatch.setattr(features, "MIN_COUNT_ELSE", 1)
    example = features.example(RECORD, analysis)
    known = features.vocabularies([example])
    arrays = features.as_arrays(example, known)
    torch.manual_seed(4)
    states = torch.from_numpy(analysis.states[:, :GRAMMAR_STATES])
    model = train_quotes.Model(known, states.mean(0), states.std(0) + 1e-3)
    train_quotes.train(model, [[arrays]], epochs=120, seed=1, tests={"seen": [arrays]})
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("   seen: loss ")
    assert last.endswith(" f1 [1.0, 1.0, 1.0]")


def test_a_names_network_learns_the_text_that_it_is_shown(monkeypatch: pytest.MonkeyPatch, analysis: Analysis) -> None:
    for least in ("MIN_FORM", "MIN_PART", "MIN_COLUMN"):
        monkeypatch.setattr(train_names, least, 1)
    example = names.example(1, 0, RECORD)
    known = train_names.vocabularies([example])
    forms: dict[str, int] = {}
    (arrays,) = train_names.as_arrays([example], known, forms)
    torch.manual_seed(5)
    states = torch.from_numpy(analysis.states)
    vectors = torch.from_numpy(tagger().vectors(list(forms)))
    model = train_names.Model(known, states.mean(0), states.std(0) + 1e-3, vectors)
    train_names.train(model, [[arrays], [arrays]], [], epochs=120, seed=1)
    found = train_names.path([model], arrays)
    assert found.tolist() == example.labels.tolist()
    assert train_names.measure([(example, found)]) == "0 ORG 1.0000, 0 PER 1.0000"


def test_a_batch_without_quotes_has_a_loss() -> None:
    """The mean loss over no cue was no number: one batch in a few thousand has none, and ended a training so."""
    silent = features.labels(read("В МЧС молчат."), [])
    labels = torch.from_numpy(np.stack([silent[name] for name in LABELS], axis=1)).unsqueeze(0)
    scores = torch.randn(*labels.shape[:2], sum(map(len, LABELS.values())), requires_grad=True)
    loss = train_quotes.loss_of(scores, labels, torch.zeros([len(LABELS["content"])] * 2))
    loss.backward()
    assert scores.grad is not None
    assert torch.isfinite(loss)
    assert torch.isfinite(scores.grad).all()


def real_arrays() -> tuple[names.Example, train_names.Vocabularies, train_names.Arrays]:
    """The text as one of the corpus whose places nobody annotated."""
    example = names.example(1, names.CORPORA.index("real/train.jsonl"), RECORD)
    known: train_names.Vocabularies = {name: {} for name in ("form", *example.columns)}
    (arrays,) = train_names.as_arrays([example], known, {})
    return example, known, arrays


def test_what_a_corpus_leaves_open_is_settled_by_the_model_itself() -> None:
    example, known, arrays = real_arrays()
    torch.manual_seed(6)
    states = torch.zeros(example.states.shape[1])
    vectors = torch.zeros(len(example.words), train_names.VECTOR)
    model = train_names.Model(known, states, states + 1, vectors)
    batch = train_names.tensors([arrays])
    train_names.settle(model, batch)
    named = example.labels > 0
    assert batch["labels"][0][named].tolist() == example.labels[named].tolist()
    assert torch.equal(batch["targets"][0][named], torch.from_numpy(arrays["targets"][named]))
    places = [number for number, label in enumerate(train_names.LABELS) if label == "O" or label[2:] in ("LOC", "COM")]
    left = batch["targets"][0][~named]
    assert torch.allclose(left[:, places].sum(-1), torch.ones(len(left)))
    assert (left[:, places] > 0.01).all()


def test_what_a_corpus_leaves_open_is_settled_by_teachers() -> None:
    example, _, arrays = real_arrays()
    place, person = (train_names.LABELS.index(label) for label in ("B-LOC", "B-PER"))
    said = np.zeros((len(example.words), len(train_names.LABELS)), dtype=np.float32)
    said[:, [place, person]] = 0.3, 0.7
    train_names.teach(arrays, said)
    verb, name = example.words.index("заявила"), example.words.index("Инна")
    assert arrays["targets"][verb, [place, person]] == pytest.approx([0.65, 0.35], abs=1e-4)
    assert arrays["targets"][name, [place, person]] == pytest.approx([0.15, 0.85], abs=1e-4)
    assert arrays["labels"][[verb, name]].tolist() == [place, person]
    assert not arrays["open"].any()
