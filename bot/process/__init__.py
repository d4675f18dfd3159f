"""The parts of every process: metrics and what else its watchers see, log lines, background repetition.

Called by the app and the doors; must not know Slack or the web.
"""
