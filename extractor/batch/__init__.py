"""Batches: JSON lines of articles in, records out, resumable, in any number of processes or machines."""
