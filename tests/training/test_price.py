"""Pricing rules, with toy rules over toy documents."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from extractor.names.tagger import label
from extractor.quotes.learned.tagger import tag_quotes
from extractor.reading.analysis import Analysis, read
from extractor.rules import Rule
from training import chain, price
from training.price import Corpus, count_finds, leave_out, outcomes, package_places, places, row, run_over
from training.scoring import load_scorer

DOCUMENTS = {"a": "мост готов", "b": "Мост и река", "c": "река"}
# The words that should be found.
GOLD = {"a": {"мост"}, "b": {"Мост", "река"}, "c": {"река"}}


def bridges(text: str) -> list[str]:
    return [word for word in text.split() if word.lower() == "мост"]


def rivers(text: str) -> Iterator[str]:
    return (word for word in text.split() if word == "река")


def conjunctions(text: str) -> list[str]:
    return [word for word in text.split() if word == "и"]


def capitals(text: str) -> list[str]:
    return [word for word in text.split() if word[0].isupper()]


def seas(text: str) -> list[str]:
    return [word for word in text.split() if word == "море"]


class Toy:
    """Two modules: one with a tuple of rules, one that has imported the tuple and adds a rule of its own."""

    def __init__(self) -> None:
        self.words, self.stage = ModuleType("toy.words"), ModuleType("toy.stage")
        finders = (Rule("bridges", bridges), Rule("rivers", rivers), Rule("seas", seas), Rule("capitals", capitals))
        vars(self.words).update(FINDERS=finders, NUMBERS=(1, 2), EMPTY=(), name="words")
        vars(self.stage).update(FINDERS=finders, ALL=(*finders, Rule("conjunctions", conjunctions)))
        self.places = places([self.words, self.stage])

    def found(self) -> dict[str, set[str]]:
        """What all rules of the second module find in each document."""
        return {id: {word for rule in self.stage.ALL for word in rule.apply(text)} for id, text in DOCUMENTS.items()}

    def run(self) -> tuple[dict[str, float], dict[str, str]]:
        """Recall and precision of the words found."""
        found = self.found()
        hits = sum(len(found[id] & words) for id, words in GOLD.items())
        figures = {
            "recall": hits / sum(map(len, GOLD.values())),
            "precision": hits / max(1, sum(map(len, found.values()))),
        }
        return figures, {id: " ".join(sorted(words)) for id, words in found.items()}


@pytest.fixture
def toy() -> Toy:
    return Toy()


def test_rules_are_found_in_every_tuple_that_holds_them(toy: Toy) -> None:
    assert list(toy.places) == ["bridges", "rivers", "seas", "capitals", "conjunctions"]
    assert [(module.__name__, variable) for module, variable in toy.places["rivers"].variables] == [
        ("toy.words", "FINDERS"),
        ("toy.stage", "FINDERS"),
        ("toy.stage", "ALL"),
    ]
    assert toy.places["conjunctions"].module == "toy.stage"


def test_two_rules_of_one_name_are_an_error(toy: Toy) -> None:
    vars(toy.stage).update(OTHERS=(Rule("rivers", seas),))
    with pytest.raises(ValueError, match=r"two rules are named 'rivers': in toy\.words and toy\.stage"):
        places([toy.words, toy.stage])


def test_no_two_rules_of_the_package_have_one_name() -> None:
    """`places` raises where two do; it finds the rules of every stage that works by them."""
    assert {place.module.split(".")[0] for place in package_places().values()} == {"names", "quotes"}


def test_a_rule_left_out_is_missing_in_every_tuple(toy: Toy) -> None:
    leave_out(toy.places["rivers"])
    assert [rule.name for rule in toy.words.FINDERS] == ["bridges", "seas", "capitals"]
    assert [rule.name for rule in toy.stage.ALL] == ["bridges", "seas", "capitals", "conjunctions"]
    assert toy.found() == {"a": {"мост"}, "b": {"Мост", "и"}, "c": set()}


def test_finds_are_counted_and_stay_the_same(toy: Toy) -> None:
    before = toy.found()
    fired = Counter[str]()
    count_finds(toy.places.values(), fired)
    assert toy.found() == before
    assert fired == {"bridges": 2, "rivers": 2, "seas": 0, "capitals": 1, "conjunctions": 1}


class Span(NamedTuple):
    start: int
    end: int


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (None, 0),
        (False, 0),
        (True, 1),
        ("JOIN", 1),
        ([], 0),
        (["a", "b"], 2),
        (("a", "b"), 2),
        (Span(0, 2), 1),
        ({"a"}, 1),
        (iter("abc"), 3),
    ],
)
def test_an_answer_counts_as_what_it_holds(answer: Any, times: int) -> None:
    module = ModuleType("toy")
    vars(module).update(RULES=(Rule("rule", lambda: answer),))
    fired = Counter[str]()
    count_finds(places([module]).values(), fired)
    (rule,) = module.RULES
    result = rule.apply()
    if times == 3:
        list(result)
    assert fired["rule"] == times


@pytest.mark.parametrize("workers", [1, 2])
def test_each_rule_is_priced_in_a_process_of_its_own(toy: Toy, workers: int) -> None:
    names = list(toy.places)
    full, *others = outcomes(toy.places, names, toy.run, workers)
    assert full.figures == {"recall": 1.0, "precision": 0.8}
    table = {cells[0]: cells[1:] for cells in (row(toy.places[n], full, o) for n, o in zip(names, others, strict=True))}
    assert table == {
        "bridges": ["toy.words", "2", "1", "+0.2500", "+0.0500", ""],
        "rivers": ["toy.words", "2", "2", "+0.5000", "+0.1333", ""],
        "seas": ["toy.words", "0", "0", "", "", "never fires"],
        "capitals": ["toy.words", "1", "0", "", "", "changes nothing"],
        "conjunctions": ["toy.stage", "1", "1", "", "-0.2000", "does not pay"],
    }
    assert len(toy.stage.ALL) == 5


def test_a_text_that_fails_has_no_price(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was left out of the figures, which then were those of other texts."""
    text = "«Мост готов», — сказала директор Инна Чеботарь."
    record = {"id": "a", "text": text, "people": ["Инна Чеботарь"], "organizations": [], "quotes": []}
    analysis = label(read(text))
    corpus = Corpus("hunts/quotes_dev", {"a": {**record, "phenomenon": ""}}, {"a": (analysis, tag_quotes(analysis))})
    figures, checksums = run_over([corpus], load_scorer(shared))
    assert figures == {"hunts/quotes_dev probes_quotes": 0.0}
    assert list(checksums) == ["hunts/quotes_dev a"]

    def find_no_entities(analysis: Analysis) -> None:
        raise RuntimeError("no finders")

    monkeypatch.setattr(chain, "find_entities", find_no_entities)
    with pytest.raises(RuntimeError, match="no finders") as raised:
        run_over([corpus], load_scorer(shared))
    assert raised.value.__notes__ == ["on a of hunts/quotes_dev"]


