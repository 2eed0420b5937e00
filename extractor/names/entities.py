"""The entities of a document with their mentions: what the names stage finds and coreference completes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from extractor.reading.analysis import TokenSpan

MentionKind = Literal["name", "description", "pronoun"]
Gender = Literal["male", "female"]

# The tagger's genders as a person's.
TAGGED_GENDERS: Mapping[str | None, Gender] = {"Masc": "male", "Fem": "female"}


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of an entity: a span of tokens, its kind, and for names and descriptions the nominative.

    `certainty`, 0 to 1, is how sure coreference is of whom it mentions.  `rule` is the name of the rule of `names` that
    found a name; other kinds have none, and records do not show it.
    """

    span: TokenSpan
    kind: MentionKind
    normal: str | None = None
    certainty: float = 1.0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom the document names.  `name` is the fullest name given, in the nominative; `mentions` are in text
    order, `roles` in the nominative and in the order of first mention.
    """

    name: str
    mentions: tuple[Mention, ...]
    first: str | None = None
    middle: str | None = None
    last: str | None = None
    gender: Gender | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization that the document names.  `name` is the fullest name given, `short` the abbreviation or shorter
    name given beside it, both in the nominative; `mentions` are in text order.
    """

    name: str
    mentions: tuple[Mention, ...]
    short: str | None = None


Entity = Person | Organization


@dataclass(frozen=True, slots=True)
class Entities:
    """All that the document names, in the order of first mention.  `unnamed` are the descriptions and pronouns that
    coreference ties to nobody whom the document names.
    """

    people: tuple[Person, ...] = ()
    organizations: tuple[Organization, ...] = ()
    unnamed: tuple[Mention, ...] = ()


AnyEntity = TypeVar("AnyEntity", Person, Organization)


def with_mentions(entity: AnyEntity, mentions: Iterable[Mention]) -> AnyEntity:
    """A person or organization with further mentions, all in the order of the text; itself where there are none."""
    more: tuple[Mention, ...] = tuple(mentions)
    return replace(entity, mentions=tuple(sorted((*entity.mentions, *more), key=lambda m: m.span))) if more else entity
