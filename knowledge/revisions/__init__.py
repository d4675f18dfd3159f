"""The live entries in numbered revisions: store, history, proposals, merging and caches.

Called by the searcher and the editing gate; must not know how entries are found.
"""
