"""Entries as an editor chooses them in a form: by their questions, offered while they are typed, or by their ids.

Called by the team's pages; must not know Slack, nor what the entry is chosen for.
"""
