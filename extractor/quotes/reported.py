"""Mixed and indirect quotes: clauses that a cue reports, and quoted words inside the reporter's own.

The constructions, each found by a function of its own:

* clause         X сообщил, что P; выразил надежду, что P; сообщается, что P
* aside          По словам X, P; P1, как сообщил X, P2
* inverted       P, сообщил X; P1, считает X, P2
* anaphoric      P. Об этом сообщил X.
* headline       X: P; P — X
* fragment       X назвал это «ошибкой»
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from unicodedata import category

from extractor.analysis import TokenSpan
from extractor.quotes.attribution import Context, first_noun, noun_phrase, span_of, speaker_of, words_of
from extractor.quotes.cues import Cue, frames_of, plain
from extractor.quotes.direct import DASHES, has_predicate, trimmed
from extractor.quotes.marks import MARKS, Quoted
from extractor.quotes.quote import Quote

_NOISE = frozenset({"#", "http", "https", "www", "@"})
_STOPS = frozenset({".", "…", "..."})
_COMPLEMENT_WINDOW = 25
_TAIL = 24
_HEADLINE_LABEL = 7
_MODIFIERS = frozenset({"advcl", "obl", "advmod", "mark", "cc", "case"})
_SUBORDINATE = frozenset({"acl", "acl:relcl", "advcl", "amod", "ccomp", "csubj", "csubj:pass"})


@dataclass(frozen=True, slots=True)
class Report:
    """A reported stretch: its cue, speaker and content fragments; `main` where the cue is the sentence's predicate."""

    construction: str
    cue: TokenSpan | None
    speaker: TokenSpan | None
    content: tuple[TokenSpan, ...]
    main: bool = False

    @property
    def start(self) -> int:
        """The first token of the content."""
        return self.content[0].start

    @property
    def end(self) -> int:
        """The token after the content."""
        return self.content[-1].end


def find_reported(
    context: Context, cues: Sequence[Cue], stretches: Sequence[Quoted], direct: Sequence[Quote]
) -> list[Quote]:
    """The mixed and indirect quotes of a text, in order, none of which overlaps a direct one."""
    taken = {index for quote in direct for span in quote.fragments for index in range(*span)}
    by_sentence: dict[int, list[Cue]] = {}
    for cue in cues:
        if cue.index not in taken and not context.depth[cue.index]:
            by_sentence.setdefault(context.token(cue.index).sentence, []).append(cue)
    used = {quote.cue.start for quote in direct if quote.cue is not None}
    reports: list[Report] = []
    for number, held in sorted(by_sentence.items()):
        sentence = context.analysis.sentences[number]
        reports += _of_sentence(context, held, sentence, taken, used)
    reports += _headlines(context, {context.token(report.start).paragraph for report in reports}, taken)
    reports = list(_sourced(context, reports, direct))
    anaphoric: dict[TokenSpan, Quote] = {}
    for index in _predicates(context, cues):
        quote = _anaphoric(context, index, direct)
        if quote is not None:
            anaphoric.setdefault(quote.fragments[0], quote)
    quotes = [_typed(context, report, stretches) for report in reports]
    busy = taken | {index for report in reports for span in report.content for index in range(*span)}
    quotes += _fragments(context, stretches, busy)
    return sorted([*quotes, *anaphoric.values()], key=lambda quote: quote.fragments[0])


def _sourced(context: Context, reports: Sequence[Report], direct: Sequence[Quote]) -> Iterator[Report]:
    """The reports without impersonal ones that have no source: сообщается, что P counts only after another quote."""
    spoken = {context.token(quote.fragments[-1].end - 1).sentence for quote in direct}
    for report in reports:
        here = context.token(report.start).sentence
        if report.cue is not None and report.speaker is None:
            verb = context.token(report.cue.end - 1)
            impersonal = "impersonal" in frames_of(verb)
            if impersonal and (verb.feats.get("Tense") == "Past" or not {here, here - 1} & spoken):
                continue
            if verb.number == "Plur" and verb.feats.get("Tense") == "Pres" and verb.feats.get("VerbForm") == "Fin":
                continue
        spoken.add(context.token(report.end - 1).sentence)
        yield report


def is_speech(context: Context, stretch: Quoted) -> bool:
    """Whether quoted words are somebody's words rather than a name or title: they begin small, or make a clause."""
    words = [index for part in stretch.parts for index in range(*part) if context.token(index).text[0].isalpha()]
    if not words or all(context.names.at(index) is not None for index in words):
        return False
    first = context.token(words[0])
    if first.text[0].islower():
        return True
    return len(words) >= 4 and any(has_predicate(context, part) for part in stretch.parts)


