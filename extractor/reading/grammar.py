"""Grammatical classes of single tokens, for all stages after reading.

Parts of speech, features and relations are those of Universal Dependencies, as Natasha's models assign them.
"""

from __future__ import annotations

from extractor.reading.analysis import Analysis, Token

VERBS = frozenset({"VERB", "AUX"})
NOUNS = frozenset({"NOUN", "PROPN"})
# Parts of speech that can head a noun phrase; X are foreign words.
NOMINALS = NOUNS | {"PRON", "NUM", "X", "SYM"}
SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
# Punctuation at which a clause may end, inside its sentence; and with the full stop.
CLAUSE_BREAKS = frozenset({",", ":", ";"})
PHRASE_BREAKS = CLAUSE_BREAKS | {"."}


def is_finite(token: Token) -> bool:
    """Whether a token is a finite verb form ("сказал", "говорит")."""
    return token.feats.get("VerbForm") == "Fin"


def may_be_finite(token: Token) -> bool:
    """Whether a token is a finite verb form or none at all: not an infinitive, participle or gerund."""
    return token.feats.get("VerbForm") in {"Fin", None}


def is_infinitive(token: Token) -> bool:
    """Whether a token is an infinitive ("сказать")."""
    return token.feats.get("VerbForm") == "Inf"


def is_participle(token: Token) -> bool:
    """Whether a token is a participle ("сказавший")."""
    return token.feats.get("VerbForm") == "Part"


def is_gerund(token: Token) -> bool:
    """Whether a token is a gerund ("говоря")."""
    return token.feats.get("VerbForm") == "Conv"


def is_short(token: Token) -> bool:
    """Whether a token is a short adjective or participle, which serves as predicate ("уверен", "сказано")."""
    return token.feats.get("Variant") == "Short"


def is_animate(token: Token) -> bool:
    """Whether a token is marked as animate ("депутат")."""
    return token.feats.get("Animacy") == "Anim"


def is_first_or_second_person(token: Token) -> bool:
    """Whether a verb is in the first or second person ("говорю", "говорите")."""
    return token.feats.get("Person") in {"1", "2"}


def has_subject(analysis: Analysis, verb: int) -> bool:
    """Whether a nominal subject depends on the token `verb`."""
    return any(analysis.tokens[child].rel in SUBJECTS for child in analysis.children(verb))
