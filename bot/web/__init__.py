"""The web door: a search page and one page an entry."""
