"""Organizations: the spans of their names, the nominatives of these, and which names are one organization's."""
