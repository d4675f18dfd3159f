"""What we know: the curated entries, synonyms and judged queries, and the code that keeps them."""
