"""Measures and learns on judged queries and public benchmarks.

Called by `faqbot evaluate` and `make weights`; must not run on the path of a question.
"""
