"""Finds personal data in text and replaces it before anything is stored.

Called by the query log; must not know what the text is used for.
"""
