"""The first stage: turns a text into an `Analysis`: sentences and tokens with grammar and Natasha's names."""
