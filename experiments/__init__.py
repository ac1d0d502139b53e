"""Questions asked of the model: runs, comparisons, sweeps, reports, commands."""

import model  # noqa: F401  # before numpy, whose arithmetic it settles
