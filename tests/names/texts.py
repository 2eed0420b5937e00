"""What the tests of names share: texts labelled by the network or by hand, and what is found in them."""

import re
from types import ModuleType

import pytest

from extractor.names import find_entities
from extractor.names.entities import Entities, Person
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, read

_LABELLED = re.compile(r"\[(PER|ORG|LOC|COM) ([^\]]*)\]")


def entities(text: str) -> Entities:
    """What a text names."""
    return find_entities(label(read(text)))


def people(text: str) -> dict[str, list[str | None]]:
    """The people of a text, each with its mentions in the nominative."""
    return {person.name: [mention.normal for mention in person.mentions] for person in entities(text).people}


def organizations(text: str) -> dict[str, list[str | None]]:
    """The organizations of a text, each with its mentions in the nominative."""
    return {entity.name: [mention.normal for mention in entity.mentions] for entity in entities(text).organizations}


def person(text: str) -> Person:
    """The one person of a text."""
    (found,) = entities(text).people
    return found


def labelled(text: str) -> Analysis:
    """A text in which the network sees only what stands in brackets after its kind: "Пришёл [PER Олег Ягода]."."""
    spans, plain, at = [], "", 0
    for match in _LABELLED.finditer(text):
        plain += text[at : match.start()]
        spans.append((match[1], len(plain), len(plain) + len(match[2])))
        plain += match[2]
        at = match.end()
    analysis = read(plain + text[at:])
    names = ["O"] * len(analysis.tokens)
    for kind, start, end in spans:
        inside = [token.index for token in analysis.tokens if start <= token.start < end]
        for i in inside:
            names[i] = f"{'B' if i == inside[0] else 'I'}-{kind}"
    return analysis.labelled(names)


def rules(text: str) -> list[tuple[str, str]]:
    """The names found in a text labelled by hand, in its order, each with the rule that found it."""
    analysis = labelled(text)
    found = find_entities(analysis)
    mentions = [mention for entity in (*found.people, *found.organizations) for mention in entity.mentions]
    return [(analysis.span_text(mention.span), mention.rule) for mention in sorted(mentions, key=lambda m: m.span)]


def leave_out(monkeypatch: pytest.MonkeyPatch, module: ModuleType, rule: str) -> None:
    """Takes one rule out of the tuple of a module that holds it."""
    (name,) = [name for name, value in vars(module).items() if rule in rule_names(value)]
    monkeypatch.setattr(module, name, tuple(one for one in getattr(module, name) if one.name != rule))


def rule_names(value: object) -> list[str]:
    """The names of the rules in a tuple of rules; none for other values."""
    return [one.name for one in value if hasattr(one, "apply")] if isinstance(value, tuple) else []


def all_rules(module: ModuleType) -> list[str]:
    """The names of all rules in the tuples that a module holds, in their order."""
    return [name for value in vars(module).values() for name in rule_names(value)]
