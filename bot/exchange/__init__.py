"""The objects in JSON that programs send and get: one shape each at the command line, the API and MCP.

Called by those doors; must not know any of them, Slack or the terminal.
"""
