"""Entries as people choose them: by their questions, offered while they are typed, or, in a form, by their ids.

Called by the pages and by Slack's forms; must not know either, nor what the entry is chosen for.
"""
