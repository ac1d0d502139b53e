"""What a field of a scenario is made of: months, dated values, parameters.

ODD I.ii, III.iii.
"""
