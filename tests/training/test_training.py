"""What trains the weights: which steps must run, trees, parts of the corpus.  Needs no PyTorch and no corpus."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from extractor import confidence, resources
from extractor.quotes.learned.tagger import LABELS, QuoteTags
from training import boosting, retrain, unseen
from training.retrain import Stamps, Step, before, stale
from training.scoring import judged, load_scorer, reliability
from training.train_confidence import written

SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture
def chain(tmp_path: Path) -> list[Step]:
    """Two steps: the second reads what the first writes."""
    (tmp_path / "corpus").write_text("слово")
    paths = [str(tmp_path / name) for name in ("corpus", "weights", "curve")]
    return [
        Step("weights", ("first",), (paths[0],), (paths[1],)),
        Step("curve", ("second",), (paths[1],), (paths[2],)),
    ]


def ended(chain: list[Step], stamps: Stamps) -> None:
    """Every step has run and left its file."""
    for step in chain:
        found = before(step)
        Path(step.writes[0]).write_text(step.name)
        stamps.note(step, found)


def test_steps_that_nothing_changed_for_do_not_run_again(chain: list[Step], tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    assert stale(chain, stamps) == chain
    ended(chain, stamps)
    assert stale(chain, Stamps(tmp_path / "stamps")) == []


def test_a_changed_input_makes_all_later_steps_run(chain: list[Step], tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    ended(chain, stamps)
    Path(chain[0].reads[0]).write_text("другое")
    assert stale(chain, stamps) == chain


def test_a_file_written_by_hand_or_lost_is_made_again(chain: list[Step], tmp_path: Path) -> None:
    stamps = Stamps(tmp_path / "stamps")
    ended(chain, stamps)
    Path(chain[1].writes[0]).write_text("by hand")
    assert stale(chain, stamps) == [chain[1]]
    Path(chain[1].writes[0]).unlink()
    assert stale(chain, stamps) == [chain[1]]


def test_steps_run_in_order_and_a_failure_ends_the_run(
    chain: list[Step], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    mended: list[bool] = []

    def run(step: Step) -> None:
        if step.name == "curve" and not mended:
            raise subprocess.CalledProcessError(1, step.command)
        ran.append(step.name)
        Path(step.writes[0]).write_text(step.name)

    monkeypatch.setattr(retrain, "execute", run)
    stamps = Stamps(tmp_path / "stamps")
    with pytest.raises(subprocess.CalledProcessError):
        retrain.run(list(chain), stamps, jobs=2)
    assert ran == ["weights"]
    mended.append(True)
    retrain.run(stale(chain, stamps), stamps, jobs=2)
    assert ran == ["weights", "curve"]


def test_every_step_reads_what_is_there_or_what_an_earlier_one_writes() -> None:
    made: set[str] = set()
    for step in retrain.steps(SHARED):
        for path in step.reads:
            assert path in made or Path(path).is_relative_to(SHARED) or (retrain.ROOT / path).exists(), path
        made.update(step.writes)


def test_trees_learn_what_two_features_say_together() -> None:
    rng = np.random.default_rng(1)
    x = rng.random((2000, 3))
    labels = (x[:, 0] > 0.5) ^ (x[:, 1] > 0.3)
    trees = boosting.fit(x[:1500], labels[:1500], boosting.Settings(trees=60, rate=0.2, columns=1.0), seed=1)
    assert np.mean((boosting.predict(trees, x[1500:]) > 0) == labels[1500:]) > 0.95


def test_trees_say_the_same_when_read_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    x = rng.integers(0, 5, (400, 2)).astype(float)
    trees = boosting.fit(x, x.sum(axis=1) > 4, boosting.Settings(trees=20), seed=1)
    lines = written("cut", trees, ["one", "other"], scale=0.9, shift=0.2)
    (tmp_path / "confidence.tsv").write_text("\n".join(lines))
    monkeypatch.setattr(resources, "folder", lambda: tmp_path)
    shipped = confidence.ensembles.__wrapped__()
    (said,) = shipped([{"one": one, "other": other} for one, other in x])
    assert np.allclose(said, 1 / (1 + np.exp(-boosting.predict(trees, x) * 0.9 - 0.2)), atol=2e-3)


def test_tags_are_read_as_they_were_written(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    said = {
        id: QuoteTags(**{name: rng.random((n, len(group))) for name, group in LABELS.items()}, path=np.arange(n))
        for id, n in (("а", 3), ("б", 0), ("в", 2))
    }
    unseen.write(tmp_path / "tags.npz", said)
    read = unseen.read_tags([tmp_path / "tags.npz"])
    assert list(read) == list(said)
    for id, tags in said.items():
        assert np.array_equal(read[id].path, tags.path)
        assert np.allclose(read[id].content, tags.content, atol=1e-3)


def test_reliability_counts_each_quote_once() -> None:
    table = reliability([0.3, 0.92, 0.97, 0.99], [False, False, True, True])
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    assert sum(int(row[2]) for row in rows) == 4
    assert rows[-1][4:] == ["1.000", "1.000", "0.500"]
    assert rows[-2][5:] == ["0.667", "0.750"]


@pytest.mark.skipif(not SHARED.exists(), reason="needs the scorer in ../shared")
def test_a_quote_is_right_with_its_words_and_its_name() -> None:
    text = "Анна Рыкова сказала, что мост закрыт, а Олег Тимин — что открыт."
    gold = {
        "text": text,
        "quotes": [
            {"spans": [[text.index("мост"), text.index(", а")]], "name": "Анна Рыкова", "kind": "PER"},
            {"spans": [[text.index("открыт"), len(text) - 1]], "name": "Олег Тимин", "kind": "PER"},
        ],
    }
    quotes = [
        {"spans": gold["quotes"][0]["spans"], "speaker": {"name": "Анна Рыкова"}},
        {"spans": gold["quotes"][1]["spans"], "speaker": {"name": "Анна Рыкова"}},
        {"spans": [[0, 4]], "speaker": None},
    ]
    assert judged(load_scorer(SHARED), gold, quotes) == [(True, True), (True, False), (False, False)]
