"""The seam between the engine and the model: what a run is given and gives back.

A job is a function at the top of a module, `job(RunInput) -> RunOutput`, known by its
import path so that any worker, on any machine, and any later replay finds the same one.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pyarrow as pa

from experiments.runs.own_code import NO_OWN_CODE, OwnCode
from experiments.storage.identity import code_digest, digest, source_digests
from model.errors import DesignError

Value = bool | int | float | str | dict[str, float]
Output = float | int | str | None
Settings = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class RunInput:
    """Everything one run may depend on.

    `tree` is the resolved scenario with the posterior draw and the settings of the
    sweep in it; `draw` is the draw's number; `seed` the replication; `own` what it
    takes from outside the package.
    """

    tree: Mapping[str, Any]
    draw: int
    seed: int
    own: OwnCode = NO_OWN_CODE


@dataclass(frozen=True, slots=True)
class RunOutput:
    """Headline figures (None: a missing number) and, optionally, a monthly table."""

    outputs: Mapping[str, Output]
    monthly: pa.Table | None = None


Job = Callable[[RunInput], RunOutput]
Keep = Callable[[int, RunOutput], None]
"""Keeps the output of the run at a position on disk, perhaps from another process."""
Together = Callable[[Sequence[RunInput], Keep], None]
"""Does several runs of a job whose settings differ in dated values only."""


def job_path(job: Job) -> str:
    """Return the import path `module:name` of a job.

    Raises:
        DesignError: workers would not find it, or not this one.
    """
    module = getattr(job, "__module__", None) or "?"
    name = getattr(job, "__qualname__", None) or repr(job)
    if module == "__main__" or not name.isidentifier():
        raise DesignError(
            f"{module}.{name}: a job must be a function at the top of a module, for "
            "workers import it by name; write it into a file beside the script, as "
            "jobs.py, and import it from there"
        )
    path = f"{module}:{name}"
    try:
        found = find_job(path)
    except (ImportError, AttributeError):
        found = None
    if found is not job:
        raise DesignError(f"{path}: importing this name does not give the job")
    return path


@cache
def find_job(path: str) -> Job:
    """Import the job that `path` names."""
    module, name = path.split(":")
    found: Job = getattr(importlib.import_module(module), name)
    return found


@cache
def find_together(path: str) -> Together | None:
    """Import what does several runs of a job at once, `NAME_together` beside it.

    The outputs are those of the job; a run that is not kept is done by the job itself.
    """
    module, name = path.split(":")
    found: Together | None = getattr(
        importlib.import_module(module), f"{name}_together", None
    )
    return found


def job_version(path: str, own: OwnCode | None = None) -> str:
    """Return the version of all code behind a job; it is part of every run's id.

    That is the digest of this project, and for what comes from elsewhere (a job, a
    model, measures, registered mechanisms) also of its module and of the modules beside
    it that it uses: an edited job is another one.
    """
    package = path.partition(":")[0].partition(".")[0]
    elsewhere = () if package in ("experiments", "calibration") else (find_job(path),)
    objects = own.objects() if own else []
    contents = source_digests([*elsewhere, *objects])
    return (
        digest(" ".join([code_digest(), *contents]).encode())
        if contents
        else (code_digest())
    )


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
    own: OwnCode = NO_OWN_CODE
    session: str = ""
    """What journals of this attempt at the sweep are called."""

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
    kind: str = ""
    error: str = ""
    seconds: float = 0.0
    peak_memory_bytes: int = 0
    worker: str = ""
    attempts: int = 1
