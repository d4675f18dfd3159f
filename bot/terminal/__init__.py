"""Text and JSON of the command line: replies, gaps, changes and measurements, for people and for programs.

Called by the commands; must not ask or change anything, nor know Slack or the web.
"""
