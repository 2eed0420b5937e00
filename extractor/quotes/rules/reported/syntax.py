"""What syntax says of a cue: whether it governs a clause, whether it is negated, where its clause begins."""

from __future__ import annotations

from extractor.quotes.rules.context import Context, words_of
from extractor.reading.analysis import TokenSpan
from extractor.reading.characters import DASHES, MARKS
from extractor.reading.forms import plain
from extractor.reading.grammar import CLAUSE_BREAKS, is_finite, is_infinitive, is_short

# The clause that a cue governs begins within so many tokens after it: "сообщил журналистам на встрече …, что P".
# Swept 8–40: f1@0.8 0.927 / 0.805 at 8, no difference in the joined quotes from 15 on, none at all from 25 on.
_COMPLEMENT_WINDOW = 25
# A colon that introduces a clause follows the cue within so many tokens: "X уверен: P".  Swept 1–6: f1@0.8 of the rules
# alone 0.927 / 0.724 at 6, no difference below.
_COLON_WINDOW = 3
# Bounds of the search for conjunctions before a predicate: "если" for a condition, "однако" or a comma for the
# beginning of its clause, "как" for an aside, "по" for "по последним данным".  Swept 3–12, 6–20, 4–16 and 2–8: only the
# beginning of a clause makes a difference, 0.925 / 0.806 at 6 and 0.929 / 0.807 at 20.
_CONDITION_WINDOW, _CLAUSE_WINDOW, _HOW_WINDOW, _PREPOSITION_WINDOW = 7, 12, 10, 4
# Bounds of walks up the dependency tree, which bound time and end loops of the parser: a complementizer reaches the cue
# through its clause's predicate, and coordinated predicates; a predicate the root through a few clauses.  Swept 2–10
# and 3–20: to the cue 0.927 / 0.805 at 2, no difference in the joined quotes from 5 on; to the root no difference.
_MAX_TO_CUE, _MAX_TO_ROOT = 5, 8
# Relations of subordinate clauses to what governs them.
_SUBORDINATE = frozenset({"acl", "acl:relcl", "advcl", "amod", "ccomp", "csubj", "csubj:pass"})


