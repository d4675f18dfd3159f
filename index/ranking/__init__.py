"""Scores of every entry for one question: postings, BM25, likeness and their weighted sum.

Called by the snapshot; must not decide.
"""
