"""Texts in which some people bear made-up names: every mention is rewritten in its case, and all spans move along."""

from __future__ import annotations

import random
import re

import pytest

from extractor.reading.analysis import read
from training import made_names, substitution
from training.corpora import Record
from training.made_names import LAYOUTS, MadePerson, written
from training.substitution import people, substituted

TEXT = (
    "Цех откроют весной.\n"
    "Об этом сообщил директор завода Олег Тимин, передаёт «Вязовка». Рабочие доверяют Тимину.\n"
    "Инна Чеботарёва встретилась с Тиминым. «Ждали все!» — сказала Чеботарёва.\n"
    "О.П. ТИМИН ушёл. Пришла Ким."
)
PEOPLE = ("Олег Тимин", "Тимину", "Инна Чеботарёва", "Тиминым", "Чеботарёва", "О.П. ТИМИН", "Ким")


def _entities() -> list[Record]:
    entities, at = [], 0
    for name in PEOPLE:
        at = TEXT.index(name, at)
        entities.append({"start": at, "end": at + len(name), "type": "PER", "entity": "P"})
        at += len(name)
    start = TEXT.index("Вязовка")
    return [*entities, {"start": start, "end": start + len("Вязовка"), "type": "ORG"}]


def _quote() -> Record:
    speaker = TEXT.index("Чеботарёва.")
    content, cue = TEXT.index("Ждали"), TEXT.index("сказала")
    return {
        "type": "direct",
        "spans": [[content, content + len("Ждали все!")]],
        "cue": [cue, cue + len("сказала")],
        "speaker": [speaker, speaker + len("Чеботарёва")],
        "attribution": [cue, speaker + len("Чеботарёва")],
        "name": "Инна Чеботарёва",
    }


RECORD: Record = {"id": "a", "text": TEXT, "entities": _entities(), "quotes": [_quote()], "people": ["Олег Тимин"]}


def record(text: str) -> Record:
    """A record of a text with its people in square brackets."""
    entities, plain, end = [], "", 0
    for match in re.finditer(r"\[(.*?)\]", text):
        plain += text[end : match.start()]
        entities.append({"start": len(plain), "end": len(plain) + len(match[1]), "type": "PER"})
        plain += match[1]
        end = match.end()
    return {"text": plain + text[end:], "entities": entities}


def names(made: Record) -> list[str]:
    return [made["text"][e["start"] : e["end"]] for e in made["entities"]]


def read_people(made: Record) -> list[list[tuple[str, str, str, str]]]:
    found = people(made, read(made["text"]))
    return [sorted((m.text, m.layout, m.gender, m.case) for m in mentions) for mentions in found]


@pytest.fixture
def all_renamed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substitution, "_RENAMED", 1.0)
    monkeypatch.setattr(substitution, "_RELAID", 0.0)


def test_people_with_layout_gender_and_case_of_their_mentions() -> None:
    assert read_people(RECORD) == [
        [("Инна Чеботарёва", "full", "female", "nomn"), ("Чеботарёва", "last", "female", "nomn")],
        [
            ("О.П. ТИМИН", "init_last", "male", "nomn"),
            ("Олег Тимин", "full", "male", "nomn"),
            ("Тимину", "last", "male", "datv"),
            ("Тиминым", "last", "male", "ablt"),
        ],
    ]


