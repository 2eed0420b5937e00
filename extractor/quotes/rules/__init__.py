"""Quotes by rules over quotation marks, cues, syntax and layout."""
