"""The stages of the pipeline from the analysis to the record, where a stage's input may be replaced.

`extractor/pipeline.py` runs the same stages with what ships.  Training and benchmarks need them with another network
(one that has not learned from the text), with tags that another network gave, or with the annotated quotes.  Those that
go on to the speakers or the record call this module, so that the order of the stages is spelled here and in
`pipeline.py` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.assembly import assemble
from extractor.confidence import confidences
from extractor.coreference import resolve
from extractor.coreference.sources import Speaker
from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.quotes import find_quotes, quotes_with
from extractor.quotes.learned.tagger import QuoteTags
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis
from extractor.records import Document


@dataclass(frozen=True)
class Found:
    """What the stages found in one text: the entities with all their mentions, and each quote with its speaker."""

    analysis: Analysis
    entities: Entities
    quotes: Sequence[Quote]
    speakers: Sequence[Speaker | None]

    def document(self, id: str = "") -> Document:
        """Returns the record of the text, as `Extractor` makes it."""
        sure = confidences(self.analysis, self.entities, self.quotes, self.speakers)
        return assemble(self.analysis, self.entities, self.quotes, self.speakers, sure, id)


def find(
    analysis: Analysis,
    *,
    entities: Entities | None = None,
    tags: QuoteTags | None = None,
    quotes: Sequence[Quote] | None = None,
) -> Found:
    """Runs the stages after the analysis (see `unseen.analysis` for one by another network of names).

    `entities` replaces the names that would be found, `tags` what the shipped quote tagger would say of the tokens,
    and `quotes` the whole quotes stage.
    """
    if entities is None:
        entities = find_entities(analysis)
    if quotes is None:
        quotes = find_quotes(analysis, entities) if tags is None else quotes_with(analysis, entities, tags)
    entities, speakers = resolve(analysis, entities, quotes)
    return Found(analysis, entities, quotes, speakers)
