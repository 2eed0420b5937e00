"""Learns what the sentence around a person's name says of its gender and case (`extractor/names/people/context.py`).

    python -m training.train_name_context ../shared

A log-linear model of the genders and cases that a name may have.  To what the name's own words say, which is given, it
adds for each sign of the sentence a weight of each gender and case.  It maximizes the probability of those in which the
name has its right nominative.  These it takes from two sources: the annotation of real/train, and the names of texts
without annotation that are a surname, alone or with initials, of a person who stands in the same text with a given name
in the nominative.  Writes `models/name_context.tsv`; with `--hold-out K/N` the texts of one fold are measured instead.
"""

from __future__ import annotations

import argparse
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from extractor import resources
from extractor.names.entities import Gender
from extractor.names.people.context import ANY, signs
from extractor.names.people.declension import CELLS, likeliest_readings, tagged
from extractor.names.people.reading import Name, read_names, units, words_of
from extractor.names.people.spans import person_spans
from extractor.names.spans import name_spans
from extractor.names.tagger import label
from extractor.reading.analysis import Analysis, read
from extractor.reading.forms import plain
from training.corpora import CONTEXT, Record, learnable
from training.tokens import TokensAt

FILE = "name_context.tsv"
# A sign counts from so many names on that have it.
_LEAST = 40
# How strongly weights are drawn to 0 (the variance of their prior is its inverse).
_DECAY = 3.0
_STEPS = 60


class Example(NamedTuple):
    """A name: its text's number, its signs, what its words say of each of `CELLS`, how many of them the tagger reads so
    (three counts for each cell), and which cells are right.
    """

    text: int
    signs: tuple[str, ...]
    own: list[float]
    tagged: list[tuple[int, int, int]]
    right: list[bool]


def examples(shared: Path) -> Iterator[Example]:
    """Yields the names of all texts whose nominative and gender are known."""
    for corpus in CONTEXT:
        for record in learnable(shared, corpus):
            analysis = label(read(record["text"]))
            known = _annotated(analysis, record) if "persons" in record else _told(analysis)
            number = zlib.crc32(record["id"].encode())
            for name, gender, nominative in known:
                example = _example(analysis, number, name, gender, nominative)
                if any(example.right) and not all(example.right):
                    yield example


def _names(analysis: Analysis) -> list[Name]:
    return read_names(analysis, person_spans(analysis, name_spans(analysis)).sure)


def _annotated(analysis: Analysis, record: Record) -> Iterator[tuple[Name, Gender, str]]:
    """Yields the annotated names of people, each with its gender and nominative."""
    genders = {person["name"]: person["gender"] for person in record["persons"]}
    names = {entity["entity"]: entity["base"] for entity in record["entities"] if entity["base"] in genders}
    places = TokensAt(analysis)
    at = {name.span: name for name in _names(analysis)}
    for entity in record["entities"]:
        gender = genders.get(names.get(entity["entity"], ""))
        found = places.centred_in((entity["start"], entity["end"]))
        name = next((name for span, name in at.items() if found and tuple(span) == (found.start, found.stop)), None)
        if gender is not None and name is not None:
            yield name, gender, entity["base"]


def _told(analysis: Analysis) -> Iterator[tuple[Name, Gender, str]]:
    """Yields surnames, alone or with initials, of people whom the text names in full in the nominative; none that two
    people share.
    """
    names = _names(analysis)
    full = {
        (name.last, name.gender)
        for name in names
        if name.rank == 3
        and name.last
        and name.gender
        and name.certainty > 1
        and name.normal
        == analysis.text[analysis.tokens[name.span.start].start : analysis.tokens[name.span.end - 1].end]
    }
    for name in names:
        words = [unit for unit in name.units if not unit.initial]
        if name.rank == 3 or len(words) != 1:
            continue
        possible = {
            reading.nominative
            for cell in likeliest_readings(words_of(analysis, words), {})
            for _, reading in cell.values()
        }
        bearers = {(last, gender) for last, gender in full if last.lower() in possible}
        if len(bearers) == 1:
            last, gender = bearers.pop()
            yield name, gender, " ".join(unit.text if unit.initial else last for unit in name.units)


