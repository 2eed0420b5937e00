"""Records written by hand, for tests of how records are shown and cut down."""

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


PAGE = (
    "Вход | Афиша\n"
    "Тимур Басаргин: «Денег нет»\n"
    "Мост через Вязовку открыл Антон Лагутин.\n"
    "«Ждали двенадцать лет», — сказал губернатор.\n"
    "Фото: Пётр Щука, «Вязовка-Медиа»\n"
    "— Движение пока одностороннее.\n"
    "Рассказали Инна Чеботарь и Антон Лагутин, «Автодор»\n"
)
# The lines that stand around the article.
_AROUND = (0, 1, 4, 6)


def scraped() -> Document:
    """The record of a scraped page; Чеботарь, who speaks in the article, is named only around it."""
    lines = PAGE.splitlines(keepends=True)

    def inside(place: Span) -> bool:
        return PAGE.count("\n", 0, place.start) not in _AROUND

    def mentioned(part: str, line: int, kind: str = "name") -> Mention:
        start = sum(map(len, lines[:line])) + lines[line].index(part)
        place = Span(start=start, end=start + len(part), text=part)
        return Mention(**place.model_dump(), kind=kind, normal=part, in_article=inside(place))

    def said(part: str, name: str, entity: str, mention: str | None = None) -> Quote:
        place = span(part, PAGE)
        beside = None if mention is None else span(mention, PAGE)
        speaker = Speaker(mention=beside, name=name, kind="PER", entity=entity)
        return Quote(
            type="direct", text=part, spans=(place,), speaker=speaker, confidence=0.9, in_article=inside(place)
        )

    people = (
        ("Тимур Басаргин", (mentioned("Тимур Басаргин", 1),)),
        (
            "Антон Лагутин",
            (
                mentioned("Антон Лагутин", 2),
                mentioned("губернатор", 3, "description"),
                mentioned("Антон Лагутин", 6),
            ),
        ),
        ("Пётр Щука", (mentioned("Пётр Щука", 4),)),
        ("Инна Чеботарь", (mentioned("Инна Чеботарь", 6),)),
    )
    organizations = (
        Organization(id="O1", name="Вязовка-Медиа", mentions=(mentioned("Вязовка-Медиа", 4),)),
        Organization(id="O2", name="Автодор", mentions=(mentioned("Автодор", 6),)),
    )
    return Document(
        id="мост",
        version="0",
        people=tuple(
            Person(id=f"P{number}", name=name, mentions=mentions) for number, (name, mentions) in enumerate(people, 1)
        ),
        organizations=organizations,
        quotes=(
            said("Денег нет", "Тимур Басаргин", "P1", "Тимур Басаргин"),
            said("Ждали двенадцать лет", "Антон Лагутин", "P2", "губернатор"),
            said("Движение пока одностороннее.", "Инна Чеботарь", "P4"),
        ),
        article=(
            span("Мост через Вязовку открыл Антон Лагутин.\n«Ждали двенадцать лет», — сказал губернатор.", PAGE),
            span("— Движение пока одностороннее.", PAGE),
        ),
    ).with_source(PAGE)
