"""Documented bonuses by region as months at risk of a rise or a cut. ODD III.iii.

Between two documents of a region its bonus is at the earlier level until it moves. A
move is dated to the month where the document says so (a decree, or "from" the old
level); otherwise it may have come in any month since the document before. After the
last document nothing is known but that no move was reported, and not all are.
What a region had spent and signed is not documented: contracts of the nation are shared
by men and, less than in proportion, by bonus.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from calibration.evidence import load_evidence
from calibration.observation.targets import load_targets
from model.fields.months import parse_month
from model.institutions.annual_game import (
    LEADING,
    LEAST_RUB,
    SMALLEST_RISE_LOG,
    log_level,
)
from model.institutions.regional import documented_bonuses
from model.institutions.regional_year import plan_shares
from model.scenario import Scenario
from model.world import RegionTable
from scenarios import load_scenario

Floats = NDArray[np.float64]

FIRST: Final = parse_month("2022-09")
LAST: Final = parse_month("2026-03")
BEFORE: Final = "level before"
"""Notes that begin so give the level a document says a region came from."""
UNDOCUMENTED: Final = parse_month("2023-03")
SAME: Final = SMALLEST_RISE_LOG
TOWARDS_MONEY: Final = 0.7
"""Assumption: contracts of a region per man go with its bonus to this power."""
AUTUMN: Final = range(8, 13)
COUNTS: Final = ("budget_2023", "budget_2024q1", "budget_2024q2", "budget_2024h2")
LATER_COUNTS: Final = ("regional_2025q1", "regional_2025q2", "regional_2025q3")


@dataclass(frozen=True, slots=True)
class Level:
    """A documented bonus."""

    month: int
    rub: float
    dated: bool
    """Whether the document dates the move to it."""

    @property
    def log(self) -> float:
        """Natural logarithm, bounded below."""
        return float(np.log(max(self.rub, LEAST_RUB)))


@dataclass(frozen=True, slots=True)
class Nation:
    """What is known of the nation month by month, from `FIRST` to `LAST`; (T,)."""

    log_going: Floats
    mandate: Floats
    floor_rub: Floats
    """What nobody pays less than while a mandate lasts, and no cut goes below."""
    shortfall: Floats
    """Share of the contracts due since January that are missing."""
    contracts: Floats
    plan: Floats
    """A twelfth of the year's plan."""
    log_revenue: Floats
    """Log own revenue of all regions in a year for each contract of the plan."""


@dataclass(frozen=True, slots=True)
class Others:
    """What counts of the mean leave to regions without documents; C counts."""

    month: NDArray[np.int64]
    """From `FIRST`, (C,)."""
    log_bonus: Floats
    """(C,)"""


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the fit reads, as known at the end of a month."""

    until: int
    levels: dict[str, tuple[Level, ...]]
    nation: Nation
    others: Others
    regions: RegionTable
    log_filled: Floats
    """Log contracts since January over the year's plan, (R, T), proxied."""
    log_paid: Floats
    """Log bonuses paid since January over the year's revenue, (R, T), proxied."""


def panel(until: str = "2026-03") -> Panel:
    """Return the documents as known at the end of a month."""
    scenario = load_scenario(
        "baseline", (f"time.history_until={until}", "time.until=2026-12")
    ).scenario
    nation, regions = _nation(scenario), documented_world().regions
    filled, paid = _proxies(scenario, nation, regions)
    return Panel(
        until=parse_month(until),
        levels=documented_levels(scenario),
        others=_others(scenario, regions),
        nation=nation,
        regions=regions,
        log_filled=filled,
        log_paid=paid,
    )


def documented_levels(scenario: Scenario) -> dict[str, tuple[Level, ...]]:
    """Return the documented levels of each region, in order of time.

    A region whose first document came later paid in March 2023, month of the first
    count of the mean, what that mean leaves to regions without documents, or less.
    """
    evidence, regions = load_evidence(), documented_world().regions
    silent = documented_bonuses(scenario, regions)[:, UNDOCUMENTED - FIRST]
    found: dict[str, tuple[Level, ...]] = {}
    for iso, path in scenario.regions.signing_bonus.by_region.items():
        levels = []
        for month, step in sorted(path.steps.items()):
            row = evidence.get(step.source or "")
            if row is None and not (step.note or "").startswith(BEFORE):
                continue
            told = row is not None and (
                row.kind == "documented" or row.note.lower().startswith("from ")
            )
            levels.append(Level(int(parse_month(month)), step.value, told))
        if not levels:
            continue
        if levels[0].month > UNDOCUMENTED:
            start = min(float(silent[regions.iso.index(iso)]), levels[0].rub)
            levels.insert(0, Level(UNDOCUMENTED, start, dated=False))
        until = parse_month(path.documented_until or "1900-01")
        # Between two documents nobody knows yet whether the later one tells of a move.
        if levels[-1].month < until <= parse_month(scenario.time.history_until):
            levels.append(Level(int(until), levels[-1].rub, dated=True))
        found[iso] = tuple(levels)
    return found


