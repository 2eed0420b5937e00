"""Records shown to people: in the terminal, and as a page of HTML."""
