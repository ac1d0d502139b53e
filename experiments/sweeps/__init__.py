"""Batches: designs, their execution, and the store that survives a crash."""
