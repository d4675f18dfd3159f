"""The web door: a search page, a page an entry, health and metrics, and the HTTP server under them.

Called by the commands `serve` and `slack`; must not know Slack, which hands it views for its paths.
"""
