"""Articles as other sites would show them: the annotated spans move along."""

from __future__ import annotations

import random

from training.augment import Edit, apply, augmented
from training.corpora import Record

TEXT = "Цех откроют весной.\n«Мы ждали этого двенадцать лет», — добавила Инна Чеботарь.\nВ МЧС молчат."


def spans(*words: str) -> list[list[int]]:
    return [[TEXT.index(word), TEXT.index(word) + len(word)] for word in words]


RECORD: Record = {
    "id": "a",
    "text": TEXT,
    "quotes": [
        {
            "type": "direct",
            "spans": spans("Мы ждали этого двенадцать лет"),
            "cue": spans("добавила")[0],
            "speaker": spans("Инна Чеботарь")[0],
            "attribution": None,
        }
    ],
}
OTHER: Record = {"id": "b", "text": "Мост через Вязовку закрыт\nДвижение открыто по старому мосту.", "quotes": []}


def test_edits_move_the_spans_behind_them() -> None:
    made = apply(RECORD, [Edit(0, 0, "12:40\n"), Edit(TEXT.index("«"), TEXT.index("«") + 1, '"'), Edit(3, 4, "")])
    assert made["text"].startswith('12:40\nЦехоткроют весной.\n"Мы ждали')
    (quote,) = made["quotes"]
    assert [made["text"][slice(*span)] for span in quote["spans"]] == ["Мы ждали этого двенадцать лет"]
    assert made["text"][slice(*quote["speaker"])] == "Инна Чеботарь"
    assert quote["attribution"] is None


def test_of_two_edits_that_overlap_the_first_is_made() -> None:
    assert apply(RECORD, [Edit(2, 5, "?"), Edit(0, 3, "!")])["text"].startswith("! откроют")


def test_an_augmented_article_says_the_same() -> None:
    rng = random.Random(1)
    made = [augmented(RECORD, [OTHER], rng) for _ in range(50)]
    assert len({record["text"] for record in made}) > 25
    for record in made:
        text, (quote,) = record["text"], record["quotes"]
        assert text[slice(*quote["cue"])] == "добавила"
        assert text[slice(*quote["speaker"])] == "Инна Чеботарь"
        assert text[slice(*quote["spans"][0])].lower() == "мы ждали этого двенадцать лет"
