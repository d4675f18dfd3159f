"""Changes to propose without being asked: variants and synonyms, each with its price on real questions, best first.

Called by the page 提案 and the start of the server; must not know requests, nor the other pages.
"""
