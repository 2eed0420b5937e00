"""Made-up short texts with annotated quotes of the kinds that the annotated corpora hardly have.

`quote_templates.tsv` holds templates and word lists in the syntax that its head explains, which goes on from that of
`name_templates.tsv`.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from training import made_names, name_templates
from training.corpora import Record
from training.name_templates import Filled, Templates

PATH = Path(__file__).with_name("quote_templates.tsv")
# The ids of the made-up texts begin with this.
ID = "made-up"
# So many of the documents have a template more, and so many a sentence before or after.
_FURTHER, _FILLER = 0.3, 0.3
_JOINTS = (" ", " ", "\n", "\n\n")

_TYPES = {"d": "direct", "m": "mixed", "i": "indirect"}
_PART = re.compile(r"(?P<what>[dmics])(?P<numbers>\d+(?:,\d+)*)(?P<anaphoric>a?)(?:=(?P<who>.+))?")
# The first of these layouts that has all parts by which a text names a person is the person's name.
_FULLEST = (
    ("ifo", {"first", "middle", "last"}),
    ("full", {"first", "last"}),
    ("io", {"first", "middle"}),
    ("first", {"first"}),
    ("init_last", {"initials", "last"}),
    ("last", {"last"}),
)


@cache
def templates() -> Templates:
    """Returns the templates, and the lists of both data files."""
    own = name_templates.templates(PATH)
    return Templates(own.by_kind, {**name_templates.templates().lists, **own.lists})


def documents(rng: random.Random, count: int) -> list[Record]:
    """Returns so many made-up documents in the form of `quotes/train.jsonl`, with their `entities` besides."""
    return [{"id": f"{ID}-{number}", **_document(rng)} for number in range(count)]


def _document(rng: random.Random) -> Record:
    every = [template for made in templates().by_kind.values() for template in made]
    parts = [fill(rng.choice(every), rng)]
    if rng.random() < _FURTHER:
        parts.append(fill(rng.choice(every), rng))
    if rng.random() < _FILLER:
        filler = {"text": rng.choice(templates().lists["filler"]), "entities": [], "quotes": []}
        parts.insert(rng.choice((0, len(parts))), filler)
    record = parts[0]
    for part in parts[1:]:
        ends = record["text"].rstrip().endswith(tuple(".!?»"))
        record = _joined(record, rng.choice(_JOINTS) if ends else "\n", part)
    return record


def fill(template: str, rng: random.Random) -> Record:
    """Returns a template filled at random: `text`, `entities`, `quotes`.  Raises `ValueError` for one that nobody can
    fill.
    """
    filled = name_templates.filled_in(template, rng, templates().lists)
    return {"text": "".join(filled.pieces), "entities": filled.entities, "quotes": _quotes(filled)}


def _joined(first: Record, joint: str, second: Record) -> Record:
    """Returns two records as one text."""
    shift = len(first["text"]) + len(joint)

    def moved(value: object) -> object:
        if isinstance(value, list):
            return [moved(part) for part in value]
        return value + shift if isinstance(value, int) and not isinstance(value, bool) else value

    return {
        "text": first["text"] + joint + second["text"],
        "entities": [*first["entities"], *({k: moved(v) for k, v in e.items()} for e in second["entities"])],
        "quotes": [*first["quotes"], *({k: moved(v) for k, v in q.items()} for q in second["quotes"])],
    }


def _quotes(filled: Filled) -> list[Record]:
    """Returns the quotes of a filled template, by the parts with tags."""
    found: dict[int, Record] = defaultdict(lambda: {"spans": [], "cue": None, "speaker": None, "name": None})
    for tag, start, end in sorted(filled.parts, key=lambda part: part[1:]):
        part = _PART.fullmatch(tag)
        if not part:
            raise ValueError(f"no tag: {tag}")
        for number in map(int, part["numbers"].split(",")):
            quote = found[number]
            if part["what"] == "c":
                quote["cue"] = [quote["cue"][0] if quote["cue"] else start, end]
            elif part["what"] == "s":
                quote["speaker"] = [start, end]
                quote["name"], quote["kind"] = _who(filled, part["who"], start, end)
            else:
                quote["type"] = _TYPES[part["what"]]
                quote["spans"].append([start, end])
                if part["anaphoric"]:
                    quote["anaphoric"] = True
                if part["who"] and quote["speaker"] is None:
                    quote["name"], quote["kind"] = _who(filled, part["who"], start, end)
    for quote in found.values():
        places = [span for span in (quote["cue"], quote["speaker"]) if span]
        quote["attribution"] = [min(s for s, _ in places), max(e for _, e in places)] if places else None
        quote.setdefault("kind", "PER")
    return sorted(found.values(), key=lambda quote: quote["spans"])


def _who(filled: Filled, said: str | None, start: int, end: int) -> tuple[str | None, str]:
    """Returns the name and kind of a speaker: as a tag says it, or of the first name within its mention."""
    if said in ("PER", "ORG", "OTHER"):
        return None, said
    if said and said.startswith('"'):
        return said.strip('"'), "ORG"
    letters = list(said) if said else []
    if not letters:
        inside = [e for e in filled.entities if start <= e["start"] and e["end"] <= end and e["type"] != "LOC"]
        letters = [entity["letter"] or f"{entity['start']}" for entity in inside[:1]]
    names = [_name(filled, letter) for letter in letters]
    if not names:
        return None, "PER"
    kind = "PER" if all(letter in filled.people for letter in letters) else "ORG"
    return (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} и {names[-1]}"), kind


def _name(filled: Filled, letter: str) -> str:
    """Returns the name of the person or organization with a letter (or whose name begins at that number)."""
    if letter in filled.people:
        used = {part for layout in filled.layouts[letter] for part in made_names.parts(layout)}
        layout = next(layout for layout, parts in _FULLEST if parts <= used)
        name = made_names.written(filled.people[letter], layout, "nomn")
        assert name is not None
        return name
    if letter in filled.entries:
        nominative = re.search(r"\[[A-Z]{3} ([^]]*)\]", filled.entries[letter])
        assert nominative is not None
        return nominative[1]
    entity = next(e for e in filled.entities if letter in (e["letter"], f"{e['start']}"))
    return "".join(filled.pieces)[entity["start"] : entity["end"]]
