"""The records that the extractor returns; their JSON Schema is public (`extractor schema`).

Spans are in characters of the text exactly as it was given, the end exclusive; their `text` is that part of it, with
U+FFFD for lone surrogates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

if TYPE_CHECKING:
    from rich.console import RenderableType

# What is shown for a speaker without a name and without a mention.
UNNAMED = "unnamed"
# What is shown of a quote or an entity that stands around the article alone.
AROUND = "around the article"


class Record(BaseModel):
    """The base of all records: immutable, without fields besides the declared ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """A piece of the source text."""

    start: int = Field(ge=0, description="Offset of the first character, from 0.")
    end: int = Field(ge=0, description="Offset after the last character.")
    text: str = Field(description="The source text from start to end, with U+FFFD for lone surrogates.")

    def __str__(self) -> str:
        return self.text


class Mention(Span):
    """A place where the text refers to a person or an organization."""

    kind: Literal["name", "description", "pronoun"] = Field(
        description="A name ('Токаеву'), a description ('главы государства') or a pronoun ('он')."
    )
    normal: str | None = Field(None, description="The mention in the nominative: 'Токаев', 'глава государства'.")
    in_article: bool = Field(True, description="Whether it stands in the article or around it, as in a menu.")


class Person(Record):
    """A person that the text names."""

    id: str = Field(description="Identifier, unique in the document: 'P1'.")
    name: str = Field(description="The fullest name that the document gives, in the nominative, without titles.")
    first: str | None = Field(None, description="Given name.")
    middle: str | None = Field(None, description="Patronymic or middle name.")
    last: str | None = Field(None, description="Surname.")
    gender: Literal["male", "female"] | None = Field(None, description="Gender, as far as names and agreement show it.")
    roles: tuple[str, ...] = Field(
        (), description="Roles that the text gives the person, in the nominative: 'президент Казахстана'."
    )
    mentions: tuple[Mention, ...] = Field((), description="All mentions, in the order of the text.")

    def __str__(self) -> str:
        return ", ".join((self.name, *self.roles))


class Organization(Record):
    """An organization that the text names."""

    id: str = Field(description="Identifier, unique in the document: 'O1'.")
    name: str = Field(description="The fullest name that the document gives, in the nominative.")
    short: str | None = Field(
        None, description="The abbreviation or shorter name that the document gives beside it, in the nominative."
    )
    mentions: tuple[Mention, ...] = Field((), description="All mentions, in the order of the text.")

    def __str__(self) -> str:
        return self.name


def only_around(entity: Person | Organization) -> bool:
    """Whether an entity is mentioned, and only around the article."""
    return bool(entity.mentions) and not any(mention.in_article for mention in entity.mentions)


class Speaker(Record):
    """The speaker of a quote."""

    mention: Span | None = Field(
        None, description="The words for the speaker beside the quote: 'глава государства', 'он'."
    )
    name: str | None = Field(None, description="Who that is in the whole document, in the nominative; null if unnamed.")
    kind: Literal["PER", "ORG", "OTHER"] = Field(
        description="One person, an organization (countries too), or unnamed people and documents."
    )
    entity: str | None = Field(None, description="The id of the Person or Organization, if it is one.")

    def __str__(self) -> str:
        return self.name or (self.mention.text if self.mention else UNNAMED)


class Quote(Record):
    """Something that somebody said or wrote, according to the text."""

    type: Literal["direct", "indirect", "mixed"] = Field(
        description="Verbatim (direct), in the reporter's words (indirect), or in those with some verbatim (mixed)."
    )
    text: str = Field(description="The fragments of the content, joined by spaces.")
    spans: tuple[Span, ...] = Field(description="The fragments of the content, in the order of the text.")
    speaker: Speaker | None = Field(None, description="Null only if nothing in the text says who speaks.")
    cue: Span | None = Field(None, description="The word that reports the quote: 'сказал', 'По словам'.")
    attribution: Span | None = Field(None, description="The words with the cue and the speaker.")
    confidence: float = Field(
        ge=0,
        le=1,
        description="The probability that the content is whole and the speaker right, calibrated on annotated text; "
        "0 where the stage that judges it failed.",
    )
    speaker_confidence: float = Field(
        0.0, ge=0, le=1, description="The same of the speaker alone, given that the content is whole."
    )
    anaphoric: bool = Field(
        False, description="Reported by a pronoun ('Об этом сообщил X'): the content is the sentence before."
    )
    in_article: bool = Field(True, description="Whether it stands in the article or around it, as in a headline list.")

    def __str__(self) -> str:
        return f"{self.speaker or UNNAMED}: {self.text}"


class Document(Record):
    """The people, organizations and quotes of one text.

    `source` is the text itself, if it is known; it is no part of the JSON and is ignored by comparisons.  Fields of
    the article that `extractor convert --keep` copied are in `model_extra`.
    """

    model_config = ConfigDict(extra="allow")

    id: str = Field("", description="The id given for the text; '' if there was none.")
    version: str = Field(description="Version of the package that made the record.")
    people: tuple[Person, ...] = Field((), description="The people that the text names.")
    organizations: tuple[Organization, ...] = Field((), description="The organizations that the text names.")
    quotes: tuple[Quote, ...] = Field((), description="The quotes, in the order of the text.")
    article: tuple[Span, ...] = Field(
        (), description="The parts of the text that are the article itself, not a menu, a caption or another headline."
    )
    failed: tuple[str, ...] = Field(
        (),
        description="Empty as a rule. The stages of the extractor that failed on the text, of read, label, "
        "find_entities, find_quotes, resolve, confidences, assemble: what they find is missing from the record.",
    )

    _source: str | None = PrivateAttr(None)

    @property
    def source(self) -> str | None:
        """The text that the record was made from; None for a record that was read from JSON."""
        return self._source

    @classmethod
    def of_source(cls, source: str, **fields: Any) -> Document:
        """Makes a record with its text.  Raises pydantic.ValidationError for fields that are no record."""
        document = cls(**fields)
        document._source = source
        return document

    def with_source(self, source: str) -> Document:
        """A copy of the record with its text.  Raises ValueError if a quote lies outside that text."""
        for quote in self.quotes:
            for span in quote.spans:
                if len(source) < span.end:
                    raise ValueError(
                        f"quote at {span.start}-{span.end} lies outside a text of {len(source)} characters"
                    )
        document = self.model_copy()
        document._source = source
        return document

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Document) and self.__dict__ == other.__dict__ and self.model_extra == other.model_extra

    def __hash__(self) -> int:
        return hash((self.id, self.version, self.people, self.organizations, self.quotes))

    def __str__(self) -> str:
        from extractor.view.terminal import plain

        return plain(self)

    def __rich__(self) -> RenderableType:
        from extractor.view.terminal import render

        return render(self)

    def _repr_html_(self) -> str:
        from extractor.view.page import fragment

        return fragment(self)
