"""Decodes the tagger's probabilities into quotes: contents, each linked to its cue and its speaker.

The thresholds were swept one at a time, the others as they are, on quotes/dev (70 documents, 389 quotes) and the first
120 documents of real/train (593 quotes), with the rules joined in as in `find_quotes`.  Of a pair of figures the first
is of quotes/dev; with all thresholds as they are f1@0.8 is 0.929 / 0.805, the share of right speakers 0.949 / 0.937.
One quote more or less moves f1@0.8 by 0.001–0.003, one speaker the share by 0.003 / 0.002.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import inf, log
from typing import NamedTuple, cast

import numpy as np

from extractor.inference.kernels import Floats, Ints
from extractor.quotes.learned.tagger import LABELS, QuoteTags
from extractor.quotes.quote import TAGGER, Construction, Quote, QuoteType
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import CLOSING_MARKS, DASHES, MARKS, OPENING_MARKS

# Punctuation that joins a content to what stands before it, and after it, and is no part of it.
_LEADING = DASHES | CLOSING_MARKS | {",", ":", ";", ".", ")", "”"}
_TRAILING = DASHES | OPENING_MARKS | {",", ":", ";", "("}
_CONTENT = LABELS["content"]
_INSIDE = frozenset(i for i, label in enumerate(_CONTENT) if label.startswith("I"))
_ANAPHORIC = [i for i, label in enumerate(LABELS["cue"]) if label.endswith("ana")]
# The cost, in units of log probability, of each token, sentence and paragraph between two segments that are linked.
# All three mostly choose between speakers.  Swept: a token 0.02–0.16, speakers 0.949–0.952 / 0.927–0.939, highest at
# 0.16, where f1@0.8 goes to 0.926 / 0.807; a sentence 0–3, speakers 0.939 / 0.935 at 0 and level from 0.6 on; a
# paragraph 0–3 makes no difference.
_TOKEN_COST, _SENTENCE_COST, _PARAGRAPH_COST = 0.08, 1.2, 1.5
# A token is part of a cue or speaker if its probability of having any of the group's labels is above the first number;
# between two such tokens up to `_BRIDGE` others are part of the segment too if theirs is above the second.  Swept: the
# first 0.05–0.5, level but for one or two speakers; the second 0.01–0.2, one speaker on real/train; the bridge 0–6, no
# difference.
_SEGMENT, _FAINT, _BRIDGE = 0.2, 0.05, 3
# A token begins a segment of its own beside another one if a label that begins one is the likelier.  Swept
# 0.3–0.7: speakers 0.949 / 0.935 at 0.3, else no difference.
_BEGINS = 0.5
# Of a candidate for a cue's speaker: what a person's name adds, the weight of the log probability of its tokens.  Of
# there being none: what is subtracted.  Swept: a name 0–1, speakers 0.949–0.952 / 0.931–0.939, best at 0.15; the weight
# 0–2, 0.949–0.955 / 0.933–0.937; the subtraction 0–4, no difference.
_NAME_BONUS, _PROBABILITY_WEIGHT, _SILENCE_COST = 0.3, 1.0, 2.0
# A sentence of which more than this share is content of direct or mixed quotes is no anaphoric content: "об этом он
# сказал" then points to the quote.  Swept 0.1–1: no difference.
_QUOTED_SHARE = 0.5
# A speaker without a cue stands at most at this cost from its quote: a label, or the sentence before.  Swept 0.3–3:
# level from 1.2 to 2, one to two speakers lower beyond on either side.
_MAX_LONE_COST = 1.2
# A further fragment belongs to the quote before it within this cost: two sentences and some words.  Swept 1–8: f1@0.8
# 0.929 / 0.806 up to 2, no difference from 3 to 5, 0.925 / 0.805 at 8.
_MAX_FRAGMENT_COST = 4.0
# The least score of a link between content and cue, and the greatest cost between a cue and its speaker.  Swept -3 to
# -9: one speaker on real/train at -3, else no difference; so it mostly bounds how far candidates are looked for, and
# time.
_MIN_LINK = -6.0
# A cue can report a second content if the link has more than this score.  Swept -6 to 0: f1@0.8 0.929 / 0.803–0.805 up
# to -1, 0.926 / 0.810 from -0.5 on.
_MIN_SECOND_LINK = -1.5


class Segment(NamedTuple):
    """Consecutive tokens labelled as one piece of content, one cue or one speaker.

    `kind` is the second part of the label ("direct", "ana", "lone" or empty), `further` says that the piece belongs to
    the quote before it, `probability` is the mean probability of its tokens of having any of the group's labels.
    """

    span: TokenSpan
    kind: str
    further: bool = False
    probability: float = 1.0


class SideProbabilities(NamedTuple):
    """For each segment the mean probability of each label that says where its counterpart stands.

    `attribution` by fragment of content, `reported` and `said_by` by cue; in the order of `LABELS`.
    """

    attribution: Mapping[TokenSpan, Sequence[float]]
    reported: Mapping[TokenSpan, Sequence[float]]
    said_by: Mapping[TokenSpan, Sequence[float]]


# What follows sums plain numbers: a span has few tokens, and NumPy takes longer to start than Python to add them.


def mean(probabilities: Floats, span: TokenSpan, label: int = 0) -> float:
    """The mean probability of a label over the tokens of a span; by default of label 0, which says that it is none."""
    tokens: list[float] = probabilities[span.start : span.end, label].tolist()
    return sum(tokens) / len(tokens)


def _means(probabilities: Floats, segments: Iterable[Segment]) -> dict[TokenSpan, list[float]]:
    """The mean probability of each label over the tokens of each segment."""
    return {
        segment.span: [sum(label) / len(label) for label in zip(*_rows(probabilities, segment.span), strict=True)]
        for segment in segments
    }


def _rows(probabilities: Floats, span: TokenSpan) -> list[list[float]]:
    """The probabilities of all labels, for each token of a span."""
    rows: list[list[float]] = probabilities[span.start : span.end].tolist()
    return rows


def decode(analysis: Analysis, tags: QuoteTags) -> list[Quote]:
    """The quotes of a text by the tagger's output alone, in order."""
    fragments = [
        fragment._replace(span=span)
        for fragment in _contents(tags.path)
        if (span := _trimmed(analysis, fragment.span)) is not None
    ]
    cues = _segments(tags.cue, LABELS["cue"])
    speakers = [
        speaker._replace(span=_with_both_marks(analysis, _bare(analysis, speaker.span)))
        for speaker in _segments(tags.speaker, LABELS["speaker"])
    ]
    groups = _grouped(analysis, fragments)
    sides = SideProbabilities(
        _means(tags.attribution, fragments), _means(tags.reported, cues), _means(tags.said_by, cues)
    )
    linked = _cues_of_groups(analysis, sides, groups, [cue for cue in cues if not cue.kind])
    quotes: list[Quote] = []
    for group, cue in _merged(analysis, groups, linked):
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
    """The tagger's quote with the given parts."""
    parts = [part for part in (cue, speaker) if part is not None]
    attribution = TokenSpan(min(p.start for p in parts), max(p.end for p in parts)) if parts else None
    construction = "anaphoric" if anaphoric else _construction(kind, fragments, cue, attribution)
    return Quote(kind, construction, fragments, cue, speaker, attribution, rule=TAGGER)


