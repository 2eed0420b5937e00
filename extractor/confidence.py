"""The confidence of a quote: the probability that its content is found whole and its speaker named right.

Two ensembles of regression trees, one for the extent of the content and one for the name given the right extent, over
features from the earlier stages: the probabilities of the tagger and its agreement with the rules; the construction and
the cue; the length and boundaries of the content; the kind of the speaker's mention, how surely it was resolved and
which other people it could mean; the support for the name in the document.  The trees are in `models/confidence.tsv`,
which `training/train_confidence.py` writes; its card is `models/confidence.md`.

The trees were learned from these features: a change of one, of its name or of a limit below needs new trees.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from extractor import resources
from extractor.coreference.sources import Speaker
from extractor.inference.trees import Ensembles, Features, Node
from extractor.names.entities import Entities, Entity, Person
from extractor.quotes.quote import Quote
from extractor.reading.analysis import Analysis, TokenSpan
from extractor.reading.characters import PAIRED_MARKS, STOPS

_FILE = "confidence.tsv"
# Decimal places of a confidence in the record; its card shows that it is reliable to about two.
_DIGITS = 3
# Counts and distances above this limit count as it: what is beyond says little, and an odd text should
# not look unlike every other.  Not swept; the trees as learned ask no count about more than 59 (paragraph length).
_COUNT_LIMIT = 60
# Texts longer than this many tokens count as that long.  The trees ask about at most 837: it now changes nothing.
_TEXT_LENGTH_LIMIT = 3000
# How many tokens before a speaker's mention are searched for other people whom it could mean, and how many names back
# the last name of the speaker is searched for.  Both bound the time per quote; they were set before the trees were
# learned, and other values have not been measured.
_RIVAL_TOKENS = 60
_NAMES_BACK = 50
# Quotes that are walked through the trees together: bounds the memory on a text with very many quotes (a matrix of
# quotes by features, and by trees).
_QUOTES_AT_ONCE = 256
_CONJUNCTIONS = frozenset({"CCONJ", "SCONJ"})


class Confidence(NamedTuple):
    """How sure a quote is, between 0 and 1, rounded to three decimal places: of content and speaker, and of the speaker
    given that the content is whole.
    """

    quote: float
    speaker: float


UNKNOWN = Confidence(0.0, 0.0)


def confidences(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> list[Confidence]:
    """The confidence of each quote.

    `speakers` has the speaker of each quote (`coreference.resolve`), None for a quote without one.
    """
    described = features(analysis, entities, quotes, speakers)
    found: list[Confidence] = []
    while block := list(islice(described, _QUOTES_AT_ONCE)):
        cuts, names = ensembles()(block)
        found += [
            Confidence(round(cut * name, _DIGITS), round(name, _DIGITS)) for cut, name in zip(cuts, names, strict=True)
        ]
    return found


@cache
def ensembles() -> Ensembles:
    """Loads the ensembles of `models/confidence.tsv`, once: those of the cut, then those of the name.

    A row is a node: the part of the quote that its ensemble judges ("cut" or "name"), the number of the tree, the
    feature and the threshold, the nodes that follow for a feature at most the threshold and above it, and the value
    of a leaf.  Raises resources.ResourceError for a row with more fields, ValueError for a number that is none.
    """
    trees: dict[str, dict[str, list[Node]]] = {}
    for part, tree, feature, threshold, yes, no, value in resources.rows(_FILE, 7):
        node = Node(feature, float(threshold), int(yes), int(no), float(value))
        trees.setdefault(part, {}).setdefault(tree, []).append(node)
    return Ensembles([list(ensemble.values()) for ensemble in trees.values()])


# ---------------------------------------------------------------- features


def features(
    analysis: Analysis, entities: Entities, quotes: Sequence[Quote], speakers: Sequence[Speaker | None]
) -> Iterator[Features]:
    """The features of each quote, from name to value; a feature that is missing is 0.

    Takes what `confidences` takes; distances and lengths are in tokens.
    """
    speaker_features = _SpeakerFeatures(analysis, entities)
    document = _document_features(analysis, entities, quotes)
    for number, (quote, speaker) in enumerate(zip(quotes, speakers, strict=True)):
        found: Features = {**document, **_detection_features(analysis, quote), **_content_features(analysis, quote)}
        found |= _border_features(analysis, quote)
        if number:
            found |= _sequence_features(analysis, quotes[number - 1], quote)
            found["same speaker as before"] = _same_name(speakers[number - 1], speaker)
        if number + 1 < len(quotes):
            found["gap after"] = _limited(quotes[number + 1].fragments[0].start - quote.fragments[-1].end)
        found |= speaker_features.of(quote, speaker)
        yield found


def _limited(number: float) -> float:
    """A count or distance between 0 and `_COUNT_LIMIT`."""
    return 0.0 if number <= 0 else float(number) if number < _COUNT_LIMIT else float(_COUNT_LIMIT)


def _document_features(analysis: Analysis, entities: Entities, quotes: Sequence[Quote]) -> Features:
    """The text: its length, that of its paragraphs (short in the lists of a web page), its people and quotes."""
    size = max(len(analysis.tokens), 1)
    return {
        "words": float(min(size, _TEXT_LENGTH_LIMIT)),
        "paragraph length": _limited(size / max(len(analysis.paragraphs), 1)),
        "people": _limited(len(entities.people)),
        "organizations": _limited(len(entities.organizations)),
        "quotes": _limited(len(quotes)),
        "certainty in the text": sum(quote.certainty for quote in quotes) / max(len(quotes), 1),
    }


def _detection_features(analysis: Analysis, quote: Quote) -> Features:
    """How the quote was found: the tagger's probabilities, its agreement with the rules, construction and cue."""
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
            "cue words": _limited(quote.cue.end - quote.cue.start),
        }
        found[f"cue is {cue.feats.get('VerbForm')} {cue.number}"] = 1.0
        found["cue distance"] = _limited(_distance(quote.cue, quote.fragments))
        found["cue before"] = float(quote.cue < quote.fragments[0])
    if quote.speaker is not None:
        found["speaker distance"] = _limited(_distance(quote.speaker, quote.fragments))
        if quote.cue is not None:
            found["speaker to cue"] = _limited(_distance(quote.speaker, (quote.cue,)))
    return found


