"""Reading messages: what a person wrote, cut into sentences of a kind, and the questions among them.

Called by `index/asking`, the doors and the evaluation; must not know entries, rankings or the database.
"""