def test_each_mention_is_written_in_its_case(monkeypatch: pytest.MonkeyPatch, all_renamed: None) -> None:
    made_up = {
        "male": MadePerson(
            "male", made_names.given("Роман", "male"), None, made_names.surname("Тутаев", "male"), initials="Р."
        ),
        "female": MadePerson(
            "female", made_names.given("Юлия", "female"), None, made_names.surname("Лыткина", "female"), initials="Ю."
        ),
    }
    monkeypatch.setattr(made_names, "person", lambda rng, gender: made_up[gender])
    made = substituted(RECORD, random.Random(1))
    assert made["text"] == (
        "Цех откроют весной.\n"
        "Об этом сообщил директор завода Роман Тутаев, передаёт «Вязовка». Рабочие доверяют Тутаеву.\n"
        "Юлия Лыткина встретилась с Тутаевым. «Ждали все!» — сказала Лыткина.\n"
        "Р. ТУТАЕВ ушёл. Пришла Ким."
    )
    assert names(made) == [
        "Роман Тутаев",
        "Тутаеву",
        "Юлия Лыткина",
        "Тутаевым",
        "Лыткина",
        "Р. ТУТАЕВ",
        "Ким",
        "Вязовка",
    ]
    (quote,) = made["quotes"]
    said = {key: made["text"][slice(*quote[key])] for key in ("cue", "speaker", "attribution")}
    assert said == {"cue": "сказала", "speaker": "Лыткина", "attribution": "сказала Лыткина"}
    assert "people" not in made and "name" not in quote


def test_every_span_holds_a_form_of_the_person_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up: list[MadePerson] = []
    person = made_names.person

    def noted(rng: random.Random, gender: made_names.Gender) -> MadePerson:
        made_up.append(person(rng, gender))
        return made_up[-1]

    monkeypatch.setattr(made_names, "person", noted)
    changed = 0
    for seed in range(100):
        made_up.clear()
        made = substituted(RECORD, random.Random(seed))
        assert len(made["entities"]) == len(RECORD["entities"])
        forms = {
            form and form[0].upper() + form[1:]
            for one in made_up
            for layout in LAYOUTS
            for case in made_names.CASES
            for caps in (False, True)
            for form in (written(one, layout, case, caps),)
        }
        for old, new in zip(names(RECORD), names(made), strict=True):
            assert new == old or new[0].upper() + new[1:] in forms
            changed += new != old
        assert made["text"].endswith("Пришла Ким.")
    assert changed > 150


def test_the_same_for_a_seed() -> None:
    made = [substituted(RECORD, random.Random(seed)) for seed in range(5)]
    assert made == [substituted(RECORD, random.Random(seed)) for seed in range(5)]
    assert made[0]["text"] != made[1]["text"]


def test_the_preposition_fits_the_new_name(monkeypatch: pytest.MonkeyPatch, all_renamed: None) -> None:
    anton = MadePerson(
        "male", made_names.given("Антон", "male"), None, made_names.surname("Урусов", "male"), initials="А."
    )
    monkeypatch.setattr(made_names, "person", lambda rng, gender: anton)
    made = substituted(record("Газета пишет о [Петре Лыткине]."), random.Random(1))
    assert made["text"] == "Газета пишет об Антоне Урусове."
    assert names(made) == ["Антоне Урусове"]


@pytest.mark.parametrize(
    "text",
    [
        # A man and a woman of one surname.
        "[Пётр Лыткин] женат. [Анна Лыткина] замужем. [Лыткина] уехала.",
        # A mention that is not annotated.
        "[Пётр Лыткин] приехал. Вечером Лыткин уехал.",
        # No word tells the gender.
        "Заявку подал [Л. Мельниченко].",
        # Glued to the word before.
        "Сообщил корреспондент[Пётр Лыткин].",
        # A given name alone.
        "[Саша] приехал.",
        # A particle.
        "[Петер ван Дейк] приехал.",
    ],
)
def test_people_who_keep_their_names(text: str, all_renamed: None) -> None:
    made = record(text)
    assert substituted(made, random.Random(1)) == made


def test_names_within_names_stay_within_them(all_renamed: None) -> None:
    text = "Школа имени Петра Лыткина закрыта."
    start, end = text.index("Петра"), text.index(" закрыта")
    made = substituted(
        {
            "text": text,
            "entities": [{"start": 0, "end": end, "type": "ORG"}, {"start": start, "end": end, "type": "PER"}],
        },
        random.Random(3),
    )
    school, person = names(made)
    assert school == f"Школа имени {person}" != text[:end]
    assert made["text"] == f"{school} закрыта."
