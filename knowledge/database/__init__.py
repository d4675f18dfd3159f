"""The connection, tables and migrations of the database, and how outages and changes are noticed.

Called by every room that stores; must not know what the rows mean.
"""
