"""Block Kit as pure functions: a reply goes in, blocks and the fallback text come out.

Called by listeners; must not call Slack or the Faq object.
"""
