"""Limits of a Slack message: longer texts are cut there, and the checks of entries warn of them."""

# One message's blocks may hold about 13,200 characters (undocumented). A longer answer is shown shortened with its
# link, which also keeps it readable on a phone.
MAX_ANSWER_TEXT = 2_800  # characters of an answer
MAX_BUTTON_TEXT = 75  # characters of a question on a button (Slack's limit)
