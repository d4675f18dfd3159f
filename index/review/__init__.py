"""What a change of entries or synonyms would do to decisions.

Called by publishing and `faqbot check`; must not publish.
"""
