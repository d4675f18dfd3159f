"""The commands of the command line, one module each with a `run`, imported when it is called.

`running` is shared by the two commands that serve, `evaluation_report` belongs to `evaluate`. Called by bot/cli.py;
must not know each other, nor how the command line is parsed.
"""
