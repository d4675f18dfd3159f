"""Slack events, posted replies and installations that outlive a process.

Called by the Slack door, and by the app that makes its parts; must not call Slack.
"""
