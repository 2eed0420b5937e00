"""Word forms, and which cache to use for what is computed of words.

The same is asked of the same words again and again.  Which cache keeps an answer depends on what it is computed from:

| computed from                    | cache                                | why this one                               |
| -------------------------------- | ------------------------------------ | ------------------------------------------ |
| the text of one form             | `form[function]`, see `Form`         | asked for every token: the form is at hand |
| ... and its tag                  | `token.cached(function)`             | the same dictionary, of the token's form   |
| other arguments that may recur   | `functools.lru_cache(MEMO_SIZE)`     | bounded however long the process runs      |
| nothing: a lexicon, a model      | `functools.cache`                    | read once, kept for good                   |
| one form, and is a row of floats | `inference.slovnet.RowCache`         | rows of one matrix, gathered at once       |

What depends on a whole text is a `cached_property` of that text's object.

A cache is never seen half filled: an answer is put in by one step once it is complete, so that an exception at any
point (a key or an alarm raises one) leaves the caches as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, Generic, TypeVar, overload

Owner = TypeVar("Owner")
Answer = TypeVar("Answer")

# How many answers an `lru_cache` keeps, here and in the later stages; it bounds memory, as a process is to stay below
# 400 MB however long it reads.
MEMO_SIZE = 10_000
# Every token asks for its form, and a form that is dropped takes its answers along, so that forms (and the chunks of
# text in `segmentation`) have a larger cache.  In the 689,527 tokens of quotes and real a form is asked for that has
# been dropped or is new 24 % of the times with 10,000, 18 % with 20,000 and 13 % with 40,000; on 900 texts of
# quotes/train 20,000 take 3.8 % less time than 10,000 and 13 MB more (two runs of the same code differ by up to 2.4 %).
FORMS_SIZE = 20_000


class cached_property(Generic[Owner, Answer]):  # noqa: N801 (named as the one of functools)
    """A property that is computed at its first use and then kept in the object's `__dict__`.

    In Python 3.11 `functools.cached_property` holds a lock while it computes, one for all objects of a class.  A
    process forked meanwhile by another thread would wait for it for ever, and threads wait for each other's texts.
    Without it two threads that ask one object at once may both compute the answer, the same.
    """

    def __init__(self, function: Callable[[Owner], Answer]) -> None:
        self._function = function
        self._name = function.__name__
        self.__doc__ = function.__doc__

    @overload
    def __get__(self, owner: None, kind: type[Owner]) -> cached_property[Owner, Answer]: ...
    @overload
    def __get__(self, owner: Owner, kind: type[Owner]) -> Answer: ...
    def __get__(self, owner: Owner | None, kind: type[Owner]) -> cached_property[Owner, Answer] | Answer:
        """Computes and keeps the answer; later the object's own attribute comes before this."""
        if owner is None:
            return self
        answer = vars(owner)[self._name] = self._function(owner)
        return answer


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
