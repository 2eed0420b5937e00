"""A record written by hand, for tests of how records are shown."""

from extractor import Document, Mention, Organization, Person, Quote, Span, Speaker

TEXT = (
    "Глава компании «Северный пролёт» Тимур Басаргин ответил жителям.\n"
    "\n"
    "— Работаем в три смены, — сказал он. — Кораблёва не даст соврать.\n"
    "Мост подорожал вдвое. Об этом сообщили очевидцы.\n"
)


def span(part: str, text: str = TEXT) -> Span:
    start = text.index(part)
    return Span(start=start, end=start + len(part), text=part)


def mention(part: str, kind: str = "name", normal: str | None = None) -> Mention:
    return Mention(**span(part).model_dump(), kind=kind, normal=normal or part)


def bridge() -> Document:
    he = Mention(start=TEXT.index("он. —"), end=TEXT.index("он. —") + 2, text="он", kind="pronoun", normal="он")
    cue = span("сказал")
    return Document(
        id="мост",
        version="0",
        people=(
            Person(
                id="P1",
                name="Тимур Басаргин",
                roles=("глава компании",),
                mentions=(mention("Тимур Басаргин"), he),
            ),
            Person(id="P2", name="Кораблёва", mentions=(mention("Кораблёва"),)),
        ),
        organizations=(Organization(id="O1", name="Северный пролёт", mentions=(mention("Северный пролёт"),)),),
        quotes=(
            Quote(
                confidence=0.5,
                type="direct",
                text="Работаем в три смены Кораблёва не даст соврать.",
                spans=(span("Работаем в три смены"), span("Кораблёва не даст соврать.")),
                speaker=Speaker(
                    mention=Span(start=he.start, end=he.end, text="он"), name="Тимур Басаргин", kind="PER", entity="P1"
                ),
                cue=cue,
                attribution=Span(start=cue.start, end=he.end, text="сказал он"),
            ),
            Quote(
                confidence=0.5,
                type="indirect",
                text="Мост подорожал вдвое",
                spans=(span("Мост подорожал вдвое"),),
                speaker=Speaker(mention=span("очевидцы"), kind="OTHER"),
                cue=span("сообщили"),
                attribution=span("Об этом сообщили очевидцы"),
                anaphoric=True,
            ),
            Quote(confidence=1.0, type="direct", text="соврать", spans=(span("соврать"),)),
        ),
    ).with_source(TEXT)
