"""Questions asked of the model: runs, comparisons, sweeps, reports, commands.

What a researcher takes in hand from Python, each imported when it is first wanted:

    load_model         a model to step through, with or without a draw
    run, run_sweep     runs and sweeps, with an own model and own measures
    load_posterior     the calibrated posterior
    open_run, open_sweep   what they wrote, as tables
    ProgressBar        for a notebook or a terminal
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

import model  # noqa: F401  # before numpy, whose arithmetic it settles

if TYPE_CHECKING:
    from calibration.posterior import load_posterior
    from experiments.results.progress import ProgressBar
    from experiments.results.runs import open_run
    from experiments.results.sweeps import open_sweep
    from experiments.runs.loading import load_model
    from experiments.runs.run import run
    from experiments.sweeps.design import Design
    from experiments.sweeps.session import SweepOptions
    from experiments.sweeps.sweep import run_sweep

# Before Arrow is imported: its own allocator keeps what it was given back, a fifth of
# the memory of a run or a report.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

__all__ = [
    "Design",
    "ProgressBar",
    "SweepOptions",
    "load_model",
    "load_posterior",
    "open_run",
    "open_sweep",
    "run",
    "run_sweep",
]
_HOME = {
    "Design": "experiments.sweeps.design",
    "ProgressBar": "experiments.results.progress",
    "SweepOptions": "experiments.sweeps.session",
    "load_model": "experiments.runs.loading",
    "load_posterior": "calibration.posterior",
    "open_run": "experiments.results.runs",
    "open_sweep": "experiments.results.sweeps",
    "run": "experiments.runs.run",
    "run_sweep": "experiments.sweeps.sweep",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is wanted: a command must not wait for all of them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
