"""What the fuzz run found where the rules' quotes and the tagger's are joined."""

from __future__ import annotations

import pytest

from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.quotes import find_quotes
from extractor.quotes.joining import _with_attribution_outside, _without_overlaps
from extractor.quotes.quote import Construction, Quote
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
