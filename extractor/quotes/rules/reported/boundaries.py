"""Where reported content begins and ends, and where an attribution inside it does."""

from __future__ import annotations

from extractor.quotes.rules.content import LEADING, NOISE
from extractor.quotes.rules.context import Context
from extractor.quotes.rules.reported.grammar import after_adversative, clause_joint, complement, is_main
from extractor.quotes.rules.speaker import speaker_of
from extractor.reading.analysis import Token, TokenSpan
from extractor.reading.characters import DASHES

_ASIDE_ENDS = LEADING | {";"}
_TAIL = 24


def content_end(context: Context, cue: int, start: int, sentence: TokenSpan) -> int:
    """The token after the reported clause that begins at `start`: the sentence's end, or where the reporter goes on."""
    tokens = context.analysis.tokens
    end = sentence.end
    depth = context.depth[cue]
    brackets = 0
    for index in range(start, sentence.end):
        text = tokens[index].text
        brackets += (text == "(") - (text == ")")
        resumed = text == ";" and index + 1 < sentence.end and tokens[index + 1].pos == "CCONJ"
        if text in NOISE or brackets < 0 or resumed or context.depth[index] < depth:
            end = index
            break
    end = min(end, _resumes(context, cue, start, end))
    if not is_main(context, cue):
        end = min(end, _after_subordinate(context, cue, start, end))
    return without_chain(context, start, end)


def _resumes(context: Context, cue: int, start: int, end: int) -> int:
    """Where the reporter goes on: …, и добавил, что Q; …, добавив, что Q; …, однако Y заявил."""
    tokens = context.analysis.tokens
    for index in range(start + 1, end):
        token = tokens[index]
        if context.depth[index] > context.depth[cue]:
            continue
        form = token.feats.get("VerbForm")
        if form not in {"Fin", "Conv"} and not context.frames[index]:
            continue
        coordinated = token.head == cue and ((token.rel == "conj" and form == "Fin") or form == "Conv")
        if (
            not coordinated
            and not _same_subject(context, cue, start, index)
            and not _takes_over(context, cue, index, TokenSpan(start, end))
        ):
            continue
        cut = clause_joint(context, index, start)
        if cut is not None:
            return cut
    return end


def _same_subject(context: Context, cue: int, start: int, index: int) -> bool:
    """…, и попросил: a comma before и that joins a verb like the cue closes the clause between them."""
    token = context.token(index)
    if not _agree(token, context.token(cue)):
        return False
    if any(context.token(child).rel in {"nsubj", "nsubj:pass"} for child in context.analysis.children(index)):
        return False
    if any(
        context.token(step).pos == "CCONJ" and context.token(step - 1).text == ","
        for step in range(index - 1, index - 3, -1)
    ):
        return True
    # Without that comma only where the clause between has no verb of its own that the second could be joined to.
    return (context.token(index - 1).pos == "CCONJ" or context.token(index - 1).text == ",") and not any(
        _agree(context.token(step), token) for step in range(start, index) if not context.depth[step]
    )


def _agree(one: Token, other: Token) -> bool:
    """Whether two finite verbs can have one subject: they are alike in number, gender, tense and person."""
    return one.feats.get("VerbForm") == other.feats.get("VerbForm") == "Fin" and all(
        one.feats.get(key) == other.feats.get(key) for key in ("Number", "Gender", "Tense", "Person")
    )


def _takes_over(context: Context, cue: int, index: int, content: TokenSpan) -> bool:
    """Whether another cue, inside what looks like the content, reports for the same subject."""
    token = context.token(index)
    if token.pos == "NOUN" or context.frames[index].isdisjoint({"clause", "fragment"}):
        return False
    if token.feats.get("VerbForm") == "Conv":
        return not content.start <= token.head < index or token.head == cue
    if is_main(context, cue) and after_adversative(context, index) and complement(context, index, content) is not None:
        return True
    return (
        token.feats.get("VerbForm") == "Fin"
        and all(token.feats.get(key) == context.token(cue).feats.get(key) for key in ("Number", "Gender", "Tense"))
        and not any(context.token(child).rel in {"nsubj", "nsubj:pass"} for child in context.analysis.children(index))
        and complement(context, index, content) is not None
    )


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
        if (
            head >= 0
            and head < start
            and head != cue
            and tokens[following].rel not in {"mark", "cc", "punct", "acl:relcl"}
        ):
            return index
        if tokens[following].head < 0:
            return index
    return end


