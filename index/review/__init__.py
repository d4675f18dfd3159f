"""The effect of a change of entries or synonyms on decisions, before it is published.

Called by publishing, the team's pages, `faqbot check` and `faqbot init`; must not publish.
"""
