"""Reading messages: what a person wrote, cut into sentences of a kind, and the questions among them.

Called by the doors through `bot/faq.py` and by the evaluation; it must know no entry, no ranking and no database.
"""
