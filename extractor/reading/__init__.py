"""The first stage: turns a text into an `Analysis`: tokens with morphology and syntax, sentences and paragraphs."""
