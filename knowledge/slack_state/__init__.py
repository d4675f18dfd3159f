"""Slack events, posted replies and installations that outlive a process.

Called by the Slack door only; must not call Slack.
"""
