"""Texts as other sites, channels and scrapers would give them: the annotated spans move along."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from training import augment
from training.augment import Edit, apply, augmented
from training.corpora import Record

TEXT = (
    "Цех откроют весной.\n"
    "Об этом сообщил директор завода Олег Тимин, передаёт «Вязовка». Рабочие ждут.\n"
    "Добавила и Инна Чеботарь:\n"
    "«Мы — ждали этого двенадцать лет. Ждали\u00a0все!»\n"
    "По её словам, МЧС Приозёрска молчит."
)
CONTENTS = ("Цех откроют весной", "Мы — ждали этого двенадцать лет. Ждали\u00a0все!", "МЧС Приозёрска молчит")
NAMES = ("Олег Тимин", "«Вязовка»", "Инна Чеботарь", "МЧС Приозёрска")
OTHER: Record = {"id": "b", "text": "Мост через реку закрыт\nДвижение открыто по старому мосту.", "quotes": []}


def span(words: str) -> list[int]:
    return [TEXT.index(words), TEXT.index(words) + len(words)]


def quote(type: str, content: str, cue: str, speaker: str, attribution: str) -> Record:
    return {
        "type": type,
        "spans": [span(content)],
        "cue": span(cue),
        "speaker": span(speaker),
        "attribution": span(attribution),
    }


RECORD: Record = {
    "id": "a",
    "text": TEXT,
    "quotes": [
        quote("indirect", CONTENTS[0], "сообщил", "Олег Тимин", "сообщил директор завода Олег Тимин"),
        quote("direct", CONTENTS[1], "Добавила", "Инна Чеботарь", "Добавила и Инна Чеботарь"),
        quote("indirect", CONTENTS[2], "По её словам", "её", "По её словам"),
    ],
    "entities": [{"start": start, "end": end, "type": "PER"} for start, end in map(span, NAMES)],
}


def said(record: Record) -> Iterator[str]:
    """The annotated words of a record, contents and speakers of quotes, then entities."""
    for quote in record["quotes"]:
        yield " ".join(record["text"][slice(*part)] for part in quote["spans"])
        yield "" if quote["speaker"] is None else record["text"][slice(*quote["speaker"])]
    yield from (record["text"][entity["start"] : entity["end"]] for entity in record["entities"])


SAID = list(said(RECORD))


def edited(old: str, new: str) -> Record:
    return apply(RECORD, [Edit(*span(old), new)])


def test_edits_move_the_spans_behind_them() -> None:
    made = apply(
        RECORD, [Edit(0, 0, "12:40\n"), Edit(3, 4, " — "), Edit(TEXT.index("Рабочие"), TEXT.index("ждут"), "")]
    )
    assert made["text"].startswith("12:40\nЦех — откроют весной.\nОб этом")
    assert list(said(made)) == ["Цех — откроют весной", *SAID[1:]]


def test_of_two_edits_that_overlap_the_first_is_made() -> None:
    assert apply(RECORD, [Edit(2, 5, "?"), Edit(0, 3, "!")])["text"].startswith("! откроют")


def test_what_stands_for_the_ends_of_a_span_is_part_of_it() -> None:
    made = edited("«Вязовка»", "&laquo;Вязовка&raquo;")
    assert "&laquo;Вязовка&raquo;" in said(made)
    made = apply(RECORD, [Edit(*span(mark), f"&{mark}uo;") for mark in "«»"])
    assert "&«uo;Вязовка&»uo;" in said(made)


def test_what_is_put_at_the_ends_of_a_span_is_no_part_of_it() -> None:
    start, end = span("Олег Тимин")
    made = apply(RECORD, [Edit(start, start, "**"), Edit(end, end, "**")])
    assert "завода **Олег Тимин**," in made["text"]
    assert list(said(made)) == SAID


def test_a_name_that_is_partly_lost_shrinks() -> None:
    made = edited("Чеботарь:", "\n")
    assert made["text"].count("Инна \n\n«Мы") == 1
    assert [name for name in said(made) if name.startswith("Инна")] == ["Инна", "Инна"]


def test_where_a_name_is_lost_its_title_speaks() -> None:
    made = edited("Олег Тимин", "")
    assert "сообщил директор завода , передаёт" in made["text"]
    assert list(said(made)) == [SAID[0], "директор завода", *SAID[2:6], *SAID[7:]]


def test_where_the_source_is_lost_an_indirect_quote_is_none_and_a_direct_one_has_no_speaker() -> None:
    assert [quote["type"] for quote in edited("директор завода Олег Тимин", "\n")["quotes"]] == ["direct", "indirect"]
    made = apply(RECORD, [Edit(span("и Инна")[0], span("Чеботарь")[1], "")])
    assert list(said(made))[2:4] == [CONTENTS[1], ""]


def test_a_quote_whose_content_is_lost_is_none() -> None:
    assert len(edited(CONTENTS[2], "")["quotes"]) == 2


def spoiled(spoil: augment.Spoil, times: int = 300) -> list[str]:
    """The different texts that a spoil makes of the record's; asserts that the annotated words are what they were."""
    texts = set()
    for seed in range(times):
        edits = spoil(TEXT, random.Random(seed))
        made = apply(RECORD, augment._between_spans(RECORD, edits) if isinstance(spoil, partial) else edits)
        assert list(map(plain, said(made))) == list(map(plain, SAID))
        texts.add(made["text"])
    return sorted(texts)


