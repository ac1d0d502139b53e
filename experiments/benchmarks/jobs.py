"""A small Mesa model, as a job of the sweep engine and for Mesa's own batch runner."""

from __future__ import annotations

import statistics
import time
from typing import Any

import mesa
import numpy as np
import pyarrow as pa

from experiments.runs.jobs import RunInput, RunOutput

STEPS = 200
AGENTS = 200


class Trader(mesa.Agent):
    """Gives one unit of wealth to somebody else, if it has any."""

    def __init__(self, model: ExchangeModel) -> None:
        super().__init__(model)
        self.traders = model.traders
        self.wealth = 1

    def step(self) -> None:
        """Give."""
        if self.wealth > 0:
            self.wealth -= 1
            self.random.choice(self.traders).wealth += 1


class ExchangeModel(mesa.Model):
    """Wealth that only changes hands; the standard small model of the framework."""

    def __init__(self, agents: int = AGENTS, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.traders: list[Trader] = []
        self.traders += [Trader(self) for _ in range(agents)]
        collector: Any = mesa.DataCollector
        self.datacollector = collector(model_reporters={"gini": ExchangeModel.gini})

    def step(self) -> None:
        """Let everybody give once, in random order."""
        self.agents.shuffle_do("step")
        self.datacollector.collect(self)

    def gini(self) -> float:
        """Inequality of wealth, 0 to 1."""
        wealth = np.sort([trader.wealth for trader in self.traders])
        ranks = np.arange(1, len(wealth) + 1)
        spread = (2 * ranks - len(wealth) - 1) @ wealth
        return float(spread / (len(wealth) * wealth.sum()))


def exchange(given: RunInput) -> RunOutput:
    """One run of the small model."""
    model = ExchangeModel(int(given.tree["agents"]), seed=given.seed)
    for _ in range(STEPS):
        model.step()
    return RunOutput({"gini": model.gini()})


def bare(runs: int) -> float:
    """Run the small model several times with no engine around it; seconds taken."""
    started = time.perf_counter()
    for seed in range(runs):
        model = ExchangeModel(seed=seed)
        for _ in range(STEPS):
            model.step()
    return time.perf_counter() - started


def nothing(given: RunInput) -> RunOutput:
    """No work at all, so that all time is the engine's."""
    return RunOutput({"answer": given.seed})


WALK_STEPS = 18_000


def walk(given: RunInput) -> RunOutput:
    """A walk of some two milliseconds, with twelve months of where it was."""
    at, state, places = 0, given.seed, []
    for step in range(WALK_STEPS):
        state = (1103515245 * state + 12345) & 0x7FFFFFFF
        at += 1 if state & 0x10000 else -1
        if step % (WALK_STEPS // 12) == 0:
            places.append(at)
    months = [f"2023-{month:02d}" for month in range(1, 13)]
    return RunOutput({"end": at}, pa.table({"month": months, "place": places}))


def seconds_of_a_walk(times: int = 200) -> float:
    """Time the walk with no engine around it: CPU seconds, median over several."""
    taken = []
    for seed in range(times):
        started = time.process_time()
        walk(RunInput({}, 0, seed))
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def settings(name: str, draw: int) -> dict[str, int | str]:
    """Give the only setting there is."""
    return {"title": name, "agents": AGENTS, "draw": draw}
