"""What syntax says of a cue: whether it governs a clause, is denied, stands in a main clause."""

from __future__ import annotations

from extractor.quotes.rules.context import Context, words_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, MARKS
from extractor.reading.forms import plain

_COMPLEMENT_WINDOW = 25
_SUBORDINATE = frozenset({"acl", "acl:relcl", "advcl", "amod", "ccomp", "csubj", "csubj:pass"})


def complement(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The first token of the clause that the cue governs, after its complementizer; None if it governs none."""
    tokens, words, depth, frames = context.analysis.tokens, context.words, context.depth, context.frames
    complementizers, moods, questions = map(words_of, ("complementizer", "mood", "question"))
    for index in range(cue + 1, min(sentence.end - 1, cue + _COMPLEMENT_WINDOW)):
        if depth[index] > depth[cue]:
            continue
        word, after_comma = words[index], words[index - 1] == ","
        if (after_comma or index == cue + 1) and word in complementizers:
            if _is_purpose(context, index, sentence) or _is_adverbial(context, index):
                continue
            if _has_topic(context, cue, index):
                return None
            return index + 1 if reaches(context, index, cue) or not _verb_between(context, cue, index) else None
        if after_comma and word in moods and reaches(context, index, cue):
            return index + 1
        if after_comma and word in questions and reaches(context, index, cue):
            return index
        if after_comma and any(context.is_word_of(index + step, "whether") for step in (1, 2, 3)):
            return index
        if word == ":" and index <= cue + 3 and index + 1 < sentence.end and not _verb_between(context, cue, index):
            following = tokens[index + 1]
            return index + 1 if following.text[0].isalpha() and not depth[index + 1] else None
        if word in {":", ";"} or (index == cue + 1 and word in MARKS and depth[index] == 0):
            return None
        if index > cue + 1 and "clause" in frames[index] and tokens[index].feats.get("VerbForm") in {"Fin", "Conv"}:
            return None
    return None


def _is_purpose(context: Context, index: int, sentence: TokenSpan) -> bool:
    """Whether a complementizer begins a purpose, its verb an infinitive: объявил сбор, чтобы отправить …"""
    if not context.is_word_of(index, "purpose"):
        return False
    for step in range(index + 1, sentence.end):
        form = context.token(step).feats.get("VerbForm")
        if form in {"Fin", "Inf"} or context.token(step).text in {",", ":", ";"}:
            return form == "Inf"
    return False


def _has_topic(context: Context, cue: int, index: int) -> bool:
    """Whether the cue has said already what it is about, so that что is a pronoun: сообщил об аресте, что удивило."""
    if context.is_word_of(index - 2, "pronoun_that"):
        return False
    return any(
        context.is_word_of(step, "about") and not context.is_word_of(step + 1, "this") for step in range(cue + 1, index)
    )


def _is_adverbial(context: Context, index: int) -> bool:
    """Whether a complementizer belongs to a conjunction of cause and the like: в связи с тем, что; за то, что."""
    if not context.is_word_of(index - 2, "pronoun_that"):
        return False
    return context.is_word_of(index - 3, "adverbial") or context.is_word_of(index - 4, "adverbial")


def reaches(context: Context, index: int, cue: int) -> bool:
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


def denied(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """не говорил, что; если бы он сказал, что; разве он обещал, что …?"""
    before = cue - 1
    if before >= sentence.start and context.is_word_of(before, "negation"):
        return context.token(cue).lemma not in words_of("negative_report")
    if context.token(sentence.end - 1).text == "?" and is_main(context, cue):
        return True
    words, conditions = context.words, words_of("condition")
    for step in range(cue - 1, max(sentence.start, cue - 7) - 1, -1):
        if words[step] == ",":
            break
        if words[step] in conditions:
            return True
    return cue + 1 < sentence.end and words[cue + 1] in conditions


def unsaid(context: Context, cue: int) -> bool:
    """Whether a cue reports nobody: the author's own напомним; a passive that is not impersonal; what is not
    yet said: стоит отметить, затруднился сказать (but: поспешил заявить).
    """
    token = context.token(cue)
    if token.feats.get("Person") == "1" and token.number == "Plur":
        return True
    if token.pos == "VERB" and token.feats.get("Variant") == "Short" and token.gender != "Neut":
        return True
    if token.feats.get("VerbForm") == "Inf":
        return token.head < 0 or plain(context.token(token.head).lemma) not in words_of("performing")
    if "impersonal" in context.frames[cue] and cue + 1 < len(context.analysis.tokens):
        return context.token(cue + 1).feats.get("VerbForm") == "Inf"  # Следует отметить
    return False


def about_this(context: Context, index: int) -> bool:
    """Whether об этом stands at the token: it reports the sentence before."""
    return context.is_word_of(index, "about") and context.is_word_of(index + 1, "this")


def is_main(context: Context, index: int) -> bool:
    """Whether a predicate stands in a main clause: no relation of a subordinate one on its way to the root."""
    for _ in range(8):
        token = context.token(index)
        if token.head < 0:
            return True
        if token.rel in _SUBORDINATE:
            return False
        index = token.head
    return False


def after_adversative(context: Context, index: int) -> bool:
    """Whether the clause of a predicate is joined by а, но, однако after a comma, its subject between."""
    for step in range(index - 1, max(0, index - 12), -1):
        if context.is_word_of(step, "adversative"):
            return context.token(step - 1).text == ","
        if context.token(step).text in {",", ";", ":"}:
            return False
    return False


def clause_joint(context: Context, index: int, start: int) -> int | None:
    """The token at which the clause of a predicate is joined to what stands before: its comma or conjunction."""
    tokens = context.analysis.tokens
    for step in range(index - 1, max(start, index - 12), -1):
        joint = tokens[step]
        if joint.pos == "CCONJ" or context.is_word_of(step, "adversative"):
            return step - 1 if tokens[step - 1].text == "," else step
        if joint.text == ",":
            return step
    return None


def opener_before(context: Context, noun: int, sentence: TokenSpan) -> int | None:
    """The preposition of по словам X, со слов X, where only words that agree with the noun stand between."""
    if context.is_word_of(noun, "according"):
        return noun
    for index in range(noun - 1, max(sentence.start, noun - 4) - 1, -1):
        if context.is_word_of(index, "by") or (context.is_word_of(index, "from") and context.token(noun).case == "Gen"):
            return index
        if context.token(index).pos not in {"ADJ", "DET", "PRON"}:
            return None
    return None


def how_before(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The как of an aside: at the sentence's beginning or after a comma, near before its cue."""
    words, how = context.words, words_of("how")
    for index in range(cue - 1, max(sentence.start, cue - 10) - 1, -1):
        if words[index] in how:
            opens = (
                index == sentence.start
                or words[index - 1] in {",", "(", *DASHES}
                or context.is_word_of(index - 1, "connective")
            )
            compound = (index >= 2 and context.is_word_of(index - 2, "before_how")) or context.is_word_of(
                index - 1, "before_how"
            )
            return index if opens and not compound else None
        if words[index] in {",", ":", ";", "("}:
            return None
    return None
