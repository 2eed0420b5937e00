"""The quotes of rules and tagger joined."""

from __future__ import annotations

import pytest

from extractor.names import find_entities
from extractor.names.entities import Entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.joining import _cleaned, _with_attribution_outside, _without_overlaps, join
from extractor.quotes.learned.tagger import tag_quotes
from extractor.quotes.quote import Construction, Quote, QuoteType
from extractor.quotes.rules.context import Context
from extractor.reading.analysis import TokenSpan, read


def quote(
    *fragments: tuple[int, int],
    cue: tuple[int, int] | None = None,
    speaker: tuple[int, int] | None = None,
    construction: Construction = "clause",
) -> Quote:
    parts = [part for part in (cue, speaker) if part]
    hull = TokenSpan(min(start for start, _ in parts), max(end for _, end in parts)) if parts else None
    return Quote(
        "indirect",
        construction,
        tuple(TokenSpan(*fragment) for fragment in fragments),
        cue and TokenSpan(*cue),
        speaker and TokenSpan(*speaker),
        hull,
    )


@pytest.mark.parametrize(
    ("found", "mended"),
    [
        # A speaker that runs on into the content ends where the content begins, and the other way round.
        (quote((5, 9), cue=(0, 2), speaker=(3, 6)), quote((5, 9), cue=(0, 2), speaker=(3, 5))),
        (quote((0, 4), cue=(5, 6), speaker=(3, 5)), quote((0, 4), cue=(5, 6), speaker=(4, 5))),
        # Inside the content it is none.
        (quote((5, 9), cue=(0, 2), speaker=(6, 8)), quote((5, 9), cue=(0, 2))),
        (quote((5, 9), cue=(5, 6), speaker=(6, 8)), quote((5, 9))),
        # A word of the cue is none of the speaker, but where one holds the other.
        (quote((5, 9), cue=(0, 2), speaker=(1, 4)), quote((5, 9), cue=(0, 2), speaker=(2, 4))),
        (quote((5, 9), cue=(0, 3), speaker=(1, 2)), quote((5, 9), cue=(0, 3), speaker=(1, 2))),
        (quote((5, 9), cue=(1, 2), speaker=(0, 4)), quote((5, 9), cue=(1, 2), speaker=(0, 4))),
    ],
)
def test_an_attribution_inside_its_own_content_is_cut_off(found: Quote, mended: Quote) -> None:
    assert _with_attribution_outside(found) == mended


def test_an_anaphoric_content_holds_or_lies_in_another_but_cuts_none() -> None:
    plain = quote((4, 8))
    within, around, apart = (quote(content, construction="anaphoric") for content in ((5, 7), (2, 10), (8, 12)))
    cutting = [quote(content, construction="anaphoric") for content in ((2, 6), (6, 10))]
    assert list(_without_overlaps([within, cutting[0], plain, around, cutting[1], apart])) == [
        plain,
        within,
        around,
        apart,
    ]


def test_the_rules_do_not_swallow_another_attribution_that_the_tagger_sees() -> None:
    analysis = label(
        read("При этом, по словам чиновника, для жителей «цены останутся прежними», передаёт Лумер-Пресс.")
    )
    (found,) = find_quotes(analysis, find_entities(analysis))
    assert [analysis.span_text(part) for part in found.fragments] == ["для жителей «цены останутся прежними»"]
    assert found.speaker is not None and analysis.span_text(found.speaker) == "чиновника"


def joined(text: str, rules: list[Quote]) -> list[tuple[str, str, str]]:
    """What becomes of given quotes of rules beside the tagger's: rule, type and text of each."""
    analysis = label(read(text))
    quotes = join(Context.of(analysis, Entities()), tag_quotes(analysis), rules)
    return [(quote.rule, quote.type, " … ".join(map(analysis.span_text, quote.fragments))) for quote in quotes]


def test_the_certain_content_of_the_tagger_holds_against_a_rule() -> None:
    text = "Пётр Заречный сообщил, что ремонт моста завершат осенью."
    short = Quote("indirect", "clause", (TokenSpan(5, 7),), rule="rule")
    assert joined(text, [short]) == [("tagger + rule", "indirect", "ремонт моста завершат осенью")]
    assert joined(text, [short._replace(construction="aside")]) == [("rule + tagger", "indirect", "ремонт моста")]


def test_what_rules_alone_call_a_quote_is_dropped_unless_layout_makes_it_one() -> None:
    text = "Завод открыл музей в субботу."
    words = (TokenSpan(0, 5),)
    assert joined(text, [Quote("indirect", "clause", words, rule="rule")]) == []
    assert joined(text, [Quote("direct", "dialogue", words, rule="rule")]) == [
        ("rule", "direct", "Завод открыл музей в субботу")
    ]


def test_a_quote_of_the_tagger_alone_is_kept_where_it_is_certain() -> None:
    assert joined("По словам Кольцовой, пекарня заработает в три смены через год.", []) == [
        ("tagger", "indirect", "пекарня заработает в три смены через год")
    ]


def test_agreement_is_the_overlap_of_both_contents() -> None:
    analysis = label(read("Пётр Заречный сообщил, что ремонт моста завершат осенью."))
    context = Context.of(analysis, Entities())
    tags = tag_quotes(analysis)

    def agreement(*rules: Quote) -> float:
        (quote,) = join(context, tags, rules)
        return quote.agreement

    assert agreement() == 0
    assert agreement(Quote("indirect", "clause", (TokenSpan(5, 7),))) == 0.5
    assert agreement(Quote("indirect", "clause", (TokenSpan(5, 9),))) == 1


@pytest.mark.parametrize(
    ("text", "kind", "fragments"),
    [
        ("порт закроют #новости дня", "indirect", ["порт закроют"]),
        ("порт закроют\nв мае", "indirect", ["порт закроют", "в мае"]),
        ("#новости", "indirect", None),
        ("«Да» и вышел", "direct", ["Да"]),
    ],
)
def test_the_taggers_content_is_cut_at_hashtags_paragraphs_and_marks(
    text: str, kind: QuoteType, fragments: list[str] | None
) -> None:
    analysis = label(read(text))
    whole = Quote(kind, "clause", (TokenSpan(text.startswith("«"), len(analysis.tokens)),))
    cleaned = _cleaned(Context.of(analysis, Entities()), whole)
    assert (cleaned and [analysis.span_text(part) for part in cleaned.fragments]) == fragments


def test_the_stop_inside_the_marks_belongs_to_the_utterance() -> None:
    analysis = label(read("«Пора!» — сказал он."))
    cleaned = _cleaned(Context.of(analysis, Entities()), Quote("direct", "after", (TokenSpan(1, 2),)))
    assert cleaned is not None and analysis.span_text(cleaned.fragments[0]) == "Пора!"
