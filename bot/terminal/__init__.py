"""Text and JSON of the command line: replies, gaps, changes, measurements and prompts, for people and for programs.

Called by the commands; must not ask the bot or change anything, nor know Slack or the web.
"""
