"""The Slack door: Bolt listeners and the intake of messages around the Faq object, over HTTP and Socket Mode alike.

Called by the commands that serve; must not know the other doors.
"""
