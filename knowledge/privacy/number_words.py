"""The words beside a number: units that make it a quantity, and what stands between it and what it is called."""

from knowledge.amounts.units import MAGNITUDES, UNITS, pattern_of

# 月額10,000円, 50コール and 3丁目 stand for nobody; before 番号, 度々 and 割引 a number may well do.
NO_COUNTERS = ("番号", "度", "割")
COUNTED = rf"(?:{pattern_of(unit for unit in UNITS if unit.name not in NO_COUNTERS)}|{'|'.join(MAGNITUDES)})"
IS = r"(?:は|が|も|の|って|:|=|#|→|No\.?|[ 「『\"'(\[【、,]){0,5}+"
