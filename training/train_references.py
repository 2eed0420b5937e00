"""Makes models/references.tsv: whom a description, a pronoun, a common noun or silence means, learned from the named
speakers of quotes.

    python -m training.train_references ../shared/quotes/train.jsonl [--hold-out 0/3]

The walk of `extractor/coreference/chains.py` goes through each article with the annotated quotes.  Where a description
or pronoun speaks one, the annotated name says which of its choices are right; they are the examples.  What the walk has
in mind depends on what it chose before, so it goes through the articles several times, each time with the weights of
the last, and learns from all of it.  Common nouns and silent quotes (`extractor/sources.py`) come after that.  Fits
log-linear models with an L2 penalty; prints how many choices of the articles left out are right.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from extractor.coreference import ranking, resolve
from extractor.coreference.chains import Choice, Referent, Walk
from extractor.coreference.ranking import kind_of
from extractor.coreference.references import Reference, references
from extractor.coreference.sources import Source
from extractor.coreference.speakers import Attribution
from training.gold_speakers import Article, Record, articles, in_part, scorer

_MODEL = Path(__file__).resolve().parent.parent / "models" / "references.tsv"
_SEED = 7
_ROUNDS = 2
_RARE = 4
_PENALTY = 6.0
_STEPS = 60


@dataclass(frozen=True)
class Example:
    """The choices that one reference has: the features of each, and which are right."""

    kind: str
    features: list[list[str]]
    right: list[bool]


class _Teacher(Walk):
    """The walk through an article with annotated quotes; keeps what it could choose from."""

    def __init__(self, article: Article) -> None:
        gold = article.gold()
        self.people = article.entities.people
        self.gold: list[Record] = [record for record, _ in gold]
        self.examples: list[Example] = []
        self.lost = 0
        found = references(article.analysis, self.people)
        super().__init__(article.analysis, found, [quote for _, quote in gold])

    def choose(self, reference: Reference, choices: Sequence[Choice]) -> tuple[Referent | None, float]:
        """What the weights choose; the choices of a speaker are kept beside the annotation."""
        quote = self.quotes.spoken_by(reference)
        if quote is not None and self.gold[quote]["kind"] != "OTHER":
            right = [self._is(choice.referent, self.gold[quote]) for choice in choices]
            if any(right):
                kept = Example(kind_of(reference), [choice.features for choice in choices], right)
                self.examples.append(kept)
            else:
                self.lost += 1
        return super().choose(reference, choices)

    def _is(self, referent: Referent | None, gold: Record) -> bool:
        name = None if referent is None or referent.person is None else self.people[referent.person].name
        return bool(scorer().same_name(gold["name"], name, gold["kind"]))


class _SourceTeacher(Attribution):
    """The speakers of an article with annotated quotes; keeps what could be chosen from."""

    def __init__(self, article: Article) -> None:
        gold = article.gold()
        quotes = [quote for _, quote in gold]
        self.gold: list[Record] = [record for record, _ in gold]
        self.examples: list[Example] = []
        self.lost = 0
        super().__init__(article.analysis, resolve(article.analysis, article.entities, quotes), quotes)

    def choose(self, choices: Sequence[tuple[Source, list[str]]]) -> tuple[Source, float]:
        """What the weights choose; the choices are kept beside the annotation."""
        gold = self.gold[len(self.said)]
        right = [bool(scorer().same_name(gold["name"], source.name, gold["kind"])) for source, _ in choices]
        if any(right):
            self.examples.append(Example("source", [features for _, features in choices], right))
        else:
            self.lost += 1
        return super().choose(choices)


def main() -> None:
    """Fits the weights, prints how they do on articles left out, writes them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", type=Path, help="quotes/train.jsonl")
    parser.add_argument("--hold-out", default=None, help="leave out and measure on a part, as 0/3")
    arguments = parser.parse_args()
    torch.manual_seed(_SEED)
    part, parts = map(int, arguments.hold_out.split("/")) if arguments.hold_out else (-1, 1)
    found = articles(arguments.path)
    taught = [article for article in found if not in_part(article.id, part, parts)]
    left_out = [article for article in found if parts > 1 and in_part(article.id, part, parts)]
    tables: dict[str, dict[str, float]] = {}
    for teacher, kinds in ((_Teacher, ("description", "pronoun")), (_SourceTeacher, ("source",))):
        learned: list[Example] = []
        for turn in range(_ROUNDS):
            new, lost = _examples(teacher, taught)
            learned += new
            tables |= {kind: fit([e for e in learned if e.kind == kind], turn + 1) for kind in kinds}
            write(tables)
            ranking.weights.cache_clear()
            print(f"round {turn}: {len(new)} examples, {lost} without a right choice; {_report(new)}", flush=True)
        if left_out:
            held, lost = _examples(teacher, left_out)
            print(f"left out: {len(held)} examples, {lost} without a right choice; {_report(held)}", flush=True)


def _examples(teacher: type[_Teacher] | type[_SourceTeacher], found: Iterable[Article]) -> tuple[list[Example], int]:
    examples: list[Example] = []
    lost = 0
    for article in found:
        walk = teacher(article)
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


def fit(examples: Sequence[Example], rounds: int) -> dict[str, float]:
    """The weights that make the right choices likeliest, penalized; features of few examples are left out.

    The `rounds` walks that made the examples differ little, so that an article's count once together.
    """
    counts = Counter(name for e in examples for name in {name for features in e.features for name in features})
    names = sorted(name for name, count in counts.items() if count >= _RARE * rounds)
    column = {name: i for i, name in enumerate(names)}
    rows, columns, example_of, right = [], [], [], []
    for number, example in enumerate(examples):
        for features, is_right in zip(example.features, example.right, strict=True):
            rows += [len(right)] * sum(name in column for name in features)
            columns += [column[name] for name in features if name in column]
            example_of.append(number)
            right.append(is_right)
    row, col = torch.tensor(rows), torch.tensor(columns)
    group, good = torch.tensor(example_of), torch.tensor(right)
    weights = torch.zeros(len(names), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = torch.zeros(len(right), dtype=torch.float64).index_add(0, row, weights[col]).exp()
        everything = torch.zeros(len(examples), dtype=torch.float64)
        likely = everything.index_add(0, group[good], scores[good]) / everything.index_add(0, group, scores)
        value = -likely.log().sum() / rounds + _PENALTY * (weights**2).sum() / 2
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)
    return {name: float(weight) for name, weight in zip(names, weights.detach(), strict=True)}


def write(tables: dict[str, dict[str, float]]) -> None:
    """Writes the weights, by kind of reference and feature."""
    head = "# kind of reference, feature, weight: see extractor/coreference/ranking.py; made by\n"
    head += "# training/train_references.py.  Card: coreference.md\n"
    body = "".join(
        f"{kind}\t{feature}\t{weight:.3f}\n" for kind in sorted(tables) for feature, weight in tables[kind].items()
    )
    _MODEL.write_text(head + body, encoding="utf-8")


if __name__ == "__main__":
    main()
