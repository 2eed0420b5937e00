"""Records from what the stages found: spans in the text as it was given, ids that hold together."""

import pytest
from shown import PAGE, scraped

from extractor import Extractor
from extractor.assembly import within_article
from extractor.reading import analysis
from extractor.reading.article import Block
from extractor.records import Span

# Odd spaces, a soft hyphen and a combining accent: the clean text is shorter than the given one.
TEXT = (
    "\ufeffГлава  за\u00adвода «Каскад»\u00a0Инна Чеботарь приехала в Лужинск.\r\n"
    "«Печь запу\u0301стят в мае», — сказала  Чеботарь."
)


def spans(value: object) -> list[Span]:
    if isinstance(value, Span):
        return [value]
    if isinstance(value, tuple):
        return [span for item in value for span in spans(item)]
    return [span for item in getattr(value, "__dict__", {}).values() for span in spans(item)]


def test_spans_count_characters_of_the_text_as_it_was_given(extractor: Extractor) -> None:
    document = extractor(TEXT, "а1")
    found = spans(document)
    assert len(found) >= 5
    assert all(span.text == TEXT[span.start : span.end] for span in found)
    (quote,) = document.quotes
    assert quote.text == "Печь запу\u0301стят в мае"


def test_the_record_holds_together(extractor: Extractor) -> None:
    document = extractor(TEXT, "а1")
    assert (document.id, document.source) == ("а1", TEXT)
    (person,) = document.people
    assert (person.id, person.name, person.gender) == ("P1", "Инна Чеботарь", "female")
    assert [organization.id for organization in document.organizations] == ["O1"]
    (quote,) = document.quotes
    assert quote.speaker is not None and quote.speaker.entity == person.id
    assert quote.cue is not None and quote.cue.text == "сказала"
    assert quote.speaker.mention is not None and quote.speaker.mention.text == "Чеботарь"


def test_lone_surrogates_of_the_text_and_the_id_can_be_written(extractor: Extractor) -> None:
    document = extractor("«Да\ud800», — сказала Инна Чеботарь.", "\udfff")
    assert document.id == "\ufffd"
    assert [quote.text for quote in document.quotes] == ["Да\ufffd"]
    assert document.model_dump_json().encode()


def test_only_what_stands_in_the_article_is_left() -> None:
    """Чеботарь speaks in the article and is named around it: she stays, without mentions."""
    whole = scraped()
    document = within_article(whole)
    assert [(person.id, person.name) for person in document.people] == [
        ("P1", "Антон Лагутин"),
        ("P2", "Инна Чеботарь"),
    ]
    assert [[str(mention) for mention in person.mentions] for person in document.people] == [
        ["Антон Лагутин", "губернатор"],
        [],
    ]
    assert document.organizations == ()
    assert [str(quote) for quote in document.quotes] == [
        "Антон Лагутин: Ждали двенадцать лет",
        "Инна Чеботарь: Движение пока одностороннее.",
    ]
    assert [quote.speaker and quote.speaker.entity for quote in document.quotes] == ["P1", "P2"]
    assert (document.id, document.article, document.source) == (whole.id, whole.article, PAGE)
    assert within_article(document) == document
    assert whole == scraped()


def test_a_record_that_is_all_article_stays_as_it_is(extractor: Extractor) -> None:
    document = extractor(TEXT)
    assert within_article(document) == document


def test_the_option_leaves_out_what_the_judge_finds_around(monkeypatch: pytest.MonkeyPatch) -> None:
    def quotes_alone(text: str, paragraphs: list[tuple[int, int]]) -> list[Block]:
        return [Block(start, end, article=text[start] == "«", aside=False) for start, end in paragraphs]

    monkeypatch.setattr(analysis, "blocks", quotes_alone)
    text = "Олег Тимин: «Денег нет»\n«Печь запустят в мае», — сказала директор «Каскада» Инна Чеботарь."
    whole, document = Extractor()(text), Extractor(article_only=True)(text)
    assert {"Олег Тимин", "Инна Чеботарь"} <= {person.name for person in whole.people}
    assert [span.text for span in whole.article] == [text.split("\n")[1]]
    assert document == within_article(whole)
    assert [(person.id, person.name) for person in document.people] == [("P1", "Инна Чеботарь")]
    assert [quote.text for quote in document.quotes] == ["Печь запустят в мае"]
