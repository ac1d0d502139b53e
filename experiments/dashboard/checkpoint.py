"""The model of one draw, held at the month from which levers act.

What comes before is the same for every position of the levers, so it is simulated once.
A question is then answered from there, exactly as a whole run would, if its scenario
differs in the months to come alone; if not, it is simulated from the start. Months are
told as they come, and no more is written down of them than the page shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from experiments.dashboard.quantities import Answer, answer
from model.month import Month
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.world import World

TOLD_EVERY: Final = 4
"""Months between two answers under way; the first two months are told at once."""


class ShownModel(RecruitmentModel):
    """The model, writing down no more of a month than the page shows."""

    def record(self, month: Month) -> None:
        """Observers record flows, force, losses and economy."""
        write, now = self.observers, month.now
        write.flows(now, month.intakes)
        write.force(now, self.roll)
        write.losses(now, self.roll, month.losses)
        write.economy(
            now,
            month.economy,
            bill_rub=float(self.ledger.bill_rub()[-1]),
            bill_paid_rub=float(self.ledger.bill_rub(paid=True)[-1]),
        )


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
        self._live = ShownModel(scenario, world, seed)
        for _ in range(months):
            self._live.step()

    def answers(
        self, scenario: Scenario, shown_from: int | None = None
    ) -> Iterator[Answer]:
        """Return what the page shows, the whole run last; to be called once.

        Args:
            scenario: to go on under.
            shown_from: first month, counted from the start, of which answers under way
                are given; none: only the whole one is.
        """
        model = self._live
        if not model.go_on_under(self._unread(scenario)):
            model = ShownModel(scenario, self._world, self._seed)
        last = scenario.time.months
        began = last if shown_from is None else max(model.index + 1, shown_from)
        for months in range(model.index + 2, last + 1):
            model.step()
            come = months - began
            if 0 < come <= 2 or (come > 0 and come % TOLD_EVERY == 0) or months == last:
                yield answer(model.tables(), scenario, months)

    def _unread(self, scenario: Scenario) -> Scenario:
        """Put back a cap that no rule reads: it is a line that the bill may cross."""
        if scenario.federal.rule == "budget_capped":
            return scenario
        held = self._scenario.federal.manpower_budget_share
        federal = scenario.federal.model_copy(update={"manpower_budget_share": held})
        return scenario.model_copy(update={"federal": federal})
