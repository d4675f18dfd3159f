"""The events that other systems are told of, and what of them has been delivered.

Called by `bot/webhooks/`; must not know how anything is sent.
"""
