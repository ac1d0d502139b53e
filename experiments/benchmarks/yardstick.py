"""What seconds are held against: a fixed piece of work, and an agent for each man.

A machine is slow today and fast tomorrow. The yardstick is work of the kind a draw is
made of, look-ups in cold memory and many small calls of NumPy; timed in turn with the
draw, their ratio says whether the draw became slower. The bare agents say what a person
costs as an object of Mesa that draws one number a month.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import mesa
import numpy as np

COLD_ROWS: Final = 1 << 22
LOOK_UPS: Final = 40
ROWS_LOOKED_UP: Final = 200_000
SMALL_CALLS: Final = 100_000
AGENTS: Final = 20_000
AGENT_MONTHS: Final = 5
REPEATS: Final = 5


def yardstick() -> float:
    """Do the fixed work; return the CPU seconds it took."""
    rng = np.random.default_rng(1)
    columns = [rng.integers(0, 1 << 40, COLD_ROWS) for _ in range(4)]
    rows = np.sort(rng.integers(0, COLD_ROWS, ROWS_LOOKED_UP))
    small = np.arange(100.0)
    started = time.process_time()
    for at in range(LOOK_UPS):
        columns[at % len(columns)].take(rows[at:]).sum()
    for _ in range(SMALL_CALLS):
        np.add(small, 1.0, out=small)
    return time.process_time() - started


class _Bare(mesa.Agent):
    """A man who does nothing but draw a number."""

    def step(self) -> None:
        """Draw it."""
        self.random.random()


def bare_agent_seconds() -> float:
    """Return the CPU seconds of one month of one bare agent."""
    model = mesa.Model(seed=1)
    _Bare.create_agents(model, AGENTS)
    started = time.process_time()
    for _ in range(AGENT_MONTHS):
        model.agents.shuffle_do("step")
    return (time.process_time() - started) / (AGENTS * AGENT_MONTHS)


def in_turn(
    work: Callable[[], float], repeats: int = REPEATS
) -> tuple[float, float, float]:
    """Time some work and the yardstick in turn.

    Args:
        work: returns the CPU seconds it took.
        repeats: how often.

    Returns:
        the least seconds of the work, of the yardstick, and the median ratio of pairs.
    """
    pairs = [(work(), yardstick()) for _ in range(repeats)]
    ratios = [mine / fixed for mine, fixed in pairs]
    return min(p[0] for p in pairs), min(p[1] for p in pairs), float(np.median(ratios))
