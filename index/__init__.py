"""How we find it: text to terms, terms to hits, hits to a decision, and its evaluation."""
