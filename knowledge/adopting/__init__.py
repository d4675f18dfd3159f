"""Makes a knowledge base folder: an empty one, or one from an FAQ in Excel or CSV whose columns are its own.

Called by `faqbot init`; must not know how words are read (the caller passes it) or how entries are found.
"""
