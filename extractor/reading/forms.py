"""What is kept of word forms: one object a form, on which every stage keeps its answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import count
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
# What has been found out of so many words is kept, here and in the stages that ask more of them.  Twice as many would
# save up to a tenth of the time on an archive; but a process is to stay below 400 MB however long it reads.
MEMO_SIZE = 10_000
# `FormNumbers` are kept at so many places, more than there are forms in `known_forms`, and are less than the limit.
_PLACES, _NUMBER_LIMIT = 2**15, 2**40
_SERIALS = count()


class BoundedMemo(dict[str, T]):
    """What a function makes of words, kept for the `MEMO_SIZE` to twice as many words that were asked for last.

    It takes a third of the time of an `lru_cache`, which notes each use in a list that runs all over memory.
    """

    def __init__(self, function: Callable[[str], T]) -> None:
        super().__init__()
        self._function = function
        # What was asked for before the words that are in the dictionary itself.
        self._before: dict[str, T] = {}

    def __missing__(self, word: str) -> T:
        if len(self) >= MEMO_SIZE:
            self._before = dict(self)
            self.clear()
        known = self._before.get(word)
        kept = self[word] = self._function(word) if known is None else known
        return kept


class Form(dict[Hashable, Any]):
    """A word as it is written: `form[function]` is what a function makes of its text, asked once; `plain` is the text
    in lower case, ё as е.  No other form has its `serial` number.

    Each stage asks something of every word.  Were each answer kept by word in a cache of its own, to find it again
    would take longer than all that is done with it: no two of a word's would lie near each other in memory.
    """

    __slots__ = ("lower", "plain", "serial", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.lower()
        self.plain = plain(self.lower)
        self.serial = next(_SERIALS)

    def __missing__(self, function: Callable[[str], Any]) -> Any:
        answer = self[function] = function(self.text)
        return answer


known_forms = BoundedMemo(Form)


class FormPlaces(NamedTuple):
    """Where the `FormNumbers` of some forms are kept, and their owners as they stand there."""

    at: npt.NDArray[np.int64]
    owners: npt.NDArray[np.int64]

    @classmethod
    def of(cls, forms: Sequence[Form]) -> FormPlaces:
        """The place of the numbers of forms."""
        serials = np.array([form.serial for form in forms], dtype=np.int64)
        return cls(serials % _PLACES, serials // _PLACES * _NUMBER_LIMIT)


class FormNumbers:
    """What a function makes of the texts of forms, where that is a whole number from 0 on, below
    `_NUMBER_LIMIT`; kept in one array, which is read for all forms of a text at once.

    Forms whose serial numbers end alike have one place.  What stands there says whose number it is, so that a number
    is read or written, by one thread or another, with its owner or not at all.
    """

    def __init__(self, function: Callable[[str], int]) -> None:
        self._function = function
        self._kept = np.full(_PLACES, -1, dtype=np.int64)

    def __call__(self, forms: Sequence[Form], place: FormPlaces) -> npt.NDArray[np.int64]:
        """The number of each form, whose numbers have the place."""
        numbers = self._kept.take(place.at) - place.owners
        # Where another form's number stands, it is below 0 or beyond all numbers: as unsigned, always beyond.
        missing = (numbers.view(np.uint64) >= _NUMBER_LIMIT).nonzero()[0]
        if len(missing):
            numbers[missing] = [self._function(forms[i].text) for i in missing.tolist()]
            self._kept[place.at[missing]] = place.owners[missing] + numbers[missing]
        return numbers


def plain(word: str) -> str:
    """A word as lexicons compare it: ё as е."""
    return word.replace("ё", "е")
