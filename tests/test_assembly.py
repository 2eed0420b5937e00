"""Records from what the stages found: spans in the text as it was given, ids that hold together."""

from extractor import Extractor
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
