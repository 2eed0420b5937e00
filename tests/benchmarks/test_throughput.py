"""The benchmark of speed times exactly the functions of which the pipeline consists."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import throughput
from extractor import Extractor, pipeline


def test_the_stages_are_the_functions_that_the_pipeline_calls() -> None:
    named = {name: getattr(pipeline, name, None) for name in inspect.unwrap(Extractor.__call__).__code__.co_names}
    functions = {name: function for name, function in named.items() if inspect.isfunction(function)}
    called = [name for name, function in functions.items() if function.__module__ != pipeline.__name__]
    assert sorted(called) == sorted(name for names in throughput.STAGES.values() for name in names)


def test_every_stage_takes_time_and_the_pipeline_is_as_before(extractor: Extractor) -> None:
    before = pipeline.find_entities
    spent = throughput.stages(extractor, ["«Мост готов», — сказала директор Инна Чеботарь."])
    assert list(spent) == [*throughput.STAGES, "all"]
    assert all(milliseconds > 0 for milliseconds in spent.values())
    assert spent["all"] == pytest.approx(sum(spent[stage] for stage in throughput.STAGES))
    assert pipeline.find_entities is before


def test_every_kind_of_text_is_made_in_every_length() -> None:
    made = [
        (make(length), length) for _, make, longest in throughput._shapes(["Мост готов."]) for length in (7, longest)
    ]
    assert [len(text) for text, _ in made] == [length for _, length in made]


@pytest.mark.parametrize("benchmark", ["compare", "cost", "evaluate", "throughput"])
def test_every_benchmark_is_a_module_with_a_command_line(benchmark: str, root: Path) -> None:
    command = [sys.executable, "-m", f"benchmarks.{benchmark}", "--help"]
    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert ended.stdout.startswith(f"usage: {benchmark}.py")
