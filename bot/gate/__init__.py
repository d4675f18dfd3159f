"""The gate that every change passes before it is live: checks, impact, refusal of what loses a right answer, approval.

Called by every door that edits; must not know any of them, nor how a form is drawn.
"""
