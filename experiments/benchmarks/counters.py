"""What a draw costs in counts, which are the same on every machine and every day.

Seconds depend on who else is at work; these do not, so tests hold them. A call is a
Python function entered, or one of C called from Python, as the interpreter's profiling
hook sees it: a NumPy function or method is one, an operator on arrays is none.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc
from dataclasses import dataclass
from types import FrameType
from typing import Any

import numpy as np

from model.chance import thinning
from model.force.losses import Losses
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.world import World

EARLY_MONTHS, LATE_MONTHS = 12, 12
HALVES = ("duty_block", "casualty_factor")
"""Columns of the roll that look into another, `duty`."""


@dataclass(frozen=True, slots=True)
class Counters:
    """Costs of one draw."""

    calls_per_month: float
    """Of the months after the first year."""
    late_over_early: float
    """Calls a month at the end over those after the first year: 1 if cost is linear."""
    points_per_hit: float
    """Points of the thinned processes over the men whom something befell."""
    bytes_per_man: float
    """Of the roll, for everybody who ever signed."""


def counted(scenario: Scenario, world: World, seed: int = 1) -> Counters:
    """Count what a draw costs; it takes three times as long as a draw.

    Args:
        scenario: of more than two years.
        world: the documented world, or a part of it.
        seed: replication.
    """
    # What a process makes once and keeps is no cost of a month.
    RecruitmentModel(scenario, world, seed).run()
    model = RecruitmentModel(scenario, world, seed)
    months, points, hits, calls = scenario.time.months, 0, 0, []
    drawn = thinning._drawn

    def noted(*given: Any) -> thinning.Points:
        nonlocal points
        found = drawn(*given)
        points += len(found.mark)
        return found

    thinning._drawn = noted  # type: ignore[assignment] # the same, counted
    try:
        for _ in range(months):
            calls.append(_calls(model))
            assert model.last is not None
            hits += model.last.outcome.signed_persons + _befallen(model.last.losses)
    finally:
        thinning._drawn = drawn
    early = np.mean(calls[EARLY_MONTHS : 2 * EARLY_MONTHS])
    return Counters(
        calls_per_month=float(np.mean(calls[EARLY_MONTHS:])),
        late_over_early=float(np.mean(calls[-LATE_MONTHS:]) / early),
        points_per_hit=points / max(hits, 1),
        bytes_per_man=bytes_per_man(model),
    )


def bytes_per_man(model: RecruitmentModel) -> float:
    """Return what the roll keeps of a man: the bytes of one row of its columns."""
    persons = model.roll.persons
    columns = {
        id(column.base): column.itemsize
        for name, column in vars(model.roll).items()
        if isinstance(column, np.ndarray)
        and column.shape == (persons,)
        and name not in HALVES
    }
    return float(sum(columns.values()))


def peak_bytes(scenario: Scenario, world: World, seed: int = 1) -> int:
    """Return the most memory a draw holds at once, above what stood before it."""
    gc.collect()
    tracemalloc.start()
    try:
        model = RecruitmentModel(scenario, world, seed)
        model.run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _calls(model: RecruitmentModel) -> int:
    found = 0

    def hook(_: FrameType, event: str, __: Any) -> None:
        nonlocal found
        found += event in ("call", "c_call")

    sys.setprofile(hook)
    try:
        model.step()
    finally:
        sys.setprofile(None)
    return found


def _befallen(losses: Losses) -> int:
    struck = (losses.killed, losses.wounded, losses.captured, losses.absent)
    return sum(map(len, struck)) + len(losses.reinforcing)
