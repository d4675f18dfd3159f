"""The API for other programs: its routes, their objects, errors as problems, and the document that describes it.

Called by the web application; must not know Slack, which hands it a function, nor the pages for people.
"""
