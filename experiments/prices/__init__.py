"""The other direction: the price that meets a target, and what it costs."""
