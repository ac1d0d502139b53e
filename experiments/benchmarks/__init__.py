"""How fast a draw and a sweep run, beside a plain model."""
