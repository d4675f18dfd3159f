"""Sentences the bot says itself, the same at every door; never an answer.

Called by nearly every door and command; must not know Slack.
"""