def _distance(span: TokenSpan, others: Sequence[TokenSpan]) -> int:
    """The number of tokens between a span and the nearest of others; 0 if they touch or overlap."""
    return min(max(span.start - other.end, other.start - span.end, 0) for other in others)


def _content_features(analysis: Analysis, quote: Quote) -> Features:
    """The content: its length, its distance from the ends of its sentences, and what it consists of."""
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
        "length": _limited(length),
        "fragments": _limited(len(quote.fragments)),
        "gaps": _limited(last.end - first.start - length),
        "sentences": _limited(tokens[last.end - 1].sentence - tokens[first.start].sentence),
        "words before": _limited(first.start - analysis.sentence_of(first.start).start),
        "words after": _limited(sentence.end - last.end),
        "finite verbs": _limited(verbs),
        "marks inside": _limited(marks),
        "commas inside": _limited(commas),
        "conjunctions inside": _limited(conjunctions),
        "sentence length": _limited(sentence.end - sentence.start),
        "paragraph": _limited(tokens[first.start].paragraph),
        "sentence": _limited(tokens[first.start].sentence),
    }


def _border_features(analysis: Analysis, quote: Quote) -> Features:
    """The tokens just before the content, at its end and just after it; "|" is the end of a paragraph."""
    tokens = analysis.tokens
    first, last = quote.fragments[0].start, quote.fragments[-1].end
    before = (
        "|"
        if not first or tokens[first - 1].paragraph != tokens[first].paragraph
        else _token_class(analysis, first - 1)
    )
    after = (
        "|"
        if last == len(tokens) or tokens[last].paragraph != tokens[last - 1].paragraph
        else _token_class(analysis, last)
    )
    return {f"before={before}": 1.0, f"after={after}": 1.0, f"ends={_token_class(analysis, last - 1)}": 1.0}


