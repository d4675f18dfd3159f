"""The effect of a change of entries or synonyms on decisions, before it is published.

Called by publishing and `faqbot check`; must not publish.
"""
