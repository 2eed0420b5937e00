"""Makes models/references.tsv: the weights that rank the candidates of a description, pronoun, common noun or silence.

    python -m training.train_references ../shared [--hold-out 0/3]

The walk of `extractor/coreference/chains.py` goes through each article with the annotated quotes.  Where a description
or pronoun is the speaker of one, the annotated name tells which of its candidates are right: that is an example.  The
candidates depend on earlier choices of the walk, so it goes through the articles several times, each time with the
weights learned before, and the weights are fitted to the examples of all rounds.  Speakers that are common nouns and
quotes without a speaker (`extractor/coreference/sources.py`) follow in the same way.  Fits log-linear models with an L2
penalty; prints how many choices in the articles left out are right.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from extractor.coreference import ranking, with_references
from extractor.coreference.chains import Referent, Walk
from extractor.coreference.ranking import Choice, Ranking, ranking_of
from extractor.coreference.references import Reference, references
from extractor.coreference.sources import Source
from extractor.coreference.speakers import Descriptions, SpeakerResolver
from extractor.names.entities import Entity
from extractor.reading.analysis import Token
from training.corpora import QUOTES, Record, with_quotes
from training.gold_speakers import Article, articles, in_part
from training.scoring import load_scorer

_MODEL = Path(__file__).resolve().parent.parent / "models" / "references.tsv"
_SEED = 7
# How often the walk goes through all articles.
_ROUNDS = 2
# Features that occur in fewer examples are left out.
_RARE = 4
# The weight of the squared weights in the loss, and the most steps of its minimization.
_PENALTY = 6.0
_STEPS = 60


@dataclass(frozen=True)
class Example:
    """The candidates of one reference: the features of each, and which are right."""

    kind: Ranking
    features: list[Sequence[str]]
    right: list[bool]


class _Teacher(Walk):
    """The walk of coreference through an article with its annotated quotes; collects the candidates it chose among.

    `scorer` is the module `tools/score.py`.
    """

    def __init__(self, article: Article, scorer: Any) -> None:
        gold = article.gold()
        self.scorer = scorer
        self.entities = article.entities
        self.gold: list[Record] = [record for record, _ in gold]
        self.examples: list[Example] = []
        self.lost = 0
        super().__init__(article.analysis, self.found(article), [quote for _, quote in gold])

    def found(self, article: Article) -> list[Reference]:
        """Returns the references to walk through."""
        return references(article.analysis, article.entities.people, article.entities.organizations)

    def choose(self, reference: Reference, choices: Sequence[Choice[Referent | None]]) -> tuple[Referent | None, float]:
        """Chooses by the weights of now; keeps the choices of a speaker, each with whether it is right."""
        quote = self.quotes.spoken_by(reference)
        if quote is not None and self.gold[quote]["kind"] != "OTHER":
            right = [self._is(choice.meant, self.gold[quote]) for choice in choices]
            if any(right):
                kept = Example(ranking_of(reference), [choice.features for choice in choices], right)
                self.examples.append(kept)
            else:
                self.lost += 1
        return super().choose(reference, choices)

    def _is(self, referent: Referent | None, gold: Record) -> bool:
        entity: Entity | None = None
        if referent is not None and referent.person is not None:
            entity = self.entities.people[referent.person]
        elif referent is not None and referent.organization is not None:
            entity = self.entities.organizations[referent.organization]
        return bool(self.scorer.same_name(gold["name"], None if entity is None else entity.name, gold["kind"]))


class _PeopleTeacher(_Teacher):
    """The same without organizations: few of the pronouns that speak mean one, and so few must not shift the weights by
    which people are told apart.
    """

    def found(self, article: Article) -> list[Reference]:
        """Returns the references to walk through."""
        return [reference for reference in super().found(article) if reference.kind != "organization"]


class _SourceTeacher(SpeakerResolver):
    """The resolution of the speakers of an article with its annotated quotes; collects the candidates it chose among.

    `scorer` is the module `tools/score.py`.
    """

    def __init__(self, article: Article, scorer: Any) -> None:
        gold = article.gold()
        self.scorer = scorer
        quotes = [quote for _, quote in gold]
        self.gold: list[Record] = [record for record, _ in gold]
        self.examples: list[Example] = []
        self.lost = 0
        entities = article.entities
        walk = Walk(article.analysis, references(article.analysis, entities.people, entities.organizations), quotes)
        walk.run()
        super().__init__(article.analysis, with_references(article.analysis, entities, walk), quotes)

    def describe_body(self, token: Token, descriptions: Descriptions) -> None:
        """Passes over nouns that speak no quote: nothing is annotated of them."""

    def choose(self, choices: Sequence[Choice[Source]]) -> tuple[Source, float]:
        """Chooses by the weights of now; keeps the choices, each with whether it is right."""
        gold = self.gold[len(self.said)]
        right = [bool(self.scorer.same_name(gold["name"], choice.meant.name, gold["kind"])) for choice in choices]
        if any(right):
            self.examples.append(Example("source", [choice.features for choice in choices], right))
        else:
            self.lost += 1
        return super().choose(choices)


def main() -> None:
    """Runs the command line: fits and writes the weights, and prints their accuracy on articles left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument(
        "--hold-out", default=None, help="leave out a part and measure on it, as 0/3: the first of three"
    )
    arguments = parser.parse_args()
    torch.manual_seed(_SEED)
    scorer = load_scorer(arguments.shared)
    part, parts = map(int, arguments.hold_out.split("/")) if arguments.hold_out else (-1, 1)
    learnable = {record["id"] for record in with_quotes(arguments.shared)}
    every = (article for corpus in QUOTES for article in articles(arguments.shared, corpus))
    found = [article for article in every if article.id in learnable]
    taught = [article for article in found if not in_part(article.id, part, parts)]
    left_out = [article for article in found if parts > 1 and in_part(article.id, part, parts)]
    tables: dict[str, dict[str, float]] = {}
    steps: tuple[tuple[type[_Teacher] | type[_SourceTeacher], tuple[Ranking, ...]], ...] = (
        (_PeopleTeacher, ("description", "pronoun")),
        (_Teacher, ("pronoun",)),
        (_SourceTeacher, ("source",)),
    )
    for teacher, kinds in steps:
        held = dict(tables)
        learned: list[Example] = []
        for turn in range(_ROUNDS):
            new, lost = _examples(teacher, taught, scorer)
            learned += new
            tables |= {
                kind: fit([e for e in learned if e.kind == kind], turn + 1, held.get(kind, {})) for kind in kinds
            }
            write(tables)
            ranking.weights.cache_clear()
            print(f"round {turn}: {len(new)} examples, {lost} without a right choice; {_report(new)}", flush=True)
        if left_out:
            new, lost = _examples(teacher, left_out, scorer)
            print(f"left out: {len(new)} examples, {lost} without a right choice; {_report(new)}", flush=True)


