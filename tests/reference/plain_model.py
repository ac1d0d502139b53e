"""The plain model: one Mesa agent per man, one Python call per man and month.

Written from the equations of the reservation bonus alone, sharing no code with the
event engine, so that the two can be held against each other at small scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import mesa


@dataclass(frozen=True)
class Region:
    """What a man of the region is offered and would earn."""

    men: int
    wage_rub: float
    bonus_rub: float
    consider_per_month: float


@dataclass(frozen=True)
class Rules:
    """Parameters of the choice, as in the scenario's behaviour block."""

    slope: float
    discount_per_year: float
    horizon_months: int
    trust_bonus: float
    trust_pay: float
    pay_rub_per_month: float
    income_floor_rub: float
    minimum_income_share: float
    wage_log_sd: float
    reluctance_median: float
    reluctance_sd: float
    death_per_month: float
    optimism: float
    value_of_life_multiple: float
    national_wage_rub: float
    compensation_weight: float
    death_payment_rub: float


class Man(mesa.Agent):
    """One man: considers, compares, signs or stays."""

    def __init__(self, model: PlainModel, region: Region) -> None:
        super().__init__(model)
        self.country = model
        rules, luck = model.rules, model.luck
        self.region = region
        self.psi = luck.gauss(rules.reluctance_median, rules.reluctance_sd)
        spread = luck.gauss(-(rules.wage_log_sd**2) / 2, rules.wage_log_sd)
        least = rules.minimum_income_share * region.wage_rub
        self.wage_rub = max(region.wage_rub * math.exp(spread), least)
        self.signed = False

    def step(self) -> None:
        """Consider a Poisson number of times; sign the first time it is worth it."""
        if self.signed:
            return
        for _ in range(self.country.considerations(self.region.consider_per_month)):
            if self.country.luck.random() < self.signing_probability():
                self.signed = True
                self.country.signed_this_month += 1
                return

    def signing_probability(self) -> float:
        """Logistic of what the package is worth over what is forgone."""
        rules = self.country.rules
        months = [
            (1 + rules.discount_per_year) ** (-m / 12)
            for m in range(rules.horizon_months)
        ]
        served = [f * (1 - rules.death_per_month) ** m for m, f in enumerate(months)]
        death = rules.optimism * (
            1 - (1 - rules.death_per_month) ** rules.horizon_months
        )
        value = rules.trust_bonus * self.region.bonus_rub
        value += rules.trust_pay * rules.pay_rub_per_month * sum(served)
        value += rules.compensation_weight * death * rules.death_payment_rub
        forgone = self.wage_rub * sum(months)
        floor = rules.income_floor_rub
        gain = rules.slope * math.log((value + floor) / (forgone + floor))
        fear = (
            death
            * rules.value_of_life_multiple
            * self.wage_rub
            / rules.national_wage_rub
        )
        return 1 / (1 + math.exp(-(gain - fear - self.psi)))


class PlainModel(mesa.Model):
    """All men, stepped one by one."""

    def __init__(self, rules: Rules, regions: list[Region], seed: int) -> None:
        super().__init__(seed=seed)
        self.rules = rules
        self.luck = self.random
        self.signed_this_month = 0
        self.signed_by_month: list[int] = []
        for region in regions:
            for _ in range(region.men):
                Man(self, region)

    def considerations(self, per_month: float) -> int:
        """How often a man considers this month: Poisson by counting waiting times."""
        count, waited = 0, self.luck.expovariate(1.0)
        while waited < per_month:
            count += 1
            waited += self.luck.expovariate(1.0)
        return count

    def step(self) -> None:
        """Ask every man, in random order."""
        self.signed_this_month = 0
        self.agents.shuffle_do("step")
        self.signed_by_month.append(self.signed_this_month)
