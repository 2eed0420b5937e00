"""Word forms, and which cache to use for what is computed of words.

The same is asked of the same words again and again.  Which cache keeps an answer depends on what it is computed from:

| computed from                    | cache                                | why this one                               |
| -------------------------------- | ------------------------------------ | ------------------------------------------ |
| the text of one form             | `form[function]`, see `Form`         | asked for every token: the form is at hand |
| ... and its tag                  | `token.cached(function)`             | the same dictionary, of the token's form   |
| other arguments that may recur   | `functools.lru_cache(MEMO_SIZE)`     | bounded however long the process runs      |
| nothing: a lexicon, a model      | `functools.cache`                    | read once, kept for good                   |
| one form, and is a row of floats | `inference.slovnet.RowCache`         | rows of one matrix, gathered at once       |

What depends on a whole text is a `functools.cached_property` of that text's object.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any

# How many answers an `lru_cache` keeps, here and in the later stages; it bounds memory, as a process is to stay below
# 400 MB however long it reads.
MEMO_SIZE = 10_000
# Every token asks for its form, and a form that is dropped takes its answers along, so that forms (and the chunks of
# text in `segmentation`) have a larger cache.  In the 689,527 tokens of quotes and real a form is asked for that has
# been dropped or is new 24 % of the times with 10,000, 18 % with 20,000 and 13 % with 40,000; on 900 texts of
# quotes/train 20,000 take 3.8 % less time than 10,000 and 13 MB more (two runs of the same code differ by up to 2.4 %).
FORMS_SIZE = 20_000


class Form(dict[Hashable, Any]):
    """A word as it is written, with the answers that are cached for it.

    `form[function]` is `function(form.text)`, which is called once; any function of a text may be a key, and must be
    one that lives as long as the process.  `lower` is the text in lower case, `plain` the same with е for ё.

    Each stage asks something of every word.  Looking each answer up in a cache of its own would take longer than what
    is done with it, because no two answers for one word would lie near each other in memory.
    """

    __slots__ = ("lower", "plain", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.plain = plain(self.lower)

    def __missing__(self, function: Callable[[str], Any]) -> Any:
        answer = self[function] = function(self.text)
        return answer


# Returns the `Form` of a text.  Two equal texts may have two objects, when the first one had been dropped in between.
form_of = lru_cache(maxsize=FORMS_SIZE)(Form)


def plain(word: str) -> str:
    """Returns a word as lexicons compare it: with е for ё."""
    return word.replace("ё", "е")
