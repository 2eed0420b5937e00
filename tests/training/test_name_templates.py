"""Tests of the made-up texts with annotated names."""

from __future__ import annotations

import random
import re

import pytest

from training import made_names, name_templates
from training.corpora import Record
from training.name_templates import AGAIN, documents, fill, joined, templates

_ALL = [(kind, template) for kind, made in templates().by_kind.items() for template in made]
# What only the syntax of the templates has; "<" and ">" stand in texts too, as a quotation's mark.
_SYNTAX = re.compile(r"\[(?:PER|ORG|LOC) |\]|[{}~]|\\[nts]|<[^>]*>")


def _names(record: Record) -> list[tuple[str, str]]:
    return [(e["type"], record["text"][e["start"] : e["end"]]) for e in record["entities"]]


@pytest.mark.parametrize(("kind", "template"), _ALL)
def test_every_template_can_be_filled(kind: str, template: str) -> None:
    for seed in range(5):
        record, person = fill(template, random.Random(seed))
        assert not _SYNTAX.search(record["text"])
        assert person is not None or not re.search(r"<A[ .^]", template)
        assert person is not None or kind != AGAIN


def test_every_list_is_used_and_every_entry_has_all_cases() -> None:
    text = "\n".join([template for _, template in _ALL] + [e for made in templates().lists.values() for e in made])
    used = {name.lower() for name in re.findall(r"<([A-Za-z]+)(?::[a-z]{4})?>", text)}
    assert used == set(templates().lists)
    for entries in templates().lists.values():
        assert {len(entry.split(";")) for entry in entries} <= {1, len(made_names.CASES)}
    assert set(re.findall(r"<[A-Za-z]+:([a-z]{4})>", text)) <= set(made_names.CASES)


def test_documents_are_texts_with_their_names() -> None:
    made = documents(random.Random(1), 200)
    assert len(made) == 200
    kinds = set()
    for record in made:
        end = 0
        for (kind, text), entity in zip(_names(record), record["entities"], strict=True):
            assert entity["start"] >= end
            assert text and text == text.strip()
            end = entity["end"]
            kinds.add(kind)
    assert kinds == {"PER", "ORG", "LOC"}


def test_the_same_seed_makes_the_same_documents() -> None:
    assert documents(random.Random(7), 20) == documents(random.Random(7), 20)


@pytest.mark.parametrize(
    ("template", "text", "names"),
    [
        ("В [ORG Сейме] спор.", "В Сейме спор.", [("ORG", "Сейме")]),
        ("^В [ORG Сейме] спор", "В СЕЙМЕ СПОР", [("ORG", "СЕЙМЕ")]),
        # A place within an organization is no name of its own.
        ("[ORG Мэрия [LOC Оша]] молчит", "Мэрия Оша молчит", [("ORG", "Мэрия Оша")]),
        ("{~[PER Ян Берг]} ушёл", "Ян Берг ушёл", [("PER", "Ян Берг")]),
        ("[PER Ян\nБерг]", "Ян\nБерг", [("PER", "Ян\nБерг")]),
    ],
)
def test_brackets_are_names(template: str, text: str, names: list[tuple[str, str]]) -> None:
    record, _ = fill(template, random.Random(0))
    assert (record["text"], _names(record)) == (text, names)


@pytest.mark.parametrize(
    ("slot", "entry", "text", "names"),
    [
        ("<list:gent>", "[LOC Омск]", "Омска", [("LOC", "Омска")]),
        ("<list:loct>", "[ORG Тихий вечер]", "Тихом вечере", [("ORG", "Тихом вечере")]),
        ("<list:accs>", "Тихий вечер", "Тихий вечер", []),
        # Only the first noun of the entry and what agrees with it change.
        ("<list:datv>", "[ORG Министерство культуры]", "Министерству культуры", [("ORG", "Министерству культуры")]),
        ("<List:ablt>", "бий;бия;бию;бия;бием;бие", "Бием", []),
        ("[ORG фонд <list:gent>]", "[LOC Омск]", "фонд Омска", [("ORG", "фонд Омска")]),
    ],
)
def test_lists_stand_in_the_case_asked_for(
    slot: str, entry: str, text: str, names: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(name_templates, "templates", lambda: name_templates.Templates({}, {"list": [entry]}))
    record, _ = fill(slot, random.Random(0))
    assert (record["text"], _names(record)) == (text, names)


def test_verbs_agree_with_their_person() -> None:
    for gender, verb in (("m", "ушёл"), ("f", "ушла")):
        record, _ = fill(f"{{ушёл|ушла}} <A.{gender} last nomn>", random.Random(0))
        assert record["text"].startswith(verb + " ")


def test_a_person_is_one_throughout_a_template_and_may_be_given() -> None:
    record, person = fill("<A last nomn> и <A last nomn>", random.Random(3))
    (_, first), (_, second) = _names(record)
    assert first == second
    again, same = fill("<A last nomn>", random.Random(4), person)
    assert (again["text"], same) == (first, person)


def test_who_has_no_such_form_is_replaced() -> None:
    _, man = fill("<A.m last nomn>", random.Random(0))
    assert man is not None
    _, woman = fill("<A.f last nomn>", random.Random(0), man)
    assert woman is not None and woman.gender == "female"


def test_a_template_that_nobody_can_fill_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody can fill"):
        fill("<A.m last nomn> <A.f last nomn>", random.Random(0))


def test_a_sentence_that_ends_with_initials_has_one_full_stop() -> None:
    record, _ = fill("[PER Лось И.].", random.Random(0))
    assert (record["text"], _names(record)) == ("Лось И.", [("PER", "Лось И.")])


def test_names_move_with_the_texts_that_are_joined() -> None:
    parts = [("- ", fill(f"[PER {name}] спит", random.Random(0))[0]) for name in ("Ян Берг", "Ия Лось")]
    record = joined(parts, "\n")
    assert record["text"] == "- Ян Берг спит\n- Ия Лось спит"
    assert _names(record) == [("PER", "Ян Берг"), ("PER", "Ия Лось")]