def plain(words: str) -> str:
    """Small letters only: spoils change marks, dashes, spaces and first letters, and put addresses behind links."""
    return "".join(filter(str.isalpha, re.sub(r"\(https[^)]*\)", "", words))).lower()


OTHERS: dict[str, Any] = {"others": [OTHER]}


@pytest.mark.parametrize(
    ("spoil", "piece"),
    [
        (augment.marks, '"Вязовка"'),
        (augment.dashes, "Мы – ждали"),
        (augment.no_break_spaces, "Цех\u00a0откроют"),
        (augment.glued_links, "заводаОлег Тимин"),
        (augment.glued_links, "МЧС Приозёрскамолчит"),
        (augment.markdown, "**Цех откроют весной.**\n"),
        (augment.glued_sentences, "«Вязовка».Рабочие"),
        (augment.one_line, "весной. Об этом"),
        (augment.fewer_lines, "Чеботарь: «Мы"),
        (augment.glued_lines, "весной.Об этом"),
        (augment.spaced_lines, "весной.\n    Об этом"),
        (augment.hard_wraps, "«Вязовка».\r\nРабочие"),
        (partial(augment.page, **OTHERS), "Мост через реку закрыт\nЦех"),
        (partial(augment.captions, **OTHERS), "Рабочие ждут. Фото автора\n"),
        (partial(augment.interrupted, **OTHERS), "Чеботарь:\n\nЧитайте также: Мост через реку закрыт\n\n«Мы"),
        (partial(augment.subscription, **OTHERS), "молчит.\nПодписывайтесь на наш канал"),
        (augment.bullets, "🔥Цех"),
    ],
)
def test_a_spoil_keeps_the_annotated_words(spoil: augment.Spoil, piece: str) -> None:
    texts = spoiled(spoil)
    assert any(piece in text for text in texts), texts[:5]


def test_links_keep_their_addresses_out_of_names() -> None:
    linked = [text for text in spoiled(augment.markdown) if "[Олег Тимин](https://" in text]
    assert linked


def test_entities_of_html_stand_for_marks_within_names() -> None:
    made = [apply(RECORD, augment.entities(TEXT, random.Random(seed))) for seed in range(20)]
    assert any("&laquo;Вязовка&raquo;" in said(record) for record in made)
    assert any("Мы &mdash; ждали этого" in record["text"] for record in made)


@pytest.mark.parametrize("left", ["сообщил директор завода , передаёт", "сообщил директор завода \n, передаёт"])
def test_a_lost_link_takes_the_annotation_of_its_name_along(left: str) -> None:
    made = [apply(RECORD, augment.lost_links(TEXT, random.Random(seed))) for seed in range(200)]
    lost = [record for record in made if left in record["text"]]
    assert lost
    for record in lost:
        assert "Олег Тимин" not in said(record)
        assert len(record["quotes"]) == 3


def test_every_spoil_works_on_nothing() -> None:
    functions: list[augment.Spoil] = [*augment._SPOILS, *augment._LAYOUTS]
    functions += [partial(spoil, **OTHERS) for spoil in augment._AROUND]
    for spoil in functions:
        for edit in spoil("", random.Random(1)):
            assert edit[:2] == (0, 0)
    assert sum(augment._LAYOUTS.values()) == pytest.approx(1)


def test_an_augmented_article_keeps_what_is_not_lost() -> None:
    rng = random.Random(1)
    texts = set()
    for _ in range(100):
        made = augmented(RECORD, [OTHER], rng)
        texts.add(made["text"])
        assert len(made["quotes"]) >= 2
        names = [plain(made["text"][entity["start"] : entity["end"]]) for entity in made["entities"]]
        wholes = {plain(whole) for name in NAMES for whole in (name, name.split()[0])}
        assert {name.replace("laquo", "").replace("raquo", "").replace("quot", "") for name in names} <= wholes
    assert len(texts) > 90
