"""Text to terms: the analysis chain for entries and questions alike.

Called by the ranking and the checks; must not know entries.
"""
