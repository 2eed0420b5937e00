"""The learned tagger of quotes and its decoder."""
