"""Made-up texts with annotated quotes: what a template says of its quotes, and that every template can be filled."""

from __future__ import annotations

import random

import pytest

from training import quote_templates
from training.corpora import Record


def _told(record: Record) -> list[tuple[object, ...]]:
    """The quotes of a record: the type, contents, cue and the speaker's mention, each as text, name and kind."""

    def text(span: list[int] | None) -> str | None:
        return None if span is None else record["text"][slice(*span)]

    return [
        (q["type"], [text(s) for s in q["spans"]], text(q["cue"]), text(q["speaker"]), q["name"], q["kind"])
        for q in record["quotes"]
    ]


@pytest.mark.parametrize(
    ("template", "text", "quotes"),
    [
        (
            "<s1>В [ORG МЧС]</> <c1,2>заявили</>, что <i1>мост цел</>, <s2=ORG>в полиции</> — что <i2>нет</>.",
            "В МЧС заявили, что мост цел, в полиции — что нет.",
            [
                ("indirect", ["мост цел"], "заявили", "В МЧС", "МЧС", "ORG"),
                ("indirect", ["нет"], "заявили", "в полиции", None, "ORG"),
            ],
        ),
        (
            "Партия «[ORG:O Труд]» ушла. «<d1=O>Хватит</>». <c2>По <s2=O>её</> данным</>, <i2>дождь</>, и <i2>снег</>.",
            "Партия «Труд» ушла. «Хватит». По её данным, дождь, и снег.",
            [
                ("direct", ["Хватит"], None, None, "Труд", "ORG"),
                ("indirect", ["дождь", "снег"], "По её данным", "её", "Труд", "ORG"),
            ],
        ),
        (
            "<i1a>Мост закрыт</>. Об этом <c1>сообщил</> <s1=PER>сторож</>.",
            "Мост закрыт. Об этом сообщил сторож.",
            [("indirect", ["Мост закрыт"], "сообщил", "сторож", None, "PER")],
        ),
    ],
)
def test_the_quotes_of_a_filled_template(template: str, text: str, quotes: list[tuple[object, ...]]) -> None:
    record = quote_templates.fill(template, random.Random(1))
    assert record["text"] == text
    assert _told(record) == quotes
    assert [quote.get("anaphoric", False) for quote in record["quotes"]] == ["i1a" in template] * len(quotes)


def test_a_person_is_called_by_the_fullest_name_of_the_text() -> None:
    template = "Депутат <A.m full accs> ждали. «<d1>Иду</>», — <c1>{сказал|сказала}</> <s1><A last nomn></>."
    record = quote_templates.fill(template, random.Random(3))
    (quote,) = record["quotes"]
    mention = record["text"][slice(*quote["speaker"])]
    assert quote["kind"] == "PER" and len(quote["name"].split()) == 2 and mention in quote["name"]


def test_every_template_can_be_filled_and_its_spans_hold() -> None:
    rng = random.Random(5)
    for made in quote_templates.templates().by_kind.values():
        for template in made:
            record = quote_templates.fill(template, rng)
            for quote in record["quotes"]:
                spans = [*quote["spans"], *filter(None, (quote["cue"], quote["speaker"], quote["attribution"]))]
                assert quote["spans"] and all(0 <= start < end <= len(record["text"]) for start, end in spans)
                assert all(record["text"][slice(*span)].strip() == record["text"][slice(*span)] for span in spans)


def test_documents_do_not_depend_on_the_hash_seed_and_keep_their_offsets() -> None:
    first, again = (quote_templates.documents(random.Random(2), 40) for _ in range(2))
    assert first == again and len({record["id"] for record in first}) == 40
    for record in first:
        for _, contents, cue, mention, *_ in _told(record):
            assert contents and cue != "" and mention != ""
