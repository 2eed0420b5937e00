"""References: the places of a text that may mean a person or an organization (names with what goes with them,
descriptions, pronouns), and the things that a pronoun may mean instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

from extractor.coreference.offices import PHRASE_HEADS, Role, is_person_noun, role_at
from extractor.names.entities import TAGGED_GENDERS, Gender, Organization, Person
from extractor.reading.analysis import Analysis, Token, TokenSpan
from extractor.reading.grammar import NOUNS, SUBJECTS, VERBS
from extractor.reading.nominative import head_of
from extractor.reading.tagging import MorphTag
from extractor.resources import rows, words

ReferenceKind = Literal[
    "name", "organization", "description", "personal", "possessive", "relative", "reflexive", "first", "thing"
]
# The gender of a word in the singular: of one for a person, that of the person.
Agreement = Literal["male", "female", "neuter"]

_APPOSITION = frozenset({"appos", "flat:name", "flat"})
_MODIFIERS = frozenset({"amod", "det", "nummod", "nummod:gov"})
_PROMINENT = SUBJECTS | {"obj", "root"}
_CLAUSE = frozenset({"acl:relcl", "acl", "advcl", "parataxis", "ccomp", "csubj", "root"})
_PREDICATES = frozenset({"root", "conj", "ccomp", "acl:relcl", "advcl"})
# Parts of speech of words that may refer, besides pronouns.
_REFERRING = PHRASE_HEADS | {"PROPN"}
# At most so many steps up the dependency tree, whose loops would otherwise be walked for ever, and so many tokens of a
# noun phrase to each side of its head; news has none that are longer.
_STEPS = 12
_PHRASE = 12


class Reference(NamedTuple):
    """A place that may mean a person, an organization or a thing.

    `head` is the head of its span and `sentence` the number of its sentence; `verb` is the predicate of its clause and
    `subject` says whether it is the subject there.  `gender` is the one that the place tells; a pronoun that is
    `maybe_neuter` may be neuter as well ("его").  `person` is the index of the person whom a name names, `organization`
    that of the organization, `roles` are the roles that the place tells, `told` the heads of the phrases that tell
    them, or the noun to which the name of an organization is an apposition.  `antecedent` is the token to which syntax
    ties a relative or reflexive pronoun.  `new` marks a description of somebody not mentioned before ("другой
    депутат"), `first_person` a pronoun whose verb is in the first person.  `certainty`, 0 to 1, is the probability of
    the referent that it was tied to.
    """

    kind: ReferenceKind
    span: TokenSpan
    head: int
    sentence: int
    verb: int
    subject: bool
    gender: Agreement | None = None
    maybe_neuter: bool = False
    person: int | None = None
    organization: int | None = None
    roles: tuple[Role, ...] = ()
    antecedent: int | None = None
    told: tuple[int, ...] = ()
    new: bool = False
    first_person: bool = False
    certainty: float = 1.0

    @property
    def own_words(self) -> bool:
        """Whether it means whoever speaks the words around it: "я", "мой", "себя" of a verb in the first person."""
        return self.kind == "first" or (self.kind == "reflexive" and self.first_person)


@cache
def _pronouns() -> dict[str, tuple[ReferenceKind, Agreement | None, bool]]:
    """The pronouns by form: the kind, the gender, and whether it may be neuter instead."""
    kinds: dict[str, ReferenceKind] = {
        "personal": "personal", "possessive": "possessive", "relative": "relative", "reflexive": "reflexive",
        "first": "first",
    }  # fmt: skip
    genders: dict[str, Agreement | None] = {"m": "male", "mn": "male", "f": "female", "n": "neuter", "": None}
    return {form: (kinds[kind], genders[gender], gender == "mn") for form, kind, gender in rows("pronouns.tsv", 3)}


def _is_pronoun(text: str) -> bool:
    return text.lower() in _pronouns()


def _may_refer(tag: MorphTag) -> bool:
    """Whether a word that is no pronoun may refer to one person or thing, by its morphological tag."""
    return tag.pos in _REFERRING and tag.number != "Plur"


@cache
def _word_list(name: str) -> frozenset[str]:
    return words(f"{name}.tsv")


def references(analysis: Analysis, people: Sequence[Person], organizations: Sequence[Organization]) -> list[Reference]:
    """All references of a text, in its order; `people` and `organizations` are those that it names, with their name
    mentions.
    """
    names = sorted(
        (mention.span, number)
        for number, person in enumerate(people)
        for mention in person.mentions
        if mention.kind == "name"
    )
    found: list[Reference] = []
    taken = bytearray(len(analysis.tokens))
    for span, number in names:
        head = head_of(analysis, span)
        head = span.start if head is None else head
        told = _roles_of_name(analysis, span, head, people[number].gender)
        for i in (*range(*span), *told):
            taken[i] = 1
        top = _top(analysis, head)
        roles = tuple([role_at(analysis, i) for i in told])
        verb, subject = _clause(analysis, top)
        gender = people[number].gender or _told_gender(analysis, roles, verb, subject)
        sentence = analysis.tokens[head].sentence
        found.append(
            Reference("name", span, head, sentence, verb, subject, gender, person=number, roles=roles, told=tuple(told))
        )
    for name in _organization_names(analysis, organizations, taken):
        found.append(name)
        for i in (*range(*name.span), *name.told):
            taken[i] = 1
    pronouns = _pronouns()
    for i in sorted({*analysis.where_form(_is_pronoun), *analysis.where_tag(_may_refer)}):
        if not taken[i]:
            token = analysis.tokens[i]
            reference = _reference(analysis, token, pronouns.get(token.lower))
            if reference is not None:
                found.append(reference)
    # Of two nouns in apposition that make one phrase the first speaks for both.
    first = {reference.span: reference for reference in reversed(found)}
    return [first[span] for span in sorted(first)]


def _organization_names(
    analysis: Analysis, organizations: Sequence[Organization], taken: bytearray
) -> Iterator[Reference]:
    """The names of organizations in the singular whose head is not `taken` by a person's name."""
    for number, organization in enumerate(organizations):
        for mention in organization.mentions:
            head = head_of(analysis, mention.span)
            head = mention.span.start if head is None else head
            if mention.kind != "name" or taken[head]:
                continue
            above = analysis.tokens[head].head
            noun = _is_headed(analysis, mention.span, head)
            top = above if noun else head
            token = analysis.tokens[top]
            if token.number == "Plur":
                continue
            verb, subject = _clause(analysis, top)
            yield Reference(
                "organization", mention.span, head, token.sentence, verb, subject, _gender_of_name(token),
                organization=number, told=(top,) if noun else (),
            )  # fmt: skip


def _is_headed(analysis: Analysis, span: TokenSpan, head: int) -> bool:
    """Whether the name of an organization is an apposition to a common noun for it: "газета «Заря»"."""
    token = analysis.tokens[head]
    if token.rel not in _APPOSITION or token.head < 0 or span.start <= token.head < span.end:
        return False
    noun = analysis.tokens[token.head]
    return noun.pos == "NOUN" and noun.name == "O" and not is_person_noun(analysis, noun.index)


def _gender_of_name(token: Token) -> Agreement | None:
    """The gender of the head of an organization's name; None for foreign words and abbreviations, which the text may
    call by the gender of any noun ("МВД сообщило", "МВД сообщил").
    """
    if token.text.isascii() or (token.text.isupper() and len(token.text) > 1):
        return None
    return "neuter" if token.gender == "Neut" else TAGGED_GENDERS.get(token.gender)


def _reference(
    analysis: Analysis, token: Token, pronoun: tuple[ReferenceKind, Agreement | None, bool] | None
) -> Reference | None:
    """The reference that a token outside of names is, if any; `pronoun` is what `_pronouns` says of it."""
    if pronoun is not None and token.name == "O" and (token.number != "Plur" or pronoun[0] != "personal"):
        kind, gender, maybe_neuter = pronoun
        verb, subject = _clause(analysis, token.index)
        antecedent = None
        if kind == "personal" and token.rel == "det":
            kind = "possessive"
        if kind == "relative":
            antecedent = _relative_antecedent(analysis, token)
        elif kind == "reflexive":
            antecedent = _controller(analysis, token.index)
        told = tuple(_predicated(analysis, token.index)) if kind == "personal" else ()
        return Reference(
            kind, _alone(token), token.index, token.sentence, verb, subject, gender, maybe_neuter,
            antecedent=antecedent,
            roles=tuple([role_at(analysis, i) for i in told]), told=told,
            first_person=analysis.tokens[verb].feats.get("Person") == "1",
        )  # fmt: skip
    if is_person_noun(analysis, token.index) and not _only_predicated(analysis, token):
        role = role_at(analysis, token.index)
        verb, subject = _clause(analysis, token.index)
        gender = _told_gender(analysis, (role,), verb, subject)
        return Reference(
            "description", phrase(analysis, token.index), token.index, token.sentence, verb, subject, gender,
            roles=(role,), new=_brings_in(analysis, token.index),
        )  # fmt: skip
    if token.rel in _PROMINENT and token.gender in TAGGED_GENDERS and _is_thing(token):
        verb, subject = _clause(analysis, token.index)
        called = TAGGED_GENDERS[token.gender]
        return Reference("thing", _alone(token), token.index, token.sentence, verb, subject, called)
    return None


def _alone(token: Token) -> TokenSpan:
    return TokenSpan(token.index, token.index + 1)


def _is_thing(token: Token) -> bool:
    return token.pos in NOUNS and token.number == "Sing" and not token.name.endswith("PER")


def phrase(analysis: Analysis, head: int) -> TokenSpan:
    """The noun phrase of a head: its modifiers before it and its dependents after it, without clauses."""
    sentence = analysis.sentence_of(head)
    start, end = head, head + 1
    while start > max(sentence.start, head - _PHRASE) and _within(analysis, start - 1, head, before=True):
        start -= 1
    while end < min(sentence.end, head + _PHRASE) and _within(analysis, end, head, before=False):
        end += 1
    while end > head + 1 and analysis.tokens[end - 1].pos in ("ADP", "CCONJ", "PUNCT"):
        end -= 1
    return TokenSpan(start, end)


def _within(analysis: Analysis, index: int, head: int, before: bool) -> bool:
    """Whether a token depends on `head`, directly or not, by the relations of a noun phrase."""
    tokens = analysis.tokens
    if tokens[index].pos == "PUNCT":
        return tokens[index].text != "," and tokens[index].head >= 0 and tokens[index].head != head
    for _ in range(_STEPS):
        token = tokens[index]
        if before and token.head == head and token.rel not in _MODIFIERS:
            return False
        if token.rel not in _PHRASE_RELATIONS:
            return False
        if token.head == head:
            return True
        index = token.head
        if index < 0:
            return False
    return False


_PHRASE_RELATIONS = _MODIFIERS | _APPOSITION | {"nmod", "case", "flat:foreign", "advmod", "punct"}


def _top(analysis: Analysis, head: int) -> int:
    """The head of the noun to which a name is an apposition, or the head of the name."""
    for _ in range(_STEPS):
        token = analysis.tokens[head]
        if token.rel not in _APPOSITION or token.head < 0 or not is_person_noun(analysis, token.head):
            break
        if not said_of(analysis.tokens[token.head], token, None):
            break
        head = token.head
    return head


def _clause(analysis: Analysis, index: int) -> tuple[int, bool]:
    """The predicate of a word's clause, and whether the word is the subject there."""
    tokens = analysis.tokens
    subject = tokens[index].rel in SUBJECTS
    if tokens[index].rel == "conj" and tokens[index].head >= 0:
        subject = tokens[tokens[index].head].rel in SUBJECTS
    at = tokens[index].head if tokens[index].head >= 0 else index
    for _ in range(_STEPS):
        token = tokens[at]
        if token.pos in VERBS or token.rel in _CLAUSE or token.head < 0:
            break
        at = token.head
    return at, subject


def _roles_of_name(analysis: Analysis, span: TokenSpan, head: int, gender: Gender | None) -> list[int]:
    """The nouns that tell what a named person is: before the name, after it, or predicated of it."""
    tokens = analysis.tokens
    found: list[int] = []
    at = head
    for _ in range(_STEPS):
        token = tokens[at]
        if token.head < 0 or token.rel not in _APPOSITION:
            break
        at = token.head
        if not span.start <= at < span.end:
            if not is_person_noun(analysis, at) or not said_of(tokens[at], tokens[head], gender):
                break
            found.append(at)
    if not found:
        found.extend(_title_before(analysis, span, head, gender))
    for child in analysis.children(head):
        if tokens[child].rel in _APPOSITION and child >= span.end and is_person_noun(analysis, child):
            found.append(child)
    found.extend(_predicated(analysis, _top(analysis, head)))
    return found


def said_of(noun: Token, name: Token, gender: Gender | None) -> bool:
    """Whether a noun can be an apposition to a name by its case; a name that does not decline agrees with any case.

    "адвоката Анны Орловой" is ambiguous: beside a woman's name a masculine noun in an oblique case governs the name.
    """
    if name.case is None:
        return True
    return noun.case == name.case and (noun.case == "Nom" or gender != "female" or noun.gender != "Masc")


def _title_before(analysis: Analysis, span: TokenSpan, head: int, gender: Gender | None) -> Iterator[int]:
    """The noun for a person whose phrase ends where the name begins, in the case of the name: the parser may have
    attached the name elsewhere ("председатель правительства Иванов").
    """
    tokens = analysis.tokens
    at = span.start - 1
    for _ in range(_STEPS):
        if not 0 <= at < span.start or tokens[at].sentence != tokens[head].sentence:
            return
        if said_of(tokens[at], tokens[head], gender) and is_person_noun(analysis, at):
            yield at
            return
        at = tokens[at].head


def _predicated(analysis: Analysis, subject: int) -> Iterator[int]:
    """Nouns for a person predicated of a subject or object: "Иванов - депутат", "Иванова назначили директором"."""
    token = analysis.tokens[subject]
    if token.head < 0:
        return
    verb = analysis.tokens[token.head]
    if token.rel in SUBJECTS and is_person_noun(analysis, verb.index):
        yield verb.index
    elif (token.rel in SUBJECTS or token.rel == "obj") and verb.lemma in _word_list("copulas"):
        for child in analysis.children(verb.index):
            other = analysis.tokens[child]
            if other.case == "Ins" and other.rel not in SUBJECTS and is_person_noun(analysis, child):
                yield child


def _only_predicated(analysis: Analysis, token: Token) -> bool:
    """Whether a noun for a person only says what a subject is, or names an office, and so refers to nobody."""
    tokens = analysis.tokens
    if token.rel in _PREDICATES and any(tokens[child].rel in SUBJECTS for child in analysis.children(token.index)):
        return True
    if any(tokens[child].lower in _word_list("as_words") for child in analysis.children(token.index)):
        return True
    if token.head < 0:
        return False
    parent = tokens[token.head]
    if token.case == "Ins" and token.rel not in SUBJECTS and parent.lemma in _word_list("copulas"):
        return True
    return token.rel == "nmod" and parent.lemma in _word_list("office_nouns")


def _brings_in(analysis: Analysis, head: int) -> bool:
    """Whether a modifier says that a description is of somebody new: "другой депутат"."""
    for child in analysis.children(head):
        token = analysis.tokens[child]
        if token.rel in _MODIFIERS and token.lemma in _word_list("indefinite"):
            return True
    return False


def _told_gender(analysis: Analysis, roles: Sequence[Role], verb: int, subject: bool) -> Gender | None:
    for role in roles:
        if role.gender:
            return role.gender
    token = analysis.tokens[verb]
    if subject and token.pos in VERBS and token.number == "Sing" and token.feats.get("Tense") == "Past":
        if token.gender == "Fem":
            return "female"
        if token.gender == "Masc":
            return "male"
    return None


def _relative_antecedent(analysis: Analysis, token: Token) -> int | None:
    """The head of the relative clause in which a pronoun stands."""
    tokens = analysis.tokens
    at = token.index
    for _ in range(_STEPS):
        if tokens[at].head < 0:
            return None
        if tokens[at].rel == "acl:relcl":
            return tokens[at].head
        at = tokens[at].head
    return None


def _controller(analysis: Analysis, index: int) -> int | None:
    """The subject of the clause around a reflexive pronoun, or of the verb on which that clause depends."""
    tokens = analysis.tokens
    at = index
    for _ in range(_STEPS):
        at = tokens[at].head
        if at < 0:
            return None
        for child in analysis.children(at):
            if tokens[child].rel in SUBJECTS and child != index:
                return child
        if tokens[at].rel == "acl":
            return tokens[at].head
    return None
