"""The commands of the command line: one module a command, each with a `run`, imported when it is called."""
