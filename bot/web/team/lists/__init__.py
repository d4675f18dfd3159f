"""The team's pages of what belongs to the knowledge base beside its entries: judged queries, words, the site.

Called by the team's pages; must not know Slack, nor how a list is merged or stored.
"""
