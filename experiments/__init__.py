"""Questions asked of the model: runs, comparisons, sweeps, reports, commands."""