def test_the_command_prints_a_table(
    toy: Toy, shared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "«Мост готов», — сказала директор Инна Чеботарь."
    quote = {"type": "direct", "spans": [[1, 11]], "speaker": [33, 46], "name": "Инна Чеботарь", "kind": "PER"}
    (tmp_path / "quotes").mkdir()
    (tmp_path / "quotes" / "dev.jsonl").write_text(json.dumps({"id": "a", "text": text, "quotes": [quote]}))
    (tmp_path / "tools").symlink_to(shared / "tools")
    monkeypatch.setitem(price.sys.modules, "extractor.toy", toy.words)
    command = ["price", "--shared", str(tmp_path), "--corpora", "quotes/dev", "--rules", "toy.*"]
    monkeypatch.setattr("sys.argv", command)
    price.main()
    head, line, everything, *rules = capsys.readouterr().out.splitlines()
    assert head == "| rule | module | fired | documents | quotes/dev f1@0.8 | quotes/dev end_to_end_all |  |"
    assert line == "| --- | --- | --- | --- | --- | --- | --- |"
    assert everything.endswith(" | 1 | 1.0000 | 1.0000 |  |")
    assert rules == [
        f"| {name} | toy.words | 0 | 0 |  |  | never fires |" for name in ("bridges", "rivers", "seas", "capitals")
    ]
