"""Extractors for tests of what is about them, most of which cost nothing: each is what a worker process begins with.

With `article_only` the quote is left out, as if it stood around an article.
"""

import os
import signal
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from extractor import pipeline
from extractor.reading.analysis import Analysis
from extractor.reading.text import printable
from extractor.records import Document, Person, Quote, Span, Speaker


def quick(*, article_only: bool = False) -> Callable[[str, str], Document]:
    """Takes a whole text for what Инна Чеботарь said."""
    return partial(_record, article_only)


def slow(*, article_only: bool = False) -> Callable[[str, str], Document]:
    """The same, a few milliseconds a text."""

    def record(text: str, id: str) -> Document:
        time.sleep(0.003)
        return _record(article_only, text, id)

    return record


def fragile(*, article_only: bool = False) -> Callable[[str, str], Document]:
    """The same, but its process dies of the text 'die', and hangs at the text 'hang'."""

    def record(text: str, id: str) -> Document:
        if text == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if text == "hang":
            time.sleep(600)
        return _record(article_only, text, id)

    return record


def unresolving(*, article_only: bool = False) -> Callable[[str, str], Document]:
    """The real one, whose coreference fails on texts with "сломан"; for a process of its own."""
    resolve = pipeline.resolve

    @wraps(resolve)
    def failing(analysis: Analysis, *others: Any) -> Any:
        if "сломан" in analysis.text:
            raise KeyError("Voc")
        return resolve(analysis, *others)

    pipeline.resolve = failing
    return pipeline.Extractor(article_only=article_only)


def _record(article_only: bool, text: str, id: str) -> Document:
    speaker = Speaker(name="Инна Чеботарь", kind="PER", entity="P1")
    spans = (Span(start=0, end=len(text), text=printable(text)),)
    quote = Quote(type="direct", text=printable(text), spans=spans, speaker=speaker, confidence=0.5)
    person = Person(id="P1", name="Инна Чеботарь", gender="female", roles=("директор",))
    return Document(id=id, version="toy", people=(person,), quotes=(quote,) if text and not article_only else ())
