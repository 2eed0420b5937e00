"""Quotes with their attributions, found by rules over marks, cues and syntax, and by a learned tagger.

`find_quotes` is the stage of the pipeline.  `rule_quotes` and `quotes_with` are its parts, for training and measuring:
what the rules find alone, and what is joined of it with given output of the tagger.
"""

from extractor.quotes.finding import find_quotes, quotes_with, rule_quotes

__all__ = ["find_quotes", "quotes_with", "rule_quotes"]
