"""Scenarios against one another: differences, steps, events, substitution."""