def _token_class(analysis: Analysis, i: int) -> str:
    """What a token is at a border: "mark" (paired punctuation), "stop", other punctuation or a subordinating
    conjunction itself, else the part of speech.
    """
    token = analysis.tokens[i]
    if token.pos == "PUNCT":
        return "mark" if token.text in PAIRED_MARKS else "stop" if token.text in STOPS else token.text
    return token.lower if token.pos == "SCONJ" else token.pos


def _sequence_features(analysis: Analysis, before: Quote, quote: Quote) -> Features:
    """How a quote follows the one before it."""
    here, there = quote.fragments[0].start, before.fragments[-1].end - 1
    return {
        "gap": _limited(here - there - 1),
        "same sentence": float(analysis.tokens[here].sentence == analysis.tokens[there].sentence),
        "certainty before": before.certainty,
        "shares cue": float(quote.cue is not None and quote.cue == before.cue),
    }


def _same_name(one: Speaker | None, other: Speaker | None) -> float:
    return float(one is not None and other is not None and one.name is not None and one.name == other.name)


def _name_order(entities: Sequence[Entity]) -> list[tuple[TokenSpan, int]]:
    """The spans of the names of entities in text order, each with the index of its entity."""
    return sorted(
        (mention.span, number)
        for number, entity in enumerate(entities)
        for mention in entity.mentions
        if mention.kind == "name"
    )


