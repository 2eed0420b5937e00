"""The stages with replaced inputs, and without: then they are the pipeline's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes.learned.tagger import tag_quotes
from extractor.reading.analysis import Analysis, read
from training import chain, corpora
from training.gold_speakers import Article, attributed, in_part, mention_kind

TEXT = """Директор завода Инна Чеботарь заявила, что цех откроют весной.
«Мы ждали этого двенадцать лет», — добавила она. Олег Тимин молчал."""


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    return label(read(TEXT))


def test_the_chain_makes_the_records_of_the_pipeline(extractor: Extractor, analysis: Analysis) -> None:
    record = extractor(TEXT, "a")
    assert record.quotes
    assert chain.find(analysis).document("a") == record
    assert chain.find(analysis, entities=find_entities(analysis), tags=tag_quotes(analysis)).document("a") == record


def test_without_quotes_names_stay(extractor: Extractor, analysis: Analysis) -> None:
    document = chain.find(analysis, quotes=()).document("a")
    assert document.quotes == ()
    assert [person.name for person in document.people] == ["Инна Чеботарь", "Олег Тимин"]


def test_annotated_quotes_get_their_speakers(analysis: Analysis) -> None:
    start = TEXT.index("Мы ждали")
    pronoun = TEXT.index("она.")
    quote = {
        "type": "direct",
        "spans": [[start, TEXT.index("», —")]],
        "cue": [TEXT.index("добавила"), pronoun - 1],
        "speaker": [pronoun, pronoun + 3],
        "attribution": [TEXT.index("добавила"), pronoun + 3],
        "name": "Инна Чеботарь",
        "kind": "PER",
    }
    article = Article({"id": "a", "text": TEXT, "quotes": [quote]}, analysis, find_entities(analysis))
    ((record, found, speaker),) = attributed(article)
    assert record is quote
    assert analysis.span_text(found.fragments[0]) == "Мы ждали этого двенадцать лет"
    assert speaker is not None
    assert speaker.name == "Инна Чеботарь"
    assert mention_kind(analysis, article.entities, found.speaker) == "pronoun"


def test_every_article_is_in_one_of_three_parts() -> None:
    ids = [f"article-{number}" for number in range(100)]
    parts = [{id for id in ids if in_part(id, part, 3)} for part in range(3)]
    assert set.union(*parts) == set(ids)
    assert sum(map(len, parts)) == len(ids)
    assert all(parts)


def test_documents_are_read_in_order_up_to_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps({"id": id, "text": f"Текст {id}."}) + "\n" for id in "вба"), encoding="utf-8")
    assert [document["id"] for document in corpora.documents(path)] == ["в", "б", "а"]
    assert list(corpora.by_id(path, limit=2)) == ["в", "б"]
    assert corpora.texts(path)[0] == "Текст в."
