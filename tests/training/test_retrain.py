"""The steps of training: which files they read and write, and which of them doit runs.  Needs no corpus."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("doit")

from training import retrain
from training.retrain import Step, imported

SHARED = Path(__file__).resolve().parents[3] / "shared"


class Workshop:
    """Two steps in a folder of their own, the second of which reads what the first writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ran: list[str] = []
        self.broken: set[str] = set()
        self.commands = {"weights": ("training.corpora",), "curve": ("training.corpora",)}
        self.waiting: list[Step] = []
        self.corpus, self.weights, self.curve = (folder / name for name in ("corpus", "weights", "curve"))
        self.corpus.write_text("слово")

    def doit(self, *arguments: str) -> int:
        """Runs a command line of doit over both steps, and those of `waiting`."""
        steps = [
            *self.waiting,
            Step("weights", self.commands["weights"], (str(self.corpus),), (str(self.weights),)),
            Step("curve", self.commands["curve"], (str(self.weights),), (str(self.curve),)),
        ]
        tasks: list[dict[str, Any]] = [retrain.task(step, self.run) for step in steps]
        self.ran.clear()
        return retrain.doit(tasks, self.folder / "state.json", arguments or ("run",))

    def run(self, step: Step) -> None:
        """Does the work of a step: writes the text that it reads, with its name."""
        if step.name in self.broken:
            raise RuntimeError("broken")
        self.ran.append(step.name)
        Path(step.writes[0]).write_text(f"{step.name} of {Path(step.reads[0]).read_text()}")


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.chdir(retrain.ROOT)
    return Workshop(tmp_path)


@pytest.mark.parametrize("jobs", [(), ("--process", "2")])
def test_steps_run_in_order_and_only_once(workshop: Workshop, jobs: tuple[str, ...]) -> None:
    assert workshop.doit("run", *jobs) == 0
    assert workshop.ran == ["weights", "curve"]
    assert workshop.curve.read_text() == "curve of weights of слово"
    assert workshop.doit() == 0
    assert workshop.ran == []


def test_a_changed_input_makes_all_later_steps_run(workshop: Workshop) -> None:
    workshop.doit()
    workshop.corpus.write_text("другое")
    workshop.doit()
    assert workshop.ran == ["weights", "curve"]


def test_a_step_whose_input_comes_out_the_same_does_not_run(workshop: Workshop) -> None:
    workshop.doit()
    workshop.weights.unlink()
    workshop.doit()
    assert workshop.ran == ["weights"]


def test_a_changed_command_makes_a_step_run(workshop: Workshop) -> None:
    workshop.doit()
    workshop.commands["curve"] = ("training.corpora", "--fine")
    workshop.doit()
    assert workshop.ran == ["curve"]


def test_a_failure_ends_the_run_and_the_next_goes_on_from_there(workshop: Workshop) -> None:
    workshop.broken.add("curve")
    assert workshop.doit() != 0
    assert workshop.ran == ["weights"]
    workshop.broken.clear()
    assert workshop.doit() == 0
    assert workshop.ran == ["curve"]


def test_a_step_waits_for_those_after_which_it_stands(workshop: Workshop) -> None:
    card = workshop.folder / "card"
    workshop.waiting.append(Step("card", ("training.corpora",), (str(workshop.corpus),), (str(card),), ("curve",)))
    assert workshop.doit("run", "--process", "2") == 0
    assert workshop.ran == ["weights", "curve", "card"]
    workshop.weights.unlink()
    workshop.doit()
    assert workshop.ran == ["weights"]


def test_reset_dep_marks_a_step_as_up_to_date_without_running_it(workshop: Workshop) -> None:
    workshop.doit()
    workshop.corpus.write_text("слово с пояснением")
    assert workshop.doit("reset-dep") == 0
    assert workshop.ran == []
    workshop.doit()
    assert workshop.ran == []


def test_reset_dep_marks_a_step_that_has_run_elsewhere(workshop: Workshop) -> None:
    workshop.weights.write_text("made elsewhere")
    workshop.doit("reset-dep", "weights")
    workshop.doit()
    assert workshop.ran == ["curve"]


def test_list_tells_what_would_run(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
    workshop.doit("run", "weights")
    capsys.readouterr()
    workshop.doit("list", "--status")
    status = {line.split()[1]: line.split()[0] for line in capsys.readouterr().out.splitlines()}
    assert status == {"weights": "U", "curve": "R"}


def test_execute_keeps_a_log_and_passes_the_environment_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "show.py").write_text("import os\nprint(os.environ['OPENBLAS_NUM_THREADS'])\n")
    step = Step("show", ("show",), (), ())
    retrain.execute(step)
    assert step.log().read_text() == "1\n"


def test_execute_removes_what_the_step_kept_for_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    kept, card = retrain.BUILD / "kept.pickle", Path("card.md")
    kept.parent.mkdir(parents=True)
    for path in (kept, card):
        path.write_text("old")
    (tmp_path / "idle.py").write_text("")
    retrain.execute(Step("idle", ("idle",), (), (str(kept), str(card))))
    assert not kept.exists()
    assert card.exists()


def test_every_step_reads_what_is_there_or_what_an_earlier_step_writes() -> None:
    made: set[str] = set()
    for step in retrain.steps(SHARED):
        for path in step.dependencies():
            assert path in made or Path(path).is_relative_to(SHARED) or (retrain.ROOT / path).exists(), path
        made.update(step.writes)


def test_every_step_is_a_module_and_writes_files_of_its_own() -> None:
    steps = retrain.steps(SHARED)
    written = [path for step in steps for path in step.writes]
    assert len(written) == len(set(written))
    assert len({step.name for step in steps}) == len(steps)
    for step in steps:
        assert (retrain.ROOT / f"{step.command[0].replace('.', '/')}.py").is_file(), step


def test_steps_depend_on_the_code_that_they_run_through() -> None:
    code = {step.name: set(step.dependencies()) for step in retrain.steps(SHARED)}
    analysis = {"extractor/reading/segmentation.py", "extractor/inference/slovnet.py", "extractor/names/tagger.py"}
    assert analysis <= code["names"] & code["examples"] & code["quotes"] & code["confidence"]
    assert "training/crf.py" in code["quotes"]
    assert "extractor/confidence.py" in code["confidence"]
    assert "models/references.npz" in code["confidence"]
    assert "extractor/coreference/chains.py" in code["references"]


def test_networks_do_not_depend_on_stages_that_read_them() -> None:
    code = {step.name: step.dependencies() for step in retrain.steps(SHARED)}
    later = ("extractor/names/people/", "extractor/quotes/rules/", "extractor/coreference/", "extractor/confidence.py")
    for name in ("names", "examples", "quotes"):
        assert not [path for path in code[name] if path.startswith(later)]


def test_imports_are_followed_from_file_to_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write: Callable[[str, str], object] = lambda path, text: (tmp_path / path).write_text(text)  # noqa: E731
    for folder in ("house", "house/attic"):
        (tmp_path / folder).mkdir()
    write("house/__init__.py", "import house.cellar\n")
    write("house/door.py", "import json\nfrom house import hall\nfrom house.attic import trunk\n")
    write("house/hall.py", "def stairs():\n    from house.attic.window import view\n")
    write("house/attic/__init__.py", "trunk = 1\n")
    write("house/attic/window.py", "import house.door\n")
    write("house/cellar.py", "")
    monkeypatch.setattr(retrain, "ROOT", tmp_path)
    assert imported("house.door") == {
        "house/door.py",
        "house/hall.py",
        "house/attic/__init__.py",
        "house/attic/window.py",
    }
