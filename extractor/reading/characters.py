"""Classes of characters: quotation marks, dashes, stops.  Every other module asks here.

Each class is a set of tokens, nearly all of one character.  What a mark does in its place (a straight mark opens or
closes) is for `quotes/rules/marks.py` to tell.
"""

from __future__ import annotations

# Quotation marks that only open, that only close, and that do either: straight and English ones, and the German
# closing mark, which opens in English.
OPENING_MARKS = frozenset("«„‹")
CLOSING_MARKS = frozenset("»›")
EITHER_MARKS = frozenset('"“”‟')
MARKS = OPENING_MARKS | CLOSING_MARKS | EITHER_MARKS
# Marks that can stand right before quoted words, and right after them.
MAY_OPEN = MARKS - CLOSING_MARKS - {"”"}
MAY_CLOSE = MARKS - OPENING_MARKS - {"‟"}
# Single marks, which also serve as apostrophes, and all marks of quotation together.
SINGLE_MARKS = frozenset("'‘’‚")
QUOTATION_MARKS = MARKS | SINGLE_MARKS
APOSTROPHES = frozenset("'’`ʼ‘")
# Marks that the networks were taught to read as quotation marks.
PAIRED_MARKS = MARKS | {"'"}

# Dashes, and the hyphen, which pages print for one.
LONG_DASHES = frozenset("—–―‒")
DASHES = LONG_DASHES | {"-"}

# What ends a sentence: single characters, and all tokens that do.
STOPS = frozenset(".!?…")
ENDS = STOPS | {"...", "?!", "!?", "!!!", "?..", "!..", "..", "!!", "??"}
# Of these the ones that end a statement.
FULL_STOPS = frozenset({".", "…", "..."})
