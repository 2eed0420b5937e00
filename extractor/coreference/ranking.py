"""Which candidate a description or pronoun means: a log-linear model over named features.

A candidate scores the sum of the weights of its features; the share of the exponential of its score among all
candidates is how likely it is meant.  `models/references.tsv` holds the weights, `training/train_references.py` makes
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import repeat
from math import exp
from typing import NamedTuple

from extractor.coreference.references import Reference
from extractor.coreference.roles import Relation, Role
from extractor.resources import rows

_FILE = "references.tsv"
# Bounds of what is counted in sentences and in references.
_DISTANCES = (0, 1, 2, 3, 5, 8)
_COUNTS = (1, 2, 4, 8)
_PRONOUNS = frozenset({"personal", "possessive"})


class Candidate(NamedTuple):
    """What the ranking reads of somebody that a reference may mean.

    `kind`: "named", "unnamed", "thing", or "ahead" for a person whose name comes only later.  `last` is the reference
    before, outside of what the reference itself is said to say, and `distance` to it is in sentences.  `told` are the
    roles that the whole text tells beside the name, `held` those known so far; `fits` is how a description relates to
    those that are known, then to those that are told.
    """

    kind: str
    last: Reference | None
    distance: int
    rank: int
    mentions: int
    told: Sequence[Role]
    held: Sequence[Role]
    fits: Sequence[Relation]
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
    kind, last = candidate.kind, candidate.last
    distance = f"{kind} distance {_bucket(candidate.distance, _DISTANCES)}"
    features = [kind, distance, f"{kind} count {_bucket(candidate.mentions, _COUNTS)}", f"rank {candidate.rank}"]
    features += candidate.facts
    if situation.named <= 1 and kind in ("named", "ahead"):
        features.append(f"{kind} alone")
    if last is not None:
        features.append(f"last {last.kind}")
        if last.subject:
            features += ("last subject", f"last subject rank {candidate.rank}")
            if reference.subject:
                features.append("both subjects")
        if last.kind == "description" and kind == "unnamed":
            features.append("unnamed described")
    if reference.kind == "description":
        features.extend(_fits(reference, candidate))
    return features


def describe_nobody(reference: Reference, situation: Situation) -> list[str]:
    """The features of the candidate that is nobody of whom the text has spoken or will speak by name."""
    features = ["nobody", f"nobody named {min(situation.named, 3)}", f"nobody ahead {min(situation.ahead, 2)}"]
    features += [f"nobody {fact}" for fact in situation.facts]
    if reference.kind == "description":
        role = reference.roles[0]
        features += [f"nobody {_shape(reference)}", f"nobody {'general' if role.general else 'special'}"]
        features += [f"nobody same {group}" for group in sorted(role.same)]
        features += [f"nobody kind {group}" for group in sorted(role.kinds)]
        if not role.same and not role.kinds:
            features.append("nobody unknown noun")
    return features


def _fits(reference: Reference, candidate: Candidate) -> Iterator[str]:
    """How a description fits what is known of a candidate."""
    role, kind, shape = reference.roles[0], candidate.kind, _shape(reference)
    yield f"{kind} {shape}"
    if role.general:
        yield f"{kind} general"
    best = _closest(candidate)
    if best is None:
        yield f"{kind} nothing known"
        return
    yield f"{kind} {best.name}"
    if best.close:
        yield f"{best.name} dependents {best.dependents}"
        yield f"{shape} {best.name}"
        if not any(fit.close for fit in candidate.fits[: len(candidate.held)]):
            yield f"{kind} told elsewhere"
    if role.dependents:
        known = {word for other in (*candidate.told, *candidate.held) for word in other.dependents}
        yield "dependents known" if role.dependents & known else "dependents new"


def _closest(candidate: Candidate) -> Relation | None:
    return max(candidate.fits, key=lambda r: (r.closeness, r.shared, not r.other), default=None)


def ruled_out(candidate: Candidate) -> bool:
    """Whether a description means another's office: over another country or ministry than all that is known."""
    return any(fit.contradicts for fit in candidate.fits) and not any(fit.close for fit in candidate.fits)


def _shape(reference: Reference) -> str:
    if reference.roles[0].dependents:
        return "with dependents"
    return "bare" if reference.span.end - reference.span.start == 1 else "modified"


def _bucket(value: int, bounds: Sequence[int]) -> str:
    return next((str(bound) for bound in bounds if value <= bound), "more")