def _of_sentence(
    context: Context, cues: Sequence[Cue], sentence: TokenSpan, taken: set[int], used: set[int]
) -> list[Report]:
    """The reports of one sentence: clauses first, then what does not contradict them.

    A cue `used` by a direct quote can report a clause besides: X сообщил, что P: «Q».
    """
    found: list[Report] = []
    for finder in (_clause, _aside, _inverted):
        for cue in cues:
            if any(report.cue and report.cue.start <= cue.index < report.cue.end for report in found):
                continue
            if cue.index in used and finder is not _clause:
                continue
            report = finder(context, cue, sentence)
            report = None if report is None else _clipped(context, report, found, taken)
            if report is None:
                continue
            rivals = [other for other in found if other.start < report.end and report.start < other.end]
            if any(other.construction != "clause" or other.main or report.construction == "clause" for other in rivals):
                continue
            found = [other for other in found if other not in rivals]
            found.append(report)
    return sorted(found, key=lambda report: report.start)


def _clipped(context: Context, report: Report, found: Sequence[Report], taken: set[int]) -> Report | None:
    """The report up to a direct quote or another's clause that follows it in its sentence; None where nothing is left."""
    last = report.content[-1]
    stop = next((index for index in range(*last) if index in taken), last.end)
    for other in found:
        if other.construction == "clause" and other.main and other.cue is not None and last.start < other.cue.start < stop:
            if _after_adversative(context, other.cue.start):
                joint = _clause_joint(context, other.cue.start, last.start)
                stop = stop if joint is None else joint
    clipped = _content(context, last.start, stop)
    if clipped is None or any(index in taken for span in report.content[:-1] for index in range(*span)):
        return None
    return replace(report, content=(*report.content[:-1], clipped))


# ------------------------------------------------------------------------------- clauses


def _clause(context: Context, cue: Cue, sentence: TokenSpan) -> Report | None:
    """X сообщил, что P."""
    frames = cue.frames
    nominal = "nominal" in frames and context.token(cue.index).pos == "NOUN"
    if not (nominal or "clause" in frames) or _denied(context, cue.index, sentence) or _unsaid(context, cue.index):
        return None
    if nominal and _opener(context, cue.index, sentence) is not None or _how(context, cue.index, sentence) is not None:
        return None
    start = _complement(context, cue.index, sentence)
    if start is None:
        return None
    span = _nominal_cue(context, cue.index, sentence) if nominal else TokenSpan(cue.index, cue.index + 1)
    if span is None:
        return None
    verb = next((index for index in range(*span) if context.token(index).pos in {"VERB", "ADJ"}), None)
    end = _content_end(context, cue.index, start, sentence)
    content = _content(context, start, end)
    if content is None:
        return None
    left, right = _attribution_bounds(context, cue.index, start, sentence)
    if verb is None:
        head = first_noun(context, span.end, start)
        speaker = None if head is None else noun_phrase(context, head, span.end, start)
        if speaker is None:
            return None
    else:
        speaker = speaker_of(context, verb, left, right)
    if span.start > sentence.start and context.is_word_of(span.start - 1, "negation"):
        span = TokenSpan(span.start - 1, span.end)
    return Report("clause", span, speaker, (content,), _is_main(context, cue.index))


def _attribution_bounds(context: Context, cue: int, start: int, sentence: TokenSpan) -> tuple[int, int]:
    """Where the subject of a clause's cue may stand: its sentence up to the clause."""
    return sentence.start, max(cue + 1, start - 1)


