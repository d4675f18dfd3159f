"""Messages in and replies out, each once: intake, leases, posting and searching for duplicates.

Called by the Slack app and listeners; must not know what an answer says.
"""
