"""Scenario files an analyst edits; data only."""
