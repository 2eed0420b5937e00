"""Both commands take the same options under the same names, and hand them on alike."""

import pytest
import typer
from typer.testing import CliRunner

from extractor import batch, cli
from extractor.batch import Options, Summary

ARGUMENTS = ["--text-field", "body", "--id-field", "key", "--keep", "url", "--keep", "n", "--max-chars", "9"]


def test_the_options_reach_the_conversion(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(batch, "convert", lambda inputs, output, options, *_, **__: seen.append(options) or Summary())
    result = CliRunner().invoke(cli.app, ["convert", "in", "-o", str(tmp_path / "out"), *ARGUMENTS])
    assert result.exit_code == 0
    assert seen == [Options("body", "key", ("url", "n"), 9)]


def test_the_options_reach_the_job(monkeypatch):
    pytest.importorskip("ray", reason="needs Ray Data: pip install 'extractor-ru[ray]'")
    from extractor.batch import distributed

    seen = []
    monkeypatch.setattr(distributed, "convert", lambda inputs, output, options, *_: seen.append(options) or Summary())
    command = typer.Typer()
    command.command()(distributed.main)
    result = CliRunner().invoke(command, ["in", "-o", "out", *ARGUMENTS])
    assert result.exit_code == 0
    assert seen == [Options("body", "key", ("url", "n"), 9)]
