"""The stages in the order in which a text goes through them: read, label, find_entities, find_quotes, resolve,
confidences, assemble and, where the article alone is asked for, within_article.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from functools import partial, wraps
from typing import ParamSpec, TypeVar

from extractor import parallel
from extractor.assembly import assemble, within_article
from extractor.confidence import confidences
from extractor.coreference import resolve
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.reading.analysis import read
from extractor.reading.tagging import tagger
from extractor.records import Document

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


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
        gc.disable()
        try:
            return function(*arguments, **named)
        finally:
            gc.enable()

    return called


class Extractor:
    """Turns texts into records.  It holds nothing but its option: the models are loaded once per process."""

    def __init__(self, *, article_only: bool = False) -> None:
        """With `article_only` the records leave out what stands around the article (see `within_article`)."""
        self._article_only = article_only
        tagger()

    @without_gc
    def __call__(self, text: str, id: str = "") -> Document:
        """Returns the record of one text, of any length, language and content, with `id` as its id.

        Raises TypeError if the text is not a string.
        """
        analysis = label(read(text))
        entities = find_entities(analysis)
        quotes = find_quotes(analysis, entities)
        entities, speakers = resolve(analysis, entities, quotes)
        sure = confidences(analysis, entities, quotes, speakers)
        document = assemble(analysis, entities, quotes, speakers, sure, id)
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


def _pairs(items: Iterable[str | tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for number, item in enumerate(items):
        match item:
            case str():
                yield "", item
            case (str(id), str(text)):
                yield id, text
            case _:
                raise TypeError(f"item {number} (the first is 0) is no text and no (id, text) pair: {item!r:.80}")


def _worker(article_only: bool) -> Callable[[tuple[str, str]], Document]:
    """Makes the function that a worker process of `Extractor.pipe` applies to each pair."""
    extractor = Extractor(article_only=article_only)
    return lambda pair: extractor(pair[1], pair[0])
