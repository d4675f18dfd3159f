"""The commands of the command line, one module each with a `run`, imported when it is called.

Called by bot/cli.py; must not know how the command line is parsed.
"""
