"""References: where a text may mean a person or a thing, before it is decided whom."""

from __future__ import annotations

from extractor.coreference.references import Reference, phrase, references
from extractor.names import find_entities
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, read


def found(text: str) -> tuple[Analysis, list[Reference]]:
    analysis = label(read(text))
    entities = find_entities(analysis)
    return analysis, references(analysis, entities.people, entities.organizations)


def kinds(text: str) -> list[tuple[str, str]]:
    analysis, all_ = found(text)
    return [(analysis.span_text(reference.span), reference.kind) for reference in all_]


def test_names_descriptions_pronouns_and_things_in_the_order_of_the_text() -> None:
    assert kinds("Пианистка Ольга Ветрова продала рояль. Она купила себе скрипку, которую искала.") == [
        ("Ольга Ветрова", "name"),
        ("рояль", "thing"),
        ("Она", "personal"),
        ("себе", "reflexive"),
        ("скрипку", "thing"),
        ("которую", "relative"),
    ]


def test_a_name_has_the_roles_that_stand_beside_it_or_are_predicated_of_it() -> None:
    _, (name, *_) = found("Директором театра стал актёр Фёдор Шумков.")
    assert name.kind == "name"
    assert {role.lemma for role in name.roles} >= {"актёр"}


def test_a_description_of_somebody_new_says_so() -> None:
    _, all_ = found("Другой депутат покинул зал, а новый министр остался.")
    assert [reference.new for reference in all_ if reference.kind == "description"] == [True, False]


def test_the_first_person_and_a_reflexive_of_it_are_own_words() -> None:
    _, all_ = found("Я вижу себя в зеркале, он видит себя в воде.")
    assert [(r.kind, r.own_words) for r in all_ if r.kind in ("first", "reflexive")] == [
        ("first", True),
        ("reflexive", True),
        ("reflexive", False),
    ]


def test_a_phrase_has_its_modifiers_and_complements_but_no_clause() -> None:
    text = "Вчера новый министр обороны Лумерии, который молчал, уехал."
    analysis = label(read(text))
    head = next(token.index for token in analysis.tokens if token.text == "министр")
    assert analysis.span_text(phrase(analysis, head)) == "новый министр обороны Лумерии"


def test_the_gender_of_an_organization_is_that_of_the_noun_beside_its_name_else_of_its_head() -> None:
    _, all_ = found("Газета «Заречье» закрыла сайт. Министерство финансов промолчало, а ФСК ответила.")
    genders = [reference.gender for reference in all_ if reference.kind == "organization"]
    assert genders == ["female", "neuter", None]
