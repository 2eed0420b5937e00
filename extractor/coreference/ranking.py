"""Ranks what a reference may mean: a small network over named features.

A candidate scores the sum of the weights of its features, and of what hidden units, each of which sums weights of the
features too and is 0 where the sum is negative, add to that; its share of the exponentials of all scores is the
probability that it is meant.  There are three sets of weights: for pronouns, for descriptions of people, and for
references to sources (common nouns for organizations, documents and media).  `models/references.npz` holds them,
`training/train_references.py` learns them.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache, lru_cache
from math import exp
from typing import Generic, Literal, NamedTuple, TypeVar

import numpy as np

from extractor.coreference.offices import Relation, Role, relation
from extractor.coreference.references import Reference, ReferenceKind
from extractor.coreference.similarity import similarity
from extractor.inference.kernels import Floats
from extractor.resources import folder

Meant = TypeVar("Meant")
Ranking = Literal["pronoun", "description", "source"]

_FILE = "references.npz"
# Upper bounds of the classes of a distance in sentences and of a number of references.  They grow roughly by half, as
# what is near must be told apart more finely; the weights were learned for these classes.
_DISTANCES = (0, 1, 2, 3, 5, 8)
_COUNTS = (1, 2, 4, 8)
# The same of the similarity of two nouns: about a fifth of the pairs that occur lies in each.
_LIKENESS = (0.1, 0.2, 0.3, 0.45, 0.6, 0.99)
_PRONOUNS = frozenset({"personal", "possessive"})
_WITH_DEPENDENTS = "with dependents"
# Entries of each cache of feature names; a few hundred different ones cover an archive.
_CACHED = 5_000


class Choice(NamedTuple, Generic[Meant]):
    """One of the candidates for a reference, with its features."""

    meant: Meant
    features: Sequence[str]


class Fit(NamedTuple):
    """How a description relates to the roles of a candidate.

    `closest` is the closest relation, None where no role is known; `elsewhere` says that only the rest of the text
    tells that role; `new`, that no role shares a dependent with the description; `ruled_out`, that the description is
    the office of somebody else, over another country or ministry than all roles that are known.  `likeness` is the
    class of the greatest similarity of its noun to that of a role (`similarity.py`).
    """

    closest: Relation | None = None
    elsewhere: bool = False
    new: bool = True
    ruled_out: bool = False
    likeness: str = ""


NO_FIT = Fit()


class Candidate(NamedTuple):
    """What the ranking knows of a person, organization or thing that a reference may mean.

    `kind` is "named", "unnamed", "organization", "thing", or "ahead" for a person whose name comes only later.  `last`
    is the last reference to the candidate, outside the quote that the reference speaks, if it speaks one; `distance` to
    it is in sentences.  `rank` is the place among those mentioned last, from 0 to 4 ("or further back"), 5 for one no
    longer in memory and 9 for one named only ahead; `mentions` counts the references to the candidate.
    """

    kind: str
    last: Reference | None
    distance: int
    rank: int
    mentions: int
    fit: Fit
    facts: Sequence[str]


class Situation(NamedTuple):
    """What the ranking knows of the place of a reference: how many named people it may mean, before it and ahead of
    it, and what else holds there.
    """

    named: int
    ahead: int
    facts: Sequence[str]


class Weights(NamedTuple):
    """The weights of a ranking: of each feature, by its number, its own one and those in each hidden unit (features,
    1 + units), and of the units.  Feature 0, which no candidate lacks, has none.
    """

    numbers: Mapping[str, int]
    table: Floats
    units: Floats


@cache
def weights() -> dict[str, Weights]:
    """The weights of each ranking."""
    with np.load(folder() / _FILE) as archive:
        known: dict[str, dict[str, int]] = json.loads(archive["vocabularies"].tobytes())
        return {
            ranking: Weights(
                numbers, archive[f"{ranking}.table"].astype(np.float32), archive[f"{ranking}.units"].astype(np.float32)
            )
            for ranking, numbers in known.items()
        }


def shares(ranking: Ranking, features: Sequence[Sequence[str]]) -> list[float]:
    """The probability of each candidate, given the features of each; they sum to 1."""
    known = weights().get(ranking)
    if known is None or len(features) == 1:
        return [1 / len(features)] * len(features)
    rows: list[int] = []
    starts: list[int] = []
    for described in features:
        starts.append(len(rows))
        rows.append(0)
        rows += [known.numbers[feature] for feature in described if feature in known.numbers]
    sums = np.add.reduceat(known.table[rows], starts, axis=0)
    # Not a matrix product: its order of summation is the library's.
    scores = (sums[:, 0] + (np.maximum(sums[:, 1:], 0) * known.units).sum(axis=1)).tolist()
    highest = max(scores)
    odds = [exp(score - highest) for score in scores]
    total = sum(odds)
    return [value / total for value in odds]


def likeliest(
    ranking: Ranking, choices: Sequence[Choice[Meant]], identity: Callable[[Meant], Hashable]
) -> tuple[Meant, float]:
    """What is meant most likely, of equals the first choice; with the probability of its identity, summed over all
    choices that share it (several sources with one name are one answer).
    """
    likely = shares(ranking, [choice.features for choice in choices])
    best = choices[likely.index(max(likely))].meant
    same = identity(best)
    return best, sum([share for share, choice in zip(likely, choices, strict=True) if identity(choice.meant) == same])


def ranking_of(reference: Reference) -> Ranking:
    """The ranking that a pronoun or a description of a person goes through."""
    return "pronoun" if reference.kind in _PRONOUNS else "description"


def describe(reference: Reference, situation: Situation, candidate: Candidate) -> list[str]:
    """The features of a candidate."""
    kind, last, rank = candidate.kind, candidate.last, candidate.rank
    distance, mentions = class_of(candidate.distance, _DISTANCES), class_of(candidate.mentions, _COUNTS)
    features = [*_standing(kind, distance, mentions, rank), *candidate.facts]
    if kind == "organization":
        features += [f"{kind} people {min(situation.named, 2)}", *(f"{kind} {fact}" for fact in situation.facts)]
    if situation.named <= 1 and kind in ("named", "ahead"):
        features.append(f"{kind} alone")
    if last is not None:
        features += _last(last.kind, last.subject, reference.subject, rank, kind == "unnamed")
    if reference.kind == "description":
        features += _fitting(kind, _shape(reference), reference.roles[0].general, candidate.fit)
    return features


# The functions below are cached, as few values of their arguments occur: to format the names of the features anew for
# each candidate takes as long as the rest of the ranking.


@lru_cache(maxsize=_CACHED)
def _standing(kind: str, distance: str, mentions: str, rank: int) -> tuple[str, ...]:
    """The features of how far off a candidate is, and how often and how recently it was mentioned."""
    ranked = "organization rank" if kind == "organization" else "rank"
    return kind, f"{kind} distance {distance}", f"{kind} count {mentions}", f"{ranked} {rank}"


@lru_cache(maxsize=_CACHED)
def _last(last: ReferenceKind, was_subject: bool, is_subject: bool, rank: int, unnamed: bool) -> tuple[str, ...]:
    """The features of the last mention of a candidate."""
    features = [f"last {last}"]
    if was_subject:
        features += ("last subject", f"last subject rank {rank}")
        if is_subject:
            features.append("both subjects")
    if last == "description" and unnamed:
        features.append("unnamed described")
    return tuple(features)


def describe_nobody(reference: Reference, situation: Situation) -> list[str]:
    """The features of the candidate that is nobody whom the text mentions elsewhere."""
    features = ["nobody", f"nobody named {min(situation.named, 3)}", f"nobody ahead {min(situation.ahead, 2)}"]
    features += [f"nobody {fact}" for fact in situation.facts]
    if reference.kind == "description":
        features += _nobody(reference.roles[0], _shape(reference))
    return features


@lru_cache(maxsize=_CACHED)
def _nobody(role: Role, shape: str) -> tuple[str, ...]:
    """The features of a description that speak for somebody new."""
    features = [f"nobody {shape}", f"nobody {'general' if role.general else 'special'}"]
    features += [f"nobody same {group}" for group in sorted(role.same)]
    features += [f"nobody kind {group}" for group in sorted(role.kinds)]
    if not role.same and not role.kinds:
        features.append("nobody unknown noun")
    return tuple(features)


def fit(description: Role, held: Sequence[Role], told: Sequence[Role]) -> Fit:
    """How a description fits a candidate: the roles that it `held` before this place, and all that the text `told`."""
    relations = [relation(description, role) for role in (*held, *told)]
    if not relations:
        return NO_FIT
    closest = max(relations)
    elsewhere = closest.close and not any(known.close for known in relations[: len(held)])
    new = not any(known.shared for known in relations)
    ruled_out = not closest.close and any(known.contradicts for known in relations)
    alike = [value for role in (*held, *told) if (value := similarity(description.lemma, role.lemma)) is not None]
    return Fit(closest, elsewhere, new, ruled_out, class_of(max(alike), _LIKENESS) if alike else "unknown")


@lru_cache(maxsize=_CACHED)
def _fitting(kind: str, shape: str, general: bool, fit: Fit) -> tuple[str, ...]:
    """The features of how a description fits a candidate."""
    best = fit.closest
    features = [f"{kind} {shape}"]
    if general:
        features.append(f"{kind} general")
    if best is None:
        return *features, f"{kind} nothing known"
    features += (f"{kind} {best.name}", f"like {fit.likeness}", f"{kind} {best.name} like {fit.likeness}")
    if best.close:
        features += (f"{best.name} dependents {best.dependents}", f"{shape} {best.name}")
        if not best.at_once:
            features += (f"{kind} at another time", f"at another time {shape}")
        if fit.elsewhere:
            features.append(f"{kind} told elsewhere")
    if shape == _WITH_DEPENDENTS:
        features.append("dependents new" if fit.new else "dependents known")
    return tuple(features)


def _shape(reference: Reference) -> str:
    """Whether a description has dependents that tell it from others, other words, or none."""
    if reference.roles[0].dependents:
        return _WITH_DEPENDENTS
    return "bare" if reference.span.end - reference.span.start == 1 else "modified"


def class_of(value: float, bounds: Sequence[float]) -> str:
    """The class of a number: the least bound that is not below it, or "more"."""
    i = bisect_left(bounds, value)
    return str(bounds[i]) if i < len(bounds) else "more"
