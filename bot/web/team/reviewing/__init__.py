"""A change as an editor reads it before publishing: the impact in groups, and the words that change.

Called by the team's pages; must not know Slack, nor how an impact is measured.
"""
