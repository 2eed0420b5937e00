"""The stages in the order in which a text goes through them: read, label, find_entities, find_quotes, resolve,
confidences, assemble and, where the article alone is asked for, within_article.

A stage that fails on a text costs what it would have found, and no more: see `Extractor.__call__`.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, wraps
from threading import get_ident
from typing import ParamSpec, TypeVar

from extractor import parallel
from extractor.assembly import assemble, within_article
from extractor.confidence import UNKNOWN, confidences
from extractor.coreference import resolve
from extractor.coreference.sources import Speaker
from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.quote import Quote
from extractor.reading.analysis import read
from extractor.reading.tagging import tagger
from extractor.reading.text import printable
from extractor.records import Document
from extractor.resources import ResourceError
from extractor.version import __version__

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Errors that say nothing of the text: the machine is out of memory, or the installation lacks a file.  Other texts
# would fail as this one did, so they are raised.  TimeoutError, which callers raise from an alarm, is an OSError.
_NOT_OF_THE_TEXT = (MemoryError, OSError, ImportError, ResourceError)

_logger = logging.getLogger("extractor")

# The threads that have disabled the garbage collector.
_without_gc: set[int] = set()


def without_gc(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Disables the cyclic garbage collector while `function` runs, if it was enabled before.

    A text makes tens of thousands of objects that live until its record is done and are freed by their reference
    counts.  The collector would walk them again and again in search of cycles: a sixth of the time.  Mercurial does the
    same (`util.nogc`).
    """

    @wraps(function)
    def called(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        if not gc.isenabled():
            return function(*arguments, **named)
        try:
            # In here, as an exception that a signal raises may come right after it.
            _without_gc.add(get_ident())
            gc.disable()
            return function(*arguments, **named)
        finally:
            gc.enable()
            _without_gc.discard(get_ident())

    return called


def _with_gc_again() -> None:
    """Enables the collector in a forked process where another thread had disabled it, as that thread is not there."""
    if _without_gc - {get_ident()}:
        gc.enable()
    _without_gc.intersection_update({get_ident()})


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_with_gc_again)


class Extractor:
    """Turns texts into records.  It holds nothing but its option: the models are loaded once per process."""

    def __init__(self, *, article_only: bool = False) -> None:
        """With `article_only` the records leave out what stands around the article (see `within_article`)."""
        self._article_only = article_only
        tagger()

    @without_gc
    def __call__(self, text: str, id: str = "") -> Document:
        """Returns the record of one text, of any length, language and content, with `id` as its id.

        Where a stage fails, which is a bug of this package, its error is logged with traceback and id (logger
        "extractor"), and the record holds what the other stages found and the stage's name in `failed`:

        - read, assemble: nothing else, as of an empty text;
        - label: names that do not need the network;
        - find_entities: no people and organizations, and quotes whose speakers are among neither;
        - find_quotes: no quotes;
        - resolve: entities with their mentions by name only, and quotes with the speakers' mentions but no names;
        - confidences: quotes with confidences of 0.

        Raises TypeError if the text or the id is not a string; MemoryError, OSError (TimeoutError among them),
        ImportError and resources.ResourceError, which are no text's fault, from any stage.
        """
        if not (isinstance(text, str) and isinstance(id, str)):
            raise TypeError(f"text and id must be strings, not {type(text).__name__} and {type(id).__name__}")
        attempt = _Attempts(id)
        analysis = attempt(read, None)(text)
        if analysis is None:
            return _nothing(text, id, attempt.failed)
        analysis = attempt(label, analysis)(analysis)
        entities = attempt(find_entities, Entities())(analysis)
        quotes = attempt(find_quotes, [])(analysis, entities)
        entities, speakers = attempt(resolve, (entities, _unresolved(quotes)))(analysis, entities, quotes)
        sure = attempt(confidences, [UNKNOWN] * len(quotes))(analysis, entities, quotes, speakers)
        document = attempt(assemble, None)(analysis, entities, quotes, speakers, sure, id, attempt.failed)
        if document is None:
            return _nothing(text, id, attempt.failed)
        return within_article(document) if self._article_only else document

    def pipe(self, items: Iterable[str | tuple[str, str]], workers: int = 1) -> Iterator[Document]:
        """Yields the records of texts or (id, text) pairs in their order, made in `workers` processes.

        It reads little ahead of the records that are taken, so `items` may be endless; with several workers a thread
        reads them.  Raises ValueError for fewer than one worker and TypeError for `items` that are a single string.
        While the records are taken it raises TypeError for an item that is neither a text nor a pair, and
        parallel.LostError, with the beginning of the text, for a record that two worker processes died of making.
        """
        if workers < 1:
            raise ValueError(f"workers must be at least 1, not {workers}")
        if isinstance(items, str):
            raise TypeError("items must be texts or (id, text) pairs, not one text: call the extractor with it")
        if workers == 1:
            return (self(text, id) for id, text in _pairs(items))
        return parallel.ordered(
            partial(_worker, self._article_only), _pairs(items), workers, size=lambda pair: len(pair[1])
        )


class _Attempts:
    """Runs stages on one text.  `failed` are the names of those that failed so far."""

    def __init__(self, id: str) -> None:
        self.failed: list[str] = []
        self._id = id

    def __call__(self, stage: Callable[Arguments, Result], instead: Result) -> Callable[Arguments, Result]:
        """The stage as a function that logs what the stage raises and returns `instead`."""

        def attempted(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
            try:
                return stage(*arguments, **named)
            except _NOT_OF_THE_TEXT:
                raise
            except Exception:
                _logger.exception("%s failed on document %r", stage.__name__, self._id)
                self.failed.append(stage.__name__)
                return instead

        return attempted


def _unresolved(quotes: Sequence[Quote]) -> list[Speaker | None]:
    """The speakers of quotes as far as the quotes stage knows them: where they are mentioned."""
    return [None if quote.speaker is None else Speaker(quote.speaker, None, "OTHER") for quote in quotes]


def _nothing(text: str, id: str, failed: Sequence[str]) -> Document:
    """The record of a text of which nothing is known."""
    return Document.of_source(text, id=printable(id), version=__version__, failed=failed)


def _pairs(items: Iterable[str | tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(items):
        match item:
            case str():
                yield "", _plain(item)
            case (str(id), str(text)):
                yield _plain(id), _plain(text)
            case _:
                raise TypeError(f"item {number} (the first is 0) is no text and no (id, text) pair: {item!r:.80}")


def _plain(text: str) -> str:
    """The same characters as a `str`: subclasses may not be picklable, and Beautiful Soup's hold the whole page."""
    return str.__str__(text)


def _worker(article_only: bool) -> Callable[[tuple[str, str]], Document]:
    """Makes the function that a worker process of `Extractor.pipe` applies to each pair."""
    extractor = Extractor(article_only=article_only)
    return lambda pair: extractor(pair[1], pair[0])
