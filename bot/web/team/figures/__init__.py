"""The team's pages that are looked at: what is counted, the health of entries, what is promised and its audit.

Called by the team's pages; must not know Slack, nor how a change is written.
"""