def _construction(
    kind: QuoteType, fragments: tuple[TokenSpan, ...], cue: TokenSpan | None, attribution: TokenSpan | None
) -> Construction:
    """The construction in the rules' terms, by the quote's type and the place of its cue, else of its speaker."""
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
    """The fragments of content in a sequence of labels, one number for each token."""
    segments: list[Segment] = []
    start, label = -1, "O"
    for i, best in enumerate([*path.tolist(), 0]):
        if start >= 0:
            if best in _INSIDE:
                continue
            segments.append(Segment(TokenSpan(start, i), label[2:], label.startswith("C")))
            start = -1
        if best:
            start, label = i, _CONTENT[best]
    return segments


def _segments(probabilities: Floats, labels: Sequence[str]) -> list[Segment]:
    """The cues or speakers of a text by the thresholds `_SEGMENT`, `_FAINT` and `_BRIDGE`, with their kinds."""
    labelled = 1 - probabilities[:, 0]
    faint = set(np.flatnonzero(labelled > _FAINT).tolist())
    likely = np.flatnonzero(labelled > _SEGMENT)
    first = [i for i, label in enumerate(labels) if label.startswith("B")]
    spans: list[list[int]] = []
    for i, token in zip(likely.tolist(), probabilities[likely].tolist(), strict=True):
        last = spans[-1][1] if spans and sum(token[label] for label in first) < _BEGINS else -1 - _BRIDGE
        if i - last <= _BRIDGE and faint.issuperset(range(last, i)):
            spans[-1][1] = i + 1
        else:
            spans.append([i, i + 1])
    segments = []
    for start, end in spans:
        span = TokenSpan(start, end)
        none, *sums = map(sum, zip(*_rows(probabilities, span), strict=True))
        label = labels[1 + sums.index(max(sums))]
        segments.append(Segment(span, label.partition("-")[2], probability=1 - none / (end - start)))
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


def _grouped(analysis: Analysis, fragments: Iterable[Segment]) -> list[list[Segment]]:
    """The fragments grouped by quote: a further fragment joins the one before it if that is near."""
    groups: list[list[Segment]] = []
    for fragment in fragments:
        if (
            fragment.further
            and groups
            and _distance_cost(analysis, groups[-1][-1].span, fragment.span) < _MAX_FRAGMENT_COST
        ):
            groups[-1].append(fragment)
        else:
            groups.append([fragment])
    return groups


