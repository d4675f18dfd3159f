"""Knowledge bases as YAML, Excel and CSV files.

Called by `knowledge.folder`, commands and forms; must not know the database.
"""
