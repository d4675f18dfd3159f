"""Text to terms, terms to hits, hits to a decision, and how well that works.

Called by the doors through the snapshot; must not know Slack, the web or the command line.
"""
