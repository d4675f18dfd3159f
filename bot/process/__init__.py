"""What every process has: metrics, log lines, background repetition.

Called by the app and the doors; must not know Slack or the web.
"""