def _near(segments: Sequence[Segment], span: TokenSpan) -> Sequence[Segment]:
    """Of segments in order of the text, those near enough to be linked to a span."""
    reach = int(-_MIN_LINK / _TOKEN_COST) + 1
    first = bisect_left(segments, span.start - reach, key=lambda segment: segment.span.end)
    return segments[first : bisect_right(segments, span.end + reach, key=lambda segment: segment.span.start)]


def _distance_cost(analysis: Analysis, one: TokenSpan, other: TokenSpan) -> float:
    """The cost of the tokens, sentences and paragraphs between two spans."""
    left, right = (one, other) if one <= other else (other, one)
    last, first = analysis.tokens[left.end - 1], analysis.tokens[right.start]
    return (
        _TOKEN_COST * max(0, right.start - left.end)
        + _SENTENCE_COST * abs(first.sentence - last.sentence)
        + _PARAGRAPH_COST * abs(first.paragraph - last.paragraph)
    )


def _cues_of_groups(
    analysis: Analysis, sides: SideProbabilities, groups: Sequence[Sequence[Segment]], cues: Sequence[Segment]
) -> list[Segment | None]:
    """The cue of each group of fragments, or None: links are made greedily, the one with the best score first.

    A cue is used once, or again for a link with a score above `_MIN_SECOND_LINK`.
    """
    links = []
    for g, group in enumerate(groups):
        for cue in _near(cues, TokenSpan(group[0].span.start, group[-1].span.end)):
            score = max(_link_score(analysis, sides, fragment.span, cue.span) for fragment in group)
            if score > _MIN_LINK:
                links.append((score, g, cue))
    linked: list[Segment | None] = [None] * len(groups)
    used: set[TokenSpan] = set()
    for score, g, cue in sorted(links, key=lambda link: (link[0], -link[1], link[2].span), reverse=True):
        if linked[g] is None and (cue.span not in used or score > _MIN_SECOND_LINK):
            linked[g] = cue
            used.add(cue.span)
    return linked


def _merged(
    analysis: Analysis, groups: Sequence[list[Segment]], cues: Sequence[Segment | None]
) -> list[tuple[list[Segment], Segment | None]]:
    """The groups of fragments with their cues, after merging neighbours that are parts of one quote.

    Within a sentence these are the parts before and after their common cue, and the quoted words that follow one cue;
    within a paragraph an utterance and its continuation after the attribution, which has no cue.
    """
    merged: list[tuple[list[Segment], Segment | None]] = []
    for group, cue in zip(groups, cues, strict=True):
        if merged:
            last, last_cue = merged[-1]
            left, right = analysis.tokens[last[-1].span.end - 1], analysis.tokens[group[0].span.start]
            between = cue is not None and cue is last_cue and last[-1].span < cue.span < group[0].span
            continues = cue is None and last_cue is not None and last[-1].kind == group[0].kind == "direct"
            # "X назвал это «ошибкой», а не «случаем»"
            quoted_words = cue in {None, last_cue} and all(
                _is_quoted_words(analysis, part, last_cue) for part in (last[-1], group[0])
            )
            if ((between or quoted_words) and left.sentence == right.sentence) or (
                continues and left.paragraph == right.paragraph
            ):
                merged[-1] = ([*last, *group], last_cue)
                continue
        merged.append((group, cue))
    return merged


def _is_quoted_words(analysis: Analysis, fragment: Segment, cue: Segment | None) -> bool:
    """Whether a fragment of a mixed quote begins with a quotation mark, after its cue."""
    start = fragment.span.start
    return (
        fragment.kind == "mixed"
        and cue is not None
        and cue.span.start < start
        and analysis.tokens[start - 1].text in MARKS
    )


def _link_score(analysis: Analysis, sides: SideProbabilities, content: TokenSpan, cue: TokenSpan) -> float:
    """The score of a link: the log probabilities that each stands on the side where the other is, less the distance."""
    cost = _distance_cost(analysis, content, cue)
    if cost > -_MIN_LINK:
        return -inf
    before = cue.start < content.start
    side = sides.attribution[content][1 if before else 2]
    after, ahead, both = sides.reported[cue]
    return log(side + 1e-4) + log((after if before else ahead) + both + 1e-4) - cost


