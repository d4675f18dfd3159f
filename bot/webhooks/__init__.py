"""Webhooks: other systems are told, signed, of what happens here, and told again until they have taken it.

Started by `bot/app.py`; must not know any door.
"""
