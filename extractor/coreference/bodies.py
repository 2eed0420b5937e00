"""Bodies: organizations that a text calls by a common noun ("компания", "ведомство", "полиция Лумерии")."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from extractor.coreference.references import phrase
from extractor.coreference.sources import EntityOrder, Source, lemma_class, noun_class, phrase_name
from extractor.names.index import MentionIndex
from extractor.reading.analysis import Analysis, Token
from extractor.reading.grammar import NOUNS

# Classes of nouns that stand for an organization.
BODY_CLASSES = frozenset({"anaphor", "media", "body"})
_NAME_RELATIONS = frozenset({"appos", "flat"})
# The cases of a complement that tells which body is meant: "полиция Лумерии", "партия в парламенте".
_COMPLEMENT_CASES = frozenset({"Gen", "Dat", "Loc", "Ins"})


class Bodies:
    """The organizations of a text by the common nouns that go with them.

    A noun goes with an organization where it stands in its name ("Министерство" in "Министерство финансов"), beside it
    as an apposition ("компания «Лумер»"), or where its own complement tells which body it is ("полиция Лумерии").
    """

    def __init__(self, analysis: Analysis, index: MentionIndex, nouns: Sequence[int]) -> None:
        """Takes the `source_nouns` of the text as `nouns`."""
        self._analysis = analysis
        self._index = index
        # By lemma (and by "media") the tokens where a noun goes with an organization; of these the ones that head its
        # name; of these, once they are asked for, the ones whose name is of several words.
        self._named: dict[str, list[int]] = {}
        self._heads: dict[str, list[int]] = {}
        self._fuller: dict[str, list[int]] = {}
        # The token that tells which organization a noun goes with: itself within a name, else a dependent.
        self._naming: dict[int, int] = {}
        self._sources: dict[int, Source] = {}
        self.order = EntityOrder(index.organizations)
        for i in sorted({*nouns, *index.organizations}):
            token = analysis.tokens[i]
            known = lemma_class(token.lemma) if token.pos in NOUNS else None
            if token.pos not in NOUNS or (token.number == "Plur" and known is None):
                continue
            name = index.organization_name_at(i)
            if name is not None:
                self._add(token, i, heads=token.head not in range(*name))
            elif known in BODY_CLASSES:
                naming = _naming_child(analysis, token, index)
                if naming is not None:
                    self._add(token, naming, heads=True)

    def _add(self, token: Token, naming: int, heads: bool) -> None:
        self._naming[token.index] = naming
        self._named.setdefault(token.lemma, []).append(token.index)
        if heads:
            self._heads.setdefault(token.lemma, []).append(token.index)
        if noun_class(token) == "media":
            self._named.setdefault("media", []).append(token.index)

    def with_noun(self, token: Token) -> Source | None:
        """The organization that the same noun went with last before the token, else the first after it."""
        return self.with_class(token.lemma, token.index)

    def fuller(self, token: Token) -> Source | None:
        """The same with a name that says more than the noun: "полиция Лумерии" for "полиция"."""
        if noun_class(token) not in ("anaphor", "body"):
            return None
        if token.lemma not in self._fuller:
            heads = self._heads.get(token.lemma, ())
            self._fuller[token.lemma] = [i for i in heads if " " in (self._source(i).name or "")]
        return self._nearest(self._fuller[token.lemma], token.index)

    def with_class(self, key: str, index: int) -> Source | None:
        """The same for a lemma, or for any noun of the class "media", at the token `index`."""
        return self._nearest(self._named.get(key, ()), index)

    def _nearest(self, tokens: Sequence[int], index: int) -> Source | None:
        """The organization at the last of the tokens before `index`, else at the first one after it."""
        i = bisect_left(tokens, index)
        if i:
            return self._source(tokens[i - 1])
        return self._source(tokens[i]) if i < len(tokens) and tokens[i] != index else None

    def _source(self, i: int) -> Source:
        """The organization that the noun at a token goes with."""
        source = self._sources.get(i)
        if source is None:
            tokens, naming = self._analysis.tokens, self._naming[i]
            organization = self._index.organizations.get(naming)
            if organization is not None and (naming == i or tokens[naming].rel in _NAME_RELATIONS):
                source = Source(organization.name, "ORG", organization)
            else:
                source = Source(phrase_name(self._analysis, phrase(self._analysis, i)), "ORG")
            self._sources[i] = source
        return source


def _naming_child(analysis: Analysis, token: Token, index: MentionIndex) -> int | None:
    """The dependent of a noun that tells which body it is: a name in apposition, or the first complement."""
    for child in analysis.children(token.index):
        rel = analysis.tokens[child].rel
        if rel in _NAME_RELATIONS and child in index.organizations:
            return child
        if rel == "nmod" and child > token.index and analysis.tokens[child].case in _COMPLEMENT_CASES:
            return child
    return None


def body_nouns(analysis: Analysis, index: MentionIndex, nouns: Sequence[int]) -> Iterator[Token]:
    """Those of the `source_nouns` of a text that may mean an organization named elsewhere in it, in order."""
    for token in map(analysis.tokens.__getitem__, nouns):
        if (
            token.pos == "NOUN"
            and token.number == "Sing"
            and token.index not in index.organizations
            and token.index not in index.people
            and lemma_class(token.lemma) in BODY_CLASSES
        ):
            yield token
