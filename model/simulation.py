"""The model: one month at a time, in the order of the paper. ODD I.iii (schedule)."""

from __future__ import annotations

from typing import cast

import mesa
import numpy as np
from numpy.typing import NDArray

from model.channels import channel_class, channel_names
from model.channels.interface import Intake
from model.channels.volunteer_contract import Channel as VolunteerContract
from model.clearing import Target
from model.economy import CivilianEconomy
from model.environment import Environment
from model.force.attrition import Attrition
from model.force.initial import initial_intake
from model.force.losses import Losses
from model.force.roll import Roll
from model.institutions.abroad import Abroad
from model.institutions.government import Government, Outcome
from model.ledger import Ledger
from model.memory import keep_freed
from model.observers import Observers
from model.people.attention import Attention
from model.people.beliefs import Beliefs
from model.results import Tables
from model.scenario import Scenario
from model.world import World

Floats = NDArray[np.float64]

REGULAR = "regular"
"""The channel of those who were in theatre when the run starts."""
VOLUNTEER = VolunteerContract.name


class RecruitmentModel(mesa.Model):
    """Paid recruitment of a country at war, one person at a time.

    Args:
        scenario: the validated scenario.
        world: the documented world.
        seed: replication; every random number is a function of it.
        target: quota or budget that the volunteers' price is to meet; none leaves the
            price to governments.
    """

    def __init__(
        self,
        scenario: Scenario,
        world: World,
        seed: int = 1,
        target: Target | None = None,
    ) -> None:
        super().__init__(seed=seed)
        keep_freed()
        self.scenario, self.world, self.target = scenario, world, target
        time, names = scenario.time, (REGULAR, *channel_names())
        self.index = -1
        self.government = Government(self, scenario, world)
        self.abroad = Abroad(self, scenario, world, seed)
        self.civilian = CivilianEconomy(world, scenario)
        self.attention = Attention(
            scenario.attention,
            scenario.behaviour,
            time.first,
            time.months,
            world.region_count,
        )
        self.beliefs = Beliefs(scenario.behaviour, len(world.homes))
        self.channels = {
            name: channel_class(name)(scenario.channels[name], scenario, world, seed)
            for name in channel_names()
        }
        self.volunteers = cast(VolunteerContract, self.channels[VOLUNTEER])
        self.roll = Roll(names, len(world.homes))
        self.attrition = self._deployed(seed)
        self.ledger = Ledger(scenario, world, names)
        self.observers = Observers(world, names)
        self.deaths_by_home = np.zeros(len(world.homes))
        self.true_death_share = 0.0
        self.outcome: Outcome | None = None
        # Mesa counts agents in a table of its class that would keep every model alive.
        mesa.Agent._ids.pop(self, None)

    def _deployed(self, seed: int) -> Attrition:
        """Put the regulars in theatre and return what will befall everybody."""
        scenario, time = self.scenario, self.scenario.time
        attrition = Attrition(
            scenario.force,
            self.roll.channels,
            time.first,
            time.months,
            seed,
            scenario.protection.discharge_deal_share_per_month,
        )
        regulars = initial_intake(scenario.force, self.world, time.first, seed)
        attrition.deploy(self.roll, regulars)
        return attrition

    def run(self) -> Tables:
        """Simulate every month of the scenario and return the result tables."""
        for _ in range(self.scenario.time.months):
            self.step()
        return {**self.observers.tables(), "ledger": self.ledger.table()}

    def step(self) -> None:
        """Simulate one month.

        1. Institutions observe last month and set offers, quotas and effort.
        2. Beliefs and wages update.
        3. Channels recruit.
        4. Training completes; casualties, returns and exits.
        5. The ledger books.
        6. Observers record.
        """
        self.index += 1
        self.set_offers()
        self.update_beliefs_and_wages()
        self.recruit()
        self.fight()
        self.book()
        self.record()

    def set_offers(self) -> None:
        """Institutions observe last month and set offers, quotas and effort."""
        if self.outcome is not None:
            self.government.observe(
                self.index - 1,
                self.outcome,
                self.ledger,
                self.economy.federal_spending_rub,
                self.civilian.regional_revenue_rub,
            )
            self.abroad.observe(self.index - 1, self.roll)
            self.attention.follow_quota(self.government.filled_share())
        self.offers = self.government.decide(self.index)
        self.countermeasures = self.abroad.decide(self.index)

    def update_beliefs_and_wages(self) -> None:
        """Beliefs and wages update; the month is set for everybody to see."""
        regions = slice(self.world.region_count)
        men = self.world.regions.men_18_59_persons
        serving, dead = self.roll.serving_by_home, self.roll.dead_by_home
        self.beliefs.observe(self.deaths_by_home, serving.astype(float))
        self.attention.advertise(self.index)
        self.economy = self.civilian.advance(self.index, (serving + dead)[regions])
        self.now = Environment(
            index=self.index,
            month=self.scenario.time.first + self.index,
            offers=self.offers,
            civilian_wage_rub=self.economy.civilian_wage_rub,
            national_wage_rub=self.economy.national_wage_rub,
            rub_per_usd=self.economy.rub_per_usd,
            unemployment_ratio=self.economy.unemployment_ratio,
            perceived_death_share=self.beliefs.perceived_death_share,
            true_death_share=self.true_death_share,
            consideration_per_month=self.attention.consideration_per_month(
                self.index, self.offers.bonus_rub, self.economy.unemployment_ratio
            ),
            foreign_advertising_per_month=self.countermeasures.adverts_per_month,
            entry_factor=self.countermeasures.entry_factor,
            network_capacity_persons=self.countermeasures.network_capacity_persons,
            discharge_deal=self.countermeasures.discharge_deal,
            enlisted_alive_share=serving[regions] / men,
            enlisted_dead_share=dead[regions] / men,
            mobilise_persons=self.government.mobilise_persons,
            release_persons=self.government.release_persons,
            force_persons=self.roll.in_theatre,
        )

    def recruit(self) -> None:
        """Channels recruit; volunteers last, so that they can fill up a quota."""
        self.intakes = {}
        for name, channel in self.channels.items():
            if name != VOLUNTEER:
                self.intakes[name] = channel.recruit(self.now)
        self.intakes[VOLUNTEER] = self.recruit_volunteers()
        for intake in self.intakes.values():
            self.beliefs.shock(intake.belief_shock_per_month)

    def recruit_volunteers(self) -> Intake:
        """Volunteers sign at the month's offers, or at those that meet the target."""
        if self.target is None or self.index < self.target.first_index:
            return self.volunteers.recruit(self.now)
        others = sum(intake.persons for intake in self.intakes.values())
        self.now, intake = self.volunteers.recruit_to(
            self.target,
            self.now,
            others=others,
            lost=self.outcome.lost_persons if self.outcome else 0,
        )
        return intake

    def fight(self) -> None:
        """Training completes; casualties, returns and exits."""
        for channel, name in enumerate(self.roll.channels):
            if name in self.intakes:
                self.roll.enlist(self.intakes[name], channel, self.index)
        self.serving_before = np.maximum(self.roll.serving_by_home, 1)
        in_theatre = max(self.roll.in_theatre, 1)
        self.losses = self.attrition.advance(self.now, self.roll)
        killed = self.roll.home[self.losses.killed]
        deaths = np.bincount(killed, minlength=len(self.world.homes))
        self.deaths_by_home = deaths.astype(float)
        self.true_death_share = len(killed) / in_theatre
        self.tell_settlements(self.losses)
        self.outcome = self._outcome(self.losses)

    def tell_settlements(self, losses: Losses) -> None:
        """Let the volunteers' settlements know who left for good and who died."""
        left = [losses.killed, losses.disabled, losses.discharged]
        gone = self.roll.settlement[np.concatenate(left)].astype(np.int64)
        dead = self.roll.settlement[losses.killed].astype(np.int64)
        self.volunteers.mourn(gone[gone >= 0], killed=dead[dead >= 0])

    def book(self) -> None:
        """The ledger books."""
        self.ledger.book(self.now, self.intakes, self.roll, self.losses, self.economy)

    def record(self) -> None:
        """Observers record."""
        write, now = self.observers, self.now
        market = self.volunteers.market(now)
        write.flows(now, self.intakes)
        write.prices(now, market.package_ratio, self.economy.regional_revenue_rub)
        write.force(now, self.roll)
        write.losses(now, self.roll, self.losses)
        write.service(now, self.roll, self.losses)
        write.beliefs(now, self.deaths_by_home / self.serving_before)
        write.pool(now, market)
        write.supply(now, market)
        write.economy(
            now,
            self.economy,
            bill_rub=float(self.ledger.bill_rub()[-1]),
            bill_paid_rub=float(self.ledger.bill_rub(paid=True)[-1]),
        )

    def _outcome(self, losses: Losses) -> Outcome:
        """Count the month as governments do."""
        gone = ("killed", "disabled", "captured", "absent", "discharged")
        volunteers = self.intakes[VOLUNTEER]
        return Outcome(
            signed_persons=sum(intake.persons for intake in self.intakes.values()),
            volunteers_by_place=np.bincount(
                volunteers.place, minlength=self.world.region_count
            ),
            lost_persons=sum(len(getattr(losses, kind)) for kind in gone),
            in_theatre_persons=self.roll.in_theatre,
        )
