"""The editors' manual as a page beside the pages that it tells of.

Called by the team's pages; must not know Slack, nor entries, whose answers have a Markdown of their own.
"""
