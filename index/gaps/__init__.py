"""Unanswered questions grouped by meaning.

Called by `bot/overview.py`, for everybody who shows gaps; must not change the log.
"""
