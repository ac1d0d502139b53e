"""Every parameter the theory takes, with unit, range, default, prior and source.

ODD III.iii.
"""
