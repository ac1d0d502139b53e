"""Convicts and, from the law of October 2024, suspects. ODD III.iv (prisoners).

The stock inside is kept person by person in cohorts of admission. A cohort's total stay
is exponential, laid out by rank, so that of n men admitted a months ago exactly the
first `n exp(-a / mean stay)` are still inside, and each man's remaining sentence is a
fact, not a draw. Whoever signs leaves for good, so recruiting outruns admissions and
the pool shrinks, as documented. A man signs with the monthly hazard

    h_i = open * effort_t * h * rest_i / (rest_i + half) * exp(-w p) * (V / wage)^e * s
    V   = tau_W pay + tau_B B / A                                  (RUB a month)

rest_i remaining sentence (months; short sentences are sat out), p the perceived death
probability over the horizon in his home region, pay at the convicts' pay ratio, B the
federal bonus a convict gets, A the discounted months of the horizon, wage the national
civilian wage, s status: suspects 0 before the law. Terms are six months with a pardon
until August 2023 (wag-terms), then a year that is renewed until the war ends, which is
open-ended (stormv-terms).

Sources: wag-2022-23, pris-mod-rate, pris-stock-*, susp-law-2024-10, pay-prisoner-ratio,
fed-bonus-prisoner-2025. Admissions are the accounting residual of documented stocks,
documented recruits and the mean stay (assumption). Inmates come from the regions as men
of 18-59 times the tradition of service: no table counts inmates by home, and convicts
among the named dead differ as much (bbc-share-RU-TY-prisoner-2025-05,
bbc-share-RU-MOW-prisoner-2025-05). Not modelled: which colony, articles excluded by
law, women, return to crime.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.chance.pool import Ages, Found, Pool, Weighted
from model.channels.interface import (
    ChannelSettings,
    Common,
    Facts,
    Intake,
    RecruitmentChannel,
    plain_intake,
)
from model.environment import Environment
from model.fields.dated import Months, Multiplier, PersonsPerMonth, Share
from model.fields.parameter import Prior, parameter
from model.people.reservation import annuity, horizon_death_share

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FIRST_SHELL_PER_MONTH = 0.03
_FIRST_COHORT = 1


def _admissions() -> PersonsPerMonth:
    return PersonsPerMonth.model_validate(
        {
            "2022-01": {"value": 12_500, "note": "residual of the stocks, rounded"},
            "2023-01": {"value": 11_000, "note": "residual of the stocks, rounded"},
            "2024-01": {"value": 9_000, "note": "residual of the stocks, rounded"},
        }
    )


def _terms() -> Months:
    return Months.model_validate(
        {
            "2022-07": {"value": 6, "source": "wag-terms"},
            "2023-09": {
                "value": 0,
                "source": "stormv-terms",
                "note": "a year, renewed until the war ends: open-ended",
            },
        }
    )


def _federal_bonus_share() -> Share:
    return Share.model_validate(
        {
            "2022-07": {"value": 0, "note": "Wagner paid no federal bonus"},
            "2023-02": {"value": 1, "source": "fed-bonus-prisoner-2025"},
            "2025-01": {"value": 0, "source": "fed-bonus-prisoner-2025"},
        }
    )


def _suspects() -> Share:
    return Share.model_validate(
        {
            "2022-01": {"value": 0},
            "2024-10": {"value": 1, "source": "susp-law-2024-10"},
        }
    )


class Settings(ChannelSettings):
    """Recruitment in colonies and remand prisons."""

    hazard_per_month: float = parameter(
        0.028,
        "Monthly hazard that a convict with a long sentence and no fear signs.",
        low=0,
        high=1,
        source="pris-mod-rate",
        grade="independent_estimate",
        prior=Prior("lognormal", 0.028, 0.017, 0.046),
    )
    effort: Multiplier = parameter(
        Multiplier.constant(1.0),
        "Factor on the hazard that a prisoner is recruited: visits to colonies, "
        "pressure.",
    )
    admissions: PersonsPerMonth = parameter(
        _admissions, "Men newly taken into custody."
    )
    mean_stay_months: float = parameter(
        36.0, "Mean time in custody, remand included.", low=1, high=360
    )
    remand_months: float = parameter(
        6.0,
        "Months in remand, as a suspect, before the verdict.",
        low=0,
        high=60,
        source="prison-remand-2019",
    )
    suspects: Share = parameter(_suspects, "Readiness of the law to take suspects.")
    suspect_factor: float = parameter(
        1.0, "Hazard of a suspect over that of a convict.", low=0, high=20
    )
    sentence_half_months: float = parameter(
        6.0, "Remaining sentence at which half the hazard is reached.", low=0, high=120
    )
    loss_weight: float = parameter(
        3.0,
        "w, log fall of the hazard per unit of perceived death probability.",
        low=0,
        high=50,
        source="ru-readiness-risk-elasticity-derived",
        prior=Prior("lognormal", 3.0, 1.0, 8.0),
    )
    federal_bonus_share: Share = parameter(
        _federal_bonus_share, "Part of the federal bonus a convict gets."
    )
    money_response: float = parameter(
        0.3, "e, elasticity of the hazard to the whole package.", low=0, high=5
    )
    pay_ratio: float = parameter(
        0.33,
        "Service pay of prisoners over that of contract soldiers.",
        low=0,
        high=1,
        source="pay-prisoner-ratio",
        grade="intelligence_claim",
        prior=Prior("logit_normal", 0.33, 0.25, 0.5),
    )
    term_months: Months = parameter(
        _terms, "Term with pardon or release at its end; 0: open-ended."
    )
    open_ended_factor: float = parameter(
        0.85, "Hazard without an end of term over the hazard with one.", low=0, high=2
    )

    @property
    def service_pay_ratio(self) -> float:
        """Prisoners are paid a part of what volunteers are."""
        return self.pay_ratio


class Channel(RecruitmentChannel[Settings]):
    """Recruits from a stock of inmates that admissions refill and releases drain."""

    name = "prisoner"
    facts = Facts(
        label="Prisoners",
        place=2,
        recruited_by_regions=False,
        works=False,
        signs_contract=False,
    )

    def __init__(self, settings: Settings, common: Common) -> None:
        super().__init__(settings, common)
        world = common.world
        self._behaviour = common.behaviour
        self._regions = world.region_count
        self._inside_at_start = world.prisoners_persons
        self._pool = Pool(common.seed, "prisoner", _FIRST_SHELL_PER_MONTH)
        self._ages = Ages(world.age_profile)
        regions = world.regions
        self._homes = Weighted(regions.men_18_59_persons * regions.service_tradition)

    def stock_persons(self, index: int) -> int:
        """Return the men inside in month `index`, less all who have signed by now."""
        cohorts, sizes = self._inside(index)
        return int(sizes.sum()) - self._pool.left_of(cohorts, sizes)

    def recruit(self, now: Environment) -> Intake:
        """Return the inmates who sign this month."""
        signed = self._signers(now)
        self._pool.remove(signed.person)
        home = self._homes.at(self._pool.trait("home", signed.person))
        age = self._ages.at(self._pool.trait("age", signed.person))
        dated, at = self._dated, now.index
        term = int(dated.term_months[at])
        return plain_intake(
            home,
            home,
            age,
            coerced=True,
            term_months=term,
            bonus_federal_rub=round(
                now.offers.federal_rub * dated.federal_bonus_share[at]
            ),
        )

    def _inside(self, index: int) -> tuple[Integers, Integers]:
        """Return identities and sizes of the cohorts still inside, signers included."""
        admitted = self._admitted(index)
        cohorts = np.arange(len(admitted))
        age = np.maximum(index + 1 - np.maximum(cohorts, _FIRST_COHORT), 0)
        staying = np.exp(-age / self._settings.mean_stay_months)
        return cohorts, np.floor(admitted * staying + 0.5).astype(np.int64)

    def _admitted(self, index: int) -> Integers:
        """Return the first sizes of all cohorts up to month `index`, (index + 1,)."""
        monthly = np.rint(self._dated.admissions[:index])
        return np.concatenate([[self._inside_at_start], monthly]).astype(np.int64)

    def _signers(self, now: Environment) -> Found:
        cohorts, sizes = self._inside(now.index)
        status = self._status(now.index, cohorts)
        level = self._level(now)
        bounds = level.max(initial=0.0) * status
        found = self._pool.find(now.index, cohorts, sizes, bounds)
        home = self._homes.at(self._pool.trait("home", found.person))
        rest = self._remaining_months(now.index, found)
        served = rest / (rest + self._settings.sentence_half_months)
        return found.take(found.mark < level[home] * status[found.group] * served)

    def _remaining_months(self, index: int, found: Found) -> Floats:
        """Return each man's months to release, from his rank in his cohort."""
        staying = (found.member + 0.5) / self._admitted(index)[found.group]
        age = index + 1 - np.maximum(found.group, _FIRST_COHORT)
        stay = -np.log(staying) * self._settings.mean_stay_months
        rest: Floats = np.maximum(stay - age, 1e-6)
        return rest

    def _status(self, index: int, cohorts: Integers) -> Floats:
        """Return the hazard factor of each cohort: suspects or convicts."""
        settings = self._settings
        age = index - cohorts + 1
        suspect = (cohorts >= _FIRST_COHORT) & (age < settings.remand_months)
        as_suspect = self._dated.suspects[index] * settings.suspect_factor
        return np.where(suspect, as_suspect, 1.0)

    def _level(self, now: Environment) -> Floats:
        """Return the hazard by home region before status and sentence, (R,)."""
        settings, dated, at = self._settings, self._dated, now.index
        risk = horizon_death_share(
            self._behaviour, now.perceived_death_share[: self._regions]
        )
        reach = dated.open[at] * dated.effort[at]
        term = 1.0 if int(dated.term_months[at]) else settings.open_ended_factor
        base = settings.hazard_per_month * reach * term * self._money(now)
        level: Floats = base * np.exp(-settings.loss_weight * risk)
        return level

    def _money(self, now: Environment) -> float:
        settings, behaviour = self._settings, self._behaviour
        months = float(annuity(behaviour, 1.0))
        pay = settings.pay_ratio * now.offers.service_pay_rub_per_month
        bonus = now.offers.federal_rub * self._dated.federal_bonus_share[now.index]
        package = behaviour.trust_pay * pay + behaviour.trust_bonus * bonus / months
        return float((package / now.national_wage_rub) ** settings.money_response)
