"""The people signed in to the team's pages, and the faults found where they had entries checked, in the database.

Called by the team's pages, the weekly digest and the forgetting of old records; must not know the web or Slack.
"""
