"""A war of random intakes and losses, cheap enough to run a thousand times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from model.channels.interface import Intake, plain_intake
from model.economy import CivilianEconomy
from model.environment import Environment
from model.force.losses import Losses
from model.force.roll import IN_SERVICE, Roll, State
from model.ledger import Ledger
from model.scenario import Scenario
from model.timeline import timeline_of
from model.world import CountryTable, World
from tests.model.worlds import environment, offers, world

CHANNELS = (
    "regular",
    "volunteer_contract",
    "prisoner",
    "mobilised",
    "foreign_deceived",
    "state_deployment",
)
REGIONS = 3
START = "2024-06"
ALIVE = (*IN_SERVICE, State.MISSING)


def war_world() -> World:
    """Return three regions and one source country."""
    one = np.ones(1, dtype=np.int64)
    wage, speaking = np.array([300.0]), np.array([0.0])
    abroad = CountryTable(("AA",), ("A",), 1000 * one, wage, 10 * one, speaking)
    return world(countries=abroad)


def war_scenario(months: int = 12, **blocks: Any) -> Scenario:
    """Return a scenario of `months` months from `START` with given blocks."""
    last = 12 * 2024 + 5 + months - 1
    until = f"{last // 12}-{last % 12 + 1:02d}"
    time = {"start": START, "history_until": START, "until": until}
    return Scenario.model_validate({"title": "war", "time": time, **blocks})


def no_losses() -> Losses:
    """Return a month without any event."""
    none = np.zeros(0, dtype=np.int64)
    return Losses(**{field.name: none for field in fields(Losses)})


def ledger_of(scenario: Scenario) -> Ledger:
    """Return an empty ledger of the small world."""
    world = war_world()
    return Ledger(scenario, timeline_of(scenario, world), world, CHANNELS)


def civilian_of(scenario: Scenario) -> CivilianEconomy:
    """Return the civilian economy of the small world."""
    world = war_world()
    return CivilianEconomy(world, scenario, timeline_of(scenario, world))


class RandomWar:
    """Random intakes and losses of a seed, the same whatever the tariffs are."""

    def __init__(self, seed: int, scenario: Scenario) -> None:
        self._random = np.random.default_rng(seed)
        self.scenario = scenario
        self.roll = Roll(CHANNELS, REGIONS + 1)
        self.ledger = Ledger(
            scenario, timeline_of(scenario, war_world()), war_world(), CHANNELS
        )
        self._civilian = CivilianEconomy(
            war_world(), scenario, timeline_of(scenario, war_world())
        )

    def months(self) -> Iterator[int]:
        """Run the war, stopping after each month."""
        for index in range(self.scenario.time.months):
            self._month(index)
            yield index

    def run(self) -> Ledger:
        """Run the whole war."""
        for _ in self.months():
            pass
        return self.ledger

    def _month(self, index: int) -> None:
        first = int(self.scenario.time.first)
        extra = np.full(REGIONS, 20_000.0)
        paid = replace(offers(), municipal_rub=extra, topup_rub_per_month=extra)
        now = replace(environment(index, offers=paid), month=first + index)
        intakes = {name: self._intake(name, now) for name in CHANNELS[1:]}
        for name, intake in intakes.items():
            self.roll.enlist(intake, CHANNELS.index(name), index)
        losses = self._losses(index)
        economy = self._civilian.advance(index, np.zeros(REGIONS))
        self.ledger.book(now, intakes, self.roll, losses, economy)

    def _intake(self, channel: str, now: Environment) -> Intake:
        random = self._random
        n = int(random.integers(0, 40))
        foreign = channel in ("foreign_deceived", "state_deployment")
        home = np.full(n, REGIONS) if foreign else random.integers(0, REGIONS, n)
        plain = plain_intake(home, random.integers(0, REGIONS, n), np.full(n, 30))
        emigrants = random.integers(0, 9, REGIONS) if channel == "mobilised" else None
        return replace(
            plain,
            bonus_federal_rub=random.integers(0, 400_001, n),
            bonus_regional_rub=random.integers(0, 2_000_001, n),
            debt_written_off_rub=random.integers(0, 9_999_999, n),
            commission_rub=random.integers(0, 100_000, n),
            fee_paid_by_recruit_rub=random.integers(0, 300_000, n) * int(foreign),
            emigrants_by_region=emigrants,
        )

    def _losses(self, index: int) -> Losses:
        """Let about one in six of those under arms meet with something."""
        random, roll = self._random, self.roll
        alive = np.flatnonzero(np.isin(roll.state, ALIVE))
        fate = random.choice(
            8, len(alive), p=[0.81, 0.03, 0.02, 0.06, 0.02, 0.02, 0.02, 0.02]
        )
        of = {number: alive[fate == number] for number in range(1, 8)}
        missing = roll.those(alive, [State.MISSING])
        fresh = {n: rows[~np.isin(rows, missing)] for n, rows in of.items()}
        declared = missing[random.random(len(missing)) < 0.3]
        for rows, state in (
            (fresh[1], State.KILLED),
            (fresh[2], State.MISSING),
            (fresh[3], State.WOUNDED),
            (fresh[4], State.DISABLED),
            (fresh[5], State.DISCHARGED),
            (fresh[6], State.COMBAT),
            (fresh[7], State.REAR),
            (declared, State.KILLED),
        ):
            roll.move(rows, state)
        return replace(
            no_losses(),
            killed=np.concatenate([fresh[1], fresh[2]]),
            missing=fresh[2],
            declared_dead=declared,
            wounded=fresh[3],
            disabled=fresh[4],
            discharged=fresh[5],
            re_signed=fresh[7],
        )
