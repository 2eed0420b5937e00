"""How sure the quotes are."""

from __future__ import annotations

from extractor import Extractor
from extractor.confidence import features
from extractor.coreference import resolve
from extractor.coreference.speakers import attribute
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.reading.analysis import read

CLEAR = "«Мост откроют в октябре», — сказал мэр Лужинска Пётр Заречный."
UNCLEAR = "Пётр Заречный встретил Олега Тимина у моста. По его словам, который он чинил, всё готово, и рады все."


def test_a_named_speaker_beside_marked_words_is_surer_than_a_pronoun_between_two(extractor: Extractor) -> None:
    (clear,), unclear = extractor(CLEAR).quotes, extractor(UNCLEAR).quotes
    assert clear.confidence > 0.8
    assert unclear and all(quote.confidence < clear.confidence - 0.1 for quote in unclear)


def test_features_tell_who_else_could_be_meant() -> None:
    analysis = label(read(UNCLEAR))
    entities = find_entities(analysis)
    quotes = find_quotes(analysis, entities)
    entities = resolve(analysis, entities, quotes)
    known = list(features(analysis, entities, quotes, attribute(analysis, entities, quotes)))
    assert len(known) == len(quotes) > 0
    assert all(described["people near"] >= 1 for described in known)
    assert all(described["people"] == 2 for described in known)
