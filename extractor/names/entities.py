"""What the names stage hands on: entities of a document with their mentions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from extractor.reading.analysis import TokenSpan

MentionKind = Literal["name", "description", "pronoun"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention of an entity: a span of tokens, its kind, and the mention in the nominative; `certainty`, 0 to 1, is
    how sure coreference is whose mention it is.
    """

    span: TokenSpan
    kind: MentionKind
    normal: str | None = None
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the document; `name` is the fullest given, nominative; mentions in the order of the text."""

    name: str
    mentions: tuple[Mention, ...]
    first: str | None = None
    middle: str | None = None
    last: str | None = None
    gender: Literal["male", "female"] | None = None
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of the document; `name` is the fullest given, nominative."""

    name: str
    mentions: tuple[Mention, ...]


Entity = Person | Organization


@dataclass(frozen=True, slots=True)
class Entities:
    """All that the document names, each list in the order of first mention; `unnamed` are the descriptions and
    pronouns that coreference ties to nobody whom the document names.
    """

    people: tuple[Person, ...] = field(default=())
    organizations: tuple[Organization, ...] = field(default=())
    unnamed: tuple[Mention, ...] = field(default=())


AnyEntity = TypeVar("AnyEntity", Person, Organization)


def with_mentions(entity: AnyEntity, mentions: Iterable[Mention]) -> AnyEntity:
    """A person or organization with further mentions, all in the order of the text; itself where there are none."""
    more: tuple[Mention, ...] = tuple(mentions)
    return replace(entity, mentions=tuple(sorted((*entity.mentions, *more), key=lambda m: m.span))) if more else entity
