"""Sentences the bot says itself, the same at every door; never an answer.

Called by views and the terminal; must not know Slack.
"""
