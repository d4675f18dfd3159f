"""Asking: an outcome for each question of a message, read within the conversation that it goes on with.

Called by the doors through `bot/faq.py` and by the evaluation; must not know Slack, the web or the database.
"""
