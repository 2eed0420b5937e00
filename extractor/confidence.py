"""How sure a quote is: the probability that it is found whole and its speaker named right.

A logistic regression over what the earlier stages know of a quote: how it was found, by which cue, what kind of
mention speaks, how it was resolved, how long and how cut its content is.  `models/confidence.tsv` holds a weight
a feature; `training/train_confidence.py` makes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import exp

from extractor import resources
from extractor.analysis import Analysis, TokenSpan
from extractor.names.entities import Entities
from extractor.quotes.quote import Quote
from extractor.speakers import Speaker

_FILE = "confidence.tsv"
_DIGITS = 3
_LEVELS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


def confidences(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> list[float]:
    """The confidence of each quote, between 0 and 1, rounded to three digits."""
    weights = _weights()
    return [
        round(1 / (1 + exp(-sum(weights.get(feature, 0.0) for feature in described))), _DIGITS)
        for described in features(analysis, entities, quotes, speakers)
    ]


def features(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> Iterator[list[str]]:
    """The names of the features that each quote has, `bias` among them."""
    kinds = {mention.span: mention.kind for person in entities.people for mention in person.mentions}
    before: Quote | None = None
    for quote, speaker in zip(quotes, speakers, strict=True):
        basic = [
            *_certain(quote),
            *_found(analysis, quote),
            *_cut(analysis, quote),
            *_neighbours(analysis, before, quote),
        ]
        resolved = _resolved(analysis, entities, kinds, quote, speaker)
        pairs = [f"{quote.construction}&{feature}" for feature in resolved[:1]]
        yield ["bias", *basic, *resolved, *pairs]
        before = quote


@cache
def _weights() -> dict[str, float]:
    return {feature: float(weight) for feature, weight in resources.rows(_FILE, 2)}


def _certain(quote: Quote) -> list[str]:
    """How sure the tagger is: all the levels that it reaches, so that each one adds."""
    levels = [f"certainty>={level}" for level in _LEVELS if quote.certainty >= level]
    return [*levels, f"{quote.construction}&{levels[-1] if levels else 'uncertain'}"]


def _found(analysis: Analysis, quote: Quote) -> list[str]:
    found = [f"construction={quote.construction}", f"type={quote.type}", f"{quote.construction}&{quote.type}"]
    if quote.cue is not None:
        cue = analysis.tokens[quote.cue.end - 1]
        found += [f"cue={cue.lemma}", f"form={cue.pos}-{cue.feats.get('VerbForm')}", f"number={cue.number}"]
    return found


def _cut(analysis: Analysis, quote: Quote) -> list[str]:
    first, last = quote.fragments[0], quote.fragments[-1]
    length = sum(fragment.end - fragment.start for fragment in quote.fragments)
    sentence = analysis.sentence_of(last.end - 1)
    return [
        f"length={min(length.bit_length(), 7)}",
        f"fragments={min(len(quote.fragments), 3)}",
        f"{quote.construction}&starts={first.start == analysis.sentence_of(first.start).start}",
        f"{quote.construction}&ends={last.end >= sentence.end - 2}",
        f"sentences={min(analysis.tokens[last.end - 1].sentence - analysis.tokens[first.start].sentence, 3)}",
    ]


def _neighbours(analysis: Analysis, before: Quote | None, quote: Quote) -> list[str]:
    if before is None:
        return ["first"]
    gap = quote.fragments[0].start - before.fragments[-1].end
    here, there = quote.fragments[0].start, before.fragments[-1].end - 1
    same = analysis.tokens[here].sentence == analysis.tokens[there].sentence
    return [f"gap={min(max(gap, 0).bit_length(), 7)}", *(["same sentence"] if same else [])]


def _resolved(
    analysis: Analysis, entities: Entities, kinds: Mapping[TokenSpan, str], quote: Quote, speaker: Speaker | None
) -> list[str]:
    people = min(len(entities.people), 5)
    if speaker is None:
        return ["speaker=nobody", f"people={people}"]
    mention = "none"
    if quote.speaker is not None:
        head = analysis.tokens[quote.speaker.end - 1]
        mention = kinds.get(quote.speaker) or ("pronoun" if head.pos in {"PRON", "DET"} else "phrase")
        if speaker.entity is not None and speaker.kind == "ORG":
            mention = "organization"
    state = f"speaker={mention}-{speaker.kind}-{speaker.name is not None}-{speaker.entity is not None}"
    words = len(speaker.name.split()) if speaker.name else 0
    return [state, f"people={people}", f"name words={min(words, 5)}", f"{mention}&people={people}"]