def _speaker_of_cue(
    analysis: Analysis, sides: SideProbabilities, cue: TokenSpan, speakers: Sequence[Segment]
) -> TokenSpan | None:
    """The speaker with the best score for a cue: likely, near, on the likely side, preferably a name; or None."""
    nowhere, before, after = (log(label + 1e-3) for label in sides.said_by[cue])
    best, found = nowhere - _SILENCE_COST, None
    for speaker in _near(speakers, cue):
        cost = _distance_cost(analysis, cue, speaker.span)
        if cost > -_MIN_LINK:
            continue
        named = any(analysis.tokens[i].name == "B-PER" for i in range(*speaker.span))
        side = before if speaker.span < cue else after
        score = side - cost + _PROBABILITY_WEIGHT * log(speaker.probability) + _NAME_BONUS * named
        if score > best:
            best, found = score, speaker.span
    return found


def _with_both_marks(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """A speaker extended by the second of a pair of quotation marks, where it holds only one of them at its edge."""
    start, end = span
    tokens = analysis.tokens
    if sum(tokens[i].text in MARKS for i in range(start, end)) % 2:
        if tokens[end - 1].text in MARKS and start and tokens[start - 1].text in MARKS:
            start -= 1
        elif tokens[start].text in MARKS and end < len(tokens) and tokens[end].text in MARKS:
            end += 1
    return TokenSpan(start, end)


def _bare(analysis: Analysis, span: TokenSpan) -> TokenSpan:
    """A speaker without the preposition before it, and without the title of a person named in the nominative
    (quotes/GUIDELINES.md): in other cases "адвоката Вепрева" may be somebody else's lawyer.
    """
    tokens = analysis.tokens
    start = span.start
    while start < span.end - 1 and tokens[start].pos == "ADP":
        start += 1
    name = next((i for i in range(start, span.end) if tokens[i].name == "B-PER"), start)
    titled = all(tokens[i].name == "O" for i in range(start, name)) and tokens[name].case == "Nom"
    return TokenSpan(name if titled and tokens[start].case in ("Nom", None) else start, span.end)


def _lone_speaker(analysis: Analysis, group: Sequence[Segment], speakers: Sequence[Segment]) -> TokenSpan | None:
    """The nearest speaker to a quote without a cue, outside its content and within `_MAX_LONE_COST`."""
    near = [
        (_distance_cost(analysis, speaker.span, group[0].span), speaker.span)
        for speaker in _near(speakers, group[0].span)
        if not any(
            speaker.span.start < fragment.span.end and fragment.span.start < speaker.span.end for fragment in group
        )
    ]
    return min(near)[1] if near and min(near)[0] < _MAX_LONE_COST else None


def _sentence_before(analysis: Analysis, cue: int, quoted: Sequence[bool]) -> TokenSpan | None:
    """The sentence before that of a cue, without its full stop; None where there is none or it is a quote already.

    `quoted` says of each token whether it is content of a direct or mixed quote.
    """
    number = analysis.tokens[cue].sentence
    if number == 0:
        return None
    start, end = analysis.sentences[number - 1]
    if analysis.tokens[end - 1].text == "." and end - 1 > start:
        end -= 1
    return None if sum(quoted[start:end]) > _QUOTED_SHARE * (end - start) else TokenSpan(start, end)


# ---------------------------------------------------------------- certainty


def certainty(tags: QuoteTags, quote: Quote) -> float:
    """The probability by the tagger that a quote's content is one, with these boundaries (0 to 1).

    The product over its fragments of the probabilities that one begins there, does not go on after it, and, in the
    mean, that its tokens are content.  Of an anaphoric quote: the probability that its cue reports the sentence before.
    """
    if quote.anaphoric:
        cue = quote.cue
        return sum(mean(tags.cue, cue, label) for label in _ANAPHORIC) if cue else 0.0
    sure = 1.0
    for start, end in _over_paragraphs(quote.fragments):
        # The tagger may label a quotation mark beside the fragment as part of it.
        begins = max(tags.begins[max(start - 1, 0) : start + 1].tolist())
        inside = min(tags.inside[end : end + 2].tolist()) if end + 2 <= len(tags.inside) else 0.0
        sure *= begins * (1 - inside) * (1 - mean(tags.content, TokenSpan(start, end)))
    return sure


def _over_paragraphs(fragments: Iterable[TokenSpan]) -> Iterator[TokenSpan]:
    """The fragments with adjacent ones joined, which only a paragraph break separates."""
    joined: TokenSpan | None = None
    for fragment in fragments:
        if joined is not None and joined.end == fragment.start:
            fragment = TokenSpan(joined.start, fragment.end)
        elif joined is not None:
            yield joined
        joined = fragment
    if joined is not None:
        yield joined


def speaker_certainty(tags: QuoteTags, quote: Quote) -> float:
    """The probability by the tagger that a quote has its speaker, or that its cue has none (0 to 1)."""
    if quote.speaker is not None:
        return 1 - mean(tags.speaker, quote.speaker)
    return mean(tags.said_by, quote.cue) if quote.cue else 0.0
