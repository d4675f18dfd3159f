"""Excel workbooks as sheets of cells, read piece by piece within bounds, so that no file takes all memory.

Called by the reader of workbooks; must not know entries or our columns.
"""
