"""How people reach it: Slack, a web page and the command line, all through one Faq object.

Called by nobody: it is the top. The parts that every door shares must not know any door; bot/app.py joins them.
"""
