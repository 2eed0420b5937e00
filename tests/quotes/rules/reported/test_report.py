"""Reports before they are quotes."""

from __future__ import annotations

from extractor.quotes.rules.reported.report import Report
from extractor.reading.analysis import TokenSpan


def test_a_report_reaches_from_its_first_fragment_to_its_last() -> None:
    report = Report("aside", TokenSpan(3, 5), TokenSpan(5, 6), (TokenSpan(0, 2), TokenSpan(7, 9)))
    assert (report.start, report.end) == (0, 9)
