"""Checks of entries that need no retrieval: relations, contradicting figures, dates, lengths, links and style.

Called by imports, publishing and `faqbot check`; must not know the index or a door.
"""
