"""What the tests of Natasha's networks share: sentences, and how the tagger is called."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np

from extractor.inference.kernels import Ints
from extractor.reading import segmentation, tagging

# The fixture `products`.
Products = Callable[[], AbstractContextManager[None]]

TEXT = """Губернатор Приозёрской области Антон Лагутин открыл в среду новый мост через реку Вязовку.
«Мы ждали его двенадцать лет, и вот он стоит», — сказал Лагутин журналистам.
По данным ООО «Мостотряд-9», стройка обошлась в 1,4 млрд рублей; проект готовил институт «Гипромост».
Да.
Как сообщила агентству "Вязовка-Медиа" Инна Чеботарь, движение откроют в 06:00, о чём известят СМС.
— А пешеходы? — спросил один из жителей. — Им куда?"""


def sentences_of(text: str) -> list[list[str]]:
    """The tokens of each sentence of a text."""
    return [
        sentence.texts
        for start, end in segmentation.paragraphs(text)
        for sentence in segmentation.sentences(text, start, end)
    ]


def tagged(tagger: tagging.Tagger, sentences: list[list[str]]) -> tagging.Tagging:
    """The tags of sentences, tagged together."""
    return tagger(*numbered([word for sentence in sentences for word in sentence]), [*map(len, sentences)])


def numbered(words: list[str]) -> tuple[list[str], Ints]:
    """The different words, and the number of each word among them."""
    different = list(dict.fromkeys(words))
    return different, np.array([different.index(word) for word in words], dtype=np.int64)
