"""Prices that the fitted game brings after the documents, without the simulator.

The nation is as known at the origin: its plan, and contracts that fill it as they did
in the last counted year. Contracts of a region go with its men and bonus, as in the
panel. Everything else is `model.institutions.annual_game`. ODD III.iii.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.regional_game.hazards import Game as Draws
from calibration.regional_game.panel import (
    FIRST,
    TOWARDS_MONEY,
    Panel,
    revenue_of_year,
)
from calibration.regional_game.scales import YEARS
from model.fields.months import format_month
from model.institutions.annual_game import (
    LEAST_RUB,
    Shocks,
    Standing,
    Year,
    appropriations_rub,
    decided,
    effects,
    going_rate_rub,
)
from model.institutions.regional import documented_bonuses
from model.institutions.regional_year import plan_shares
from model.parameters.game import Game
from model.scenario import Scenario
from scenarios import load_scenario

Floats = NDArray[np.float64]

NO_FIELDS: Final = (
    "raise_2023", "raise_2024", "level_2023", "level_2024", "level_undocumented",
)  # fmt: skip
"""No fields of a scenario: years that are over when the model's own game begins, and
what stands in the effects of regions without documents."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Simulated bonuses after an origin; N draws, R regions, H months."""

    origin: int
    """Last documented month."""
    start_rub: Floats
    """Bonuses of that month, (R,)."""
    bonus_rub: Floats
    """(N, R, H), from the month after the origin."""
    going_rub: Floats
    """(N, H)"""


def simulated(
    panel: Panel, draws: Draws, months: int, seed: int = 1, context: Panel | None = None
) -> Paths:
    """Simulate the months after the last document of a panel, a path for each draw.

    Args:
        panel: regional documents as known at the origin.
        draws: the fitted game, as known then.
        months: H.
        seed: of effects that no document tells, and of all decisions.
        context: a later panel whose nation is given: mandates, plans and
            contracts. None: as known at the origin.
    """
    known = format_month(panel.until)
    scenario = load_scenario(
        "baseline", (f"time.history_until={known}", "time.until=2028-12")
    ).scenario
    nation = _Nation.of(scenario, panel, context)
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(len(draws.values)):
        game, years = game_of(draws, at, scenario), years_of(draws, at, panel.until)
        rows.append(_path(game, years, scenario, panel, nation, months, rng))
    return Paths(
        panel.until,
        nation.bonus_rub[:, panel.until - FIRST],
        np.array([bonus for bonus, _ in rows]),
        np.array([going for _, going in rows]),
    )


def game_of(draws: Draws, at: int, scenario: Scenario) -> Game:
    """Return the block `regions.game` under a draw."""
    given = scenario.regions.game.model_dump()
    given |= {"raise_effect": {}, "level_effect": {}}
    for name, value in zip(draws.names, draws.values[at].tolist(), strict=True):
        block, _, iso = name.partition(".")
        if block in NO_FIELDS:
            continue
        if iso:
            given[block][iso] = value
        else:
            given[block] = value
    return Game.model_validate(given)


@dataclass(frozen=True, slots=True)
class _Nation:
    """What is the same in every draw; months from `FIRST` to the end of 2028."""

    bonus_rub: Floats
    """Documented, (R, T)."""
    plan: Floats
    contracts: Floats
    mandate: Floats
    floor_rub: Floats
    shares: Floats
    revenue_rub: Floats
    """Of a year, (R, T)."""

    @classmethod
    def of(cls, scenario: Scenario, panel: Panel, context: Panel | None) -> _Nation:
        months = scenario.time.months
        game, regions = scenario.regions.game, panel.regions
        known = (context or panel).nation
        plan = scenario.federal.quota.over(FIRST, months)
        plan[: len(known.plan)] = known.plan
        contracts = plan * known.contracts[-1] / known.plan[-1]
        contracts[: len(known.plan)] = known.contracts
        mandate = game.mandate.over(FIRST, months)
        mandate[: len(known.plan)] = known.mandate
        # A mandate names the sum: who is given the one is given the other.
        floor = game.floor.over(FIRST, months)
        floor[: len(known.plan)] = known.floor_rub
        return cls(
            bonus_rub=documented_bonuses(scenario, regions),
            plan=plan,
            contracts=contracts,
            mandate=mandate,
            floor_rub=floor,
            shares=plan_shares(game, regions),
            revenue_rub=revenue_of_year(scenario, regions, months),
        )


