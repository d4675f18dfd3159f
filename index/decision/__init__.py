"""From a ranking to answer, suggest or abstain with a calibrated confidence.

Called by the snapshot; must not know doors or the database.
"""
