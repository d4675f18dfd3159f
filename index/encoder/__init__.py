"""Sentence vectors from an optional model.

Called by the ranking; must not know entries or decisions.
"""
