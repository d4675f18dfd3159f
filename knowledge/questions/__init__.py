"""The log of what was asked and answered, and what it adds up to.

Called by the bot; must not hold text that was not redacted.
"""
