"""Mixed and indirect quotes: content that a cue reports, and quoted words inside the reporter's own.

The constructions, each found by a rule of its own (`finding.py` lists them):

* clause         X сообщил, что P; выразил надежду, что P; сообщается, что P
* aside          По словам X, P; P1, как сообщил X, P2
* inverted       P, сообщил X; P1, считает X, P2
* headline       X: P; P — X
* fragment       X назвал это «ошибкой»
* anaphoric      P. Об этом сообщил X.
"""

from extractor.quotes.rules.reported.finding import find_reported

__all__ = ["find_reported"]
