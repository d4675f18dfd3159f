"""The web door: pages for people and for machines, the widget, health and metrics, and the HTTP server under them.

Called by the commands `serve` and `slack`; must not know Slack, which hands it views for its paths.
"""
