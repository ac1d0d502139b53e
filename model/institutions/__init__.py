"""Institutions: the few agents that differ and decide. ODD I.ii, II.ii."""
