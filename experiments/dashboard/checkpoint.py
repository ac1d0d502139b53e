"""The model of one draw, held at the month from which levers act.

What comes before is the same for every position of the levers, so it is simulated once.
A question is then answered from there, exactly as a whole run would (see `graft`).
"""

from __future__ import annotations

from experiments.dashboard.graft import GraftRefusedError, graft
from experiments.dashboard.quantities import Answer, answer
from model.results import Tables
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.world import World


class Checkpoint:
    """A run that stands before the month from which levers act.

    Args:
        scenario: the scenario before any lever is moved.
        world: the documented world.
        seed: replication.
        months: months to simulate; levers act from the next one on.
    """

    def __init__(
        self, scenario: Scenario, world: World, seed: int, months: int
    ) -> None:
        self._scenario, self._world, self._seed = scenario, world, seed
        self._fresh = RecruitmentModel(scenario, world, seed)
        self._live = RecruitmentModel(scenario, world, seed)
        for _ in range(months):
            self._live.step()

    def finish(self, scenario: Scenario) -> Tables:
        """Run to the end under a scenario; to be called once, the run is then over."""
        model = self._live
        if scenario != self._scenario:
            other = RecruitmentModel(scenario, self._world, self._seed)
            try:
                graft(model, self._fresh, other)
            except GraftRefusedError:
                model = other
        while model.index + 1 < scenario.time.months:
            model.step()
        return {**model.observers.tables(), "ledger": model.ledger.table()}

    def answer(self, scenario: Scenario) -> Answer:
        """Return what the page shows; to be called once."""
        return answer(self.finish(scenario), scenario)
