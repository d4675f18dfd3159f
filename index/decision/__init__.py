"""From a ranking to answer, suggest or abstain with a calibrated confidence.

Called by the snapshot, by what reviews and evaluates, and by doors that explain a decision; must not know doors or
the database. Begin with `decision`. `features` (with `doubts`, `neighbourhood`) describes a ranking, `confidence` turns
that into a probability, which `other_things` bounds. `calibration` learns it from `cases` by `learning` and sets the
cuts by `evidence` and `risk`; `start` is what other knowledge bases taught.
"""