def _text(analysis: Analysis, name: Name) -> str:
    """The name as the text has it."""
    return analysis.text[analysis.tokens[name.span.start].start : analysis.tokens[name.span.end - 1].end]


def _example(analysis: Analysis, text: int, name: Name, gender: Gender, nominative: str) -> Example:
    words = words_of(analysis, units(analysis, name.span))
    likeliest = likeliest_readings(words, {})
    wanted = _letters(nominative)
    return Example(
        text,
        (ANY, *signs(analysis, name.span)),
        [sum(best[cell][0] for best in likeliest) for cell in CELLS],
        [tagged(words, cell) for cell in CELLS],
        [
            cell[0] == gender and _letters("".join(best[cell][1].nominative for best in likeliest)) == wanted
            for cell in CELLS
        ],
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, plain(text.lower())))


def fit(found: Sequence[Example], left_out: Sequence[Example]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Returns the weights of each sign, in units of what a name's own words say, and those of the tagger's readings
    with the unit itself.
    """
    counts = Counter(sign for example in found for sign in example.signs)
    known = {sign: i for i, sign in enumerate(s for s, n in counts.items() if n >= _LEAST)}

    def tensors(some: Sequence[Example]) -> tuple[torch.Tensor, ...]:
        has = torch.zeros(len(some), len(known))
        for row, example in enumerate(some):
            for sign in example.signs:
                if sign in known:
                    has[row, known[sign]] = 1
        own = torch.tensor([example.own for example in some])
        read = torch.tensor([example.tagged for example in some], dtype=torch.float32)
        return has, own, read, torch.tensor([example.right for example in some])

    weights = torch.zeros(len(known), len(CELLS), requires_grad=True)
    scalars = torch.tensor([1.0, 0.6, 0.5, 0.45], requires_grad=True)

    def scores(has: torch.Tensor, own: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        return has @ weights + scalars[0] * own + read @ scalars[1:]

    def lost(has: torch.Tensor, own: torch.Tensor, read: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        said = scores(has, own, read)
        return (said.logsumexp(1) - said.masked_fill(~right, -1e9).logsumexp(1)).sum()

    given = tensors(found)
    optimizer = torch.optim.LBFGS([weights, scalars], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = lost(*given) + _DECAY / 2 * (weights**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    for title, some in (("learned from", found), ("left out", left_out)):
        if some:
            with torch.no_grad():
                has, own, read, right = tensors(some)
                best = scores(has, own, read).argmax(1, keepdim=True)
                before = (own + read @ torch.tensor([0.6, 0.5, 0.45])).argmax(1, keepdim=True)
                print(
                    f"{title}: {len(some)} names, loss {lost(has, own, read, right) / len(some):.4f},",
                    f"right {right.gather(1, best).float().mean():.4f},",
                    f"without signs {right.gather(1, before).float().mean():.4f}",
                )
    unit = scalars[0].item()
    print("unit", unit, "tagged case, gender of the first word, of a later one", (scalars[1:] / unit).tolist())
    return {sign: (weights[i] / unit).detach().numpy() for sign, i in known.items()}, scalars.detach().numpy()


def write(path: Path, weights: Mapping[str, np.ndarray]) -> None:
    """Writes the table of weights below the head that the file has."""
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = ["\t".join([sign, *(f"{cell:.2f}" for cell in cells)]) for sign, cells in sorted(weights.items())]
    path.write_text("\n".join([*head, *rows, ""]), encoding="utf-8")


def main() -> None:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, help="the folder of the corpora")
    parser.add_argument("--hold-out", default="", metavar="K/N", help="measure on the K-th of N folds, write nothing")
    arguments = parser.parse_args()
    found = list(examples(arguments.shared))
    if arguments.hold_out:
        fold, folds = map(int, arguments.hold_out.split("/"))
        fit([e for e in found if e.text % folds != fold], [e for e in found if e.text % folds == fold])
        return
    weights, _ = fit(found, ())
    write(resources.folder() / FILE, weights)


if __name__ == "__main__":
    main()
