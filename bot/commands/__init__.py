"""The commands of the command line, as modules with a `run`, imported when they are called.

Called by bot/cli.py; must not know how the command line is parsed.
"""
