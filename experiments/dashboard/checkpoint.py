"""The model of one draw, held at the month from which levers act.

What comes before is the same for every position of the levers, so it is simulated once.
A question is then answered from there, exactly as a whole run would, if its scenario
differs in the months to come alone; if not, it is simulated from the start.
"""

from __future__ import annotations

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
        self._world, self._seed = world, seed
        self._live = RecruitmentModel(scenario, world, seed)
        for _ in range(months):
            self._live.step()

    def finish(self, scenario: Scenario) -> Tables:
        """Run to the end under a scenario; to be called once, the run is then over."""
        model = self._live
        if not model.go_on_under(scenario):
            model = RecruitmentModel(scenario, self._world, self._seed)
        while model.index + 1 < scenario.time.months:
            model.step()
        return {**model.observers.tables(), "ledger": model.ledger.table()}

    def answer(self, scenario: Scenario) -> Answer:
        """Return what the page shows; to be called once."""
        return answer(self.finish(scenario), scenario)