class _SpeakerFeatures:
    """The features of speakers in one text: the mention, the name, the entity, and who else the mention could mean.

    Where people and organizations are named is looked up once, when it is made.
    """

    def __init__(self, analysis: Analysis, entities: Entities) -> None:
        self._analysis = analysis
        self._entities = entities
        self._kinds = {m.span: m.kind for person in entities.people for m in person.mentions}
        self._order = _name_order(entities.people)
        self._starts = [span.start for span, _ in self._order]
        self._organizations = _name_order(entities.organizations)
        self._organization_starts = [span.start for span, _ in self._organizations]
        self._last_names = Counter(person.last for person in entities.people)
        self._words = Counter([token.lower for token in analysis.tokens])
        self._numbers = {id(person): number for number, person in enumerate(entities.people)}
        # Caches by name and by identity of the entity: most speak more than once.
        self._name_cache: dict[str, Features] = {}
        self._entity_cache: dict[int, Features] = {}

    def of(self, quote: Quote, speaker: Speaker | None) -> Features:
        """The features of a quote's speaker."""
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
            if speaker.name not in self._name_cache:
                self._name_cache[speaker.name] = self._name(speaker.name)
            known |= self._name_cache[speaker.name]
            known["name verbatim"] = float(
                quote.speaker is not None and self._analysis.span_text(quote.speaker) == speaker.name
            )
        if speaker.entity is not None:
            key = id(speaker.entity)
            if key not in self._entity_cache:
                self._entity_cache[key] = self._entity(speaker.entity)
            known |= self._entity_cache[key]
        return known

    def _mention_kind(self, quote: Quote, speaker: Speaker) -> str:
        """How the text refers to the speaker beside the quote; "silent" if it does not."""
        if quote.speaker is None:
            return "silent"
        if speaker.kind == "ORG" and speaker.entity is not None:
            return "organization"
        head = self._analysis.tokens[quote.speaker.end - 1]
        return self._kinds.get(quote.speaker) or ("pronoun" if head.pos in ("PRON", "DET") else "phrase")

    def _mention(self, quote: Quote) -> Features:
        """The mention beside the quote: its length, capitals and names, and the morphology of its head."""
        if quote.speaker is None:
            return {}
        tokens = self._analysis.tokens[quote.speaker.start : quote.speaker.end]
        # Not `nominative.head_of`, which passes over symbols, foreign words and verbs: on quotes/dev and real/dev it
        # gives another token, or none, for 26 of 622 mentions, mostly words in Latin letters.  The trees know this one.
        head = next((token for token in tokens if not quote.speaker.start <= token.head < quote.speaker.end), tokens[0])
        return {
            "mention words": _limited(len(tokens)),
            "mention capitals": _limited(sum(token.text[:1].isupper() for token in tokens)),
            "mention names": _limited(sum(token.name != "O" for token in tokens)),
            "mention person": _limited(sum(token.name.endswith("PER") for token in tokens)),
            "mention marks": _limited(sum(token.text in PAIRED_MARKS for token in tokens)),
            f"mention is {head.pos}": 1.0,
            f"mention as {head.rel}": 1.0,
            f"mention in {head.case}": 1.0,
            "mention plural": float(head.number == "Plur"),
            f"mention gender {head.gender}": 1.0,
        }

    def _rivals(self, quote: Quote, speaker: Speaker) -> Features:
        """The names before the mention: the distance of the speaker's own, and the other people it could mean.

        A rival is a person whose gender is not known to differ from the speaker's.
        """
        place = (quote.speaker or quote.fragments[0]).start
        at = bisect_right(self._starts, place)
        near = self._order[bisect_left(self._starts, place - _RIVAL_TOKENS) : at]
        own = self._numbers.get(id(speaker.entity))
        others = {number for _, number in near} - {own}
        gender = None if own is None else self._entities.people[own].gender
        rivals = [n for n in others if gender is None or self._entities.people[n].gender in (gender, None)]
        distance = next(
            (
                place - span.end
                for span, number in reversed(self._order[max(at - _NAMES_BACK, 0) : at])
                if number == own
            ),
            None,
        )
        between = {number for span, number in near if distance is not None and span.start > place - distance}
        first = bisect_left(self._organization_starts, place - _RIVAL_TOKENS)
        organizations = {n for _, n in self._organizations[first : bisect_right(self._organization_starts, place)]}
        return {
            "people near": _limited(len(others)),
            "rivals near": _limited(len(rivals)),
            "own name": float(distance is not None),
            "own name back": _limited(distance or 0),
            "people between": _limited(len(between - {own})),
            "last named is speaker": float(bool(near) and near[-1][1] == own),
            "organizations near": _limited(len(organizations)),
        }

    def _name(self, name: str) -> Features:
        """The name: its length, how many of its words the text has in this form, and signs of a phrase that is none."""
        words = [word.strip("«»\"„“”'(),.").lower() for word in name.split()]
        words = [word for word in words if word] or [name.lower()]
        counts = [self._words[word] for word in words]
        return {
            "name words": _limited(len(words)),
            "name length": _limited(len(name)),
            "name words borne out": sum(count > 0 for count in counts) / len(words),
            "name last word": _limited(counts[-1]),
            "name first word": _limited(counts[0]),
            "name small words": _limited(sum(word[:1].islower() for word in name.split())),
            "name latin": float(any("a" <= letter <= "z" for letter in name.lower())),
            "name joins": float(" и " in name),
            "name abbreviation": float(name.isupper()),
        }

    def _entity(self, entity: Entity) -> Features:
        """The person or organization: how often and in which forms it is named, and how many share the surname."""
        names = [mention for mention in entity.mentions if mention.kind == "name"]
        texts = [self._analysis.span_text(mention.span) for mention in names]
        kinds = Counter(mention.kind for mention in entity.mentions)
        known = {
            "names": _limited(len(names)),
            "forms": _limited(len(set(texts))),
            "readings": _limited(len({mention.normal for mention in names})),
            "nominatives": _limited(sum(m.normal == text for m, text in zip(names, texts, strict=True))),
            "whole name in the nominative": float(entity.name in texts),
            "full names": _limited(sum(mention.span.end - mention.span.start > 1 for mention in names)),
        }
        if isinstance(entity, Person):
            known |= {
                "first name": float(entity.first is not None),
                "middle name": float(entity.middle is not None),
                "last name": float(entity.last is not None),
                "descriptions": _limited(kinds["description"]),
                "pronouns": _limited(kinds["pronoun"]),
                "gender known": float(entity.gender is not None),
                "namesakes": _limited(self._last_names[entity.last] - 1) if entity.last else 0.0,
                "roles": _limited(len(entity.roles)),
            }
        return known
