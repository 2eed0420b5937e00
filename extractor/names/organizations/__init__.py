"""Organizations: where their names stand, how far they extend, their nominatives, which names are one organization."""
