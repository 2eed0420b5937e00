"""Extractors for tests of what is about them, most of which cost nothing: each is what a worker process begins with."""

import os
import signal
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from extractor import pipeline
from extractor.reading.analysis import Analysis
from extractor.reading.text import printable
from extractor.records import Document, Person, Quote, Span, Speaker


def quick() -> Callable[[str, str], Document]:
    """Takes a whole text for what Инна Чеботарь said."""
    return _record


def slow() -> Callable[[str, str], Document]:
    """The same, a few milliseconds a text."""

    def record(text: str, id: str) -> Document:
        time.sleep(0.003)
        return _record(text, id)

    return record


def fragile() -> Callable[[str, str], Document]:
    """The same, but its process dies of the text 'die', and hangs at the text 'hang'."""

    def record(text: str, id: str) -> Document:
        if text == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "hang":
            time.sleep(600)
        return _record(text, id)

    return record


def unresolving() -> Callable[[str, str], Document]:
    """The real one, whose coreference fails on texts with "сломан"; for a process of its own."""
    resolve = pipeline.resolve

    @wraps(resolve)
    def failing(analysis: Analysis, *others: Any) -> Any:
        if "сломан" in analysis.text:
            raise KeyError("Voc")
        return resolve(analysis, *others)

    pipeline.resolve = failing
    return pipeline.Extractor()


def _record(text: str, id: str) -> Document:
    speaker = Speaker(name="Инна Чеботарь", kind="PER", entity="P1")
    spans = (Span(start=0, end=len(text), text=printable(text)),)
    quote = Quote(type="direct", text=printable(text), spans=spans, speaker=speaker, confidence=0.5)
    person = Person(id="P1", name="Инна Чеботарь", gender="female", roles=("директор",))
    return Document(id=id, version="toy", people=(person,), quotes=(quote,) if text else ())
