"""The attribution of a cue: which noun phrase beside it speaks."""

from __future__ import annotations

from collections.abc import Iterable

from extractor.analysis import Token, TokenSpan
from extractor.morphology import parses
from extractor.quotes.context import Context, words_of
from extractor.quotes.marks import MARKS

_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X", "SYM"})
_PREDICATES = frozenset({"VERB", "AUX"})
_DASHES = frozenset("—–-―‒")
_SUBJECTS = frozenset({"nsubj", "nsubj:pass", "csubj"})
# The cases of people who stand beside the head of a phrase; the genitive is its complement: помощник президента Лось.
_BESIDE = frozenset({"Ins", "Dat", "Loc"})
# How far from its cue a subject is looked for where syntax gives none.
_WINDOW = 14
# How far after a noun the name that it describes may stand.
_APPOSITION = 45


def speaker_of(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The mention of who speaks, for the cue token, looked for in tokens [left, right): None where none is named.

    The original source of a chain is preferred (со ссылкой на X); then the subject that syntax gives; then an
    organization or document in an adjunct (в МВД сообщили, говорится в письме); then the nearest nominative.
    """
    origin = _origin(context, cue, left, right)
    if origin is not None:
        return origin
    token = context.token(cue)
    frames = context.frames[cue]
    if "object" in frames:
        spoken = _object(context, cue, left, right)
        if spoken is not None:
            return spoken
    if (
        token.feats.get("VerbForm") == "Part"
        and token.rel not in {"root", "parataxis", "ccomp"}
        and "impersonal" not in frames
    ):
        return noun_phrase(context, token.head, left, right) if left <= token.head < right else None
    if "impersonal" not in frames:
        subject = _subject(context, cue, left, right)
        if subject is not None:
            return _with_others(context, noun_phrase(context, subject, left, right), token, right)
    if token.number == "Plur" or "impersonal" in frames or token.feats.get("Variant") == "Short":
        place = _adjunct(context, cue, left, right)
        if place is not None:
            return place
    if "impersonal" in frames:
        return None
    if token.feats.get("VerbForm") == "Conv":
        return _governing_subject(context, cue, left, right)
    return (
        _nearest(context, cue, left, right)
        or _governing_subject(context, cue, left, right)
        or _first(context, cue, left)
    )


def _subject(context: Context, verb: int, left: int, right: int) -> int | None:
    for child in context.analysis.children(verb):
        if context.token(child).rel in _SUBJECTS and left <= child < right and _can_speak(context, child):
            return child
    return None


def _with_others(context: Context, first: TokenSpan, verb: Token, right: int) -> TokenSpan:
    """The mention with those joined to it, where a plural verb has several: Рыкова и мэр Олег Тимин заявили."""
    end = first.end
    while verb.number == "Plur" and end + 1 < right:
        joint = context.token(end)
        if joint.pos != "CCONJ" and joint.text != ",":
            break
        head = first_noun(context, end + 1, min(right, end + 6))
        if head is None or context.token(head).case not in {"Nom", None} or context.token(head).pos == "PRON":
            break
        other = noun_phrase(context, head, end + 1, right)
        # A common noun after a comma rather describes the first than joins it.
        if context.names.person_at(other.start) is None and joint.pos != "CCONJ":
            break
        end = other.end
    return TokenSpan(first.start, end)


def _governing_subject(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The subject of the verb that a gerund modifies or a second predicate is joined to.

    A finite verb reaches back to it only where no quoted content stands between (guidelines: coordinated verbs).
    """
    index = cue
    for _ in range(4):
        token = context.token(index)
        if token.head < 0 or token.rel not in {"conj", "advcl", "parataxis"}:
            return None
        index = token.head
        subject = _subject(context, index, left, right)
        if subject is not None:
            finite = context.token(cue).feats.get("VerbForm") == "Fin"
            return (
                None
                if finite and _content_between(context, subject, cue)
                else noun_phrase(context, subject, left, right)
            )
    return None


def _content_between(context: Context, start: int, end: int) -> bool:
    return any(
        context.depth[index] or context.is_word_of(index, "complementizer") or "clause" in context.frames[index]
        for index in range(start + 1, end)
    )


def _first(context: Context, cue: int, left: int) -> TokenSpan | None:
    """The subject that clauses part from its verb: Иванов, который …, сообщил."""
    if cue <= left or context.token(cue - 1).text != ",":
        return None
    for index in range(max(left, context.analysis.sentence_of(cue).start), cue):
        if _is_subject_like(context, index, context.token(cue)) and not context.depth[index]:
            return noun_phrase(context, index, left, cue)
        if context.token(index).pos in _PREDICATES and context.token(index).feats.get("VerbForm") == "Fin":
            return None
    return None


def noun_phrase(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The mention that a head noun stands for: the name in its phrase, else the phrase to its own complements."""
    name = context.names.at(head)
    if name is not None and context.names.person_at(head) is not None:
        return name
    start, end = _phrase(context, head, left, right)
    # министр обороны Сергей Шойгу → Сергей Шойгу; лидер партии, проповедник Хадим Ризви → Хадим Ризви
    person = _named_after(context, head, end, right)
    if person is not None:
        return person
    if name is not None and left <= name.start and name.end >= end:
        return name
    quoted_name = _quoted_name(context, head, end)
    return quoted_name if quoted_name is not None else TokenSpan(start, end)


def _phrase(context: Context, head: int, left: int, right: int) -> TokenSpan:
    """The stretch round a head noun without clauses, asides and appositions."""
    tokens = context.analysis.tokens
    members = {head}
    start = head
    while start > left:
        before = tokens[start - 1]
        if (
            before.head in members
            and before.rel
            in {
                "amod",
                "det",
                "nummod",
                "nummod:gov",
                "nummod:entity",
                "nmod",
                "advmod",
                "flat",
                "flat:name",
                "flat:foreign",
                "compound",
            }
            and (before.pos not in _PREDICATES or before.feats.get("VerbForm") == "Part")
            and (before.rel != "advmod" or before.pos in {"NUM", "PART"})
            and (before.rel != "nmod" or before.pos == "DET")
        ):
            members.add(start - 1)
            start -= 1
        else:
            break
    end = head + 1
    name = context.names.at(head)
    if name is not None:
        start, end = max(left, min(start, name.start)), max(end, name.end)
        members.update(range(start, end))
    while end < right:
        token = tokens[end]
        if token.text in {",", ";", ":", ".", "(", ")"} or token.text in _DASHES or token.pos in _PREDICATES:
            break
        if token.text in MARKS:
            close = _closing(context, end, right)
            if close is None or (tokens[end + 1].head not in members and context.names.at(end + 1) is None):
                break
            if tokens[end - 1].case == "Loc" and tokens[end + 1].case == "Dat":
                break  # В мэрии «Фонтанке» сообщили
            members.update(range(end, close + 1))
            end = close + 1
            continue
        name = context.names.at(end)
        if token.pos == "PRON" or token.pos == "SCONJ" or (token.pos == "ADV" and token.head not in members):
            break
        chain = _joined(context, end, members)
        if not chain:
            break
        stop = name.end if name is not None else end + 1
        members.update(range(end, stop))
        end = stop
    while end > head + 1 and tokens[end - 1].pos in {"ADP", "CCONJ", "PUNCT"} and tokens[end - 1].text not in MARKS:
        end -= 1
    return TokenSpan(start, end)


def _joined(context: Context, index: int, members: set[int]) -> bool:
    """Whether the token hangs from the phrase, itself or through tokens that follow at once."""
    tokens = context.analysis.tokens
    step = index
    for _ in range(6):
        token = tokens[step]
        if token.head in members:
            return (
                token.rel not in {"acl", "acl:relcl", "parataxis", "appos", "punct"}
                or context.names.at(index) is not None
            )
        if token.head < index or token.head - index > 6:
            return False
        step = token.head
    return False


def _named_after(context: Context, head: int, end: int, right: int) -> TokenSpan | None:
    """The name of the person whom a common noun describes, in its phrase or in apposition after it."""
    brackets = 0
    for index in range(head + 1, min(right, head + _APPOSITION)):
        token = context.token(index)
        brackets += (token.text == "(") - (token.text == ")")
        if brackets < 0:
            return None
        if (
            index >= end
            and not brackets
            and (
                token.text in {":", ";"}
                or token.text in _DASHES
                or ((token.pos in _PREDICATES or token.pos == "SCONJ") and token.feats.get("VerbForm") != "Part")
                or context.is_word_of(index, "relative")
                or (token.feats.get("VerbForm") == "Part" and context.token(index - 1).text == ",")
                or (token.text == "," and not _apposition(context, head, index + 1, right))
            )
        ):
            return None
        if not brackets and token.case != context.token(head).case and _is_beside(token):
            return None
        person = context.names.person_at(index)
        if person is not None and index == person.start and not brackets and _agrees(context, head, person):
            return person
    return None


def _is_beside(token: Token) -> bool:
    """Whether a noun is another person, whom a name after it names: музыкант на встрече с менеджером Соной Алиевой."""
    return (
        token.pos == "NOUN"
        and token.feats.get("Animacy") == "Anim"
        and token.number == "Sing"
        and token.case in _BESIDE
        and token.name == "O"
    )


def _apposition(context: Context, head: int, start: int, right: int) -> bool:
    """Whether the phrase after a comma can describe the noun before it: its first noun stands in the same case."""
    cases = {context.token(head).case, None}
    for index in range(start, right):
        token = context.token(index)
        if token.pos in {"NOUN", "PROPN"} or context.names.at(index) is not None:
            return token.case in cases
        if token.pos not in {"ADJ", "DET", "NUM", "PRON"} and token.text not in MARKS:
            return token.text[0].isdigit()
    return False


def _agrees(context: Context, head: int, person: TokenSpan) -> bool:
    """Whether a name after a noun names it and is not its genitive: глава округа Сергей Дербин, вдова Ивана Петрова."""
    case = context.token(head).case
    cases = {context.token(index).case for index in range(*person)}
    if case == "Nom":
        return all(
            context.token(index).case == "Nom" or _can_be_nominative(context.token(index).text)
            for index in range(*person)
        )
    return case is None or case in cases or cases == {None}


def _can_be_nominative(word: str) -> bool:
    return not word[0].isalpha() or any({"nomn", "sing"} in parse.tag or "LATN" in parse.tag for parse in parses(word))


def _quoted_name(context: Context, head: int, end: int) -> TokenSpan | None:
    """газета «Коммерсант» → Коммерсант: the whole phrase is a generic noun and a name in marks."""
    tokens = context.analysis.tokens
    name = context.names.at(head + 1) if head + 1 < len(tokens) else None
    if name is not None and name.start == head + 1 and tokens[head].lemma in words_of("media"):
        return name
    if end - head < 4 or tokens[end - 1].text not in MARKS or tokens[head + 1].text not in MARKS:
        return None
    if context.token(head).lemma not in words_of("media"):
        return None
    return TokenSpan(head + 2, end - 1)


def _closing(context: Context, index: int, right: int) -> int | None:
    for step in range(index + 1, min(right, index + 15)):
        if context.token(step).text in MARKS:
            return step if step > index + 1 else None
    return None


def _can_speak(context: Context, index: int) -> bool:
    token = context.token(index)
    return (
        token.pos in _NOMINAL or token.pos in {"ADJ", "DET"} or context.names.at(index) is not None
    ) and not context.is_word_of(index, "no_speaker")


def _origin(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """со ссылкой на X, ссылаясь на X: the source that the cue's subject passes on."""
    sentence = context.analysis.sentence_of(cue)
    limit = min(right, sentence.end)
    references, complementizers = words_of("reference"), words_of("complementizer")
    for index in range(max(left, sentence.start, cue - _WINDOW), min(limit, cue + 25)):
        word = context.words[index]
        if index < cue and word in {",", ";"}:
            return None
        if word in references:
            for step in range(index + 1, min(limit, index + 3)):
                if context.is_word_of(step, "onto"):
                    return _source(context, step + 1, cue if step < cue else limit)
        if word in complementizers:
            return None
    return None


def _source(context: Context, start: int, right: int) -> TokenSpan | None:
    """The noun phrase that begins at `start`; слова, данные and the like give way to whose they are."""
    head = first_noun(context, start, right)
    while head is not None and context.token(head).lemma in words_of("wording"):
        following = first_noun(context, head + 1, min(right, head + 8))
        if following is None:
            break
        head = following
    return None if head is None else noun_phrase(context, head, start, right)


def first_noun(context: Context, start: int, right: int) -> int | None:
    """The head of the noun phrase that begins at `start`: its first noun, pronoun or name; None before a predicate."""
    for index in range(start, right):
        token = context.token(index)
        if context.is_word_of(index, "whose") and index + 1 < right and context.token(index + 1).pos in {"NOUN", "ADJ"}:
            continue
        if context.names.at(index) is not None or token.pos in _NOMINAL - {"NUM", "SYM"}:
            return index
        if (token.pos in _PREDICATES and token.feats.get("VerbForm") != "Part") or token.text in {",", ".", ":", ";"}:
            return None
    return None


def _object(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """цитирует Иванова агентство, приводит слова Иванова: whom the cue quotes."""
    for child in context.analysis.children(cue):
        token = context.token(child)
        if not left <= child < right or token.rel not in {"obj", "obl", "nmod", "iobj"}:
            continue
        if token.lemma in words_of("wording"):
            if child > left and context.is_word_of(child - 1, "whose"):
                return TokenSpan(child - 1, child)
            return _source(context, child, right)
        if context.names.person_at(child) is not None or (
            token.case in {"Acc", "Gen"} and token.feats.get("Animacy") == "Anim"
        ):
            return noun_phrase(context, child, left, right)
    return None


def _adjunct(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """В МВД сообщили, говорится в письме: the organization or document in which it is said."""
    for child in context.analysis.children(cue):
        if not left <= child < right or context.token(child).rel not in {"obl", "nmod", "nsubj", "nsubj:pass"}:
            continue
        if not _can_speak(context, child):
            continue
        first = _phrase(context, child, left, right).start
        if first > left and context.is_word_of(first - 1, "inside") and not context.is_word_of(child, "occasion"):
            if context.token(child).lemma in words_of("occasion"):
                continue
            return noun_phrase(context, child, first, right)
    return None


def _nearest(context: Context, cue: int, left: int, right: int) -> TokenSpan | None:
    """The nearest noun phrase that can be the subject: nominative, agreeing in number; first after, then before."""
    verb = context.token(cue)
    sentence = context.analysis.sentence_of(cue)
    after = range(cue + 1, min(right, sentence.end, cue + _WINDOW))
    before = range(cue - 1, max(left, sentence.start, cue - _WINDOW) - 1, -1)
    order = (after, before)
    for steps in order:
        for index in steps:
            token = context.token(index)
            if token.text in {",", ":", ";", "."} or context.is_word_of(index, "complementizer"):
                break
            if context.depth[index] != context.depth[cue] and steps is before:
                break
            if _is_subject_like(context, index, verb):
                return noun_phrase(context, index, left, right)
    return None


def _is_subject_like(context: Context, index: int, verb: Token) -> bool:
    token = context.token(index)
    substantivized = token.pos == "ADJ" and token.number == "Plur" and token.rel != "amod"
    if (token.pos not in _NOMINAL and not substantivized) or not _can_speak(context, index):
        return False
    if index and context.token(index - 1).pos == "ADP":
        return False
    if context.names.at(index) is not None and token.case in {None, "Nom"}:
        return True
    return token.case == "Nom" and (verb.number is None or token.number == verb.number)


def span_of(parts: Iterable[TokenSpan | None]) -> TokenSpan | None:
    """The stretch from the first to the last of some spans; None of none."""
    known = [part for part in parts if part is not None]
    return TokenSpan(min(part.start for part in known), max(part.end for part in known)) if known else None