def complement_start(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The first token of the clause that a cue governs, after its complementizer; None if it governs none."""
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
            return index + 1 if depends_on(context, index, cue) or not _verb_between(context, cue, index) else None
        if after_comma and word in moods and depends_on(context, index, cue):
            return index + 1
        if after_comma and word in questions and depends_on(context, index, cue):
            return index
        if after_comma and any(context.is_word_of(index + step, "whether") for step in (1, 2, 3)):
            return index
        if (
            word == ":"
            and index <= cue + _COLON_WINDOW
            and index + 1 < sentence.end
            and not _verb_between(context, cue, index)
        ):
            following = tokens[index + 1]
            return index + 1 if following.text[0].isalpha() and not depth[index + 1] else None
        if word in {":", ";"} or (index == cue + 1 and word in MARKS and depth[index] == 0):
            return None
        if index > cue + 1 and "clause" in frames[index] and tokens[index].feats.get("VerbForm") in {"Fin", "Conv"}:
            return None
    return None


def _is_purpose(context: Context, index: int, sentence: TokenSpan) -> bool:
    """Whether a complementizer begins a clause of purpose, with an infinitive: "объявил сбор, чтобы отправить …"."""
    if not context.is_word_of(index, "purpose"):
        return False
    for step in range(index + 1, sentence.end):
        token = context.token(step)
        if is_finite(token) or is_infinitive(token) or token.text in CLAUSE_BREAKS:
            return is_infinitive(token)
    return False


def _has_topic(context: Context, cue: int, index: int) -> bool:
    """Whether the cue has a topic already, so that "что" is a relative pronoun: "сообщил об аресте, что удивило"."""
    if context.is_word_of(index - 2, "pronoun_that"):
        return False
    return any(
        context.is_word_of(step, "about") and not context.is_word_of(step + 1, "this") for step in range(cue + 1, index)
    )


def _is_adverbial(context: Context, index: int) -> bool:
    """Whether a complementizer is part of an adverbial conjunction: "в связи с тем, что"; "за то, что"."""
    if not context.is_word_of(index - 2, "pronoun_that"):
        return False
    return context.is_word_of(index - 3, "adverbial") or context.is_word_of(index - 4, "adverbial")


def depends_on(context: Context, index: int, cue: int) -> bool:
    """Whether a token after a cue depends on it, directly or through other tokens after the cue."""
    step = index
    for _ in range(_MAX_TO_CUE):
        token = context.token(step)
        step = token.head
        if step == cue:
            return True
        if step < cue:
            return False
    return False


def _verb_between(context: Context, cue: int, index: int) -> bool:
    """Whether a finite verb stands between two tokens."""
    return any(context.token(step).pos == "VERB" and is_finite(context.token(step)) for step in range(cue + 1, index))


def is_denied(context: Context, cue: int, sentence: TokenSpan) -> bool:
    """Whether a cue is negated, asked or conditional: "не говорил, что"; "разве он обещал …?"; "если бы сказал"."""
    before = cue - 1
    if before >= sentence.start and context.is_word_of(before, "negation"):
        return context.token(cue).lemma not in words_of("negative_report")
    if context.token(sentence.end - 1).text == "?" and is_main(context, cue):
        return True
    words, conditions = context.words, words_of("condition")
    for step in range(cue - 1, max(sentence.start, cue - _CONDITION_WINDOW) - 1, -1):
        if words[step] == ",":
            break
        if words[step] in conditions:
            return True
    return cue + 1 < sentence.end and words[cue + 1] in conditions


def reports_nobody(context: Context, cue: int) -> bool:
    """Whether the form of a cue says that nobody else spoke.

    The author's own plural ("напомним"), a passive that agrees with a subject, an infinitive of what has not been said
    ("стоит отметить", "затруднился сказать", but not "поспешил заявить"), or an impersonal cue before an infinitive
    ("следует отметить").
    """
    token = context.token(cue)
    if token.feats.get("Person") == "1" and token.number == "Plur":
        return True
    if token.pos == "VERB" and is_short(token) and token.gender != "Neut":
        return True
    if is_infinitive(token):
        return token.head < 0 or plain(context.token(token.head).lemma) not in words_of("performing")
    if "impersonal" in context.frames[cue] and cue + 1 < len(context.analysis.tokens):
        return is_infinitive(context.token(cue + 1))
    return False


def is_about_this(context: Context, index: int) -> bool:
    """Whether "об этом" begins at a token: it stands for the sentence before."""
    return context.is_word_of(index, "about") and context.is_word_of(index + 1, "this")


def is_main(context: Context, index: int) -> bool:
    """Whether a predicate stands in a main clause: its path to the root has no relation of a subordinate clause."""
    for _ in range(_MAX_TO_ROOT):
        token = context.token(index)
        if token.head < 0:
            return True
        if token.rel in _SUBORDINATE:
            return False
        index = token.head
    return False


def after_adversative(context: Context, index: int) -> bool:
    """Whether a comma with an adversative conjunction ("а", "но", "однако") begins the clause of a predicate."""
    for step in range(index - 1, max(0, index - _CLAUSE_WINDOW), -1):
        if context.is_word_of(step, "adversative"):
            return context.token(step - 1).text == ","
        if context.token(step).text in CLAUSE_BREAKS:
            return False
    return False


def clause_joint(context: Context, index: int, start: int) -> int | None:
    """The comma or conjunction that joins the clause of a predicate to what stands before, looked for after `start`."""
    tokens = context.analysis.tokens
    for step in range(index - 1, max(start, index - _CLAUSE_WINDOW), -1):
        joint = tokens[step]
        if joint.pos == "CCONJ" or context.is_word_of(step, "adversative"):
            return step - 1 if tokens[step - 1].text == "," else step
        if joint.text == ",":
            return step
    return None


def preposition_before(context: Context, noun: int, sentence: TokenSpan) -> int | None:
    """The preposition of "по словам" or "со слов", with nothing between but what agrees with the noun.

    For a cue that is a preposition itself ("согласно"), its own token.
    """
    if context.is_word_of(noun, "according"):
        return noun
    for index in range(noun - 1, max(sentence.start, noun - _PREPOSITION_WINDOW) - 1, -1):
        if context.is_word_of(index, "by") or (context.is_word_of(index, "from") and context.token(noun).case == "Gen"):
            return index
        if context.token(index).pos not in {"ADJ", "DET", "PRON"}:
            return None
    return None


def how_before(context: Context, cue: int, sentence: TokenSpan) -> int | None:
    """The conjunction "как" of an aside ("как сообщил X"), at the beginning of the sentence or after a comma."""
    words, how = context.words, words_of("how")
    for index in range(cue - 1, max(sentence.start, cue - _HOW_WINDOW) - 1, -1):
        if words[index] in how:
            opens = (
                index == sentence.start
                or words[index - 1] in {",", "(", *DASHES}
                or context.is_word_of(index - 1, "connective")
            )
            # "после того как", "перед тем, как"
            compound = (index >= 2 and context.is_word_of(index - 2, "before_how")) or context.is_word_of(
                index - 1, "before_how"
            )
            return index if opens and not compound else None
        if words[index] in CLAUSE_BREAKS or words[index] == "(":
            return None
    return None
