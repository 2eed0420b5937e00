"""Classes of characters that several stages test for: quotation marks, dashes and stops.

Most classes are sets of tokens, nearly all of them single characters.  Other modules import the classes from here, so
that a mark is added in one place; only regular expressions and lists that differ on purpose spell characters.  What a
mark does where it stands (whether a straight mark opens or closes, say) is decided in `quotes/rules/marks.py`.
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

# Emoji, pictographs and geometric shapes, as the inside of a character set of a regular expression; skin tones, letters
# of flags and the ring of keycaps among them.
FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
EMOJI = (
    "\u203c\u2049\u20e3\u2139\u231a-\u23ff\u25a0-\u25ff\u2600-\u275a\u2761-\u27bf\u2b00-\u2bff\u303d\u3297\u3299"
    "\U0001f000-\U0001faff\U000e0020-\U000e007f"
)
