"""Reading: a text becomes an `Analysis`, tokens with morphology and syntax in sentences and paragraphs."""
