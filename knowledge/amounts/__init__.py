"""Amounts in Japanese text: units, numbers in any spelling, and what a figure with its unit says.

Called by the checks, the redaction and the index; must not know entries, nor how texts are searched.
"""
