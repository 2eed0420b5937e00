"""Records as pages, and as fragments for notebooks."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import PAGE, TEXT, bridge, scraped

from extractor import Document, Mention, Person, Quote, Span, Speaker
from extractor.view.page import Highlight, fragment, page, paragraphs


@pytest.fixture
def document() -> Document:
    return bridge()


class Page(HTMLParser):
    """A page as a browser reads it: every tag in its place, and what stands in marked-up parts."""

    VOID = frozenset({"meta"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.parts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        element = (tag, {name: value or "" for name, value in attributes})
        self.tags.append(element)
        if tag not in self.VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.parts.append((" ".join(f"{tag}.{attributes.get('class', '')}" for tag, attributes in self.open), data))

    def text(self, inside: str = "article") -> str:
        """The text of an element, without notes, numbers and what is written on folds, in single spaces."""
        aside = ("note", "number", "summary")
        told = (data for path, data in self.parts if inside in path and not any(part in path for part in aside))
        return " ".join("".join(told).split())

    def attributes(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def test_the_text_stands_there_whole_and_each_quote_joined_to_its_speaker(document):
    read = Page(page(document))
    assert read.text() == " ".join(TEXT.split())
    assert read.text("quote direct c1") == "Работаем в три сменыКораблёва не даст соврать."
    assert read.text("quote indirect c0") == "Мост подорожал вдвое"
    assert read.text("speaker c1") == "он"
    assert read.text("speaker c0") == "очевидцы"
    anchors = read.attributes("id")
    assert len(anchors) == len(set(anchors))
    links = {link.removeprefix("#") for link in read.attributes("href")}
    assert links <= set(anchors)
    told = {"".join(data for path, data in read.parts if f"span.note {colour}" in path) for colour in ("c1", "c0")}
    assert told == {
        "1Тимур Басаргин сказал он direct 50\u202f%",
        "3unnamed direct 100\u202f%2очевидцы Об этом сообщили очевидцы indirect 50\u202f%",
    }


def test_an_article_that_holds_markup_shows_as_text_and_runs_nothing():
    attack = "<script>alert(1)</script> </style><img src=x onerror=alert(1)> \"'> &lt; {{ 7 * 7 }} Ба<b>саргин"
    name = "<b onclick='x'>"
    document = Document(
        id="</title><script>alert(2)</script>",
        version="0",
        people=(
            Person(
                id="P1",
                name=name,
                roles=(name,),
                mentions=(Mention(start=0, end=8, text=attack[:8], kind="name"),),
            ),
        ),
        quotes=(
            Quote(
                confidence=0.5,
                type="direct",
                text=attack,
                spans=(Span(start=0, end=len(attack), text=attack),),
                speaker=Speaker(name=name, kind="PER"),
                attribution=Span(start=0, end=8, text=name),
            ),
        ),
    )
    for html in (page(document.with_source(attack)), page(document), fragment(document.with_source(attack))):
        read = Page(html)
        assert read.text() == " ".join(attack.split())
        assert {tag for tag, _ in read.tags} <= {
            *("html", "head", "meta", "title", "style", "body", "div", "header", "h1", "h2", "p", "article", "nav"),
            *("span", "a", "b", "ul", "li", "small", "blockquote", "footer"),
        }
        assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]


def test_a_page_needs_and_may_load_nothing(document):
    html = page(document)
    assert "default-src 'none'" in html
    assert not re.search(r"https?:|url\(|@import|src=|<link|<script", html)


def test_light_and_dark(document):
    assert "@media (prefers-color-scheme: dark)" in page(document)


def test_a_record_read_back_lists_its_quotes(document):
    read = Page(Document.model_validate_json(document.model_dump_json())._repr_html_())
    quotes = [" ".join(data.split()) for path, data in read.parts if path.endswith(("direct c1", "direct c0"))]
    assert [quote for quote in quotes if quote] == [
        "Работаем в три смены … Кораблёва не даст соврать.",
        "Мост подорожал вдвое",
        "соврать",
    ]
    assert "ответил жителям" not in read.text()


def test_fragments_on_one_page_have_anchors_of_their_own(document):
    html = document._repr_html_()
    other = fragment(document.model_copy(update={"id": "другой"}).with_source(TEXT))
    assert "<html" not in html
    assert not set(Page(html).attributes("id")) & set(Page(other).attributes("id"))


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x1b[31m\ud800", "Да."])
def test_a_text_without_anything_has_a_page(text):
    document = Document(version="0").with_source(text)
    Page(page(document)).text()
    assert page(document).encode()


def test_a_long_text_is_written_in_proportion_to_its_length():
    word = "слово "

    def of(length: int) -> int:
        quotes = tuple(
            Quote(confidence=1.0, type="direct", text="слово", spans=(Span(start=i, end=i + 5, text="слово"),))
            for i in range(0, length, 600)
        )
        return len(page(Document(version="0", quotes=quotes).with_source(word * (length // 6))))

    empty = of(0)
    assert of(200_400) - empty < 1.2 * 4 * (of(50_400) - empty)


@given(st.text("ab \n", max_size=60), st.data())
def test_highlights_that_overlap_are_properly_nested_and_lose_no_text(text, data):
    places = st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(-1, 3))
    found = sorted(
        (
            Highlight(start, start + length, layer, f"m{i}")
            for i, (start, length, layer) in enumerate(data.draw(st.lists(places)))
        ),
        key=lambda highlight: (highlight.start, -highlight.end, highlight.layer),
    )
    written = ""
    marked: dict[str, str] = {highlight.css: "" for highlight in found}
    for pieces in paragraphs(text, found):
        stack: list[Highlight] = []
        for piece in pieces:
            match piece.step:
                case "open":
                    stack.append(piece.highlight)
                case "close":
                    assert stack.pop() is piece.highlight
                case "text":
                    written += piece.text
                    for highlight in stack:
                        marked[highlight.css] += piece.text
        assert not stack
    assert written.split() == "".join(line for line in text.split("\n") if line.strip()).split()
    for highlight in found:
        lines = "".join(line if line.strip() else "\n" * len(line) for line in text.splitlines(keepends=True))
        assert marked[highlight.css] == lines[highlight.start : highlight.end].replace("\n", "")


def test_an_unsure_quote_stands_on_a_broken_line():
    source = "Первое слово. Второе слово."
    spans = (Span(start=0, end=13, text="Первое слово."), Span(start=14, end=27, text="Второе слово."))
    quotes = tuple(
        Quote(type="direct", text=span.text, spans=(span,), confidence=sure)
        for span, sure in zip(spans, (0.3, 0.9), strict=True)
    )
    html = page(Document(version="0", quotes=quotes).with_source(source))
    assert html.count('class="quote direct unsure') == 1


def test_what_stands_around_the_article_is_grey_with_its_quotes_and_names_marked():
    read = Page(page(scraped()))
    lines = PAGE.splitlines()
    assert read.text() == " ".join(PAGE.split())
    assert read.text("article. p. span.around") == "".join(lines[line] for line in (0, 1, 4, 6))
    assert read.text("span.around span.quote direct c1") == "Денег нет"
    assert "Пётр Щука" in read.text("span.around span.person name c0")
    assert ["around the article" in title for title in read.attributes("title")].count(True) == 9
    assert "details" not in {tag for tag, _ in read.tags}


def test_long_runs_around_the_article_are_folded_and_a_tail_within_a_line_is_grey():
    menu, story = "Вход\n\nАфиша\nСпорт\n«Я ухожу»\nКино\n", "Мост открыли."
    text = f"{menu}{story} Фото: Пётр Щука\n{'Подписывайтесь на канал. ' * 14}"
    quoted = Span(start=text.index("Я ухожу"), end=text.index("Я ухожу") + 7, text="Я ухожу")
    quote = Quote(type="direct", text=quoted.text, spans=(quoted,), confidence=0.2, in_article=False)
    article = Span(start=len(menu), end=len(menu + story), text=story)
    document = Document(version="0", quotes=(quote,), article=(article,)).with_source(text)
    read = Page(page(document))
    assert read.text() == " ".join(text.split())
    summaries = [data for path, data in read.parts if "summary" in path]
    assert summaries == ["5 lines around the article, 1 quote", "1 line around the article"]
    shown = [(path, data) for path, data in read.parts if "article. p." in path]
    assert [(data.strip(), "span.around" in path) for path, data in shown] == [
        ("Мост открыли.", False),
        ("Фото: Пётр Щука", True),
    ]
    assert read.text("details") == " ".join((menu + text[text.index("Подпис") :]).split())


def test_where_nothing_is_the_article_all_is_shown_as_it_is():
    document = Document(version="0").with_source("Вход\n" * 20)
    read = Page(page(document))
    assert read.text() == "Вход " * 19 + "Вход"
    assert {"details", "summary"}.isdisjoint(tag for tag, _ in read.tags)
    assert "around" not in " ".join(read.attributes("class"))


def test_a_record_read_back_says_which_of_its_quotes_stand_around_the_article():
    read = Page(Document.model_validate_json(scraped().model_dump_json())._repr_html_())
    assert read.attributes("class").count("c1 around") == 2
    notes = "".join(data for path, data in read.parts if "footer.note c1" in path)
    assert "around the article" in notes
