"""People: where their names stand, how a name declines, which names are one person, what the text calls them."""
