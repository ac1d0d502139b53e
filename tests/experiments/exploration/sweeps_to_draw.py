"""Toy sweeps with something to see in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.sweeps.design import Design
from tests.experiments import toy_jobs
from tests.experiments.sweeping import sweep

X, Y = "federal.bonus", "force.return_share"
NAMES = {X: "Bonus, million RUB"}


def made(folder: Path, job: Any = toy_jobs.toy, **design: Any) -> Path:
    """Run a toy sweep and return its folder."""
    sweep(folder, Design.model_validate(design), job=job)
    return folder


def gridded(folder: Path, job: Any = toy_jobs.not_finite) -> Path:
    """A grid of bonus and return share, the lowest bonus without a replacement."""
    axes = {"levers": {X: [0.2, 0.5, 1.0]}, "uncertainties": {Y: [0.5, 0.7]}}
    return made(folder, job, **axes, seeds=4, labels=NAMES)


def sampled(folder: Path, kind: str, samples: int = 16) -> Path:
    """Bonus and return share sampled over ranges."""
    ranges = {X: {"low": 0.5, "high": 2}, Y: {"low": 0.5, "high": 0.9}}
    return made(
        folder, design=kind, uncertainties=ranges, samples=samples, labels=NAMES
    )
