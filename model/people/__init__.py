"""People: who there is, what they notice and believe, and what they would sign for.

ODD II.ii.
"""
