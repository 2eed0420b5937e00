"""How sure a quote is: the probability that it is found whole and its speaker named right.

Two small ensembles of regression trees, one for the cut of the content, one for the name given that the cut is right,
over what the earlier stages know of a quote: how sure the tagger is and whether the rules agree, by which construction
and cue it was found, how long and how cut its content is, what kind of mention speaks, how surely it was resolved and
who else it could be, how well the document bears out the name.  `models/confidence.tsv` holds the trees;
`training/train_confidence.py` makes it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from math import prod

from extractor import resources
from extractor.coreference.sources import Speaker
from extractor.inference.trees import Ensembles, Features, Node
from extractor.names.entities import Entities, Entity, Person
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import PAIRED_MARKS, STOPS

_FILE = "confidence.tsv"
_DIGITS = 3
# Numbers that grow with the text are cut here: beyond it nothing more is told.
_MOST = 60
# How many words about a speaker's mention are searched for others whom it could mean.
_WINDOW = 60
# How many names back the speaker's own is looked for.
_NAMES = 50
# So many quotes are judged together, that memory stays flat on a text of any length.
_BLOCK = 256
_CONJUNCTIONS = frozenset({"CCONJ", "SCONJ"})


def confidences(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> list[float]:
    """The confidence of each quote, between 0 and 1, rounded to three digits."""
    described = features(analysis, entities, quotes, speakers)
    found: list[float] = []
    while some := list(islice(described, _BLOCK)):
        found += [round(prod(judged), _DIGITS) for judged in zip(*ensembles()(some), strict=True)]
    return found


@cache
def ensembles() -> Ensembles:
    """The ensembles of `models/confidence.tsv`, one for each part of being right; their probabilities multiply."""
    trees: dict[str, dict[str, list[Node]]] = {}
    for judged, tree, feature, threshold, yes, no, value in resources.rows(_FILE, 7):
        node = Node(feature, float(threshold), int(yes), int(no), float(value))
        trees.setdefault(judged, {}).setdefault(tree, []).append(node)
    return Ensembles([list(ensemble.values()) for ensemble in trees.values()])


# ---------------------------------------------------------------- what is known of a quote


def features(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> Iterator[Features]:
    """What is known of each quote, by name; what is not named is 0."""
    people = _People(analysis, entities)
    document = _document(analysis, entities, quotes)
    for number, (quote, speaker) in enumerate(zip(quotes, speakers, strict=True)):
        before = number - 1 if number else None
        described: Features = {**document, **_found(analysis, quote), **_cut(analysis, quote)}
        described |= _about(analysis, quote)
        if before is not None:
            described |= _after(analysis, quotes[before], quote)
            described["same speaker as before"] = _same(speakers[before], speaker)
        if number + 1 < len(quotes):
            described["gap after"] = _most(quotes[number + 1].fragments[0].start - quote.fragments[-1].end)
        described |= people.spoken(quote, speaker)
        yield described


def _most(number: float) -> float:
    return 0.0 if number <= 0 else float(number) if number < _MOST else float(_MOST)


def _document(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> Features:
    """The text round a quote: how long and how cut into paragraphs (a page's lists), how full of people and quotes."""
    size = max(len(analysis.tokens), 1)
    return {
        "words": float(min(size, 3000)),
        "paragraph length": _most(size / max(len(analysis.paragraphs), 1)),
        "people": _most(len(entities.people)),
        "organizations": _most(len(entities.organizations)),
        "quotes": _most(len(quotes)),
        "certainty in the text": sum(quote.certainty for quote in quotes) / max(len(quotes), 1),
    }


def _found(analysis: Analysis, quote: Quote) -> Features:
    """How the quote was found, and how sure those are who found it."""
    found: Features = {
        "certainty": quote.certainty,
        "speaker certainty": quote.speaker_certainty,
        "agreement": quote.agreement,
        f"construction={quote.construction}": 1.0,
        f"type={quote.type}": 1.0,
        "cue": float(quote.cue is not None),
    }
    if quote.cue is not None:
        cue = analysis.tokens[quote.cue.end - 1]
        found |= {
            f"cue={cue.lemma}": 1.0,
            f"cue is {cue.pos}": 1.0,
            "cue words": _most(quote.cue.end - quote.cue.start),
        }
        found[f"cue is {cue.feats.get('VerbForm')} {cue.number}"] = 1.0
        found["cue distance"] = _most(_distance(quote.cue, quote.fragments))
        found["cue before"] = float(quote.cue < quote.fragments[0])
    if quote.speaker is not None:
        found["speaker distance"] = _most(_distance(quote.speaker, quote.fragments))
        if quote.cue is not None:
            found["speaker to cue"] = _most(_distance(quote.speaker, (quote.cue,)))
    return found


def _distance(span: TokenSpan, others: Sequence[TokenSpan]) -> int:
    return min(max(span.start - other.end, other.start - span.end, 0) for other in others)


def _cut(analysis: Analysis, quote: Quote) -> Features:
    """How long the content is, and whether it begins and ends where sentences do."""
    tokens = analysis.tokens
    first, last = quote.fragments[0], quote.fragments[-1]
    sentence = analysis.sentence_of(last.end - 1)
    length = verbs = marks = commas = conjunctions = 0
    for fragment in quote.fragments:
        length += fragment.end - fragment.start
        for token in tokens[fragment.start : fragment.end]:
            verbs += token.feats.get("VerbForm") == "Fin"
            marks += token.text in PAIRED_MARKS
            commas += token.text == ","
            conjunctions += token.pos in _CONJUNCTIONS
    return {
        "length": _most(length),
        "fragments": _most(len(quote.fragments)),
        "gaps": _most(last.end - first.start - length),
        "sentences": _most(tokens[last.end - 1].sentence - tokens[first.start].sentence),
        "words before": _most(first.start - analysis.sentence_of(first.start).start),
        "words after": _most(sentence.end - last.end),
        "finite verbs": _most(verbs),
        "marks inside": _most(marks),
        "commas inside": _most(commas),
        "conjunctions inside": _most(conjunctions),
        "sentence length": _most(sentence.end - sentence.start),
        "paragraph": _most(tokens[first.start].paragraph),
        "sentence": _most(tokens[first.start].sentence),
    }


def _about(analysis: Analysis, quote: Quote) -> Features:
    """What stands just before and after the content."""
    tokens = analysis.tokens
    first, last = quote.fragments[0].start, quote.fragments[-1].end
    before = "|" if not first or tokens[first - 1].paragraph != tokens[first].paragraph else _kind(analysis, first - 1)
    after = (
        "|" if last == len(tokens) or tokens[last].paragraph != tokens[last - 1].paragraph else _kind(analysis, last)
    )
    return {f"before={before}": 1.0, f"after={after}": 1.0, f"ends={_kind(analysis, last - 1)}": 1.0}


def _kind(analysis: Analysis, i: int) -> str:
    token = analysis.tokens[i]
    if token.pos == "PUNCT":
        return "mark" if token.text in PAIRED_MARKS else "stop" if token.text in STOPS else token.text
    return token.lower if token.pos == "SCONJ" else token.pos


def _after(analysis: Analysis, before: Quote, quote: Quote) -> Features:
    here, there = quote.fragments[0].start, before.fragments[-1].end - 1
    return {
        "gap": _most(here - there - 1),
        "same sentence": float(analysis.tokens[here].sentence == analysis.tokens[there].sentence),
        "certainty before": before.certainty,
        "shares cue": float(quote.cue is not None and quote.cue == before.cue),
    }


def _same(one: Speaker | None, other: Speaker | None) -> float:
    return float(one is not None and other is not None and one.name is not None and one.name == other.name)


class _People:
    """Who is named where in a text: whom a mention could mean."""

    def __init__(self, analysis: Analysis, entities: Entities) -> None:
        self._analysis = analysis
        self._entities = entities
        self._kinds = {m.span: m.kind for person in entities.people for m in person.mentions}
        self._order = sorted(
            (mention.span, number)
            for number, person in enumerate(entities.people)
            for mention in person.mentions
            if mention.kind == "name"
        )
        self._starts = [span.start for span, _ in self._order]
        self._organizations = sorted(
            (mention.span, number)
            for number, organization in enumerate(entities.organizations)
            for mention in organization.mentions
            if mention.kind == "name"
        )
        self._organization_starts = [span.start for span, _ in self._organizations]
        self._last_names = Counter(person.last for person in entities.people)
        self._words = Counter([token.lower for token in analysis.tokens])
        self._numbers = {id(person): number for number, person in enumerate(entities.people)}
        # What is known of the names and entities that speak, most of them more than once.
        self._names: dict[str, Features] = {}
        self._known: dict[int, Features] = {}

    def spoken(self, quote: Quote, speaker: Speaker | None) -> Features:
        """What is known of the speaker: the mention, the name and the entity, and who stands near."""
        if speaker is None:
            return {"speaker=nobody": 1.0, "unnamed": 1.0}
        known: Features = {
            f"speaker={self._mention_kind(quote, speaker)}": 1.0,
            f"kind={speaker.kind}": 1.0,
            "unnamed": float(speaker.name is None),
            "entity": float(speaker.entity is not None),
            "tie": speaker.certainty,
        }
        known |= self._mention(quote)
        known |= self._rivals(quote, speaker)
        if speaker.name is not None:
            if speaker.name not in self._names:
                self._names[speaker.name] = self._name(speaker.name)
            known |= self._names[speaker.name]
            known["name verbatim"] = float(
                quote.speaker is not None and self._analysis.span_text(quote.speaker) == speaker.name
            )
        if speaker.entity is not None:
            key = id(speaker.entity)
            if key not in self._known:
                self._known[key] = self._entity(speaker.entity)
            known |= self._known[key]
        return known

    def _mention_kind(self, quote: Quote, speaker: Speaker) -> str:
        if quote.speaker is None:
            return "silent"
        if speaker.kind == "ORG" and speaker.entity is not None:
            return "organization"
        head = self._analysis.tokens[quote.speaker.end - 1]
        return self._kinds.get(quote.speaker) or ("pronoun" if head.pos in ("PRON", "DET") else "phrase")

    def _mention(self, quote: Quote) -> Features:
        """The mention beside the quote: its length, its case, what is capital in it."""
        if quote.speaker is None:
            return {}
        tokens = self._analysis.tokens[quote.speaker.start : quote.speaker.end]
        head = next((token for token in tokens if not quote.speaker.start <= token.head < quote.speaker.end), tokens[0])
        return {
            "mention words": _most(len(tokens)),
            "mention capitals": _most(sum(token.text[:1].isupper() for token in tokens)),
            "mention names": _most(sum(token.name != "O" for token in tokens)),
            "mention person": _most(sum(token.name.endswith("PER") for token in tokens)),
            "mention marks": _most(sum(token.text in PAIRED_MARKS for token in tokens)),
            f"mention is {head.pos}": 1.0,
            f"mention as {head.rel}": 1.0,
            f"mention in {head.case}": 1.0,
            "mention plural": float(head.number == "Plur"),
            f"mention gender {head.gender}": 1.0,
        }

    def _rivals(self, quote: Quote, speaker: Speaker) -> Features:
        """Who is named near: how far the speaker's own name is, who else could be meant."""
        place = (quote.speaker or quote.fragments[0]).start
        at = bisect_right(self._starts, place)
        near = self._order[bisect_left(self._starts, place - _WINDOW) : at]
        own = self._numbers.get(id(speaker.entity))
        others = {number for _, number in near} - {own}
        gender = None if own is None else self._entities.people[own].gender
        rivals = [n for n in others if gender is None or self._entities.people[n].gender in (gender, None)]
        distance = next(
            (place - span.end for span, number in reversed(self._order[max(at - _NAMES, 0) : at]) if number == own),
            None,
        )
        between = {number for span, number in near if distance is not None and span.start > place - distance}
        first = bisect_left(self._organization_starts, place - _WINDOW)
        organizations = {n for _, n in self._organizations[first : bisect_right(self._organization_starts, place)]}
        return {
            "people near": _most(len(others)),
            "rivals near": _most(len(rivals)),
            "own name": float(distance is not None),
            "own name back": _most(distance or 0),
            "people between": _most(len(between - {own})),
            "last named is speaker": float(bool(near) and near[-1][1] == own),
            "organizations near": _most(len(organizations)),
        }

    def _name(self, name: str) -> Features:
        """The name: how long, how far the text has it word by word in this form, whether it is cut from a phrase."""
        words = [word.strip("«»\"„“”'(),.").lower() for word in name.split()]
        words = [word for word in words if word] or [name.lower()]
        counts = [self._words[word] for word in words]
        return {
            "name words": _most(len(words)),
            "name length": _most(len(name)),
            "name words borne out": sum(count > 0 for count in counts) / len(words),
            "name last word": _most(counts[-1]),
            "name first word": _most(counts[0]),
            "name small words": _most(sum(word[:1].islower() for word in name.split())),
            "name latin": float(any("a" <= letter <= "z" for letter in name.lower())),
            "name joins": float(" и " in name),
            "name abbreviation": float(name.isupper()),
        }

    def _entity(self, entity: Entity) -> Features:
        """The person or organization: how often and how named, whether others bear the same surname."""
        names = [mention for mention in entity.mentions if mention.kind == "name"]
        texts = [self._analysis.span_text(mention.span) for mention in names]
        kinds = Counter(mention.kind for mention in entity.mentions)
        known = {
            "names": _most(len(names)),
            "forms": _most(len(set(texts))),
            "readings": _most(len({mention.normal for mention in names})),
            "nominatives": _most(sum(m.normal == text for m, text in zip(names, texts, strict=True))),
            "whole name in the nominative": float(entity.name in texts),
            "full names": _most(sum(mention.span.end - mention.span.start > 1 for mention in names)),
        }
        if isinstance(entity, Person):
            known |= {
                "first name": float(entity.first is not None),
                "middle name": float(entity.middle is not None),
                "last name": float(entity.last is not None),
                "descriptions": _most(kinds["description"]),
                "pronouns": _most(kinds["pronoun"]),
                "gender known": float(entity.gender is not None),
                "namesakes": _most(self._last_names[entity.last] - 1) if entity.last else 0.0,
                "roles": _most(len(entity.roles)),
            }
        return known
