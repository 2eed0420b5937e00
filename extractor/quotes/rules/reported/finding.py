"""Finds the mixed and indirect quotes of a text: runs the rules in order and resolves their conflicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set

from extractor.quotes.quote import Quote
from extractor.quotes.rules.content import as_content, trimmed
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.phrases import span_of
from extractor.quotes.rules.reported.anaphora import anaphoric_quotes
from extractor.quotes.rules.reported.asides import aside
from extractor.quotes.rules.reported.claimed import Claimed
from extractor.quotes.rules.reported.clauses import clause
from extractor.quotes.rules.reported.fragments import fragments, is_speech
from extractor.quotes.rules.reported.headlines import headline_after_dash, headline_with_label, may_be_headline
from extractor.quotes.rules.reported.inversion import inverted
from extractor.quotes.rules.reported.report import Report
from extractor.quotes.rules.reported.syntax import after_adversative, clause_joint
from extractor.reading.analysis import TokenSpan
from extractor.reading.grammar import is_finite
from extractor.rules import Rule

# A cue of a direct quote can report a clause besides, "X сообщил, что P: «Q»", but nothing else.
_CLAUSE = "reported: clause"
# For each cue outside direct quotes, with its sentence: what it reports.  The order matters: a later rule does not use
# a cue again, and yields to content of an earlier one that it overlaps (`_of_sentence`).
BY_CUE: tuple[Rule[Callable[[Context, int, TokenSpan], Report | None]], ...] = (
    Rule(_CLAUSE, clause),
    Rule("reported: aside", aside),
    Rule("reported: inverted", inverted),
)
# For each paragraph that may be a headline and holds no report: the first rule that finds one wins.
HEADLINES: tuple[Rule[Callable[[Context, TokenSpan], Report | None]], ...] = (
    Rule("reported: headline with a label", headline_with_label),
    Rule("reported: headline before a dash", headline_after_dash),
)
# For the whole text, after the reports.
BY_TEXT: tuple[Rule[Callable[[Context, Claimed], Iterable[Quote]]], ...] = (
    Rule("reported: fragment", fragments),
    Rule("reported: anaphoric", anaphoric_quotes),
)


def find_reported(context: Context, direct: Sequence[Quote]) -> list[Quote]:
    """The mixed and indirect quotes of a text, in order; none overlaps one of the given direct quotes."""
    taken = {index for quote in direct for span in quote.fragments for index in range(*span)}
    by_sentence: dict[int, list[int]] = {}
    for cue in context.cues:
        if cue not in taken and not context.depth[cue]:
            by_sentence.setdefault(context.token(cue).sentence, []).append(cue)
    used = {quote.cue.start for quote in direct if quote.cue is not None}
    reports: list[Report] = []
    for number, cues in sorted(by_sentence.items()):
        reports += _of_sentence(context, cues, context.analysis.sentences[number], taken, used)
    reports += _headlines(context, {context.token(report.start).paragraph for report in reports}, taken)
    reports = list(_with_source(context, reports, direct))
    quotes = [_as_quote(context, report) for report in reports]
    claimed = Claimed(taken, {index for report in reports for span in report.content for index in range(*span)})
    quotes += [quote._replace(rule=rule.name) for rule in BY_TEXT for quote in rule.apply(context, claimed)]
    return sorted(quotes, key=lambda quote: quote.fragments[0])


def _of_sentence(
    context: Context, cues: Sequence[int], sentence: TokenSpan, taken: Set[int], used: Set[int]
) -> list[Report]:
    """The reports of one sentence that the rules of `BY_CUE` find, in order of the text.

    Where two overlap the earlier rule's report is kept, unless it is a clause whose cue is subordinate and the later
    one is none.  `taken` are the tokens of direct quotes, `used` their cues.
    """
    found: list[Report] = []
    for rule in BY_CUE:
        for cue in cues:
            if any(report.cue and report.cue.start <= cue < report.cue.end for report in found):
                continue
            if cue in used and rule.name != _CLAUSE:
                continue
            report = rule.apply(context, cue, sentence)
            report = None if report is None else _clipped(context, report, found, taken)
            if report is None:
                continue
            rivals = [other for other in found if other.start < report.end and report.start < other.end]
            if any(other.construction != "clause" or other.main or report.construction == "clause" for other in rivals):
                continue
            found = [other for other in found if other not in rivals]
            found.append(report._replace(rule=rule.name))
    return sorted(found, key=lambda report: report.start)


def _clipped(context: Context, report: Report, found: Sequence[Report], taken: Set[int]) -> Report | None:
    """The report cut before a direct quote, or before a later clause of another cue that contrasts with it.

    Returns None where nothing is left.
    """
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


def _headlines(context: Context, busy: Set[int], taken: Set[int]) -> Iterator[Report]:
    """The headlines that the rules of `HEADLINES` find in the paragraphs whose numbers are not in `busy`."""
    for number, paragraph in enumerate(context.analysis.paragraphs):
        if number in busy or not may_be_headline(context, paragraph):
            continue
        for rule in HEADLINES:
            report = rule.apply(context, paragraph)
            if report is not None:
                if not any(index in taken for span in report.content for index in range(*span)):
                    yield report._replace(rule=rule.name)
                break


def _with_source(context: Context, reports: Sequence[Report], direct: Sequence[Quote]) -> Iterator[Report]:
    """The reports without those that leave open who speaks.

    An impersonal cue ("сообщается, что P") counts only in the present tense and in or right after a sentence with
    another quote, whose speaker it continues.  A present plural without a subject ("говорят, что P") is hearsay.
    """
    sentences_with_quotes = {
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
            if impersonal and (verb.feats.get("Tense") == "Past" or not {here, here - 1} & sentences_with_quotes):
                continue
            if verb.number == "Plur" and verb.feats.get("Tense") == "Pres" and is_finite(verb):
                continue
        sentences_with_quotes.add(context.token(report.end - 1).sentence)
        yield report


def _as_quote(context: Context, report: Report) -> Quote:
    """The quote of a report: mixed where it holds quoted speech, else indirect.

    It is direct where an aside or inversion reports nothing but one quoted stretch ("По словам X, «P»").
    """
    attribution = span_of((report.cue, report.speaker))
    quote = Quote(
        "indirect", report.construction, report.content, report.cue, report.speaker, attribution, rule=report.rule
    )
    inside = [
        stretch
        for span in report.content
        for stretch in context.stretches_in(span)
        if stretch.depth == 0 and is_speech(context, stretch)
    ]
    if not inside:
        return quote
    stretch = inside[0]
    if report.construction != "clause" and len(report.content) == 1 and len(inside) == 1:
        only = report.content[0]
        if only.start >= stretch.open and only.end <= stretch.end:
            content = tuple(filter(None, (trimmed(context, part) for part in stretch.parts)))
            return quote._replace(type="direct", fragments=content)
    return quote._replace(type="mixed")
