"""The team's pages, for staff and editors: entries and their changes, gaps, trying a question.

Called by the web application; must not know Slack, which says over `bot.signing_in` who somebody is.
"""
