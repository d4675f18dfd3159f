"""Text to terms, terms to hits, hits to a decision, and how well that works.

Called by the doors through the snapshot; must not know the web, the command line,
and of Slack more than the markup of a message.
"""
