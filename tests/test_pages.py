"""A real scraped page: the article, then headlines with counters, then a quote once more."""

import json
from pathlib import Path

from extractor import Extractor


def test_all_six_quotes_and_the_people_of_the_page(extractor: Extractor, shared: Path) -> None:
    gold = json.loads((shared / "pages" / "tokayev.gold.jsonl").read_text(encoding="utf-8"))
    document = extractor(gold["text"])
    found = [
        {
            "type": quote.type,
            "spans": [[span.start, span.end] for span in quote.spans],
            "name": quote.speaker and quote.speaker.name,
            "kind": quote.speaker and quote.speaker.kind,
        }
        for quote in document.quotes
    ]
    assert found == [{key: quote[key] for key in found[0]} for quote in gold["quotes"]]
    assert len(found) == 6
    assert {person.name for person in document.people} == {"Касым-Жомарт Токаев", "Джеки Чан"}
