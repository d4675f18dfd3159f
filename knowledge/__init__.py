"""The curated entries, synonyms and judged queries, and the code that reads, checks, stores and versions them.

Called by index and bot; must not know how entries are found (index) or how people reach them (bot).
"""