def _complement(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The first token of the clause that the cue governs, after its complementizer; None if it governs none."""
    tokens = context.analysis.tokens
    for index in range(cue + 1, min(sentence.end - 1, cue + _COMPLEMENT_WINDOW)):
        token = tokens[index]
        if context.depth[index] > context.depth[cue]:
            continue
        after_comma = tokens[index - 1].text == ","
        if context.is_word_of(index, "complementizer") and (after_comma or index == cue + 1):
            return index + 1 if _reaches(context, index, cue) or not _verb_between(context, cue, index) else None
        if context.is_word_of(index, "mood") and after_comma and _reaches(context, index, cue):
            return index + 1
        if context.is_word_of(index, "question") and after_comma and _reaches(context, index, cue):
            return index
        if after_comma and any(context.is_word_of(index + step, "whether") for step in (1, 2, 3)):
            return index
        if token.text == ":" and index <= cue + 3 and index + 1 < sentence.end and not _verb_between(context, cue, index):
            following = tokens[index + 1]
            return index + 1 if following.text[0].isalpha() and not context.depth[index + 1] else None
        if token.text in {":", ";"} or token.text in MARKS and context.depth[index] == 0 and index == cue + 1:
            return None
        if index > cue + 1 and "clause" in frames_of(token) and token.feats.get("VerbForm") in {"Fin", "Conv"}:
            return None
    return None


def _reaches(context: Context, index: int, cue: int) -> bool:
    """Whether the word hangs, through its clause, from the cue."""
    step = index
    for _ in range(5):
        token = context.token(step)
        step = token.head
        if step == cue:
            return True
        if step < cue:
            return False
    return False


def _verb_between(context: Context, cue: int, index: int) -> bool:
    return any(
        context.token(step).pos == "VERB" and context.token(step).feats.get("VerbForm") == "Fin"
        for step in range(cue + 1, index)
    )


def _denied(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """не говорил, что; если бы он сказал, что; разве он обещал, что …?"""
    before = cue - 1
    if before >= sentence.start and context.is_word_of(before, "negation"):
        return context.token(cue).lemma not in words_of("negative_report")
    if context.token(sentence.end - 1).text == "?" and _is_main(context, cue):
        return True
    for step in range(cue - 1, max(sentence.start, cue - 7) - 1, -1):
        if context.token(step).text == ",":
            break
        if context.is_word_of(step, "condition"):
            return True
    return cue + 1 < sentence.end and context.is_word_of(cue + 1, "condition")


def _unsaid(context: Context, cue: int) -> bool:
    """Whether a cue reports nobody: the author's own напомним; a passive that is not impersonal; стоит отметить."""
    token = context.token(cue)
    if token.feats.get("Person") == "1" and token.number == "Plur":
        return True
    if token.pos == "VERB" and token.feats.get("Variant") == "Short" and token.gender != "Neut":
        return True
    if token.feats.get("VerbForm") == "Inf":
        head = token.head
        return head < 0 or not any(context.token(child).rel == "nsubj" for child in context.analysis.children(head))
    return False


def _nominal_cue(context: Context, noun: int, sentence: TokenSpan) -> TokenSpan | None:
    """The cue of a nominal frame: выразил надежду as a whole, or заявление alone where a speaker follows."""
    for index in range(noun - 1, max(sentence.start, noun - 5) - 1, -1):
        token = context.token(index)
        if token.pos == "VERB":
            return TokenSpan(index, noun + 1) if plain(token.lemma) in words_of("utterance") else None
        if token.text in {",", ":", ";"}:
            break
    following = context.token(noun).index + 1
    if following < sentence.end and context.token(following).case == "Gen":
        return TokenSpan(noun, noun + 1)
    return None


def _is_main(context: Context, index: int) -> bool:
    """Whether a predicate stands in a main clause: no relation of a subordinate one on its way to the root."""
    for _ in range(8):
        token = context.token(index)
        if token.head < 0:
            return True
        if token.rel in _SUBORDINATE:
            return False
        index = token.head
    return False


def _content_end(context: Context, cue: int, start: int, sentence: TokenSpan) -> int:
    """The token after the reported clause that begins at `start`: the sentence's end, or where the reporter goes on."""
    tokens = context.analysis.tokens
    end = sentence.end
    depth = context.depth[cue]
    brackets = 0
    for index in range(start, sentence.end):
        text = tokens[index].text
        brackets += (text == "(") - (text == ")")
        resumed = text == ";" and index + 1 < sentence.end and tokens[index + 1].pos == "CCONJ"
        if text in _NOISE or brackets < 0 or resumed or context.depth[index] < depth:
            end = index
            break
    end = min(end, _resumes(context, cue, start, end))
    if not _is_main(context, cue):
        end = min(end, _after_subordinate(context, cue, start, end))
    return _without_chain(context, start, end)


def _resumes(context: Context, cue: int, start: int, end: int) -> int:
    """Where the reporter goes on: …, и добавил, что Q; …, добавив, что Q; …, однако Y заявил."""
    tokens = context.analysis.tokens
    for index in range(start + 1, end):
        token = tokens[index]
        if context.depth[index] > context.depth[cue]:
            continue
        form = token.feats.get("VerbForm")
        coordinated = token.head == cue and (token.rel == "conj" and form == "Fin" or form == "Conv")
        if not coordinated and not _same_subject(context, cue, index) and not _takes_over(context, cue, index, TokenSpan(start, end)):
            continue
        cut = _clause_joint(context, index, start)
        if cut is not None:
            return cut
    return end


def _same_subject(context: Context, cue: int, index: int) -> bool:
    """…, и попросил: a comma before и that joins a verb like the cue closes the clause between them."""
    token = context.token(index)
    if token.feats.get("VerbForm") != "Fin" or context.token(cue).feats.get("VerbForm") != "Fin":
        return False
    if any(token.feats.get(key) != context.token(cue).feats.get(key) for key in ("Number", "Gender", "Tense", "Person")):
        return False
    if any(context.token(child).rel in {"nsubj", "nsubj:pass"} for child in context.analysis.children(index)):
        return False
    return any(
        context.token(step).pos == "CCONJ" and context.token(step - 1).text == ","
        for step in range(index - 1, index - 3, -1)
    )


def _takes_over(context: Context, cue: int, index: int, content: TokenSpan) -> bool:
    """Whether another cue, inside what looks like the content, reports for the same subject."""
    token = context.token(index)
    if token.pos == "NOUN" or not frames_of(token) & {"clause", "fragment"}:
        return False
    if token.feats.get("VerbForm") == "Conv":
        return not content.start <= token.head < index or token.head == cue
    if _is_main(context, cue) and _after_adversative(context, index) and _complement(context, index, content) is not None:
        return True
    return (
        token.feats.get("VerbForm") == "Fin"
        and all(token.feats.get(key) == context.token(cue).feats.get(key) for key in ("Number", "Gender", "Tense"))
        and not any(context.token(child).rel in {"nsubj", "nsubj:pass"} for child in context.analysis.children(index))
        and _complement(context, index, content) is not None
    )


def _after_adversative(context: Context, index: int) -> bool:
    """Whether the clause of a predicate is joined by а, но, однако after a comma, its subject between."""
    for step in range(index - 1, max(0, index - 12), -1):
        if context.is_word_of(step, "adversative"):
            return context.token(step - 1).text == ","
        if context.token(step).text in {",", ";", ":"}:
            return False
    return False


def _clause_joint(context: Context, index: int, start: int) -> int | None:
    """The token at which the clause of a predicate is joined to what stands before: its comma or conjunction."""
    tokens = context.analysis.tokens
    for step in range(index - 1, max(start, index - 12), -1):
        joint = tokens[step]
        if joint.pos == "CCONJ" or context.is_word_of(step, "adversative"):
            return step - 1 if tokens[step - 1].text == "," else step
        if joint.text == ",":
            return step
    return None


def _after_subordinate(context: Context, cue: int, start: int, end: int) -> int:
    """The end of a report whose cue stands in a subordinate clause: the comma at which the main clause goes on."""
    tokens = context.analysis.tokens
    for index in range(start + 1, end - 1):
        if tokens[index].text != "," or context.depth[index] > context.depth[cue]:
            continue
        # the main clause goes on where the tokens after the comma hang from before the cue, or hold its head
        following = index + 1
        head = tokens[following].head
        for _ in range(12):
            if head < 0 or not start <= head < end:
                break
            head = tokens[head].head
        if head >= 0 and head < start and head != cue and tokens[following].rel not in {"mark", "cc", "punct", "acl:relcl"}:
            return index
        if tokens[following].head < 0:
            return index
    return end


def _without_chain(context: Context, start: int, end: int) -> int:
    """The content without the agency that passes it on: …, передает X; …, сообщает X со ссылкой на Y."""
    tokens = context.analysis.tokens
    for index in range(max(start + 1, end - _TAIL), end):
        if tokens[index].text != "," and tokens[index].text not in DASHES or index + 2 > end:
            continue
        cue = index + 1
        if tokens[cue].text in DASHES:
            cue += 1
        if cue < end and context.is_word_of(cue, "how"):
            cue += 1
        while cue < end and tokens[cue].pos in {"ADV", "PART"}:
            cue += 1
        if cue >= end or context.depth[cue] > context.depth[start]:
            continue
        token = tokens[cue]
        if "inverted" not in frames_of(token) or token.feats.get("VerbForm") not in {"Fin", None} or token.pos == "NOUN":
            continue
        if _complement(context, cue, TokenSpan(start, end)) is None and _speaks_after(context, cue, end):
            return index
    return end


def _speaks_after(context: Context, cue: int, end: int) -> bool:
    speaker = speaker_of(context, cue, cue, end)
    return speaker is not None and speaker.start > cue


# ------------------------------------------------------------------------------- asides


def _aside(context: Context, cue: Cue, sentence: TokenSpan) -> Report | None:
    """По словам X, P; P1, по данным X, P2; Как сообщил X, P; согласно X, P."""
    opener: int | None
    if "parenthetical" in cue.frames:
        opener = _opener(context, cue.index, sentence)
        if opener is None:
            return None
        span = TokenSpan(opener, cue.index + 1)
        owners = [index for index in range(opener + 1, cue.index) if context.is_word_of(index, "whose")]
        if owners:
            speaker: TokenSpan | None = TokenSpan(owners[0], owners[0] + 1)
        else:
            speaker = _whose(context, cue.index, sentence)
            if speaker is None:
                return None
    elif "inverted" in cue.frames and context.token(cue.index).feats.get("VerbForm") in {"Fin", None}:
        opener = _how(context, cue.index, sentence)
        if opener is None or _complement(context, cue.index, sentence) is not None:
            return None
        span = TokenSpan(cue.index, cue.index + 1)
        limit = _aside_limit(context, cue.index, None, sentence)
        speaker = speaker_of(context, cue.index, opener + 1, limit)
    else:
        return None
    end = _aside_limit(context, span.end - 1, speaker, sentence)
    close = max(span.end, speaker.end if speaker is not None else 0)
    if "parenthetical" in cue.frames and any(
        context.token(index).feats.get("VerbForm") == "Fin" for index in range(close, min(end, sentence.end))
    ):
        end = close  # the comma after it was left out
    fragments = _around(context, opener, end, sentence)
    return Report("aside", span, speaker, fragments) if fragments else None


def _whose(context: Context, noun: int, sentence: TokenSpan) -> TokenSpan | None:
    """The speaker after по словам or согласно: a genitive (dative) noun phrase or a name."""
    head = first_noun(context, noun + 1, min(sentence.end, noun + 12))
    if head is None or context.is_word_of(head, "relative"):
        return None
    case = context.token(head).case
    if context.names.at(head) is None and not context.token(head).text.isupper() and case not in {"Gen", "Dat" if context.is_word_of(noun, "according") else None, None}:
        return None
    return noun_phrase(context, head, noun + 1, sentence.end)


def _opener(context: Context, noun: int, sentence: TokenSpan) -> int | None:
    """The preposition of по словам X, со слов X, where only words that agree with the noun stand between."""
    if context.is_word_of(noun, "according"):
        return noun
    for index in range(noun - 1, max(sentence.start, noun - 4) - 1, -1):
        if context.is_word_of(index, "by") or context.is_word_of(index, "from") and context.token(noun).case == "Gen":
            return index
        if context.token(index).pos not in {"ADJ", "DET", "PRON"}:
            return None
    return None


def _how(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The как of an aside: at the sentence's beginning or after a comma, near before its cue."""
    tokens = context.analysis.tokens
    for index in range(cue - 1, max(sentence.start, cue - 10) - 1, -1):
        if context.is_word_of(index, "how"):
            opens = index == sentence.start or tokens[index - 1].text in {",", "(", *DASHES} or context.is_word_of(index - 1, "connective")
            compound = index >= 2 and context.is_word_of(index - 2, "before_how") or context.is_word_of(index - 1, "before_how")
            return index if opens and not compound else None
        if tokens[index].text in {",", ":", ";", "("}:
            return None
    return None


def _aside_limit(context: Context, last: int, speaker: TokenSpan | None, sentence: TokenSpan) -> int:
    """The token at which an aside ends: the comma or dash after its speaker, past clauses that describe the speaker."""
    tokens = context.analysis.tokens
    index = max(last + 1, speaker.end if speaker is not None else 0)
    depth = context.depth[last]
    while index < sentence.end:
        text = tokens[index].text
        if context.depth[index] <= depth and (text in {",", ")", ";", ":", *DASHES} or index == sentence.end - 1):
            if text[0].isalnum():
                return sentence.end
            following = index + 1
            describes = text == "," and following < sentence.end and (
                context.is_word_of(following, "relative")
                or context.is_word_of(following + 1, "relative") and tokens[following].pos == "ADP"
                or tokens[following].feats.get("VerbForm") in {"Part", "Conv"}
                or tokens[following].rel == "appos" and tokens[following].head > last
                or tokens[following].text.isdigit()
            )
            if not describes:
                return index
            index = following
            while index < sentence.end - 1 and tokens[index].text != ",":
                index += 1
            if index >= sentence.end - 1:
                return sentence.end - 1
            if speaker is not None and not _describes_again(context, index, sentence):
                return index
            index += speaker is None
            continue
        index += 1
    return sentence.end


def _describes_again(context: Context, comma: int, sentence: TokenSpan) -> bool:
    return comma + 1 < sentence.end and context.is_word_of(comma + 1, "relative")


def _around(context: Context, opener: int, end: int, sentence: TokenSpan) -> tuple[TokenSpan, ...]:
    """The content round an aside [opener, end): after it, before it, or both."""
    tokens = context.analysis.tokens
    tail = _without_chain(context, end, _sentence_limit(context, opener, end, sentence)) if end < sentence.end else end
    after = _content(context, end, tail)
    begin = _clause_start(context, opener, sentence) if after is None else _interrupted_start(context, opener, sentence)
    before = _content(context, begin, opener)
    if before is not None and all(
        context.is_word_of(index, "connective") or not tokens[index].text[0].isalnum() for index in range(*before)
    ):
        before = None
    return tuple(span for span in (before, after) if span is not None)


def _sentence_limit(context: Context, opener: int, end: int, sentence: TokenSpan) -> int:
    for index in range(end, sentence.end):
        if context.depth[index] < context.depth[opener]:
            return index
    return sentence.end


def _clause_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """Where the stretch that ends at an attribution may begin: with its sentence, or in its bracket or part."""
    tokens = context.analysis.tokens
    brackets = 0
    for step in range(opener - 1, sentence.start - 1, -1):
        text = tokens[step].text
        brackets += (text == ")") - (text == "(")
        if brackets < 0 or text == ";" and not brackets or context.depth[step] < context.depth[opener]:
            return step + 1
    return sentence.start


def _interrupted_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """Where the clause begins that an aside interrupts: …, что / …, и теперь, / …, которые, by the last joint before."""
    tokens = context.analysis.tokens
    first = _clause_start(context, opener, sentence)
    for step in range(opener - 1, first, -1):
        if tokens[step].text == ":":
            first = step + 1
            break
    last = opener - 1 if tokens[opener - 1].text == "," or tokens[opener - 1].text in DASHES else opener
    if last - 1 > first and tokens[last - 1].pos in {"CCONJ", "SCONJ"}:
        return opener
    for step in range(last - 1, first, -1):
        if tokens[step - 1].text != "," and tokens[step - 1].text not in DASHES:
            continue
        if tokens[step].pos == "CCONJ" or context.is_word_of(step, "adversative") or context.is_word_of(step, "complementizer"):
            return step + 1
        if context.is_word_of(step, "relative") or context.is_word_of(step + 1, "relative") and tokens[step].pos == "ADP":
            return step
        break
    return first


# ------------------------------------------------------------------------------- inverted


def _inverted(context: Context, cue: Cue, sentence: TokenSpan) -> Report | None:
    """P, сообщил X; P1, считает X, P2."""
    token = context.token(cue.index)
    if "inverted" not in cue.frames or token.feats.get("VerbForm") not in {"Fin", None} or token.pos == "NOUN":
        return None
    if _denied(context, cue.index, sentence) or _complement(context, cue.index, sentence) is not None:
        return None
    if _unsaid(context, cue.index) or _takes_object(context, cue.index):
        return None
    opener = _joint(context, cue.index, sentence)
    if opener is None:
        return None
    limit = _aside_limit(context, cue.index, None, sentence)
    speaker = speaker_of(context, cue.index, opener + 1, limit)
    if speaker is None and "impersonal" not in cue.frames:
        return None
    end = _aside_limit(context, cue.index, speaker if speaker and speaker.start > cue.index else None, sentence)
    before = _content(context, _clause_start(context, opener, sentence), opener)
    if before is None or _is_adjunct(context, cue.index, before):
        return None
    after = None
    if end < sentence.end - 1 and _crosses(context, before, end, sentence):
        after = _content(context, end, _without_chain(context, end, sentence.end))
    if after is not None:
        before = _content(context, _interrupted_start(context, opener, sentence), opener)
    if before is None:
        return None
    if after is None and not has_predicate(context, before) and before.end - before.start < 4:
        return None
    content = (before,) if after is None else (before, after)
    return Report("inverted", TokenSpan(cue.index, cue.index + 1), speaker, content)


def _takes_object(context: Context, cue: int) -> bool:
    """Whether an object or infinitive says already what the cue is about: подтвердил решение, объявил об уходе."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if child < cue or token.rel in {"xcomp", "csubj"} and token.feats.get("VerbForm") == "Inf":
            if child > cue:
                return True
            continue
        if token.rel == "obj" and token.case == "Acc" and token.pos in {"NOUN", "PROPN"}:
            return True
        if token.rel == "obl" and any(context.is_word_of(word, "about") for word in context.analysis.children(child)):
            return True
    return False


def _is_adjunct(context: Context, cue: int, before: TokenSpan) -> bool:
    """Whether what stands before a cue only modifies it: Говоря о ценах, X отметил рост; Об этом сообщает Y."""
    if context.is_word_of(before.start, "about") and context.is_word_of(before.start + 1, "this"):
        return True
    if context.is_word_of(before.start, "how"):
        return True
    roots = [context.token(index) for index in range(*before) if not before.start <= context.token(index).head < before.end]
    return all(root.head == cue and root.rel in _MODIFIERS or root.pos == "PUNCT" for root in roots)


def _joint(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The comma or dash between the content and an inverted cue; at most adverbs, particles, a pronoun between."""
    tokens = context.analysis.tokens
    for index in range(cue - 1, max(sentence.start, cue - 7), -1):
        token = tokens[index]
        if token.text == "," or token.text in DASHES:
            return index
        if context.is_word_of(index, "relative") or context.is_word_of(index, "complementizer"):
            return None
        if token.pos not in {"ADV", "PART", "PRON", "ADP", "NOUN", "ADJ", "DET", "NUM", "PROPN"}:
            return None
        if token.pos in {"NOUN", "PROPN"} and token.case == "Nom" and index < cue - 2:
            return None
    return None


def _crosses(context: Context, before: TokenSpan, end: int, sentence: TokenSpan) -> bool:
    """Whether a dependency runs between the content before an attribution and what follows at `end`."""
    tokens = context.analysis.tokens
    following = range(end + 1, sentence.end)
    if not following or tokens[following[0]].feats.get("VerbForm") in {"Part", "Conv"} or context.is_word_of(following[0], "relative"):
        return False
    if tokens[following[0]].pos == "CCONJ":
        verb = next((index for index in following if tokens[index].feats.get("VerbForm") == "Fin"), None)
        return verb is not None and not frames_of(tokens[verb])
    forward = any(before.start <= tokens[index].head < before.end and tokens[index].rel not in {"punct", "parataxis"} for index in following)
    backward = any(tokens[index].head >= end + 1 and tokens[index].rel not in {"punct", "parataxis"} for index in range(*before))
    return forward or backward


# ------------------------------------------------------------------------------- sentences and headlines


def _predicates(context: Context, cues: Sequence[Cue]) -> list[int]:
    """The tokens that can report the sentence before: cues with a clause frame, verbs of uttering."""
    found = {cue.index for cue in cues if cue.frames & {"inverted", "clause"}}
    for sentence in context.analysis.sentences:
        if context.is_word_of(sentence.start, "such") or context.is_word_of(sentence.start + 1, "such"):
            found |= {
                index
                for index in range(*sentence)
                if context.token(index).pos == "VERB" and plain(context.token(index).lemma) in words_of("utterance")
            }
    return sorted(found)


def _anaphoric(context: Context, cue: int, direct: Sequence[Quote]) -> Quote | None:
    """P. Об этом сообщил X: the content is the sentence before, unless a direct quote already ends it."""
    token = context.token(cue)
    if token.pos == "NOUN" or context.depth[cue]:
        return None
    sentence = context.analysis.sentence_of(cue)
    if token.sentence == 0 or not _about_this(context, cue, sentence):
        return None
    previous = context.analysis.sentences[token.sentence - 1]
    if context.is_word_of(previous.start, "about") and context.is_word_of(previous.start + 1, "this"):
        return None
    content = _content(context, *previous)
    if content is None or any(quote.fragments[-1].end > content.end - 3 and quote.fragments[0].start < content.end for quote in direct):
        return None
    limit = _aside_limit(context, cue, None, sentence)
    speaker = speaker_of(context, cue, sentence.start, limit)
    if speaker is None:
        return None
    span = TokenSpan(cue, cue + 1)
    return Quote("indirect", (content,), span, speaker, span_of((span, speaker)), anaphoric=True)


def _about_this(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """Whether об этом stands at the sentence's beginning, or right after a cue near it; or: такое мнение высказал X."""
    such = next((index for index in (sentence.start, sentence.start + 1) if context.is_word_of(index, "such")), None)
    if such is not None and plain(context.token(cue).lemma) in words_of("utterance"):
        return cue - such < 14 and "nominal" in frames_of(context.token(such + 1))
    for index in range(sentence.start, min(sentence.end - 1, max(sentence.start + 3, cue + 3))):
        if context.is_word_of(index, "about") and context.is_word_of(index + 1, "this"):
            relative = index + 2 < sentence.end and context.token(index + 2).text == "," and context.is_word_of(index + 3, "complementizer")
            return not relative and (index <= sentence.start + 1 or index > cue) and abs(cue - index) < 22
    return False


def _headlines(context: Context, busy: set[int], taken: set[int]) -> Iterator[Report]:
    """Headlines that name a speaker: X: P; P — X."""
    for number, paragraph in enumerate(context.analysis.paragraphs):
        last = context.token(paragraph.end - 1)
        if number in busy or last.text in {".", ":", ";", ","} or paragraph.end - paragraph.start < 4:
            continue
        report = _label_headline(context, paragraph) or _dash_headline(context, paragraph)
        if report is not None and not any(index in taken for span in report.content for index in range(*span)):
            yield report


def _label_headline(context: Context, paragraph: TokenSpan) -> Report | None:
    for index in range(paragraph.start + 1, min(paragraph.start + _HEADLINE_LABEL, paragraph.end - 2)):
        token = context.token(index)
        if token.text == ":":
            speaker = _label_speaker(context, TokenSpan(paragraph.start, index))
            content = _content(context, index + 1, paragraph.end)
            if speaker is None or content is None or not _is_clause_like(context, content):
                return None
            return Report("headline", None, speaker, (content,))
        if token.pos in {"VERB", "ADP"} and token.pos != "ADP" or token.text in {",", ".", *DASHES}:
            return None
    return None


def _dash_headline(context: Context, paragraph: TokenSpan) -> Report | None:
    for index in range(paragraph.end - 2, max(paragraph.start + 3, paragraph.end - _HEADLINE_LABEL), -1):
        if context.token(index).text in DASHES:
            speaker = _label_speaker(context, TokenSpan(index + 1, paragraph.end))
            content = _content(context, paragraph.start, index)
            if speaker is None or content is None or not has_predicate(context, content):
                return None
            return Report("headline", None, speaker, (content,))
    return None


def _is_clause_like(context: Context, content: TokenSpan) -> bool:
    """Whether a headline's part says something: three words, and no address of a page."""
    words = [index for index in range(*content) if context.token(index).text.isalpha()]
    return len(words) >= 3 and not any(context.token(index).text in {"/", "@", "http", "https"} for index in range(*content))


def _label_speaker(context: Context, label: TokenSpan) -> TokenSpan | None:
    """The speaker whom a headline's label names: a name, or a noun that can speak."""
    names = [name for index in range(*label) if (name := context.names.at(index)) is not None]
    if names:
        return names[-1] if len(set(names)) == 1 else None
    head = first_noun(context, label.start, label.end)
    if head is None or context.token(head).case not in {"Nom", None}:
        return None
    if context.token(head).lemma in words_of("headline_speaker"):
        return noun_phrase(context, head, label.start, label.end)
    return None


# ------------------------------------------------------------------------------- fragments and types


def _fragments(context: Context, stretches: Sequence[Quoted], busy: set[int]) -> Iterator[Quote]:
    """Quoted words in the reporter's own sentence: X назвал это «ошибкой»; several of one cue make one quote."""
    by_cue: dict[int, list[TokenSpan]] = {}
    for stretch in stretches:
        if stretch.depth or len(stretch.parts) > 1 or stretch.open in busy or stretch.open + 1 in busy:
            continue
        cue = _fragment_cue(context, stretch) if is_speech(context, stretch) else None
        if cue is not None:
            by_cue.setdefault(cue, []).extend(stretch.parts)
    for cue, parts in by_cue.items():
        sentence = context.analysis.sentence_of(cue)
        span = TokenSpan(cue, cue + 1)
        speaker = speaker_of(context, cue, sentence.start, sentence.end)
        yield Quote("mixed", tuple(parts), span, speaker, span_of((span, speaker)))


def _fragment_cue(context: Context, stretch: Quoted) -> int | None:
    """The cue whose words a quoted stretch holds: the nearest before it in its clause."""
    sentence = context.analysis.sentence_of(stretch.open)
    for index in range(stretch.open - 1, max(sentence.start, stretch.open - 18) - 1, -1):
        token = context.token(index)
        if context.depth[index]:
            continue
        if "fragment" in frames_of(token) and token.pos not in {"NOUN", "PROPN"}:
            if index and context.is_word_of(index - 1, "negation"):
                return None
            return index if any(_reaches(context, word, index) for word in range(*stretch.parts[0])) else None
        if token.text in {";", ":"} or context.is_word_of(index, "relative"):
            return None
    return None


def _content(context: Context, start: int, end: int) -> TokenSpan | None:
    """[start, end) as content: without joining marks and the final full stop; None without a word."""
    tokens = context.analysis.tokens
    while start < end and tokens[start].text in {",", ":", ")", *DASHES}:
        start += 1
    while end > start and (tokens[end - 1].text in {",", ":", ";", *DASHES, *_STOPS} or _is_symbol(tokens[end - 1].text)):
        end -= 1
    if not any(tokens[index].text[0].isalnum() for index in range(start, end)):
        return None
    return TokenSpan(start, end)


def _is_symbol(text: str) -> bool:
    """Whether a token is an emoji or the like."""
    return all(category(character) in {"So", "Sk", "Cs", "Co", "Cn"} for character in text)


def _typed(context: Context, report: Report, stretches: Sequence[Quoted]) -> Quote:
    """The quote of a report: mixed where quoted words stand in it, direct where an aside reports nothing else."""
    attribution = span_of((report.cue, report.speaker))
    quote = Quote("indirect", report.content, report.cue, report.speaker, attribution)
    inside = [
        stretch
        for stretch in stretches
        if stretch.depth == 0
        and any(span.start <= stretch.open and stretch.parts[-1].end <= span.end for span in report.content)
        and is_speech(context, stretch)
    ]
    if not inside:
        return quote
    whole = inside[0]
    if report.construction != "clause" and len(report.content) == 1 and len(inside) == 1:
        only = report.content[0]
        if only.start >= whole.open and only.end <= whole.end:
            content = tuple(filter(None, (trimmed(context, part) for part in whole.parts)))
            return replace(quote, type="direct", fragments=content)
    return replace(quote, type="mixed")

