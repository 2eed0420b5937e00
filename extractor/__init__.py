"""People, organizations and quotes with their speakers, from Russian news.

>>> from extractor import Extractor
>>> extractor = Extractor()
>>> document = extractor("Текст статьи …", id="1")
"""

from extractor.pipeline import Extractor
from extractor.records import Document, Mention, Organization, Person, Quote, Span, Speaker
from extractor.version import __version__

__all__ = ["Document", "Extractor", "Mention", "Organization", "Person", "Quote", "Span", "Speaker", "__version__"]
