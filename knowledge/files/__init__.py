"""Knowledge bases as YAML, Excel and CSV files.

Called by commands and forms; must not know the database.
"""
