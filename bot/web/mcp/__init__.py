"""MCP for people's assistants: the protocol's messages, the tools, and the endpoint that answers them.

Called by the web application; must not know Slack nor the pages for people.
"""
