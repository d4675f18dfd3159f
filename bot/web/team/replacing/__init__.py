"""Words of many answers replaced at once: what would be written anew is shown, and becomes one proposal.

Called by the team's pages; must not know how an impact is measured.
"""
