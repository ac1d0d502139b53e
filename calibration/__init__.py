"""What ties the model to documents: evidence, targets, posterior, validation."""

import model  # noqa: F401  # before numpy, whose arithmetic it settles
