"""Tokens and installations of one or several Slack workspaces.

Called by the Slack app; must not answer.
"""
