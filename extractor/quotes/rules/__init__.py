"""Quotes found by rules over quotation marks, cues, syntax and layout.

Windows are numbers of tokens.  Those with a figure beside them were swept one at a time, the others as they are, on
quotes/dev (70 documents, 389 quotes) and the first 120 documents of real/train (593 quotes).  Of a pair of figures the
first is of quotes/dev.  With all numbers as they are, f1@0.8 is 0.929 / 0.805 and the share of right speakers is
0.949 / 0.937 after joining with the tagger; 0.927 / 0.725 and 0.933 / 0.913 of the rules alone.  "No difference" means
that none of these moved.  One quote more or less is 0.001–0.003, one speaker 0.003 / 0.002.
"""
