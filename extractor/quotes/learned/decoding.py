"""From the probabilities of `tagger.py` to quotes: contents, each joined to its cue and its speaker."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, log
from typing import NamedTuple, cast

import numpy as np

from extractor.inference.kernels import Floats, Ints
from extractor.quotes.learned.tagger import LABELS, QuoteTags
from extractor.quotes.quote import Construction, Quote, QuoteType
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, MARKS, OPENING_MARKS

# Punctuation that only joins a content to what stands before it, and after it.
_LEADING = DASHES | CLOSING_MARKS | {",", ":", ";", ".", ")", "”"}
_TRAILING = DASHES | OPENING_MARKS | {",", ":", ";", "("}
_CONTENT = LABELS["content"]
_WITHIN = frozenset(i for i, label in enumerate(_CONTENT) if label.startswith("I"))
_ANAPHORIC = [i for i, label in enumerate(LABELS["cue"]) if label.endswith("ana")]
# What a word of distance, a sentence or another segment between content, cue and speaker costs (log scale).
_WORD, _SENTENCE, _PARAGRAPH = 0.08, 1.2, 1.5
# A word is part of a cue or a speaker from this probability on; between two such words up to so many others
# of a fainter one are too.
_SEGMENT, _FAINT, _BRIDGE = 0.2, 0.05, 3

# What a speaker gains by a name, how much its probability weighs, what silence costs.
_NAMED, _SURENESS, _SILENCE = 0.3, 1.0, 2.0

# The share of a sentence in quotation marks from which "he said so" reports no quote of its own.
_QUOTED = 0.5

# How far from a quote without a cue its speaker may stand.
_ALONE = 1.2

# The least score at which a cue belongs to a content, a speaker to a cue.
_LINK = -6.0
# From this score on a cue may belong to two contents.
_SHARED = -1.5


class Segment(NamedTuple):
    """Words labelled as one piece; `kind` as in the label, `goes_on` for a further fragment of a quote,
    `sure` how likely its words are labelled at all.
    """

    span: TokenSpan
    kind: str
    goes_on: bool = False
    sure: float = 1.0


class Sides(NamedTuple):
    """The mean probability of each label of where the others stand: of each fragment's words, of each cue's."""

    attribution: Mapping[TokenSpan, Sequence[float]]
    reported: Mapping[TokenSpan, Sequence[float]]
    said_by: Mapping[TokenSpan, Sequence[float]]


# Plain numbers in what follows: a span has a few words, for which NumPy takes longer to begin than they to sum.


def mean(probabilities: Floats, span: TokenSpan, label: int = 0) -> float:
    """The mean probability of a label, by default that of being none, over the words of a span."""
    words: list[float] = probabilities[span.start : span.end, label].tolist()
    return sum(words) / len(words)


def _means(probabilities: Floats, segments: Iterable[Segment]) -> dict[TokenSpan, list[float]]:
    """The mean probability of each label over the words of each segment."""
    return {
        segment.span: [sum(label) / len(label) for label in zip(*_rows(probabilities, segment.span), strict=True)]
        for segment in segments
    }


def _rows(probabilities: Floats, span: TokenSpan) -> list[list[float]]:
    """The probabilities of each word of a span."""
    rows: list[list[float]] = probabilities[span.start : span.end].tolist()
    return rows


def decode(analysis: Analysis, tags: QuoteTags) -> list[Quote]:
    """The quotes that the tags tell of, in the order of the text."""
    fragments = [
        fragment._replace(span=span)
        for fragment in _contents(tags.path)
        if (span := _trimmed(analysis, fragment.span)) is not None
    ]
    cues = _segments(tags.cue, LABELS["cue"])
    speakers = [
        speaker._replace(span=_with_both_marks(analysis, speaker.span))
        for speaker in _segments(tags.speaker, LABELS["speaker"])
    ]
    groups = _groups(analysis, fragments)
    sides = Sides(_means(tags.attribution, fragments), _means(tags.reported, cues), _means(tags.said_by, cues))
    linked = _cues_of_groups(analysis, sides, groups, [cue for cue in cues if not cue.kind])
    quotes: list[Quote] = []
    for group, cue in _united(analysis, groups, linked):
        kind = cast(QuoteType, max(group, key=lambda fragment: fragment.span.end - fragment.span.start).kind)
        speaker = (
            _lone_speaker(analysis, group, speakers)
            if cue is None
            else _speaker_of_cue(analysis, sides, cue.span, speakers)
        )
        quotes.append(_quote(kind, tuple(fragment.span for fragment in group), cue.span if cue else None, speaker))
    quoted = [False] * len(analysis.tokens)
    for quote in quotes:
        for start, end in quote.fragments:
            quoted[start:end] = [quote.type != "indirect"] * (end - start)
    for cue in cues:
        if cue.kind == "ana" and (content := _sentence_before(analysis, cue.span.start, quoted)) is not None:
            speaker = _speaker_of_cue(analysis, sides, cue.span, speakers)
            quotes.append(_quote("indirect", (content,), cue.span, speaker, anaphoric=True))
    return sorted(quotes, key=lambda quote: quote.fragments)


def _quote(
    kind: QuoteType,
    fragments: tuple[TokenSpan, ...],
    cue: TokenSpan | None,
    speaker: TokenSpan | None,
    anaphoric: bool = False,
) -> Quote:
    parts = [part for part in (cue, speaker) if part is not None]
    attribution = TokenSpan(min(p.start for p in parts), max(p.end for p in parts)) if parts else None
    construction = "anaphoric" if anaphoric else _construction(kind, fragments, cue, attribution)
    return Quote(kind, construction, fragments, cue, speaker, attribution)


def _construction(
    kind: QuoteType, fragments: tuple[TokenSpan, ...], cue: TokenSpan | None, attribution: TokenSpan | None
) -> Construction:
    """What stands where, as the rules name it: by type, and by the place of the cue (else of the speaker)."""
    anchor = cue or attribution
    if anchor is None:
        return "alone"
    before, inside = anchor < fragments[0], fragments[0] < anchor < fragments[-1]
    if kind == "direct":
        return "before" if before else "inserted" if inside else "after"
    if cue is None:
        return "headline"
    return "clause" if before else "aside" if inside else "inverted"


# ---------------------------------------------------------------- segments


def _contents(path: Ints) -> list[Segment]:
    """The fragments of content along a path of labels."""
    segments: list[Segment] = []
    start, label = -1, "O"
    for i, best in enumerate([*path.tolist(), 0]):
        if start >= 0:
            if best in _WITHIN:
                continue
            segments.append(Segment(TokenSpan(start, i), label[2:], label.startswith("C")))
            start = -1
        if best:
            start, label = i, _CONTENT[best]
    return segments


def _segments(probabilities: Floats, labels: Sequence[str]) -> list[Segment]:
    """The segments of cues or speakers: words that are more likely labelled than not, and faint ones between them."""
    labelled = 1 - probabilities[:, 0]
    faint = set(np.flatnonzero(labelled > _FAINT).tolist())
    words = np.flatnonzero(labelled > _SEGMENT)
    first = [i for i, label in enumerate(labels) if label.startswith("B")]
    spans: list[list[int]] = []
    for i, word in zip(words.tolist(), probabilities[words].tolist(), strict=True):
        last = spans[-1][1] if spans and sum(word[label] for label in first) < 0.5 else -1 - _BRIDGE
        if i - last <= _BRIDGE and faint.issuperset(range(last, i)):
            spans[-1][1] = i + 1
        else:
            spans.append([i, i + 1])
    segments = []
    for start, end in spans:
        span = TokenSpan(start, end)
        none, *sums = map(sum, zip(*_rows(probabilities, span), strict=True))
        label = labels[1 + sums.index(max(sums))]
        segments.append(Segment(span, label.partition("-")[2], sure=1 - none / (end - start)))
    return segments


def _trimmed(analysis: Analysis, fragment: TokenSpan) -> TokenSpan | None:
    """The fragment without punctuation that joins it to its attribution; None where nothing is left."""
    tokens = analysis.tokens
    start, end = fragment
    while start < end and tokens[start].text in _LEADING:
        start += 1
    while start < end and tokens[end - 1].text in _TRAILING:
        end -= 1
    return TokenSpan(start, end) if start < end else None


# ---------------------------------------------------------------- links


def _groups(analysis: Analysis, fragments: Iterable[Segment]) -> list[list[Segment]]:
    """The fragments of each quote: one that goes on joins the one before it, if that is near."""
    groups: list[list[Segment]] = []
    for fragment in fragments:
        if fragment.goes_on and groups and _gap(analysis, groups[-1][-1].span, fragment.span) < 4:
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return groups


def _near(segments: Sequence[Segment], span: TokenSpan) -> Sequence[Segment]:
    """Of segments in the order of the text those near enough to be joined to a span."""
    reach = int(-_LINK / _WORD) + 1
    first = bisect_left(segments, span.start - reach, key=lambda segment: segment.span.end)
    return segments[first : bisect_right(segments, span.end + reach, key=lambda segment: segment.span.start)]


def _gap(analysis: Analysis, one: TokenSpan, other: TokenSpan) -> float:
    """What the distance of two segments costs."""
    left, right = (one, other) if one <= other else (other, one)
    last, first = analysis.tokens[left.end - 1], analysis.tokens[right.start]
    return (
        _WORD * max(0, right.start - left.end)
        + _SENTENCE * abs(first.sentence - last.sentence)
        + _PARAGRAPH * abs(first.paragraph - last.paragraph)
    )


def _cues_of_groups(
    analysis: Analysis, sides: Sides, groups: Sequence[Sequence[Segment]], cues: Sequence[Segment]
) -> list[Segment | None]:
    """The cue of each quote: pairs are made best first, each cue reports one quote."""
    pairs = []
    for g, group in enumerate(groups):
        for cue in _near(cues, TokenSpan(group[0].span.start, group[-1].span.end)):
            score = max(_link(analysis, sides, fragment.span, cue.span) for fragment in group)
            if score > _LINK:
                pairs.append((score, g, cue))
    linked: list[Segment | None] = [None] * len(groups)
    used: set[TokenSpan] = set()
    for score, g, cue in sorted(pairs, key=lambda pair: (pair[0], -pair[1], pair[2].span), reverse=True):
        if linked[g] is None and (cue.span not in used or score > _SHARED):
            linked[g] = cue
            used.add(cue.span)
    return linked


def _united(
    analysis: Analysis, groups: Sequence[list[Segment]], cues: Sequence[Segment | None]
) -> list[tuple[list[Segment], Segment | None]]:
    """The quotes with their cues, the pieces of one quote put together.

    One cue within a sentence reports what stands before and after it; an utterance goes on in its paragraph
    after the attribution until another one comes.
    """
    united: list[tuple[list[Segment], Segment | None]] = []
    for group, cue in zip(groups, cues, strict=True):
        if united:
            last, last_cue = united[-1]
            left, right = analysis.tokens[last[-1].span.end - 1], analysis.tokens[group[0].span.start]
            between = cue is not None and cue is last_cue and last[-1].span < cue.span < group[0].span
            goes_on = cue is None and last_cue is not None and last[-1].kind == group[0].kind == "direct"
            # X назвал это «ошибкой», а не «случаем»: words in marks, not a clause, of one cue before them.
            words = cue in {None, last_cue} and all(
                _in_marks(analysis, part, last_cue) for part in (last[-1], group[0])
            )
            if ((between or words) and left.sentence == right.sentence) or (
                goes_on and left.paragraph == right.paragraph
            ):
                united[-1] = ([*last, *group], last_cue)
                continue
        united.append((group, cue))
    return united


def _in_marks(analysis: Analysis, fragment: Segment, cue: Segment | None) -> bool:
    """Whether a fragment of a mixed quote is only the quoted words, with the cue before them."""
    start = fragment.span.start
    return (
        fragment.kind == "mixed"
        and cue is not None
        and cue.span.start < start
        and analysis.tokens[start - 1].text in MARKS
    )


def _link(analysis: Analysis, sides: Sides, content: TokenSpan, cue: TokenSpan) -> float:
    """How well a cue fits a fragment of content: both say on which side the other stands."""
    gap = _gap(analysis, content, cue)
    if gap > -_LINK:
        return -inf
    before = cue.start < content.start
    side = sides.attribution[content][1 if before else 2]
    after, ahead, both = sides.reported[cue]
    return log(side + 1e-4) + log((after if before else ahead) + both + 1e-4) - gap


def _speaker_of_cue(analysis: Analysis, sides: Sides, cue: TokenSpan, speakers: Sequence[Segment]) -> TokenSpan | None:
    """The speaker that a cue names: near, on the side the cue says, rather a name than a description."""
    nowhere, before, after = (log(label + 1e-3) for label in sides.said_by[cue])
    best, found = nowhere - _SILENCE, None
    for speaker in _near(speakers, cue):
        gap = _gap(analysis, cue, speaker.span)
        if gap > -_LINK:
            continue
        named = any(analysis.tokens[i].name == "B-PER" for i in range(*speaker.span))
        score = (before if speaker.span < cue else after) - gap + _SURENESS * log(speaker.sure) + _NAMED * named
        if score > best:
            best, found = score, speaker.span
    return found


def _with_both_marks(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """A speaker with the other one of a pair of quotation marks, where one ends it and the other stands beside it."""
    start, end = span
    tokens = analysis.tokens
    if sum(tokens[i].text in MARKS for i in range(start, end)) % 2:
        if tokens[end - 1].text in MARKS and start and tokens[start - 1].text in MARKS:
            start -= 1
        elif tokens[start].text in MARKS and end < len(tokens) and tokens[end].text in MARKS:
            end += 1
    return TokenSpan(start, end)


def _lone_speaker(analysis: Analysis, group: Sequence[Segment], speakers: Sequence[Segment]) -> TokenSpan | None:
    """The speaker beside a quote that has no cue."""
    near = [
        (_gap(analysis, speaker.span, group[0].span), speaker.span)
        for speaker in _near(speakers, group[0].span)
        if not any(
            speaker.span.start < fragment.span.end and fragment.span.start < speaker.span.end for fragment in group
        )
    ]
    return min(near)[1] if near and min(near)[0] < _ALONE else None


def _sentence_before(analysis: Analysis, cue: int, quoted: Sequence[bool]) -> TokenSpan | None:
    """The sentence before that of the cue, without its stop; None where there is none or it is a quote already.

    `quoted` says of each word whether it is the content of a direct or mixed quote.
    """
    number = analysis.tokens[cue].sentence
    if number == 0:
        return None
    start, end = analysis.sentences[number - 1]
    if analysis.tokens[end - 1].text == "." and end - 1 > start:
        end -= 1
    return None if sum(quoted[start:end]) > _QUOTED * (end - start) else TokenSpan(start, end)


def certainty(tags: QuoteTags, quote: Quote) -> float:
    """How likely, by the tags alone, the content of a quote is one, from its first to its last word (0 to 1).

    For an anaphoric quote: how likely its cue is one that reports the sentence before.
    """
    if quote.anaphoric:
        cue = quote.cue
        return sum(mean(tags.cue, cue, label) for label in _ANAPHORIC) if cue else 0.0
    sure = 1.0
    for start, end in _whole(quote.fragments):
        # A mark beside the fragment may be labelled as part of it.
        begins = max(tags.begins[max(start - 1, 0) : start + 1].tolist())
        goes_on = min(tags.goes_on[end : end + 2].tolist()) if end + 2 <= len(tags.goes_on) else 0.0
        sure *= begins * (1 - goes_on) * (1 - mean(tags.content, TokenSpan(start, end)))
    return sure


def _whole(fragments: Iterable[TokenSpan]) -> Iterator[TokenSpan]:
    """Fragments with those that only a paragraph break parts put together."""
    whole: TokenSpan | None = None
    for fragment in fragments:
        if whole is not None and whole.end == fragment.start:
            fragment = TokenSpan(whole.start, fragment.end)
        elif whole is not None:
            yield whole
        whole = fragment
    if whole is not None:
        yield whole


def speaker_certainty(tags: QuoteTags, quote: Quote) -> float:
    """How likely, by the tags alone, a quote has the speaker that it has, or none where it has none (0 to 1)."""
    if quote.speaker is not None:
        return 1 - mean(tags.speaker, quote.speaker)
    return mean(tags.said_by, quote.cue) if quote.cue else 0.0
