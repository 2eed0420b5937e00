"""Where names of organizations stand: the network's spans, mended and completed by rules.

The finders run in the order of the tuples at the end of the module and of `layout.FINDERS`; what they find must pass
the criteria there.  Seeds, the parts of names that say most, are found first and extended to whole names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.names.organizations.extent import LATIN, extended
from extractor.names.organizations.layout import LayoutSearch, is_announced_work, names_by_layout, titled_works
from extractor.names.organizations.lexicon import (
    GENERIC,
    HEADS,
    LONGEST_KNOWN_NAME,
    bodies,
    churches,
    class_of,
    currencies,
    is_common,
    is_town,
    known_name,
    may_begin_known_name,
    modifiers,
    place_adjectives,
    unnamed_places,
)
from extractor.names.spans import (
    Found,
    NameSpan,
    after_opening_mark,
    no_names,
    starts_line,
    tokens_in,
    wide_gap,
)
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.characters import MAY_CLOSE, MAY_OPEN
from extractor.reading.forms import cached_property
from extractor.reading.morphology import known_tags, parses
from extractor.rules import Rule

# Tokens that end a name, and the marks that do not.
_BREAKS = frozenset("()[]{}|/\\;:•·—–―…©")
_MARKS_INSIDE = frozenset(",.-&!?'’«»\"„“”№+/@")
# The most tokens between quotation marks that the network missed as a name.  Over the 1,924 documents on which
# `people.declension` was swept: organizations_f1 of pages/pages_dev −.0242 at 2 and −.0155 at 4, no difference at 12.
_LONGEST_MISSED_QUOTED = 7
# The characters to both sides of a name in which the slash and the site of a page's address are looked for.  It bounds
# the time on texts without spaces; 50 and 200 make no difference to these documents.
_ADDRESS_REACH = 100
_UNSPACED, _UNSPACED_END = re.compile(r"\S+"), re.compile(r"\S+\Z")
# A common word in capitals that is no longer may be an abbreviation: "ОНО".  3, 4 and 7 make no difference to them.
_LONGEST_LIKE_ABBREVIATION = 5


@dataclass
class OrganizationSearch:
    """What the finders see: the text, the network's spans, the tokens of people (`taken`), the tokens
    that may open a quotation (`marks`), the tokens that may begin a known name (`words`); the seeds found so far
    and all tokens found so far (`covered`).
    """

    analysis: Analysis
    network: Sequence[NameSpan]
    taken: set[int]
    marks: Sequence[int]
    words: Sequence[Token]
    seeds: list[Found] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)

    def add_seeds(self, finds: Iterable[Found]) -> None:
        """Adds seeds, which cover their tokens from now on."""
        known = len(self.seeds)
        self.seeds += finds
        self.covered |= tokens_in(found.span for found in self.seeds[known:])

    @cached_property
    def labelled(self) -> list[TokenSpan]:
        """The network's spans of organizations."""
        return [span for kind, span in self.network if kind == "ORG"]

    @cached_property
    def missed_quotations(self) -> list[TokenSpan]:
        """What stands in quotation marks, begins with a capital and holds no name found before the first look at it."""
        return list(_missed_quotations(self))

    @cached_property
    def named(self) -> Mapping[int, TokenSpan]:
        """Each token of a seed or place with the span of its name; to be asked for when all seeds are found."""
        places = {i: span for kind, span in self.network if kind == "LOC" for i in range(*span)}
        seeds = sorted(found.span for found in self.seeds)
        return {i: span for span in seeds for i in range(*span)} | places


@dataclass(frozen=True)
class NameCandidate:
    """A span that may be a name, its tokens, and those of them that have a letter."""

    analysis: Analysis
    span: TokenSpan
    tokens: Sequence[Token]
    words: Sequence[Token]

    @classmethod
    def at(cls, analysis: Analysis, span: TokenSpan) -> NameCandidate:
        """The candidate at a span."""
        tokens = analysis.tokens[span.start : span.end]
        return cls(analysis, span, tokens, [token for token in tokens if any(map(str.isalpha, token.text))])

    @property
    def starts_line(self) -> bool:
        """Whether the first token would be capitalized whatever it is."""
        return starts_line(self.analysis, self.span.start)

    @property
    def head_class(self) -> str | None:
        """The class of the first noun for organizations."""
        return next(filter(None, map(class_of, self.tokens)), None)


Finder = Rule[Callable[[OrganizationSearch], Iterable[TokenSpan]]]
Criterion = Rule[Callable[[NameCandidate], bool]]


