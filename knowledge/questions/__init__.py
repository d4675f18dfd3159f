"""The log of questions and feedback, and its statistics.

Called by the bot; must not hold text that was not redacted.
"""
