"""The team's pages of entries: the list and its search, one entry with its history, its form, questions just beyond it.

Called by the team's other pages; must not know Slack, nor how a change is measured or published.
"""
