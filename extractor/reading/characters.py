"""Classes of characters that several stages test for: quotation marks, dashes and stops.

Each class is a set of tokens, most of them single characters.  Other modules import the classes from here, so that a
mark is added in one place; only regular expressions and lists that differ on purpose spell characters.  What a mark
does where it stands (whether a straight mark opens or closes, say) is decided in `quotes/rules/marks.py`.
"""

from __future__ import annotations

# Quotation marks that only open, that only close, and that may do either: straight and English ones, and “, which
# closes in German and opens in English.
OPENING_MARKS = frozenset("«„‹")
CLOSING_MARKS = frozenset("»›")
EITHER_MARKS = frozenset('"“”‟')
MARKS = OPENING_MARKS | CLOSING_MARKS | EITHER_MARKS
# Marks that can stand right before quoted words, and right after them.
MAY_OPEN = MARKS - CLOSING_MARKS - {"”"}
MAY_CLOSE = MARKS - OPENING_MARKS - {"‟"}
# Single marks, which also serve as apostrophes, and quotation marks of all kinds.
SINGLE_MARKS = frozenset("'‘’‚")
QUOTATION_MARKS = MARKS | SINGLE_MARKS
APOSTROPHES = frozenset("'’`ʼ‘")
# Marks that the names and quotes networks saw as quotation marks in training (see `Analysis.marked_spans`).
PAIRED_MARKS = MARKS | {"'"}

# Dashes, and the hyphen, which some pages print for one.
LONG_DASHES = frozenset("—–―‒")
DASHES = LONG_DASHES | {"-"}

# Stops: the single characters that end a sentence, and all tokens that do.
STOPS = frozenset(".!?…")
ENDS = STOPS | {"...", "?!", "!?", "!!!", "?..", "!..", "..", "!!", "??"}
# Those that end a statement.
FULL_STOPS = frozenset({".", "…", "..."})
