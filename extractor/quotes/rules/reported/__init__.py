"""Mixed and indirect quotes: clauses that a cue reports, and quoted words inside the reporter's own.

The constructions, each found by a function of its own:

* clause         X сообщил, что P; выразил надежду, что P; сообщается, что P
* aside          По словам X, P; P1, как сообщил X, P2
* inverted       P, сообщил X; P1, считает X, P2
* anaphoric      P. Об этом сообщил X.
* headline       X: P; P — X
* fragment       X назвал это «ошибкой»
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import as_content, trimmed
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.anaphora import anaphoric_quotes
from extractor.quotes.rules.reported.asides import aside
from extractor.quotes.rules.reported.clauses import clause
from extractor.quotes.rules.reported.fragments import fragments, is_speech
from extractor.quotes.rules.reported.grammar import after_adversative, clause_joint
from extractor.quotes.rules.reported.headlines import headlines
from extractor.quotes.rules.reported.inversion import inverted
from extractor.quotes.rules.reported.report import Report
from extractor.reading.analysis import TokenSpan


def find_reported(context: Context, direct: Sequence[Quote]) -> list[Quote]:
    """The mixed and indirect quotes of a text, in order, none of which overlaps a direct one."""
    taken = {index for quote in direct for span in quote.fragments for index in range(*span)}
    by_sentence: dict[int, list[int]] = {}
    for cue in context.cues:
        if cue not in taken and not context.depth[cue]:
            by_sentence.setdefault(context.token(cue).sentence, []).append(cue)
    used = {quote.cue.start for quote in direct if quote.cue is not None}
    reports: list[Report] = []
    for number, held in sorted(by_sentence.items()):
        sentence = context.analysis.sentences[number]
        reports += _of_sentence(context, held, sentence, taken, used)
    reports += headlines(context, {context.token(report.start).paragraph for report in reports}, taken)
    reports = list(_sourced(context, reports, direct))
    quotes = [_typed(context, report) for report in reports]
    busy = taken | {index for report in reports for span in report.content for index in range(*span)}
    quotes += fragments(context, busy)
    return sorted([*quotes, *anaphoric_quotes(context, taken)], key=lambda quote: quote.fragments[0])


def _sourced(context: Context, reports: Sequence[Report], direct: Sequence[Quote]) -> Iterator[Report]:
    """The reports without impersonal ones that have no source: сообщается, что P counts only after another quote."""
    spoken = {
        context.token(part.end - 1).sentence
        for quote in direct
        for part in (quote.fragments[-1], quote.attribution)
        if part is not None
    }
    for report in reports:
        here = context.token(report.start).sentence
        if report.cue is not None and report.speaker is None:
            verb = context.token(report.cue.end - 1)
            impersonal = "impersonal" in context.frames[report.cue.end - 1]
            if impersonal and (verb.feats.get("Tense") == "Past" or not {here, here - 1} & spoken):
                continue
            if verb.number == "Plur" and verb.feats.get("Tense") == "Pres" and verb.feats.get("VerbForm") == "Fin":
                continue
        spoken.add(context.token(report.end - 1).sentence)
        yield report


def _of_sentence(
    context: Context, cues: Sequence[int], sentence: TokenSpan, taken: set[int], used: set[int]
) -> list[Report]:
    """The reports of one sentence: clauses first, then what does not contradict them.

    A cue `used` by a direct quote can report a clause besides: X сообщил, что P: «Q».
    """
    found: list[Report] = []
    for finder in (clause, aside, inverted):
        for cue in cues:
            if any(report.cue and report.cue.start <= cue < report.cue.end for report in found):
                continue
            if cue in used and finder is not clause:
                continue
            report = finder(context, cue, sentence)
            report = None if report is None else _clipped(context, report, found, taken)
            if report is None:
                continue
            rivals = [other for other in found if other.start < report.end and report.start < other.end]
            if any(other.construction != "clause" or other.main or report.construction == "clause" for other in rivals):
                continue
            found = [other for other in found if other not in rivals]
            found.append(report)
    return sorted(found, key=lambda report: report.start)


def _clipped(context: Context, report: Report, found: Sequence[Report], taken: set[int]) -> Report | None:
    """The report up to a direct quote or another's clause after it in its sentence; None where nothing is left."""
    last = report.content[-1]
    stop = next((index for index in range(*last) if index in taken), last.end)
    for other in found:
        if (
            other.construction == "clause"
            and other.main
            and other.cue is not None
            and last.start < other.cue.start < stop
            and after_adversative(context, other.cue.start)
        ):
            joint = clause_joint(context, other.cue.start, last.start)
            stop = stop if joint is None else joint
    clipped = as_content(context, last.start, stop)
    if clipped is None or any(index in taken for span in report.content[:-1] for index in range(*span)):
        return None
    return report._replace(content=(*report.content[:-1], clipped))


def _typed(context: Context, report: Report) -> Quote:
    """The quote of a report: mixed where quoted words stand in it, direct where an aside reports nothing else."""
    attribution = span_of((report.cue, report.speaker))
    quote = Quote("indirect", report.construction, report.content, report.cue, report.speaker, attribution)
    inside = [
        stretch
        for span in report.content
        for stretch in context.stretches_in(span)
        if stretch.depth == 0 and is_speech(context, stretch)
    ]
    if not inside:
        return quote
    whole = inside[0]
    if report.construction != "clause" and len(report.content) == 1 and len(inside) == 1:
        only = report.content[0]
        if only.start >= whole.open and only.end <= whole.end:
            content = tuple(filter(None, (trimmed(context, part) for part in whole.parts)))
            return quote._replace(type="direct", fragments=content)
    return quote._replace(type="mixed")