def organization_spans(analysis: Analysis, network: Sequence[NameSpan], people: Sequence[Found]) -> list[Found]:
    """The spans of organizations' names in text order, of nested ones the outermost; `network` are all spans that the
    names network labels, `people` the names of people.
    """
    if "/" in analysis.text:
        network = [name for name in network if not _in_page_address(analysis, name.span)]
    search = OrganizationSearch(
        analysis=analysis,
        network=network,
        taken=tokens_in(found.span for found in people),
        marks=[i for i in analysis.marks if analysis.tokens[i].text in MAY_OPEN],
        words=[analysis.tokens[i] for i in analysis.where_form(may_begin_known_name)],
    )
    for finder in SEED_FINDERS:
        search.add_seeds(_found(search, finder))
    search.add_seeds(
        names_by_layout(LayoutSearch(analysis, network, frozenset(search.covered), search.taken, search.marks))
    )
    for finder in LATE_SEED_FINDERS:
        search.add_seeds(_found(search, finder))
    whole = [Found(extended(analysis, span, search.named, search.taken), rule) for span, rule in search.seeds]
    search.covered |= tokens_in(found.span for found in whole)
    for finder in WHOLE_FINDERS:
        finds = _found(search, finder)
        whole += finds
        search.covered |= tokens_in(found.span for found in finds)
    return list(_outermost(whole))


def _found(search: OrganizationSearch, finder: Finder) -> list[Found]:
    """What a finder finds."""
    return [Found(span, finder.name) for span in finder.apply(search)]


# ---------------------------------------------------------------- finders of seeds


