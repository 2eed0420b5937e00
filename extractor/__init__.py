"""People, organizations and quotes with their speakers, from Russian news.

>>> from extractor import Extractor
>>> extractor = Extractor()
>>> document = extractor("Текст статьи …", id="1")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from extractor.pipeline import Extractor
    from extractor.records import Document, Mention, Organization, Person, Quote, Span, Speaker
    from extractor.version import __version__

__all__ = ["Document", "Extractor", "Mention", "Organization", "Person", "Quote", "Span", "Speaker", "__version__"]


def __getattr__(name: str) -> Any:
    """Imports a name when it is first asked for.

    Importing all of them takes half a second, in which the command could not yet answer Ctrl-C (`__main__`).
    """
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = {"Extractor": "pipeline", "__version__": "version"}.get(name, "records")
    return globals().setdefault(name, getattr(import_module(f"{__name__}.{module}"), name))


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
