"""The commands of the command line: a module X.py runs `faqbot X`; MODULES of bot/cli.py names the exceptions.

bot/cli.py imports a module when its command is called, and calls `run(options, app)` with the parsed options. A command
must not define options: only bot/terminal/arguments.py does.
"""
