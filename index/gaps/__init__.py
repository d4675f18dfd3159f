"""Unanswered questions grouped by meaning.

Called by the Home tab, the digest and `faqbot gaps`; must not change the log.
"""
