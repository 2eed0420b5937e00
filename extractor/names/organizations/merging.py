"""Merges the names of organizations in a document: case forms, short and full names, abbreviations."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from extractor import resources
from extractor.names.entities import Mention, Organization
from extractor.names.organizations.lexicon import organization_words, place_adjectives
from extractor.names.organizations.nominative import OrganizationName
from extractor.reading.analysis import Analysis, Token
from extractor.reading.forms import MEMO_SIZE, plain
from extractor.reading.morphology import lemma

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*\+?")
# A name as `canonical` has it.
Canonical = tuple[str, ...]
# A name of one word is more than an abbreviation if it has more letters, and then names the organization.  At 3 and 4
# the names of 3 of the 1,924 documents on which `people.declension` was swept are others, and no figure; at 8 those of
# 13, and organizations_f1 of real/dev falls by .0028.
_LONGEST_ABBREVIATION = 6


@dataclass
class _Cluster:
    """The names merged into one organization so far, and their canonical forms."""

    names: list[OrganizationName] = field(default_factory=list)
    keys: set[Canonical] = field(default_factory=set)


def merge_organizations(analysis: Analysis, names: Sequence[OrganizationName]) -> list[Organization]:
    """The organizations that the names name, in the order of first mention."""
    by_key: dict[Canonical, _Cluster] = {}
    clusters: list[_Cluster] = []
    for name in names:
        key = canonical(name.normal)
        cluster = by_key.get(key)
        if cluster is None:
            cluster = _Cluster()
            clusters.append(cluster)
            by_key[key] = cluster
        cluster.names.append(name)
        cluster.keys.add(key)
    return [_organization(cluster) for cluster in _joined(analysis, clusters)]


def _joined(analysis: Analysis, clusters: list[_Cluster]) -> list[_Cluster]:
    """The clusters, joined where the text equates two names, where one is the other's abbreviation, and where a short
    name begins only one longer name.
    """
    parent = list(range(len(clusters)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]  # halves the way for the next one
            i = parent[i]
        return i

    def join(i: int, j: int) -> None:
        parent[max(root(i), root(j))] = min(root(i), root(j))

    for i, j in _equated(analysis, clusters):
        join(i, j)
    acronyms: dict[str, int] = {}
    for i, cluster in enumerate(clusters):
        for key in cluster.keys:
            for acronym in _acronyms(key):
                acronyms.setdefault(acronym, i)
    # By the beginnings that are as long as some name: those of all lengths would be quadratic in the longest name.
    sizes = sorted({len(key) for cluster in clusters for key in cluster.keys if key})
    prefixes: dict[Canonical, set[int]] = {}
    for i, cluster in enumerate(clusters):
        for key in cluster.keys:
            for size in sizes[: bisect_left(sizes, len(key))]:
                prefixes.setdefault(key[:size], set()).add(i)
    for i, cluster in enumerate(clusters):
        for key in cluster.keys:
            if len(key) == 1 and key[0] in acronyms and any(name.normal.isupper() for name in cluster.names):
                join(i, acronyms[key[0]])
            longer = {root(j) for j in prefixes.get(key, ())} - {root(i)}
            if len(longer) > 1:
                # "МВД" is "МВД России", not "МВД по Курской области"; between those of two countries it may be either.
                national = {(*key, *country) for country in _countries()}
                longer = {root(j) for j in prefixes[key] if not national.isdisjoint(clusters[j].keys)} - {root(i)}
            if len(longer) == 1 and _stands_alone(key):
                join(i, longer.pop())
    merged: dict[int, _Cluster] = {}
    for i, cluster in enumerate(clusters):
        whole = merged.setdefault(root(i), _Cluster())
        whole.names += cluster.names
        whole.keys |= cluster.keys
    return list(merged.values())


@cache
def _countries() -> frozenset[Canonical]:
    """The names of countries in the genitive, with which canonical forms end."""
    return frozenset(tuple(country.lower().split()) for country in place_adjectives().values() if country)


def _stands_alone(key: Canonical) -> bool:
    """Whether a short name is more than a common noun for organizations."""
    return len(key) > 1 or organization_words().get(key[0]) is None


def _equated(analysis: Analysis, clusters: Sequence[_Cluster]) -> list[tuple[int, int]]:
    """Pairs of clusters by number, a name of the second of which stands in brackets right behind one of the first:
    "Министерство внутренних дел (МВД)".
    """
    at = {name.span.end: i for i, cluster in enumerate(clusters) for name in cluster.names}
    pairs = []
    # Marks that were passed, each with the token before them that is no such mark.
    before: dict[int, int] = {}
    for j, cluster in enumerate(clusters):
        for name in cluster.names:
            start = name.span.start - 1
            passed = []
            while start > 0 and start not in before and _is_passed(analysis.tokens[start]):
                passed.append(start)
                start -= 1
            start = before.get(start, start)
            before.update(dict.fromkeys(passed, start))
            if start > 0 and analysis.tokens[start].text == "(":
                for end in (start, start - 1):
                    if at.get(end, j) != j:
                        pairs.append((at[end], j))
                        break
    return pairs


def _is_passed(token: Token) -> bool:
    """Whether a token is a mark that may stand between a bracket and a name: a quotation mark."""
    return not token.text[0].isalnum() and token.text != "("


@lru_cache(maxsize=MEMO_SIZE)
def canonical(name: str) -> Canonical:
    """What spellings of one name share: its words as `_spelled` has them, without marks, legal forms and generic nouns,
    with known abbreviations written out and adjectives of countries as the countries: "британский МИД" →
    министерство иностранных дел великобритании.
    """
    words = [_spelled(word) for word in _WORD.findall(name)]
    classes = organization_words()
    kept = [word for word in words if classes.get(word) not in ("form", "generic")] or words
    place = place_adjectives().get(lemma(kept[0], "ADJ"), "") if len(kept) > 1 else ""
    if place:
        kept = [*kept[1:], *place.lower().split()]
    text = " ".join(kept)
    first, _, rest = text.partition(" ")
    full = _expansions("organization_abbreviations.tsv").get(first)
    if full:
        text = f"{full} {rest}".strip()
    for short, place in _expansions("place_abbreviations.tsv").items():
        if text.endswith(" " + short):
            text = text[: -len(short)] + place
    return tuple(text.split())


def _spelled(word: str) -> str:
    """A word in lower case, е for ё, with Russian letters for the Kazakh ones by which names are spelled in Russian:
    "Қазына" → казына.
    """
    return plain(word.lower()).translate(_russian_letters())


@cache
def _russian_letters() -> Mapping[int, str]:
    """Kazakh letters, each with the Russian one that stands for it (`kazakh_letters.tsv`)."""
    return {ord(kazakh): russian for kazakh, russian in resources.rows("kazakh_letters.tsv", 2)}


@cache
def _expansions(name: str) -> Mapping[str, str]:
    """A lexicon of short names with the full ones, е for ё."""
    return {plain(short): plain(full) for short, full in resources.rows(name, 2)}


def _acronyms(key: Canonical) -> set[str]:
    """The abbreviations that the first letters of a name make: of all words, of those longer than two letters, of Latin
    ones.
    """
    if len(key) < 2:
        return set()
    initials = "".join(part[0] for word in key for part in word.split("-") if part)
    long = "".join(part[0] for word in key for part in word.split("-") if len(part) > 2)
    latin = "".join(word[0] for word in key if word.isascii())
    return {form for form in (initials, long, latin) if len(form) > 1}


def _organization(cluster: _Cluster) -> Organization:
    """The organization that a cluster's names name."""
    names = sorted(cluster.names)
    # Among forms that are as full, the first.
    forms = list(dict.fromkeys(name.normal for name in names))
    fullest = max(forms, key=_fullness) if len(forms) > 1 else forms[0]
    mentions = tuple([Mention(name.span, "name", name.normal, rule=name.rule) for name in names])
    return Organization(fullest, mentions, short=_short([name.normal for name in names], fullest))


def _short(forms: Sequence[str], fullest: str) -> str | None:
    """The most frequent, then first, of the forms that have fewer words than the fullest one; None if none has."""
    size = _fullness(fullest)[0]
    shorter = Counter(form for form in forms if _fullness(form)[0] < size)
    return shorter.most_common(1)[0][0] if shorter else None


def _fullness(form: str) -> tuple[int, bool, bool]:
    """How full a name is: the number of its words, whether it is more than an abbreviation, and whether that is written
    as usual, not in capitals.
    """
    long = len(form) > _LONGEST_ABBREVIATION
    return len(_WORD.findall(form)), long, long and not form.isupper()
