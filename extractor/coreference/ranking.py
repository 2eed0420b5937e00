"""Which candidate a description or pronoun means: a log-linear model over named features.

A candidate scores the sum of the weights of its features; the share of the exponential of its score among all
candidates is how likely it is meant.  `models/references.tsv` holds the weights, `training/train_references.py` makes
them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import repeat
from math import exp
from typing import NamedTuple

from extractor.coreference.offices import Relation, Role, relation
from extractor.coreference.references import Reference, ReferenceKind
from extractor.resources import rows

_FILE = "references.tsv"
# Bounds of what is counted in sentences and in references.
_DISTANCES = (0, 1, 2, 3, 5, 8)
_COUNTS = (1, 2, 4, 8)
_PRONOUNS = frozenset({"personal", "possessive"})
_WITH_DEPENDENTS = "with dependents"
# How many features of each sort are kept.
_KEPT = 5_000


class Fit(NamedTuple):
    """How a description relates to the roles of a candidate: how to the closest, if there are any; whether that is one
    that the text only tells `elsewhere`; whether all have other dependents (`new`); and whether the description is
    `ruled_out` as another's office, over another country or ministry than all that is known.
    """

    closest: Relation | None = None
    elsewhere: bool = False
    new: bool = True
    ruled_out: bool = False


NO_FIT = Fit()


class Candidate(NamedTuple):
    """What the ranking reads of somebody that a reference may mean.

    `kind`: "named", "unnamed", "thing", or "ahead" for a person whose name comes only later.  `last` is the reference
    before, outside of what the reference itself is said to say, and `distance` to it is in sentences.
    """

    kind: str
    last: Reference | None
    distance: int
    rank: int
    mentions: int
    fit: Fit
    facts: Sequence[str]


class Situation(NamedTuple):
    """What the ranking reads of the place of a reference: how many named people it may mean, and what else holds."""

    named: int
    ahead: int
    facts: Sequence[str]


@cache
def weights() -> dict[str, dict[str, float]]:
    """By kind of reference ("pronoun", "description", "source") the weight of each feature."""
    found: dict[str, dict[str, float]] = {}
    for kind, feature, weight in rows(_FILE, 3):
        found.setdefault(kind, {})[feature] = float(weight)
    return found


def shares(kind: str, features: Sequence[Sequence[str]]) -> list[float]:
    """How likely each candidate is, given the features of each; they sum to 1."""
    table = weights().get(kind, {})
    scores = [sum(map(table.get, described, repeat(0.0))) for described in features]
    highest = max(scores)
    odds = [exp(score - highest) for score in scores]
    total = sum(odds)
    return [value / total for value in odds]


def kind_of(reference: Reference) -> str:
    """The kind of weights that a reference is ranked by."""
    return "pronoun" if reference.kind in _PRONOUNS else "description"


def describe(reference: Reference, situation: Situation, candidate: Candidate) -> list[str]:
    """The features of a candidate."""
    kind, last, rank = candidate.kind, candidate.last, candidate.rank
    distance, mentions = _bucket(candidate.distance, _DISTANCES), _bucket(candidate.mentions, _COUNTS)
    features = [*_standing(kind, distance, mentions, rank), *candidate.facts]
    if situation.named <= 1 and kind in ("named", "ahead"):
        features.append(f"{kind} alone")
    if last is not None:
        features += _last(last.kind, last.subject, reference.subject, rank, kind == "unnamed")
    if reference.kind == "description":
        features += _fitting(kind, _shape(reference), reference.roles[0].general, candidate.fit)
    return features


# Features that few values make are kept: to write them out for each candidate takes as long as all else.


@lru_cache(maxsize=_KEPT)
def _standing(kind: str, distance: str, mentions: str, rank: int) -> tuple[str, ...]:
    """How far off a candidate of a kind is, and how often and how lately the text has spoken of it."""
    return kind, f"{kind} distance {distance}", f"{kind} count {mentions}", f"rank {rank}"


@lru_cache(maxsize=_KEPT)
def _last(last: ReferenceKind, was_subject: bool, is_subject: bool, rank: int, unnamed: bool) -> tuple[str, ...]:
    """How the text spoke last of a candidate."""
    features = [f"last {last}"]
    if was_subject:
        features += ("last subject", f"last subject rank {rank}")
        if is_subject:
            features.append("both subjects")
    if last == "description" and unnamed:
        features.append("unnamed described")
    return tuple(features)


def describe_nobody(reference: Reference, situation: Situation) -> list[str]:
    """The features of the candidate that is nobody of whom the text has spoken or will speak by name."""
    features = ["nobody", f"nobody named {min(situation.named, 3)}", f"nobody ahead {min(situation.ahead, 2)}"]
    features += [f"nobody {fact}" for fact in situation.facts]
    if reference.kind == "description":
        features += _nobody(reference.roles[0], _shape(reference))
    return features


@lru_cache(maxsize=_KEPT)
def _nobody(role: Role, shape: str) -> tuple[str, ...]:
    """What of a description speaks for nobody named."""
    features = [f"nobody {shape}", f"nobody {'general' if role.general else 'special'}"]
    features += [f"nobody same {group}" for group in sorted(role.same)]
    features += [f"nobody kind {group}" for group in sorted(role.kinds)]
    if not role.same and not role.kinds:
        features.append("nobody unknown noun")
    return tuple(features)


def fit(description: Role, held: Sequence[Role], told: Sequence[Role]) -> Fit:
    """How a description fits the roles of a candidate: those `held` so far, those `told` by the whole text."""
    relations = [relation(description, role) for role in (*held, *told)]
    if not relations:
        return NO_FIT
    closest = max(relations)
    elsewhere = closest.close and not any(known.close for known in relations[: len(held)])
    new = not any(known.shared for known in relations)
    ruled_out = not closest.close and any(known.contradicts for known in relations)
    return Fit(closest, elsewhere, new, ruled_out)


@lru_cache(maxsize=_KEPT)
def _fitting(kind: str, shape: str, general: bool, fit: Fit) -> tuple[str, ...]:
    """How a description of a shape fits a candidate."""
    best = fit.closest
    features = [f"{kind} {shape}"]
    if general:
        features.append(f"{kind} general")
    if best is None:
        return *features, f"{kind} nothing known"
    features.append(f"{kind} {best.name}")
    if best.close:
        features += (f"{best.name} dependents {best.dependents}", f"{shape} {best.name}")
        if fit.elsewhere:
            features.append(f"{kind} told elsewhere")
    if shape == _WITH_DEPENDENTS:
        features.append("dependents new" if fit.new else "dependents known")
    return tuple(features)


def _shape(reference: Reference) -> str:
    if reference.roles[0].dependents:
        return _WITH_DEPENDENTS
    return "bare" if reference.span.end - reference.span.start == 1 else "modified"


def _bucket(value: int, bounds: Sequence[int]) -> str:
    i = bisect_left(bounds, value)
    return str(bounds[i]) if i < len(bounds) else "more"
