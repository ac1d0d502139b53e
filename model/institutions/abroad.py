"""All states and networks abroad together, and what the month makes of their acts.

ODD I.iii, II.iv.
"""

from __future__ import annotations

from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from model.fields.timeline import Timeline
from model.force.roll import Roll
from model.institutions.network import RecruitmentNetwork, luck
from model.institutions.source_state import SourceState
from model.parameters.documented_abroad import network_settings, source_state_settings
from model.parameters.propensity import country_number
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Countermeasures:
    """What channels abroad meet this month; arrays over source countries, (C,)."""

    entry_factor: Floats
    """Share of entries that countermeasures let through."""
    network_capacity_persons: Floats
    """Victims the networks can place this month."""
    discharge_deal: NDArray[np.bool_]
    """Whether a discharge deal is in force."""
    adverts_per_month: float
    """Posts aimed at foreigners, all countries together."""


class Abroad:
    """States and networks of all source countries, C of them.

    Args:
        model: the model they act in.
        scenario: their blocks; what is documented where a block is missing.
        timeline: the scenario's dated values.
        world: the source countries.
        seed: replication.
    """

    def __init__(
        self,
        model: mesa.Model,
        scenario: Scenario,
        timeline: Timeline,
        world: World,
        seed: int,
    ) -> None:
        protection, time = scenario.protection, scenario.time
        self._seed, self._first, self._regions = seed, time.first, world.region_count
        self._countries = np.array([country_number(c) for c in world.countries.iso])
        self._rule_from = time.history_months
        self._publicity = scenario.behaviour.publicity_share
        self.states = [
            SourceState(
                model,
                iso,
                source_state_settings(scenario.source_states, iso),
                protection,
                reacts_from=time.first + self._rule_from,
            )
            for iso in world.countries.iso
        ]
        self.networks = [
            RecruitmentNetwork(
                model, iso, network_settings(scenario.networks, iso), protection
            )
            for iso in world.countries.iso
        ]
        self._ban_stops = protection.ban_effect * (1 - protection.reroute_share)
        self._timeline = timeline

    def observe(self, index: int, roll: Roll) -> None:
        """Tell each state what is known of its dead and captives after month `index`.

        Nobody reacts by himself in the documented history, so nothing is counted then.
        """
        if index + 1 < self._rule_from or not self.states:
            return
        captives = roll.captured_by_home[self._regions :]
        dead = roll.dead_by_home[self._regions :]
        known = self._publicity * dead + captives
        for state, persons in zip(self.states, known, strict=True):
            state.observe(float(persons))

    def decide(self, index: int) -> Countermeasures:
        """Let states act, then networks respond, in month `index`."""
        month, dated = self._first + index, self._timeline
        lucks = luck(self._seed, index, self._countries).tolist()
        for state, network, drawn in zip(
            self.states, self.networks, lucks, strict=True
        ):
            state.decide(month)
            network.decide(month, drawn, arrested=state.arrests_this_month)
        passing = np.array([s.entry_factor for s in self.states], float)
        placed = np.array([n.capacity_persons for n in self.networks], float)
        return Countermeasures(
            entry_factor=passing
            * (1 - self._ban_stops * dated.protection.ban_everywhere[index]),
            network_capacity_persons=placed * dated.protection.network_capacity[index],
            discharge_deal=np.array([s.discharge_deal for s in self.states], bool),
            adverts_per_month=float(dated.channels["foreign_volunteer"].adverts[index]),
        )