def _labelled(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """The network's spans of organizations, cut at marks and gaps, as far as they may be names."""
    for span in search.labelled:
        for piece in _pieces(search.analysis, span, search.taken):
            if _may_be_organization(search.analysis, piece):
                yield piece


def _missed_quotations(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """See `OrganizationSearch.missed_quotations`."""
    tokens, taken = search.analysis.tokens, search.taken
    for i in search.marks:
        if not 0 < i < len(tokens) - 2 or i + 1 in search.covered or i + 1 in taken:
            continue
        if len(tokens[i + 1].text) < 2 or not tokens[i + 1].text[0].isupper():
            continue
        reach = range(i + 2, min(i + 2 + _LONGEST_MISSED_QUOTED, len(tokens)))
        end = next((j for j in reach if tokens[j].text in MAY_CLOSE), None)
        if end is not None and tokens[end].sentence == tokens[i].sentence and taken.isdisjoint(range(i, end)):
            yield TokenSpan(i + 1, end)


def _behind_noun(analysis: Analysis, quoted: TokenSpan) -> bool:
    """Whether a noun for organizations stands right before the quotation mark that opens a span."""
    before, mark = analysis.tokens[quoted.start - 2], analysis.tokens[quoted.start - 1]
    return class_of(before) is not None and before.sentence == mark.sentence


def _quoted_behind_noun(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """Missed quotations behind a noun for organizations: "музей «Старый мост»"."""
    return (span for span in search.missed_quotations if _behind_noun(search.analysis, span))


def _quoted_with_lemmas(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """Missed quotations with the lemmas of a quoted name that was found: "основатель «Старого моста»"."""
    analysis, missed = search.analysis, search.missed_quotations
    seeds = [found.span for found in search.seeds] if missed else []
    known = {_lemmas(analysis, span) for span in seeds if after_opening_mark(analysis, span)}
    return (span for span in missed if not _behind_noun(analysis, span) and _lemmas(analysis, span) in known)


def _well_known(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """Names that everybody knows, outside of the names found before: "Евросоюз", "МИД", "Совет Федерации"."""
    end = 0
    for token in search.words:
        i = token.index
        if i >= end and i not in search.covered and i not in search.taken:
            end = i + _known_length(search.analysis, token)
            if end > i and search.covered.isdisjoint(range(i, end)):
                yield TokenSpan(i, end)


def _known_length(analysis: Analysis, token: Token) -> int:
    """How many tokens from `token` on are a known name; 0 where none is."""
    if token.pos not in ("NOUN", "PROPN", "ADJ", "X") or (
        token.text[0].islower() and token.name == "O" and token.pos == "X"
    ):
        return 0
    rest = range(token.index, min(token.index + LONGEST_KNOWN_NAME, analysis.sentence_of(token.index).end))
    return len(known_name([analysis.tokens[i].text for i in rest]))


def _lemmas(analysis: Analysis, span: TokenSpan) -> tuple[str, ...]:
    """The lemmas of a span as the tagger reads it."""
    return tuple(analysis.tokens[i].lemma for i in range(*span))


# ---------------------------------------------------------------- finders of whole names


def _common_nouns(search: OrganizationSearch) -> Iterator[TokenSpan]:
    """The network's spans of common nouns that mean one particular organization: "краевое правительство"."""
    analysis = search.analysis
    spans = [span for kind, span in search.network if kind == "COM" and search.covered.isdisjoint(range(*span))]
    known = {_lemmas(analysis, seed) for seed, _ in search.seeds} if spans else set()
    for span in spans:
        if _lemmas(analysis, span) in known or _is_particular(analysis, span):
            yield span


def _outermost(finds: Sequence[Found]) -> Iterator[Found]:
    """The finds in text order; what lies in a longer one is left out, what overlaps is joined under the first rule."""
    kept: list[Found] = []
    for found in sorted(finds, key=lambda found: (found.span.start, -found.span.end)):
        if kept and found.span.start < kept[-1].span.end:
            if found.span.end > kept[-1].span.end:
                kept[-1] = Found(TokenSpan(kept[-1].span.start, found.span.end), kept[-1].rule)
            continue
        kept.append(found)
    return iter(kept)


# ---------------------------------------------------------------- the network's spans cut


def _pieces(analysis: Analysis, span: TokenSpan, taken: set[int]) -> Iterator[TokenSpan]:
    """The parts of a span between people, brackets, dashes and wide gaps, trimmed."""
    tokens = analysis.tokens
    start = span.start
    for i in range(span.start, span.end + 1):
        cut = i == span.end or i in taken or _breaks(tokens, i)
        if cut or (i > start and wide_gap(analysis, i)):
            trimmed = _trimmed(analysis, start, i)
            if trimmed is not None:
                yield trimmed
            start = i + 1 if cut else i


def _breaks(tokens: Sequence[Token], i: int) -> bool:
    """Whether token `i` stands in no name: a bracket, a dash, a hyphen between spaces, a stop behind a closing mark."""
    text = tokens[i].text
    if text == "." and i > 0 and tokens[i - 1].text in MAY_CLOSE:
        return True
    if text in _BREAKS or (not text[0].isalnum() and text not in _MARKS_INSIDE):
        return True
    spaced = (
        i > 0 and tokens[i - 1].end < tokens[i].start and i + 1 < len(tokens) and tokens[i].end < tokens[i + 1].start
    )
    return text == "-" and spaced


def _trimmed(analysis: Analysis, start: int, end: int) -> TokenSpan | None:
    """The piece [start, end) without services and generic nouns before the name and without marks at its edges, but
    with the partner of a mark inside it; None where it is no organization's name.
    """
    tokens = analysis.tokens
    if end - start > 1 and class_of(tokens[start]) == "service":
        start += 1
    while end - start > 1 and tokens[end - 1].pos in ("ADP", "CCONJ"):
        end -= 1
    while start < end and not tokens[start].text[0].isalnum():
        start += 1
    if end - start > 1 and tokens[start].text[0].islower() and tokens[start + 1].text[0].isupper():
        # "японский МИД" → "МИД"
        start += tokens[start].lemma in place_adjectives()
    while start < end and not tokens[end - 1].text[0].isalnum() and tokens[end - 1].text not in MAY_CLOSE | {"!"}:
        end -= 1
    if start < end and class_of(tokens[start]) == "service":
        start += 1
    opened = next((i for i in range(start + 1, end) if tokens[i].text in MAY_OPEN), None)
    if end - start > 1 and tokens[start].text.islower() and tokens[start + 1].text[0] in LATIN:
        # "агентство Associated Press" → "Associated Press"
        start += class_of(tokens[start]) in GENERIC
    if opened is None:
        while start < end and tokens[end - 1].text in MAY_CLOSE:
            end -= 1
        return TokenSpan(start, end) if start < end else None
    closed = tokens[end - 1].text in MAY_CLOSE and end - 1 > opened
    if not closed and end < len(tokens) and tokens[end].text in MAY_CLOSE:
        end, closed = end + 1, True
    before = tokens[opened - 1]
    if before.pos in ("DET", "PRON") or before.lemma in titled_works():
        return None
    small = before.text[0].islower()
    lone = small and opened - 1 == start and class_of(before) != "form"
    if class_of(before) == "generic" or lone or (small and class_of(before) in {None, *GENERIC}):
        inner = end - 1 if closed else end
        return TokenSpan(opened + 1, inner) if opened + 1 < inner else None
    return TokenSpan(start, end)


# ---------------------------------------------------------------- criteria: a span that is no name


def _may_be_organization(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether no criterion speaks against a span's being an organization's name."""
    candidate = NameCandidate.at(analysis, span)
    if any(criterion.apply(candidate) for criterion in NO_NAME):
        return False
    criteria = NO_NAME_IN_MARKS if after_opening_mark(analysis, span) else NO_NAME_OUTSIDE_MARKS
    return not any(criterion.apply(candidate) for criterion in criteria)


def _is_particular(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether common nouns mean one particular organization: they are an address, or no criterion speaks against it."""
    candidate = NameCandidate.at(analysis, span)
    return _is_address(candidate.tokens) or not any(criterion.apply(candidate) for criterion in NO_PARTICULAR)


def _is_currency(candidate: NameCandidate) -> bool:
    """Whether a span begins with the code of a currency."""
    return candidate.tokens[0].text in currencies()


def _begins_with_no_name(candidate: NameCandidate) -> bool:
    """Whether a span, if it is no address, begins with a word that only looks like a name."""
    return _is_no_name(candidate.tokens[0]) and not _is_address(candidate.tokens)


def _is_work(candidate: NameCandidate) -> bool:
    """Whether a quoted span is the title of a work or the name of a thing: "фильм «Седая лиса»", "нашу «Чайку»"."""
    mark = candidate.span.start - 1
    owned = mark > 0 and candidate.analysis.tokens[mark - 1].pos in ("DET", "PRON")
    return owned or is_announced_work(candidate.analysis, mark)


def _is_feature(candidate: NameCandidate) -> bool:
    """Whether a span is a common noun and the place where it is: "лёд Байкала", "газета Тотемского округа"."""
    first, *rest = candidate.tokens
    if not rest or not is_common(first.text) or class_of(first) is not None or first.text[0].isupper():
        return False
    known = known_tags(first.text)
    return "inan" in known[0] and all(any("Geox" in tag for tag in known_tags(token.text)) for token in rest)


def _is_church(candidate: NameCandidate) -> bool:
    """Whether a span is a building called by a feast or saint in a word like a surname: "Никольская церковь"."""
    tokens = candidate.tokens
    if len(tokens) != 2 or tokens[1].lemma not in churches() or not tokens[0].text[0].isupper():
        return False
    return any("Surn" in tag for tag in known_tags(tokens[0].text))


def _is_common_phrase(candidate: NameCandidate) -> bool:
    """Whether several words are all common, no noun for organizations, and capitalized by their place at most.

    So are several tokens without a word, as "— —".
    """
    words = candidate.words
    if len(candidate.tokens) == 1 or not all(is_common(token.text) for token in words):
        return False
    if any(class_of(token) for token in words) or sum(token.text[0].isupper() for token in words) > 1:
        return False
    return not words or not words[0].text[0].isupper() or candidate.starts_line


def _is_town(candidate: NameCandidate) -> bool:
    """Whether a word alone ends like the name of a town or street."""
    return len(candidate.tokens) == 1 and is_town(candidate.tokens[0].text)


def _is_common_noun(candidate: NameCandidate) -> bool:
    """Whether a common word alone is in lower case or a noun for organizations, and neither such a noun capitalized
    within a sentence ("Сенат") nor in the capitals of an abbreviation.
    """
    token = candidate.tokens[0]
    if len(candidate.tokens) > 1 or not is_common(token.text) or _is_capitalized_head(candidate):
        return False
    noun = class_of(token) is not None or token.text[0].islower()
    return noun and not (token.text.isupper() and len(token.text) <= _LONGEST_LIKE_ABBREVIATION)


def _is_line_head(candidate: NameCandidate) -> bool:
    """Whether a common word alone is no noun for organizations, and capitalized because it begins a line: "Обзоры"."""
    token = candidate.tokens[0]
    if len(candidate.tokens) > 1 or not is_common(token.text) or class_of(token) is not None:
        return False
    return token.text.istitle() and candidate.starts_line


def _is_capitalized_head(candidate: NameCandidate) -> bool:
    """Whether the first word is a noun that heads names, capitalized within a sentence."""
    token = candidate.tokens[0]
    return class_of(token) in HEADS and token.text.istitle() and not candidate.starts_line


def _is_lone_noun(candidate: NameCandidate) -> bool:
    """Whether a word alone is none of the few nouns that mean one body of the state without more: "парламент"."""
    return len(candidate.tokens) == 1 and candidate.tokens[0].lemma not in bodies()


def _is_service(candidate: NameCandidate) -> bool:
    """Whether several words begin with a service: "пресс-служба"."""
    return len(candidate.tokens) > 1 and class_of(candidate.tokens[0]) == "service"


def _is_weak_with_adjective(candidate: NameCandidate) -> bool:
    """Whether two words are a weak head and an adjective that names neither a place nor a field: "местные власти"."""
    first = candidate.tokens[0]
    if len(candidate.tokens) != 2 or candidate.head_class != "weak" or first.pos != "ADJ":
        return False
    return first.lemma not in modifiers() and first.lemma not in place_adjectives()


def _is_local(candidate: NameCandidate) -> bool:
    """Whether two words are a noun and a place that has no name there: "акимат области", "районная администрация"."""
    return len(candidate.tokens) == 2 and any(token.lemma in unnamed_places() for token in candidate.tokens)


def _has_no_head(candidate: NameCandidate) -> bool:
    """Whether several words hold no noun for organizations, and all but the first are common and in lower case."""
    others = candidate.tokens[1:]
    if not others or candidate.head_class is not None:
        return False
    return all(is_common(token.text) and token.text.islower() for token in others)


def _is_no_name(token: Token) -> bool:
    """Whether a word only looks like a name: a heading, a weekday."""
    none = no_names()
    if token.lower in none or token.lemma in none:
        return True
    return not known_tags(token.text) and any(parse.normal_form in none for parse in parses(token.text))


def _is_address(tokens: Sequence[Token]) -> bool:
    """Whether tokens end like the address of a site in any alphabet: "Волга.ру"."""
    if len(tokens) < 3 or tokens[-2].text != "." or not tokens[-1].text.islower():
        return False
    return tokens[-3].end + 1 == tokens[-1].start


def _in_page_address(analysis: Analysis, span: TokenSpan) -> bool:
    """Whether a span is part of the address of a page, which names no organization: "vesti.example/archive"."""
    text, start, end = analysis.text, analysis.tokens[span.start].start, analysis.tokens[span.end - 1].end
    if text.find("/", max(0, start - _ADDRESS_REACH), end + _ADDRESS_REACH) < 0:
        return False
    # A longer stretch without a space is no address, and must not be walked for every name in it.
    before = _UNSPACED_END.search(text[max(0, start - _ADDRESS_REACH) : start])
    after = _UNSPACED.match(text, end, end + _ADDRESS_REACH)
    chunk = (before[0] if before else "") + text[start:end] + (after[0] if after else "")
    site, slash, _ = chunk.partition("/")
    return bool(slash) and chunk.isascii() and ("." in site or site.endswith(":"))


# ---------------------------------------------------------------- the rules, in the order in which they apply

# Before and after the finders of `layout`, which see all that the first ones found.
SEED_FINDERS: tuple[Finder, ...] = (
    Rule("organization: labelled by the network", _labelled),
    Rule("organization: in quotation marks behind a noun", _quoted_behind_noun),
    Rule("organization: in quotation marks with the lemmas of another", _quoted_with_lemmas),
)
LATE_SEED_FINDERS: tuple[Finder, ...] = (Rule("organization: well-known name", _well_known),)
# Whole names, which are not extended.
WHOLE_FINDERS: tuple[Finder, ...] = (Rule("organization: common nouns", _common_nouns),)

# Criteria by which a span is no name: any span, one behind a quotation mark, one elsewhere.
NO_NAME: tuple[Criterion, ...] = (
    Rule("no organization: currency", _is_currency),
    Rule("no organization: begins with a word that is no name", _begins_with_no_name),
)
NO_NAME_IN_MARKS: tuple[Criterion, ...] = (Rule("no organization: title of a work", _is_work),)
NO_NAME_OUTSIDE_MARKS: tuple[Criterion, ...] = (
    Rule("no organization: feature of a place", _is_feature),
    Rule("no organization: church", _is_church),
    Rule("no organization: phrase of common words", _is_common_phrase),
    Rule("no organization: town or street", _is_town),
    Rule("no organization: common noun", _is_common_noun),
    Rule("no organization: common word that begins a line", _is_line_head),
)
# Criteria by which common nouns mean no particular organization.
NO_PARTICULAR: tuple[Criterion, ...] = (
    Rule("no particular organization: noun alone", _is_lone_noun),
    Rule("no particular organization: service", _is_service),
    Rule("no particular organization: weak head with an adjective", _is_weak_with_adjective),
    Rule("no particular organization: place without its name", _is_local),
    Rule("no particular organization: no head", _has_no_head),
)
