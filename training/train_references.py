"""Makes models/references.npz: the weights that rank the candidates of a description, pronoun or common noun.

    python -m training.train_references ../shared [--hold-out 0/3]

The walk of `extractor/coreference/chains.py` goes through each article with the annotated quotes.  Where a description
or pronoun is the speaker of one, the annotated name tells which of its candidates are right: that is an example.  The
candidates depend on earlier choices of the walk, so it goes through the articles several times, each time with the
weights learned before; those fitted to the examples of the last round stay.  Speakers that are common nouns
(`extractor/coreference/sources.py`) follow in the same way.  Prints how
many choices in the articles left out are right.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from extractor.coreference import ranking, with_references
from extractor.coreference.chains import Referent, Walk
from extractor.coreference.ranking import Choice, Ranking, Weights, ranking_of
from extractor.coreference.references import Reference, references
from extractor.coreference.sources import Source
from extractor.coreference.speakers import Descriptions, SpeakerResolver
from extractor.names.entities import Entity
from extractor.reading.analysis import Token
from training.corpora import QUOTES, Record, with_quotes
from training.descent import save
from training.gold_speakers import Article, articles, in_part, made_up_articles
from training.scoring import load_scorer

_MODEL = Path(__file__).resolve().parent.parent / "models" / "references.npz"
_SEED = 7
# How often the walk goes through all articles.
_ROUNDS = 3
# The number of made-up texts to learn from besides, of kinds that the articles hardly have.
MADE_UP = 300
# Features that occur in fewer examples are left out.
_RARE = 4
# The hidden units of each ranking; those with fewer examples have none.  Chosen, with what follows, by the figures of
# thirds of the articles (models/coreference.md).
_UNITS: Mapping[Ranking, int] = {"description": 16, "pronoun": 16, "source": 0}
# Of the networks of a ranking, whose scores count in the mean: how many, and their training.
_NETWORKS = 3
_EPOCHS, _BATCH, _RATE, _DECAY = 24, 64, 0.01, 0.03
# Of log-linear models: the weight of the squared weights in the loss, and the most steps of its minimization.
_PENALTY, _STEPS = 6.0, 60
# How often a feature and a unit are hidden.
_HIDDEN, _DROPPED = 0.1, 0.3


@dataclass(frozen=True)
class Example:
    """The candidates of one reference: the features of each, and which are right."""

    kind: Ranking
    features: list[Sequence[str]]
    right: list[bool]


# The features of all candidates of an example by number, where those of each begin, and which candidates are right.
Packed = tuple[Tensor, Tensor, Tensor]


class Batch(NamedTuple):
    """The same of several examples, and how many candidates each has."""

    features: Tensor
    starts: Tensor
    right: Tensor
    sizes: Tensor


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
        named = self.entities.people, self.entities.organizations
        super().__init__(article.analysis, references(article.analysis, *named), [quote for _, quote in gold])

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
        right = [self._is(choice.meant, gold) for choice in choices]
        if any(right):
            self.examples.append(Example("source", [choice.features for choice in choices], right))
        else:
            self.lost += 1
        return super().choose(choices)

    def _is(self, source: Source, gold: Record) -> bool:
        kind = source.name is not None or gold["kind"] == source.kind
        return kind and bool(self.scorer.same_name(gold["name"], source.name, gold["kind"]))


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
    taught += made_up_articles(arguments.shared, MADE_UP)
    left_out = [article for article in found if parts > 1 and in_part(article.id, part, parts)]
    learned_weights: dict[str, Weights] = {}
    # The first walk must not know what an earlier training has learned.
    write(learned_weights)
    ranking.weights.cache_clear()
    steps: tuple[tuple[Callable[[Article], _Teacher | _SourceTeacher], tuple[Ranking, ...]], ...] = (
        (lambda article: _Teacher(article, scorer), ("description", "pronoun")),
        (lambda article: _SourceTeacher(article, scorer), ("source",)),
    )
    for teacher, kinds in steps:
        for turn in range(_ROUNDS):
            new, lost = _examples(teacher, taught)
            for kind in kinds:
                learned_weights[kind] = fit([example for example in new if example.kind == kind], _UNITS[kind])
            write(learned_weights)
            ranking.weights.cache_clear()
            print(f"round {turn}: {len(new)} examples, {lost} without a right choice; {_report(new)}", flush=True)
        if left_out:
            new, lost = _examples(teacher, left_out)
            print(f"left out: {len(new)} examples, {lost} without a right choice; {_report(new)}", flush=True)


def _examples(
    teacher: Callable[[Article], _Teacher | _SourceTeacher], found: Iterable[Article]
) -> tuple[list[Example], int]:
    """Returns the examples of articles, and the number of references without a right candidate."""
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


def fit(examples: Sequence[Example], units: int) -> Weights:
    """Returns weights under which the right choices are likely: of several networks with hidden units as one, or of a
    log-linear model where `units` is 0.
    """
    counts = Counter(name for e in examples for name in {name for features in e.features for name in features})
    numbers = {n: i for i, n in enumerate(sorted(n for n, count in counts.items() if count >= _RARE), 1)}
    packed = [_packed(example, numbers) for example in examples]
    if not units:
        return Weights(numbers, _linear(packed, len(numbers) + 1).numpy(), np.zeros(0, dtype=np.float32))
    fitted = (_fitted(packed, len(numbers) + 1, units, seed) for seed in range(_NETWORKS))
    tables, of_units = zip(*fitted, strict=True)
    own = torch.stack([table[:, 0] for table in tables]).mean(0)
    table = torch.cat((own.unsqueeze(1), *(table[:, 1:] for table in tables)), dim=1)
    return Weights(numbers, table.numpy(), (torch.cat(of_units) / _NETWORKS).numpy())


def _packed(example: Example, numbers: Mapping[str, int]) -> Packed:
    """Returns the features of all candidates by number, where those of each begin, and which candidates are right."""
    features: list[int] = []
    starts: list[int] = []
    for described in example.features:
        starts.append(len(features))
        features += [0, *(numbers[name] for name in described if name in numbers)]
    return torch.tensor(features), torch.tensor(starts), torch.tensor(example.right)


def _linear(packed: Sequence[Packed], size: int) -> Tensor:
    """Returns the weight of each feature, (features, 1): those that are likeliest under an L2 penalty."""
    weights = torch.zeros(size, 1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")
    batch = _batch(packed)

    def loss() -> Tensor:
        optimizer.zero_grad()
        scores = functional.embedding_bag(batch.features, weights, batch.starts, mode="sum")[:, 0]
        value = _loss(scores, batch) + _PENALTY * (weights**2).sum() / 2
        value.backward()
        return value

    optimizer.step(loss)
    return weights.detach().float()


def _fitted(packed: Sequence[Packed], size: int, units: int, seed: int) -> tuple[Tensor, Tensor]:
    """Returns the table and the weights of the hidden units of one network (see `ranking.Weights`)."""
    torch.manual_seed(seed)
    table = torch.cat((torch.zeros(size, 1), 0.1 * torch.randn(size, units)), dim=1).requires_grad_()
    of_units = (0.3 * torch.randn(units)).requires_grad_()
    optimizer = torch.optim.AdamW([table, of_units], lr=_RATE, weight_decay=_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=_EPOCHS * -(-len(packed) // _BATCH))
    for _ in range(_EPOCHS):
        order = torch.randperm(len(packed)).tolist()
        for first in range(0, len(order), _BATCH):
            batch = _batch([packed[i] for i in order[first : first + _BATCH]])
            shown = ((torch.rand(len(batch.features)) >= _HIDDEN) & (batch.features > 0)).float() / (1 - _HIDDEN)
            sums = functional.embedding_bag(batch.features, table, batch.starts, mode="sum", per_sample_weights=shown)
            scores = sums[:, 0] + functional.dropout(functional.relu(sums[:, 1:]), _DROPPED) @ of_units
            optimizer.zero_grad()
            (_loss(scores, batch) / len(batch.sizes)).backward()
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        table[0] = 0
    return table.detach(), of_units.detach()


def _batch(packed: Sequence[Packed]) -> Batch:
    ends = torch.tensor([0, *(len(features) for features, _, _ in packed)]).cumsum(0)
    return Batch(
        torch.cat([features for features, _, _ in packed]),
        torch.cat([starts + end for (_, starts, _), end in zip(packed, ends[:-1], strict=True)]),
        torch.cat([right for _, _, right in packed]),
        torch.tensor([len(starts) for _, starts, _ in packed]),
    )


def _loss(scores: Tensor, batch: Batch) -> Tensor:
    """Returns the sum of the negative log probabilities of the right choices."""
    example = torch.repeat_interleave(torch.arange(len(batch.sizes)), batch.sizes)
    odds = (scores - scores.max().detach()).exp()
    none = torch.zeros(len(batch.sizes), dtype=odds.dtype)
    likely = none.index_add(0, example[batch.right], odds[batch.right]) / none.index_add(0, example, odds)
    return -likely.clamp(min=1e-9).log().sum()


def write(learned: Mapping[str, Weights]) -> None:
    """Writes models/references.npz: the weights of each ranking, in half precision."""
    arrays = {
        f"{ranking}.{name}": array.astype(np.float16)
        for ranking, found in learned.items()
        for name, array in (("table", found.table), ("units", found.units))
    }
    save(_MODEL, {ranking: found.numbers for ranking, found in learned.items()}, arrays)


if __name__ == "__main__":
    main()
