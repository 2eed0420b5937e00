"""The wheel, built and installed elsewhere, as a user has it."""

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest


def run(*command: str | Path, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environment, text=True, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, and sees the packages it needs in the one of the tests."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    (site,) = folder.glob("lib/python*/site-packages")
    # A path file inside a folder that a path file names is not read: an editable install stays unseen.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--quiet", wheel, cwd=folder)
    return folder


def test_the_data_lie_inside_the_package(wheel: Path, root: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = {str(path.relative_to(root)) for path in (root / "models").rglob("*") if path.is_file()}
    assert data and {f"extractor/{name}" for name in data} <= set(names)
    assert "extractor/py.typed" in names
    assert {name.split("/")[0] for name in names} == {"extractor", names[-1].split("/")[0]}
    assert not any("__pycache__" in name for name in names)


def test_the_installed_command_converts_the_samples(venv: Path, root: Path, tmp_path: Path) -> None:
    where = run(venv / "bin" / "python", "-c", "import extractor; print(extractor.__file__)", cwd=tmp_path)
    assert Path(where.strip()).is_relative_to(venv)
    articles = root / "samples" / "articles.jsonl"
    run(venv / "bin" / "extractor", "convert", articles, "-o", "records.jsonl", cwd=tmp_path)
    records = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [record["id"] for record in records] == [
        json.loads(line)["id"] for line in articles.read_text(encoding="utf-8").splitlines()
    ]
    assert all(record["people"] and record["quotes"] for record in records)
