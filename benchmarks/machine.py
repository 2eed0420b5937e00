"""What the benchmarks of speed have in common: the articles that they read, and the processor that they run on."""

from __future__ import annotations

import platform
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def default_articles() -> Path:
    """Returns the file of articles to measure on: quotes/dev.jsonl beside the checkout, or else the samples."""
    dev = ROOT.parent / "shared" / "quotes" / "dev.jsonl"
    return dev if dev.is_file() else ROOT / "samples" / "articles.jsonl"


def processor() -> str:
    """Returns the name of the processor and the number of its cores, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]}, {len(names)} cores" if names else platform.processor()
