"""Quotes by the learned tagger: labels of words, and quotes decoded from them."""