def _path(
    game: Game,
    years: Mapping[int, tuple[float, float]],
    scenario: Scenario,
    panel: Panel,
    nation: _Nation,
    months: int,
    rng: np.random.Generator,
) -> tuple[Floats, Floats]:
    regions, count = panel.regions, len(panel.regions.iso)
    apart = effects(game, regions, *rng.standard_normal((3, count)))
    bonus = nation.bonus_rub[:, : panel.until - FIRST + 1].copy()
    most = bonus.max(axis=1)
    standing = Standing(bonus[:, -1], before_cut(bonus, panel.until))
    offers, going = np.empty((count, months)), np.empty(months)
    spreads = np.array([game.raise_year_spread, game.level_year_spread])
    fresh = spreads * rng.standard_normal((8, 2))
    for ahead in range(months):
        at = panel.until - FIRST + 1 + ahead
        month = FIRST + at
        filled, paid = _year(bonus, nation, regions.men_18_59_persons, at)
        elapsed = month % 12
        due = nation.plan[at - elapsed : at].sum()
        had = nation.contracts[at - elapsed : at].sum()
        missing = float(np.clip(1 - had / due, 0, 1)) if elapsed else 0.0
        plan = 12 * nation.plan[at] * nation.shares
        revenue = nation.revenue_rub[:, at]
        money = appropriations_rub(game, apart.money, revenue, most * plan)
        heat, shift = years.get(month // 12, fresh[month // 12 - FIRST // 12])
        year = Year(
            month=month % 12 + 1,
            affordable_rub=money / plan,
            revenue_per_contract_rub=float(
                nation.revenue_rub[:, at].sum() / (12 * nation.plan[at])
            ),
            shortfall=np.full(count, missing),
            log_filled=filled,
            log_spent=paid - np.log(money / revenue),
            mandate=float(nation.mandate[at]),
            floor_rub=float(nation.floor_rub[at]),
            heat=heat,
            level_log=shift,
        )
        move, cut, floor = rng.random((3, count))
        shocks = Shocks(move, cut, floor, rng.standard_normal(count))
        standing = decided(game, apart, standing, year, shocks)
        bonus = np.column_stack([bonus, standing.bonus_rub])
        offers[:, ahead], going[ahead] = standing.bonus_rub, going_rate_rub(standing)
    return offers, going


def _year(
    bonus: Floats, nation: _Nation, men: NDArray[np.int64], at: int
) -> tuple[Floats, Floats]:
    """Return log filled and log paid over revenue from January to last month, (R,)."""
    since = slice(at - (FIRST + at) % 12, at)
    paid_rub = np.maximum(bonus[:, since], LEAST_RUB)
    weight = men[:, None] * paid_rub**TOWARDS_MONEY
    signed = nation.contracts[since] * weight / weight.sum(axis=0)
    filled = signed.sum(axis=1) / (12 * nation.plan[at] * nation.shares)
    paid = (signed * paid_rub).sum(axis=1) / nation.revenue_rub[:, at]
    return np.log(np.maximum(filled, 1e-6)), np.log(np.maximum(paid, 1e-9))


def years_of(draws: Draws, at: int, until: int) -> dict[int, tuple[float, float]]:
    """Return what the years that a draw knows add to log-odds and to levels."""
    row = dict(zip(draws.names, draws.values[at].tolist(), strict=True))
    return {
        year: (row[f"raise_{year}"], row[f"level_{year}"])
        for year in YEARS
        if year <= until // 12
    }


def before_cut(bonus_rub: Floats, until: int) -> Floats:
    """Return the bonus before a cut of this autumn, (R,); nan where there was none."""
    calendar = until % 12 + 1
    since = calendar - 8 if calendar >= 8 else calendar + 4 if calendar < 2 else None
    before = np.full(len(bonus_rub), np.nan)
    if since is None:
        return before
    highest = bonus_rub[:, -(since + 2) :].max(axis=1)
    return np.where(bonus_rub[:, -1] < 0.6 * highest, highest, before)