def without_chain(context: Context, start: int, end: int) -> int:
    """The content without the agency that passes it on: …, передает X; …, сообщает X со ссылкой на Y."""
    tokens = context.analysis.tokens
    for index in range(max(start + 1, end - _TAIL), end):
        if (tokens[index].text != "," and tokens[index].text not in DASHES) or index + 2 > end:
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
        if (
            "inverted" not in context.frames[cue]
            or token.feats.get("VerbForm") not in {"Fin", None}
            or token.pos == "NOUN"
        ):
            continue
        if complement(context, cue, TokenSpan(start, end)) is None and _speaks_after(context, cue, end):
            return index
    return end


def _speaks_after(context: Context, cue: int, end: int) -> bool:
    speaker = speaker_of(context, cue, cue, end)
    return speaker is not None and speaker.start > cue


def aside_limit(context: Context, last: int, speaker: TokenSpan | None, sentence: TokenSpan) -> int:
    """The token at which an aside ends: the comma or dash after its speaker, past clauses that describe the speaker."""
    tokens = context.analysis.tokens
    index = max(last + 1, speaker.end if speaker is not None else 0)
    depth = context.depth[last]
    brackets = 0
    while index < sentence.end:
        text = tokens[index].text
        brackets += text == "("
        if brackets and index < sentence.end - 1:
            brackets -= text == ")"
        elif context.depth[index] <= depth and (text in _ASIDE_ENDS or index == sentence.end - 1):
            if text[0].isalnum():
                return sentence.end
            if text != "," or not _describes(context, index + 1, last, sentence):
                return index
            index += 1
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


def _describes(context: Context, start: int, last: int, sentence: TokenSpan) -> bool:
    """Whether what begins after a comma describes the speaker: a relative clause, a participle, an apposition, an age.

    All but the first end at a comma before the next predicate: По данным «Волны», причал … построен describes nobody.
    """
    if start >= sentence.end:
        return False
    first = context.token(start)
    if context.is_word_of(start, "relative") or (first.pos == "ADP" and context.is_word_of(start + 1, "relative")):
        return True
    form = first.feats.get("VerbForm")
    agrees = first.case is not None and first.case == _case_before(context, start - 1, last)
    describes = (
        (form == "Part" and (first.head < start or agrees))
        or (form == "Conv" and context.token(last).pos != "NOUN" and complement(context, start, sentence) is None)
        or (first.rel == "appos" and first.head > last)
        or (first.feats.get("Animacy") == "Anim" and agrees)
        or first.text.isdigit()
    )
    if not describes:
        return False
    for index in range(start, sentence.end):
        token = context.token(index)
        if token.text in {",", *DASHES}:
            return not context.is_word_of(index + 1, "relative")
        if token.feats.get("VerbForm") == "Fin" or token.feats.get("Variant") == "Short":
            return False
    return form is not None


def _case_before(context: Context, end: int, start: int) -> str | None:
    """The case of the last noun in (start, end); an apposition after it agrees."""
    nouns = (context.token(index) for index in range(end - 1, start, -1))
    return next((noun.case for noun in nouns if noun.pos in {"NOUN", "PROPN"}), None)


def _describes_again(context: Context, comma: int, sentence: TokenSpan) -> bool:
    return comma + 1 < sentence.end and context.is_word_of(comma + 1, "relative")


def sentence_limit(context: Context, opener: int, end: int, sentence: TokenSpan) -> int:
    """Where content after an aside ends at the latest: with the sentence, or with the marks that hold the aside."""
    for index in range(end, sentence.end):
        if context.depth[index] < context.depth[opener]:
            return index
    return sentence.end


def clause_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """Where the stretch that ends at an attribution may begin: with its sentence, or in its bracket or part."""
    tokens = context.analysis.tokens
    brackets = 0
    for step in range(opener - 1, sentence.start - 1, -1):
        text = tokens[step].text
        brackets += (text == ")") - (text == "(")
        if brackets < 0 or (text == ";" and not brackets) or context.depth[step] < context.depth[opener]:
            return step + 1
    return sentence.start


def interrupted_start(context: Context, opener: int, sentence: TokenSpan) -> int:
    """Where the clause that an aside interrupts begins, by the last joint before: …, что; …, и теперь; …, которые."""
    tokens = context.analysis.tokens
    first = clause_start(context, opener, sentence)
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
        if (
            tokens[step].pos == "CCONJ"
            or context.is_word_of(step, "adversative")
            or context.is_word_of(step, "complementizer")
            or context.is_word_of(step, "subordinator")
        ):
            return step + 1
        if context.is_word_of(step, "before_how") and (
            context.is_word_of(step + 1, "how") or context.is_word_of(step + 1, "complementizer")
        ):
            return step + 2
        if context.is_word_of(step, "relative") or (
            context.is_word_of(step + 1, "relative") and tokens[step].pos == "ADP"
        ):
            return step
        break
    return first
