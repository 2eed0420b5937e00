"""Records in a terminal, and as plain text."""

import re

import pytest
from rich.console import Console
from shown import bridge, scraped

from extractor import Document, Quote, Span
from extractor.view.terminal import plain


@pytest.fixture
def document() -> Document:
    return bridge()


def test_a_terminal_shows_the_quotes_with_their_speakers_then_the_names(document, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    assert str(document) == (
        "Quotes  3\n"
        "  1 Тимур Басаргин · direct · сказал он\n"
        "    Работаем в три смены … Кораблёва не даст соврать.\n"
        "\n"
        "  2 очевидцы · indirect · Об этом сообщили очевидцы\n"
        "    Мост подорожал вдвое\n"
        "\n"
        "  3 unnamed · direct\n"
        "    соврать\n"
        "\n"
        "People  2\n"
        "    Тимур Басаргин  глава компании  ×2\n"
        "    Кораблёва                       ×1\n"
        "\n"
        "Organizations  1\n"
        "    Северный пролёт  ×1"
    )


def test_parts_print_as_what_they_say(document):
    assert [str(quote) for quote in document.quotes] == [
        "Тимур Басаргин: Работаем в три смены Кораблёва не даст соврать.",
        "очевидцы: Мост подорожал вдвое",
        "unnamed: соврать",
    ]
    assert [str(person) for person in document.people] == ["Тимур Басаргин, глава компании", "Кораблёва"]
    assert str(document.organizations[0]) == "Северный пролёт"
    assert str(document.people[0].mentions[1]) == "он"


def test_a_terminal_is_not_steered_by_a_text():
    evil = "\x1b[2J[bold]\x07\r\x9b31m"
    document = Document(
        version="0",
        quotes=(Quote(confidence=1.0, type="direct", text=evil, spans=(Span(start=0, end=len(evil), text=evil),)),),
    )
    console = Console(force_terminal=False, width=80)
    with console.capture() as capture:
        console.print(document)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", capture.get())
    assert "[bold]" in capture.get()


@pytest.mark.parametrize("text", ["", "\n\n", "\x00\x1b[31m\ud800", "Да."])
def test_a_text_without_anything_shows_empty_lists(text):
    document = Document(version="0").with_source(text)
    assert plain(document).split() == ["Quotes", "0", "People", "0", "Organizations", "0"]


def test_lines_are_never_longer_than_can_be_read(document, monkeypatch):
    long = document.quotes[0].model_copy(update={"spans": (Span(start=0, end=1, text="мост стоит " * 40),)})
    for columns, most in ((300, 100), (50, 50)):
        monkeypatch.setenv("COLUMNS", str(columns))
        shown = plain(document.model_copy(update={"quotes": (long,)}))
        assert most - 15 < max(map(len, shown.split("\n"))) <= most


def test_what_stands_around_the_article_is_dim_and_said_to_stand_there(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    shown = str(scraped()).split("\n")
    assert shown[1:4] == ["  1 Тимур Басаргин · direct · around the article", "    Денег нет", ""]
    assert shown[4] == "  2 Антон Лагутин · direct"
    assert [line.split() for line in shown if "Лагутин  " in line or "Щука" in line] == [
        ["Антон", "Лагутин", "×3"],
        ["Пётр", "Щука", "×1", "around", "the", "article"],
    ]
    console = Console(force_terminal=True, color_system="standard", width=60)
    with console.capture() as capture:
        console.print(scraped())
    styles = {text.strip(): style for style, text in re.findall(r"\x1b\[([0-9;]+)m([^\x1b\n]*)", capture.get())}
    assert styles["Денег нет"] == styles["· around the article"] == "2"
    assert styles["Пётр Щука"] == "2;36"
    assert styles["Антон Лагутин"] == "36"
    assert "Ждали двенадцать лет" not in styles
