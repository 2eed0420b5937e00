"""The best a user can put together today: Natasha's documented pipeline, quotation marks, the nearest person.

Names, morphology and syntax come from Natasha as its README shows it (https://github.com/natasha/natasha).  A text of
several words between quotation marks is a direct quote; its speaker is the person whose name is nearest to it.  All of
a text is taken for the article.  Only this module of the repository imports `natasha`.
"""

from __future__ import annotations

import inspect
import re
from collections import namedtuple
from typing import Any

from extractor.records import Document, Mention, Organization, Person, Quote, Span, Speaker

# pymorphy2, which Natasha's MorphVocab needs, calls inspect.getargspec, which Python 3.11 removed.
if not hasattr(inspect, "getargspec"):
    _ArgSpec = namedtuple("_ArgSpec", ["args", "varargs", "keywords", "defaults"])

    def _getargspec(function: Any) -> _ArgSpec:
        return _ArgSpec(*inspect.getfullargspec(function)[:4])

    inspect.getargspec = _getargspec  # type: ignore[attr-defined]

from natasha import (
    ORG,
    PER,
    Doc,
    MorphVocab,
    NamesExtractor,
    NewsEmbedding,
    NewsMorphTagger,
    NewsNERTagger,
    NewsSyntaxParser,
    Segmenter,
)

_MARKED = re.compile(r"«[^«»]+»|\"[^\"\n]+\"|“[^“”\n]+”|„[^„“”\n]+[“”]")
# Fewer words between quotation marks are more often a name or a term than an utterance.
_UTTERANCE_WORDS = 3


class Natasha:
    """Natasha's documented pipeline: segment, morphology, syntax, names, lemmas, normal forms."""

    def __init__(self) -> None:
        embedding = NewsEmbedding()
        self._segmenter = Segmenter()
        self._morph_vocab = MorphVocab()
        self._morph_tagger = NewsMorphTagger(embedding)
        self._syntax_parser = NewsSyntaxParser(embedding)
        self._ner_tagger = NewsNERTagger(embedding)
        self._names_extractor = NamesExtractor(self._morph_vocab)

    def __call__(self, text: str) -> Any:
        """Returns the `natasha.Doc` of a text, made as in Natasha's README."""
        doc = Doc(text)
        doc.segment(self._segmenter)
        doc.tag_morph(self._morph_tagger)
        doc.parse_syntax(self._syntax_parser)
        doc.tag_ner(self._ner_tagger)
        for token in doc.tokens:
            token.lemmatize(self._morph_vocab)
        for span in doc.spans:
            span.normalize(self._morph_vocab)
        return doc

    def parts(self, span: Any) -> dict[str, str]:
        """Returns the given name, patronymic and surname in a person's span, by Natasha's names extractor."""
        span.extract_fact(self._names_extractor)
        fact = span.fact.as_dict if span.fact else {}
        return {part: fact[part] for part in ("first", "middle", "last") if part in fact}


class Baseline:
    """Natasha's names, and quotes by quotation marks, as records."""

    def __init__(self) -> None:
        self._natasha = Natasha()

    def __call__(self, text: str, id: str = "") -> Document:
        """Returns the record of one text."""
        doc = self._natasha(text)
        people = self._people([span for span in doc.spans if span.type == PER])
        quotes = [_quote(text, match.start() + 1, match.end() - 1, people) for match in _MARKED.finditer(text)]
        return Document(
            id=id,
            version="natasha",
            people=tuple(people),
            organizations=tuple(_organizations([span for span in doc.spans if span.type == ORG])),
            quotes=tuple(quote for quote in quotes if len(quote.text.split()) >= _UTTERANCE_WORDS),
            article=(Span(start=0, end=len(text), text=text),),
        )

    def _people(self, spans: list[Any]) -> list[Person]:
        """Returns the people, merged by their normal form."""
        people = []
        for number, same in enumerate(_by_normal_form(spans).values(), 1):
            parts = self._natasha.parts(same[0])
            people.append(
                Person(
                    id=f"P{number}",
                    name=same[0].normal,
                    first=parts.get("first"),
                    middle=parts.get("middle"),
                    last=parts.get("last"),
                    mentions=tuple(_mention(span) for span in same),
                )
            )
        return people


def _organizations(spans: list[Any]) -> list[Organization]:
    """Returns the organizations, merged by their normal form."""
    return [
        Organization(id=f"O{number}", name=name, mentions=tuple(_mention(span) for span in same))
        for number, (name, same) in enumerate(_by_normal_form(spans).items(), 1)
    ]


def _by_normal_form(spans: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for span in spans:
        found.setdefault(span.normal, []).append(span)
    return found


def _mention(span: Any) -> Mention:
    return Mention(start=span.start, end=span.stop, text=span.text, kind="name", normal=span.normal)


def _quote(text: str, start: int, end: int, people: list[Person]) -> Quote:
    content = Span(start=start, end=end, text=text[start:end])
    speaker = _nearest(people, start, end)
    return Quote(type="direct", text=content.text, spans=(content,), speaker=speaker, confidence=1.0)


def _nearest(people: list[Person], start: int, end: int) -> Speaker | None:
    """Returns the person whose mention is nearest to [start, end) and outside it, as the speaker."""
    mentions = [
        (max(start - mention.end, mention.start - end), mention.start, person.id, person, mention)
        for person in people
        for mention in person.mentions
        if mention.end <= start or end <= mention.start
    ]
    if not mentions:
        return None
    *_, person, mention = min(mentions, key=lambda candidate: candidate[:3])
    return Speaker(
        mention=Span(start=mention.start, end=mention.end, text=mention.text),
        name=person.name,
        kind="PER",
        entity=person.id,
    )
