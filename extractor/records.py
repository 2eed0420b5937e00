"""The records that the extractor emits.

Every span counts characters of the text exactly as it was given, end exclusive; `text` is what stands there
(a lone surrogate as U+FFFD).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

if TYPE_CHECKING:
    from rich.console import RenderableType

# How a speaker without a name and without a mention is shown.
UNNAMED = "unnamed"


class Record(BaseModel):
    """The base of all records: frozen, and no field besides the declared ones."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Record):
    """A piece of the source text."""

    start: int = Field(ge=0, description="First character, counted from 0.")
    end: int = Field(ge=0, description="The character after the last one.")
    text: str = Field(description="The source text from start to end.")

    def __str__(self) -> str:
        return self.text


class Mention(Span):
    """A place where the text speaks of a person or an organization."""

    kind: Literal["name", "description", "pronoun"] = Field(
        description="A name ('Токаеву'), a description ('главы государства') or a pronoun ('он')."
    )
    normal: str | None = Field(None, description="This mention in the nominative: 'Токаев', 'глава государства'.")


class Person(Record):
    """A person that the text names."""

    id: str = Field(description="Unique in the document: 'P1'.")
    name: str = Field(description="The fullest name that the document gives, in the nominative, without titles.")
    first: str | None = Field(None, description="Given name.")
    middle: str | None = Field(None, description="Patronymic or middle name.")
    last: str | None = Field(None, description="Surname.")
    gender: Literal["male", "female"] | None = Field(None, description="As names and agreement tell it.")
    roles: tuple[str, ...] = Field((), description="What the text calls them, nominative: 'президент Казахстана'.")
    mentions: tuple[Mention, ...] = Field((), description="In the order of the text.")

    def __str__(self) -> str:
        return ", ".join((self.name, *self.roles))


class Organization(Record):
    """An organization that the text names."""

    id: str = Field(description="Unique in the document: 'O1'.")
    name: str = Field(description="The fullest name that the document gives, in the nominative.")
    mentions: tuple[Mention, ...] = Field((), description="In the order of the text.")

    def __str__(self) -> str:
        return self.name


class Speaker(Record):
    """Who says a quote."""

    mention: Span | None = Field(None, description="As the text has it beside the quote: 'глава государства', 'он'.")
    name: str | None = Field(None, description="Who that is over the whole document, nominative; null if unnamed.")
    kind: Literal["PER", "ORG", "OTHER"] = Field(
        description="One person, an organization (countries too), or unnamed people and documents."
    )
    entity: str | None = Field(None, description="The id of the Person or Organization, if it is one.")

    def __str__(self) -> str:
        return self.name or (self.mention.text if self.mention else UNNAMED)


class Quote(Record):
    """Something that the text says somebody said or wrote."""

    type: Literal["direct", "indirect", "mixed"] = Field(
        description="Word for word, in the reporter's words, or in the reporter's words with some quoted."
    )
    text: str = Field(description="The fragments joined by a space.")
    spans: tuple[Span, ...] = Field(description="The fragments, in order.")
    speaker: Speaker | None = Field(None, description="Null only where nothing in the text says who speaks.")
    cue: Span | None = Field(None, description="What reports it: 'сказал', 'По словам'.")
    attribution: Span | None = Field(None, description="The words that hold cue and speaker.")
    confidence: float = Field(
        ge=0, le=1, description="How likely the quote is found whole with the right speaker, as measured."
    )
    anaphoric: bool = Field(False, description="'Об этом сообщил X': the content is the sentence before.")

    def __str__(self) -> str:
        return f"{self.speaker or UNNAMED}: {self.text}"


class Document(Record):
    """What one text says: people, organizations, quotes.

    `source` is the text itself, where it is known: it stands beside the record, outside its JSON and its
    equality.  Fields of the article that `extractor convert --keep` carried over are in `model_extra`.
    """

    model_config = ConfigDict(extra="allow")

    id: str = Field("", description="As given; '' where none was.")
    version: str = Field(description="Of the package that made the record.")
    people: tuple[Person, ...] = Field((), description="The people that the text names.")
    organizations: tuple[Organization, ...] = Field((), description="The organizations that the text names.")
    quotes: tuple[Quote, ...] = Field((), description="What the text says that somebody said, in its order.")

    _source: str | None = PrivateAttr(None)

    @property
    def source(self) -> str | None:
        """The text that the record was made from; None for a record read back from JSON."""
        return self._source

    @classmethod
    def of_source(cls, source: str, **fields: Any) -> Document:
        """The record of these fields with the text that it is made from."""
        document = cls(**fields)
        document._source = source
        return document

    def with_source(self, source: str) -> Document:
        """The same record with its text beside it.  Raises ValueError where a span does not fit the text."""
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
