"""Bodies: organizations that a text calls by a common noun ("компания", "ведомство", "полиция Лумерии")."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extractor.coreference.references import phrase
from extractor.coreference.sources import EntityOrder, Source, lemma_class, noun_class, phrase_name
from extractor.names.index import MentionIndex
from extractor.reading.analysis import Analysis, Token

_NOUNS = frozenset({"NOUN", "PROPN"})
# Classes of nouns that stand for an organization.
BODY_CLASSES = frozenset({"anaphor", "media", "body"})
_APPOSITION = frozenset({"appos", "flat"})
# The cases of a complement that tells which body is meant: "полиция Лумерии", "партия в парламенте".
_COMPLEMENT_CASES = frozenset({"Gen", "Dat", "Loc", "Ins"})


class Bodies:
    """The organizations of a text by the common nouns that go with them.

    A noun goes with an organization where it stands in its name ("Министерство" in "Министерство финансов"), beside it
    as an apposition ("компания «Лумер»"), or where its own complement tells which body it is ("полиция Лумерии").
    """

    def __init__(self, analysis: Analysis, index: MentionIndex) -> None:
        self._named: dict[str, list[tuple[int, Source]]] = {}
        self._fuller: dict[str, list[tuple[int, Source]]] = {}
        self.order = EntityOrder(index.organizations)
        for token in analysis.tokens:
            known = lemma_class(token.lemma) if token.pos in _NOUNS else None
            if token.pos not in _NOUNS or (token.number == "Plur" and known is None):
                continue
            organization, name = index.organizations.get(token.index), index.organization_name_at(token.index)
            if organization is not None and name is not None:
                heads = token.head not in range(*name)
                self._add(token, Source(organization.name, "ORG", organization), heads)
            elif known in BODY_CLASSES:
                named = _named_beside(analysis, token, index)
                if named is not None:
                    self._add(token, named, heads=True)

    def _add(self, token: Token, source: Source, heads: bool) -> None:
        self._named.setdefault(token.lemma, []).append((token.index, source))
        if heads and source.name and " " in source.name:
            self._fuller.setdefault(token.lemma, []).append((token.index, source))
        if noun_class(token) == "media":
            self._named.setdefault("media", []).append((token.index, source))

    def with_noun(self, token: Token) -> Source | None:
        """The organization that the same noun went with last before the token, else the first after it."""
        return self.with_class(token.lemma, token.index)

    def fuller(self, token: Token) -> Source | None:
        """The same with a name that says more than the noun: "полиция Лумерии" for "полиция"."""
        if noun_class(token) not in ("anaphor", "body"):
            return None
        return _nearest(self._fuller.get(token.lemma, []), token.index)

    def with_class(self, key: str, index: int) -> Source | None:
        """The same for a lemma, or for any noun of the class "media", at the token `index`."""
        return _nearest(self._named.get(key, []), index)


def _named_beside(analysis: Analysis, token: Token, index: MentionIndex) -> Source | None:
    """The organization that stands beside a noun or that its own complement names."""
    for child in analysis.children(token.index):
        rel = analysis.tokens[child].rel
        if rel in _APPOSITION and child in index.organizations:
            return Source(index.organizations[child].name, "ORG", index.organizations[child])
        if rel == "nmod" and child > token.index and analysis.tokens[child].case in _COMPLEMENT_CASES:
            return Source(phrase_name(analysis, phrase(analysis, token.index)), "ORG")
    return None


def _nearest(places: Sequence[tuple[int, Source]], index: int) -> Source | None:
    """Of sources by token the last one before `index`, else the first one after it."""
    i = bisect_left(places, index, key=lambda place: place[0])
    if i:
        return places[i - 1][1]
    return places[i][1] if i < len(places) and places[i][0] != index else None


def body_nouns(analysis: Analysis, index: MentionIndex) -> Iterator[Token]:
    """The common nouns of a text that may mean an organization named elsewhere in it, in order."""
    for token in analysis.tokens:
        if (
            token.pos == "NOUN"
            and token.number == "Sing"
            and token.index not in index.organizations
            and token.index not in index.people
            and lemma_class(token.lemma) in BODY_CLASSES
        ):
            yield token
