"""Small deterministic jobs, and some that go wrong in every way a run can."""

from __future__ import annotations

import ctypes
import hashlib
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.random  # before the clock of a time limit starts
import pyarrow as pa

from experiments.runs.jobs import Keep, RunInput, RunOutput
from experiments.sweeps.design import Design

BASE: dict[str, Any] = {
    "federal": {"bonus": 1.0, "rule": "fixed"},
    "force": {"return_share": 0.7},
    "time": {"until": "2023-12"},
}


def resolve(name: str, draw: int) -> Mapping[str, Any]:
    """Give a small scenario; the draw moves one value of it."""
    return {**BASE, "title": name, "posterior": {"slope": 1.0 + 0.1 * draw}}


def toy(given: RunInput) -> RunOutput:
    """A headline and twelve months, from the inputs and nothing else."""
    bonus = float(given.tree["federal"]["bonus"])
    returned = float(given.tree["force"]["return_share"])
    slope = float(given.tree["posterior"]["slope"])
    noise = np.random.default_rng([given.seed, given.draw]).normal(size=12)
    inflow = slope * bonus * (1 + np.arange(12) / 12) + 0.01 * noise
    outputs = {
        "inflow": float(inflow.sum()),
        "replacement": float(inflow.sum() / (2 - returned)),
        "break_month": "2023-06" if bonus < 1 else "",
        "missing": None,
    }
    months = [f"2023-{month:02d}" for month in range(1, 13)]
    return RunOutput(outputs, pa.table({"month": months, "inflow": inflow}))


def instant(given: RunInput) -> RunOutput:
    """Next to no work, so that what is timed is the engine."""
    return RunOutput({"bonus": float(given.tree["federal"]["bonus"])})


def slow(given: RunInput) -> RunOutput:
    """The toy, after a little while."""
    time.sleep(0.05)
    return toy(given)


def brief(given: RunInput) -> RunOutput:
    """The toy, after a moment."""
    time.sleep(0.02)
    return toy(given)


def _bad(given: RunInput) -> bool:
    return float(given.tree["federal"]["bonus"]) < 0


def raising(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus is an error."""
    if _bad(given):
        raise ValueError("a negative bonus\nhas no meaning")
    return toy(given)


def looping(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus never ends."""
    while _bad(given):
        pass
    return toy(given)


def segfaulting(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus reads from address 0."""
    if _bad(given):
        ctypes.string_at(0)
    return toy(given)


def exhausting(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus wants a tebibyte."""
    if _bad(given):
        np.ones(2**37)
    return toy(given)


def leaving(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus leaves without a word."""
    if _bad(given):
        os._exit(3)
    return toy(given)


def killed(given: RunInput) -> RunOutput:
    """The toy, but a negative bonus is killed from outside."""
    if _bad(given):
        os.kill(os.getpid(), signal.SIGKILL)
    return toy(given)


def dated(given: RunInput) -> RunOutput:
    """The toy at the last bonus of some steps; -1 is an error, -2 ends the process."""
    bonus = list(given.tree["federal"]["bonus"].values())[-1]
    if bonus == -1:
        raise ValueError("a negative bonus has no meaning")
    if bonus == -2:
        os._exit(3)
    tree = {**given.tree, "federal": {"bonus": bonus}}
    return toy(RunInput(tree, given.draw, given.seed))


def dated_together(given: Sequence[RunInput], keep: Keep) -> None:
    """Several of them at once."""
    for number, each in enumerate(given):
        keep(number, dated(each))


def changing(given: RunInput) -> RunOutput:
    """A job that cannot make up its mind what it returns."""
    low = float(given.tree["federal"]["bonus"]) < 1
    return RunOutput({"answer": "low" if low else 1.0})


def clashing(given: RunInput) -> RunOutput:
    """A job whose answer is called like what it was given."""
    return RunOutput({"seed": given.seed})


def lacking(given: RunInput) -> RunOutput:
    """The toy, but low bonuses have one output less and one more."""
    found = toy(given)
    if float(given.tree["federal"]["bonus"]) >= 1:
        return found
    outputs = {name: v for name, v in found.outputs.items() if name != "inflow"}
    return RunOutput({**outputs, "shortfall": 1}, found.monthly)


def not_finite(given: RunInput) -> RunOutput:
    """The toy, but low bonuses give no finite replacement."""
    found = toy(given)
    bonus = float(given.tree["federal"]["bonus"])
    replacement = float("nan") if bonus < 0.3 else found.outputs["replacement"]
    return RunOutput({**found.outputs, "replacement": replacement}, found.monthly)


def grid(runs: int, *, bad: int = 0) -> Design:
    """A grid of so many good runs, and some bad ones among them."""
    bonuses = [1 + number / 100 for number in range(runs)]
    wrong = [-1 - number / 100 for number in range(bad)]
    middle = len(bonuses) // 2
    values = (*bonuses[:middle], *wrong, *bonuses[middle:])
    return Design(levers={"federal.bonus": values})


def fingerprint(folder: os.PathLike[str]) -> str:
    """One hash over the final tables of a sweep, names and bytes."""
    names = ("design.parquet", "runs.parquet/*", "months.parquet/*")
    joined = hashlib.sha256()
    for name in names:
        for path in sorted(Path(folder).glob(name)):
            joined.update(path.name.encode() + path.read_bytes())
    return joined.hexdigest()
