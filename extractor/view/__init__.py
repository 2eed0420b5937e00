"""Records shown to readers: in a terminal and as HTML."""