def _others(scenario: Scenario, regions: RegionTable) -> Others:
    mean, until = scenario.regions.signing_bonus.mean, scenario.time.history_until
    last = min(parse_month(mean.documented_until or until), parse_month(until))
    counted = sorted(parse_month(month) for month in mean.steps)
    month = np.array([m - FIRST for m in counted if UNDOCUMENTED <= m <= last])
    paid = documented_bonuses(scenario, regions)
    own = scenario.regions.signing_bonus.by_region
    silent = next(at for at, iso in enumerate(regions.iso) if iso not in own)
    return Others(month, log_level(paid[silent, month]))


def _nation(scenario: Scenario) -> Nation:
    first, months = FIRST, LAST - FIRST + 1
    at = np.arange(first, LAST + 1)
    game, regions = scenario.regions.game, documented_world().regions
    plan = scenario.federal.quota.over(first, months)
    revenue_rub = revenue_of_year(scenario, regions, months).sum(axis=0)
    contracts = np.full(months, np.nan)
    for target in load_targets():
        if target.name in COUNTS + LATER_COUNTS:
            start, end = (
                parse_month(target.period_start),
                parse_month(target.period_end),
            )
            span = slice(start - first, end - first + 1)
            contracts[span] = target.documented / (end - start + 1)
    contracts[at > parse_month(scenario.time.history_until)] = np.nan
    # Months without a count are taken to fill the plan as the last counted year did.
    known = np.isfinite(contracts)
    recent = np.flatnonzero(known)[-12:]
    usual = contracts[recent].sum() / plan[recent].sum()
    contracts = np.where(known, contracts, usual * plan)
    year = at // 12
    since = [(year == y) & (at <= m) for y, m in zip(year, at, strict=True)]
    due = np.array([plan[mask].sum() for mask in since])
    had = np.array([contracts[mask].sum() for mask in since])
    return Nation(
        log_going=_log_going(scenario),
        mandate=game.mandate.over(first, months),
        floor_rub=game.floor.over(first, months),
        shortfall=np.clip(1 - had / due, 0, 1),
        contracts=contracts,
        plan=plan,
        log_revenue=np.log(revenue_rub / (12 * plan)),
    )


def revenue_of_year(scenario: Scenario, regions: RegionTable, months: int) -> Floats:
    """Return own revenue of a year by region and month from `FIRST`, (R, T)."""
    at = np.arange(FIRST, FIRST + months)
    growth = (1 + scenario.economy.budget_growth_per_year) ** (at / 12 - 2023.5)
    revenue: Floats = regions.revenue_2023_rub[:, None] * growth
    return revenue


def _log_going(scenario: Scenario) -> Floats:
    """Return the log going rate of each month, (T,): the mean of the leading regions.

    A month's is that of the month before, which governments have seen.
    """
    paid = documented_bonuses(scenario, documented_world().regions)
    paid = paid[:, : LAST - FIRST + 1]
    # A bonus cut for the rest of the year counts as before, as in the game.
    recent = [paid[:, max(0, t - 6) : t + 1].max(axis=1) for t in range(paid.shape[1])]
    leading = [np.sort(usual)[-LEADING:].mean() for usual in recent]
    rates: Floats = np.log([leading[0], *leading[:-1]])
    return rates


def _proxies(
    scenario: Scenario, nation: Nation, regions: RegionTable
) -> tuple[Floats, Floats]:
    """Return log filled and log paid by region and month, (R, T)."""
    months = len(nation.plan)
    bonus = np.maximum(documented_bonuses(scenario, regions)[:, :months], LEAST_RUB)
    men = regions.men_18_59_persons[:, None]
    weight = men * bonus**TOWARDS_MONEY
    signed = nation.contracts * weight / weight.sum(axis=0)
    share = plan_shares(scenario.regions.game, regions)[:, None]
    at = np.arange(FIRST, FIRST + months)
    revenue = revenue_of_year(scenario, regions, months)
    filled, paid = np.zeros_like(bonus), np.zeros_like(bonus)
    for t, month in enumerate(at):
        since = slice(max(0, t - month % 12), t + 1)
        filled[:, t] = signed[:, since].sum(axis=1) / (
            12 * nation.plan[t] * share[:, 0]
        )
        paid[:, t] = (signed * bonus)[:, since].sum(axis=1) / revenue[:, t]
    return np.log(np.maximum(filled, 1e-3)), np.log(np.maximum(paid, 1e-6))
