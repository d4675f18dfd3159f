"""How people reach it: Slack, a web page and the command line, all through one Faq object."""
