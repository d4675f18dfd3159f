"""Text to terms, terms to hits, hits to a decision, and how well that works.

Called by the doors through the snapshot; of Slack it knows the markup of a
message, of the web and the command line nothing.
"""