def _examples(
    teacher: type[_Teacher] | type[_SourceTeacher], found: Iterable[Article], scorer: Any
) -> tuple[list[Example], int]:
    """Returns the examples of articles, and the number of references without a right candidate."""
    examples: list[Example] = []
    lost = 0
    for article in found:
        walk = teacher(article, scorer)
        walk.run()
        examples += walk.examples
        lost += walk.lost
    return examples, lost


def _report(examples: Sequence[Example]) -> str:
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for example in examples:
        likely = ranking.shares(example.kind, example.features)
        total[example.kind] += 1
        right[example.kind] += example.right[likely.index(max(likely))]
    return ", ".join(f"{kind} {right[kind] / total[kind]:.4f}" for kind in sorted(total))


def fit(examples: Sequence[Example], rounds: int, held: Mapping[str, float]) -> dict[str, float]:
    """Returns the weights under which the right choices are likeliest, with an L2 penalty; those in `held` stay.

    The examples come from `rounds` walks through the same articles, which differ little: together they count as one.
    """
    counts = Counter(name for e in examples for name in {name for features in e.features for name in features})
    names = sorted(name for name, count in counts.items() if count >= _RARE * rounds and name not in held)
    column = {name: i for i, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    example_of: list[int] = []
    right: list[bool] = []
    before: list[float] = []
    for number, example in enumerate(examples):
        for features, is_right in zip(example.features, example.right, strict=True):
            rows += [len(right)] * sum(name in column for name in features)
            columns += [column[name] for name in features if name in column]
            example_of.append(number)
            before.append(sum(held.get(name, 0.0) for name in features))
            right.append(is_right)
    row, col = torch.tensor(rows), torch.tensor(columns)
    group, good, base = torch.tensor(example_of), torch.tensor(right), torch.tensor(before, dtype=torch.float64)
    weights = torch.zeros(len(names), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = base.index_add(0, row, weights[col]).exp()
        everything = torch.zeros(len(examples), dtype=torch.float64)
        likely = everything.index_add(0, group[good], scores[good]) / everything.index_add(0, group, scores)
        value = -likely.log().sum() / rounds + _PENALTY * (weights**2).sum() / 2
        value.backward()
        return value

    optimizer.step(loss)
    return {**held, **{name: float(weight) for name, weight in zip(names, weights.detach(), strict=True)}}


def write(tables: dict[str, dict[str, float]]) -> None:
    """Writes models/references.tsv: the weights by kind of reference and feature."""
    head = "# kind of reference, feature, weight: see extractor/coreference/ranking.py; made by\n"
    head += "# training/train_references.py.  Card: coreference.md\n"
    body = "".join(
        f"{kind}\t{feature}\t{weight:.3f}\n"
        for kind in sorted(tables)
        for feature, weight in sorted(tables[kind].items())
    )
    _MODEL.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
