"""Lexicons of given names and surnames that several modules read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from extractor import resources
from extractor.names.entities import Gender

VOWELS = frozenset("аеёиоуыэюяіїє")


@cache
def asian_surnames() -> frozenset[str]:
    """Chinese, Korean and Vietnamese surnames, lower case (`asian_surnames.tsv`)."""
    return resources.words("asian_surnames.tsv")


@cache
def given_names() -> Mapping[str, Sequence[Gender]]:
    """Given names, lower case, that the dictionary lacks, with the genders of their bearers (`given_names.tsv`)."""
    genders: Mapping[str, Sequence[Gender]] = {"masc": ("male",), "femn": ("female",), "both": ("male", "female")}
    return {name: genders[gender] for name, gender in resources.rows("given_names.tsv", 2)}
