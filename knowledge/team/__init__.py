"""The people signed in to the team's pages, as the database remembers them.

Called by the team's pages and by the forgetting of old records; must not know the web or Slack.
"""
