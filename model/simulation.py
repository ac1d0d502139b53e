"""The model: one month at a time, in the order of the paper. ODD I.iii (schedule)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import mesa
import numpy as np

from model.channels import REGULAR, channel_class, channel_names
from model.channels.interface import Common, Intake, RecruitmentChannel
from model.channels.volunteer_contract import Channel as VolunteerContract
from model.clearing import Target
from model.economy import CivilianEconomy, EconomyMonth
from model.environment import Environment, Offers
from model.fields.months import format_month, parse_month
from model.fields.timeline import Timeline, undated
from model.force.attrition import Attrition
from model.force.casualties import casualty_shocks
from model.force.initial import initial_intake
from model.force.losses import Losses
from model.force.packed import HOME, SETTLEMENT
from model.force.roll import Roll, State
from model.institutions.abroad import Abroad, Countermeasures
from model.institutions.government import Government
from model.institutions.regional import RegionalGovernment
from model.ledger import Ledger
from model.memory import keep_freed
from model.month import Month, Outcome
from model.observers import Observers
from model.people.attention import Attention
from model.people.beliefs import Beliefs
from model.people.knowledge import Knowledge
from model.people.willingness import willingness
from model.results import Table, Tables
from model.scenario import Scenario
from model.timeline import timeline_of
from model.world import World

VOLUNTEER = VolunteerContract.name
PLANNED = (VOLUNTEER, "conscript", "migrant", "naturalised")
"""Channels whose contracts count towards the plan that regions are given."""


class RecruitmentModel(mesa.Model):
    """Paid recruitment of a country at war, one person at a time.

    Of Mesa it takes the count of steps and the register of governments, states and
    networks (`agents`, `agents_by_type`). Men are rows of arrays and not Mesa's agents,
    and results are columns, which its data collector cannot hold.

    Args:
        scenario: the validated scenario.
        world: the documented world.
        seed: replication; every random number is a function of it.
        target: quota or budget that the volunteers' price is to meet; none leaves the
            price to governments.
        attention: takes the place of `Attention`.
        region: takes the place of `RegionalGovernment`.
        channels: classes that take the place of packaged channels, by name.

    A subclass can state the last three for good (`attention_class`, `region_class`,
    `channel_classes`); then `run(..., model=...)` and sweeps take it too.
    """

    attention_class: ClassVar[type[Attention]] = Attention
    region_class: ClassVar[type[RegionalGovernment]] = RegionalGovernment
    channel_classes: ClassVar[Mapping[str, type[RecruitmentChannel[Any]]]] = {}

    def __init__(
        self,
        scenario: Scenario,
        world: World,
        seed: int = 1,
        target: Target | None = None,
        *,
        attention: type[Attention] | None = None,
        region: type[RegionalGovernment] | None = None,
        channels: Mapping[str, type[RecruitmentChannel[Any]]] | None = None,
    ) -> None:
        super().__init__(seed=seed)
        keep_freed()
        self.scenario, self.world, self.target = scenario, world, target
        names = (REGULAR, *channel_names())
        self.timeline = timeline = timeline_of(scenario, world)
        self.government = Government(
            self, scenario, timeline, world, seed, region or self.region_class
        )
        self.abroad = Abroad(self, scenario, timeline, world, seed)
        self.civilian = CivilianEconomy(world, scenario, timeline)
        self.attention = (attention or self.attention_class)(
            scenario.attention,
            timeline.attention,
            scenario.behaviour,
            Knowledge(scenario.behaviour, timeline.regions, world.regions),
            willingness(scenario.behaviour.willingness, scenario.time, seed),
        )
        self.beliefs = Beliefs(scenario.behaviour, len(world.homes))
        common = Common(
            time=scenario.time,
            timeline=timeline,
            behaviour=scenario.behaviour,
            protection=scenario.protection,
            networks=scenario.networks,
            world=world,
            seed=seed,
        )
        instead = {**self.channel_classes, **(channels or {})}
        self.channels = self._opened(common, instead)
        volunteers = self.channels[VOLUNTEER]
        if not isinstance(volunteers, VolunteerContract):
            raise TypeError(f"{VOLUNTEER}: its market is that of VolunteerContract")
        self.volunteers = volunteers
        self.roll = Roll(names, len(world.homes))
        self.attrition = self._deployed(seed)
        self.ledger = Ledger(scenario, timeline, world, names)
        self.observers = Observers(world, names)
        self.last: Month | None = None
        """The month that was simulated last."""

    def _opened(
        self, common: Common, instead: Mapping[str, type[RecruitmentChannel[Any]]]
    ) -> dict[str, RecruitmentChannel[Any]]:
        """Return the channels of the run, some of them by other classes."""
        names = channel_names()
        if unknown := sorted(set(instead) - set(names)):
            raise ValueError(
                f"{unknown[0]!r} is no channel to replace; known: {', '.join(names)}."
                " A new one is registered (model.channels.register_channel)"
            )
        blocks = self.scenario.channels
        if late := sorted(set(names) - set(blocks)):
            raise ValueError(f"{late[0]!r} was registered after the scenario was read")
        return {
            name: instead.get(name, channel_class(name))(blocks[name], common)
            for name in names
        }

    def _deployed(self, seed: int) -> Attrition:
        """Put the regulars in theatre and return what will befall everybody."""
        scenario, dated = self.scenario, self.timeline.force
        attrition = Attrition(
            scenario.force,
            dated,
            self.roll.channels,
            int(scenario.time.first),
            scenario.time.months,
            seed,
            scenario.protection.discharge_deal_share_per_month,
            casualty_shocks(scenario, seed),
        )
        regulars = initial_intake(dated, self.world, seed)
        attrition.deploy(self.roll, regulars)
        return attrition

    @property
    def index(self) -> int:
        """Months since the start of the run; -1 before its first month."""
        return self.steps - 1

    @property
    def month(self) -> str:
        """The month that was simulated last, as YYYY-MM; empty before the first."""
        return format_month(self.scenario.time.first + self.index) if self.last else ""

    @property
    def offers(self) -> Offers:
        """What a signer was promised in the month that was simulated last."""
        return self._simulated().now.offers

    @property
    def intakes(self) -> Mapping[str, Intake]:
        """Who signed in the month that was simulated last, by channel."""
        return self._simulated().intakes

    @property
    def force(self) -> dict[str, dict[str, int]]:
        """Persons now, by channel and state."""
        states = [state.label for state in State]
        return {
            channel: dict(zip(states, counts.tolist(), strict=True))
            for channel, counts in zip(
                self.roll.channels, self.roll.counts, strict=True
            )
        }

    @property
    def postings(self) -> Table:
        """What was accrued and paid in the month that was simulated last: columns."""
        self._simulated()
        return self.ledger.month_rows()

    def tables(self) -> Tables:
        """Return the result tables of the months simulated so far."""
        self._simulated()
        return {**self.observers.tables(), "ledger": self.ledger.table()}

    def run(self, until: str | None = None) -> Tables:
        """Simulate the months that are left and return the result tables so far.

        Args:
            until: last month to simulate, as YYYY-MM; by default the scenario's.

        Raises:
            ValueError: `until` lies before the run or behind it.
        """
        time = self.scenario.time
        last = time.months - 1
        if until is not None:
            last = int(parse_month(until) - time.first)
            if not max(self.index, 0) <= last < time.months:
                ends = [format_month(time.first + i) for i in (0, time.months - 1)]
                stands = f", and stands at {self.month}" if self.last else ""
                raise ValueError(f"{until}: the run is {' to '.join(ends)}{stands}")
        while self.index < last:
            self.step()
        return self.tables()

    def _simulated(self) -> Month:
        if self.last is None:
            raise ValueError("no month has been simulated yet: call step() or run()")
        return self.last

    def step(self) -> None:
        """Simulate one month.

        1. Institutions observe last month and set offers, quotas and effort.
        2. Beliefs and wages update.
        3. Channels recruit.
        4. Training completes; casualties, returns and exits.
        5. The ledger books.
        6. Observers record.
        """
        offers, countermeasures = self.set_offers()
        now, economy = self.update_beliefs_and_wages(offers, countermeasures)
        now, intakes = self.recruit(now)
        self.last = month = self.fight(now, economy, intakes)
        self.book(month)
        self.record(month)

    def go_on_under(self, scenario: Scenario) -> bool:
        """Go on under a scenario that differs in nothing but the months to come.

        Returns:
            whether it could; if not, nothing has changed: simulate from the start.
        """
        old, ahead = self.scenario, timeline_of(scenario, self.world)
        # Cohorts of the year before the run are set when it starts.
        year = self.scenario.time.first - 12, 12
        if (
            self.index < 0
            or undated(old) != undated(scenario)
            or not Timeline(old, *year).equals(Timeline(scenario, *year))
            or not self.timeline.equals(ahead, until=self.index + 1)
        ):
            return False
        self.scenario = scenario
        self.timeline.follow(ahead, self.index + 1)
        return True

    def set_offers(self) -> tuple[Offers, Countermeasures]:
        """Institutions observe last month and set offers, quotas and effort."""
        if self.last is not None:
            self.government.observe(
                self.index - 1,
                self.last.outcome,
                self.ledger,
                self.last.economy.federal_spending_rub,
                self.civilian.regional_revenue_rub,
            )
            self.abroad.observe(self.index - 1, self.roll)
            self.attention.follow_quota(self.government.filled_share())
        return self.government.decide(self.index), self.abroad.decide(self.index)

    def update_beliefs_and_wages(
        self, offers: Offers, countermeasures: Countermeasures
    ) -> tuple[Environment, EconomyMonth]:
        """Beliefs and wages update; the month is set for everybody to see."""
        regions = slice(self.world.region_count)
        serving, dead = self.roll.serving_by_home, self.roll.dead_by_home
        deaths = self.last.deaths_by_home if self.last else np.zeros(len(serving))
        self.beliefs.observe(deaths, serving.astype(float))
        self.attention.advertise(self.index)
        economy = self.civilian.advance(self.index, (serving + dead)[regions])
        now = Environment(
            index=self.index,
            month=self.scenario.time.first + self.index,
            offers=offers,
            civilian_wage_rub=economy.civilian_wage_rub,
            national_wage_rub=economy.national_wage_rub,
            rub_per_usd=economy.rub_per_usd,
            unemployment_ratio=economy.unemployment_ratio,
            perceived_death_share=self.beliefs.perceived_death_share,
            consideration_per_month=self.attention.consideration_per_month(
                self.index, offers.bonus_rub, economy.unemployment_ratio
            ),
            foreign_advertising_per_month=countermeasures.adverts_per_month,
            entry_factor=countermeasures.entry_factor,
            network_capacity_persons=countermeasures.network_capacity_persons,
            discharge_deal=countermeasures.discharge_deal,
            mobilise_persons=self.government.mobilise_persons,
            release_persons=self.government.release_persons,
            force_persons=self.roll.in_theatre,
        )
        return now, economy

    def recruit(self, now: Environment) -> tuple[Environment, dict[str, Intake]]:
        """Channels recruit; volunteers last, so that they can fill up a quota.

        Returns:
            the month at the prices at which the volunteers signed, and the intakes by
            channel.
        """
        intakes = {
            name: channel.recruit(now)
            for name, channel in self.channels.items()
            if name != VOLUNTEER
        }
        if self.target is None or self.index < self.target.first_index:
            intakes[VOLUNTEER] = self.volunteers.recruit(now)
        else:
            now, intakes[VOLUNTEER] = self.volunteers.recruit_to(
                self.target,
                now,
                others=sum(intake.persons for intake in intakes.values()),
                lost=self.last.outcome.lost_persons if self.last else 0,
            )
        for intake in intakes.values():
            self.beliefs.shock(intake.belief_shock_per_month)
        return now, intakes

    def fight(
        self, now: Environment, economy: EconomyMonth, intakes: dict[str, Intake]
    ) -> Month:
        """Training completes; casualties, returns and exits."""
        roll = self.roll
        arrived = {
            channel: intakes[name]
            for channel, name in enumerate(roll.channels)
            if name in intakes
        }
        roll.enlist_all(arrived, now.index)
        serving = np.maximum(roll.serving_by_home, 1)
        losses = self.attrition.advance(now, roll)
        home = HOME.of(roll.who.take(losses.killed))
        deaths = np.bincount(home, minlength=len(serving)).astype(float)
        self.update_peer_effects(losses)
        return Month(
            now=now,
            economy=economy,
            intakes=intakes,
            losses=losses,
            deaths_by_home=deaths,
            death_share_by_home=deaths / serving,
            outcome=Outcome(
                signed_persons=sum(intake.persons for intake in intakes.values()),
                contracts_persons=len(losses.re_signed)
                + sum(intakes[name].persons for name in PLANNED if name in intakes),
                volunteers_by_place=np.bincount(
                    intakes[VOLUNTEER].place, minlength=self.world.region_count
                ),
                lost_persons=losses.left_persons,
                in_theatre_persons=roll.in_theatre,
            ),
        )

    def update_peer_effects(self, losses: Losses) -> None:
        """Let the volunteers' settlements know who left for good and who died."""
        left = [losses.killed, losses.disabled, losses.discharged]
        gone, dead = (
            SETTLEMENT.of(self.roll.who.take(rows))
            for rows in (np.concatenate(left), losses.killed)
        )
        self.volunteers.update_peer_effects(gone[gone >= 0], killed=dead[dead >= 0])

    def book(self, month: Month) -> None:
        """The ledger books."""
        self.ledger.book(
            month.now, month.intakes, self.roll, month.losses, month.economy
        )

    def record(self, month: Month) -> None:
        """Observers record."""
        write, now, economy = self.observers, month.now, month.economy
        market = self.volunteers.market(now)
        write.flows(now, month.intakes)
        write.prices(now, market.package_ratio, economy.regional_revenue_rub)
        write.force(now, self.roll)
        write.losses(now, self.roll, month.losses)
        write.service(now, self.roll, month.losses)
        write.beliefs(now, month.death_share_by_home)
        write.pool(now, market)
        write.supply(now, market)
        write.economy(
            now,
            economy,
            bill_rub=float(self.ledger.bill_rub()[-1]),
            bill_paid_rub=float(self.ledger.bill_rub(paid=True)[-1]),
        )
