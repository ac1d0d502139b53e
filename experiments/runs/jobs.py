"""The seam between the engine and the model: what a run is given and gives back.

A job is a module-level function `job(RunInput) -> RunOutput`, known by its import
path so that any worker, on any machine, and any later replay finds the same one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

Value = bool | int | float | str | dict[str, float]
Output = float | int | str | None
Settings = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class RunInput:
    """Everything one run may depend on.

    `tree` is the resolved scenario with the posterior draw and the settings of the
    sweep in it; `draw` is the draw's number; `seed` the replication.
    """

    tree: Mapping[str, Any]
    draw: int
    seed: int


@dataclass(frozen=True, slots=True)
class RunOutput:
    """Headline figures (None: a missing number) and, optionally, a monthly table."""

    outputs: Mapping[str, Output]
    monthly: pa.Table | None = None


Job = Callable[[RunInput], RunOutput]


def job_path(job: Job) -> str:
    """Import path `module:name` of a job."""
    return f"{job.__module__}:{job.__qualname__}"


@cache
def find_job(path: str) -> Job:
    """Import the job that `path` names."""
    module, name = path.split(":")
    found: Job = getattr(importlib.import_module(module), name)
    return found


@dataclass(frozen=True, slots=True)
class Task:
    """One run as it travels to a worker: small, because files carry the rest.

    A worker whose code has another digest than `code`, if that is given, refuses.
    """

    folder: str
    run_id: str
    job: str
    inputs: str
    scenario: str
    settings: Settings
    draw: int
    seed: int
    timeout_seconds: float | None = None
    code: str = ""

    def row(self) -> dict[str, Any]:
        """Inputs of the run as they head its row in the tables."""
        named = {"scenario": self.scenario, "draw": self.draw, "seed": self.seed}
        return {"run_id": self.run_id, **named, **dict(self.settings)}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run ended; under 4 KiB, so that a dying worker cannot send half of it.

    `status` is `finished`, `failed` (the run's own fault), `storage` (its result cannot
    be written) or `refused` (the worker is no part of this sweep). `kind` tells
    failures apart: exception, memory, timeout, died.
    """

    run_id: str
    status: str
    file: str = ""
    kind: str = ""
    error: str = ""
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    worker: str = ""
    attempts: int = 1
