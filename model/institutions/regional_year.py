"""The annual game as all regions of a run play it: the year so far, and its luck.

Once a month, before regions decide, contracts and bonuses since January are set against
plan and appropriation, and each region's rise, cut or restoration is drawn from
`model.institutions.annual_game`. Which regions take these decisions, and which follow
documents or the scenario's own values, is `RegionalGovernment`'s matter. Random numbers
depend on seed, month and region alone, so two scenarios meet the same luck. ODD II.iv
(sensing), II.ix (stochasticity), III.iv.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from model.chance.randomness import key, uniforms
from model.fields.timeline import Timeline
from model.institutions.annual_game import (
    AUGUST,
    DECEMBER,
    FEBRUARY,
    Shocks,
    Standing,
    Year,
    appropriations_rub,
    decided,
    effects,
)
from model.parameters.game import Game
from model.world import RegionTable

Floats = NDArray[np.float64]

NOTHING = -20.0
"""Logarithm that stands for nothing signed or paid yet."""
ANNUAL_CUT = 0.6
"""A documented bonus below this part of its old level from August on is cut for the
year, as most of those of autumn 2025 were."""
FITTED_YEARS = (2025, 2026)


class RegionalYear:
    """The annual game of all regions, month by month.

    Args:
        game: its parameters.
        dated: dated values of the regions, with `known`, (R, T).
        regions: the documented regions.
        first: first month of the run.
        seed: of the run.
    """

    def __init__(
        self, game: Game, dated: Timeline, regions: RegionTable, first: int, seed: int
    ) -> None:
        self._game, self._dated = game, dated
        self._first, self._seed = first, seed
        count = len(regions.iso)
        self._apart = effects(
            game, regions, *(self._normals(count, kind) for kind in range(3))
        )
        self._shares = plan_shares(game, regions)
        self._most_rub = np.zeros(count)
        """Highest bonus that documents or the scenario let a region pay, (R,)."""
        self._before_cut = np.full(count, np.nan)
        self._signed, self._paid_rub = np.zeros(count), np.zeros(count)
        self._contracts = self._due = 0.0
        self.used_up = np.zeros(count, dtype=bool)
        """Whether a region's plan is met or its money spent, (R,)."""

    def observe(
        self,
        index: int,
        *,
        signed: Sequence[int] | NDArray[np.int64],
        contracts: int,
        paid_rub: Floats,
        plan_persons: float,
    ) -> None:
        """Add the month that has just ended to the year so far.

        Args:
            index: that month.
            signed: contracts signed for a bonus by region of signing, (R,).
            contracts: contracts of all kinds that count towards the plan.
            paid_rub: what regions owed in bonuses for the month, (R,).
            plan_persons: what was due nationwide in the month.
        """
        if (self._first + index) % 12 == 0:
            self._signed[:] = 0
            self._paid_rub[:] = 0
            self._contracts = self._due = 0.0
        others = max(0.0, contracts - float(np.sum(signed)))
        self._signed += np.asarray(signed) + others * self._shares
        self._paid_rub += paid_rub
        self._contracts += contracts
        self._due += plan_persons

    def decide(
        self,
        index: int,
        bonus_rub: Floats,
        *,
        plan_persons: float,
        revenue_rub: Floats,
    ) -> Floats:
        """Return what every region would pay in month `index`, (R,).

        Args:
            index: the month.
            bonus_rub: what regions paid last month, unscaled, (R,).
            plan_persons: plan of the nation for a month.
            revenue_rub: own revenue by region and month of the run, (R, T).
        """
        month = self._first + index
        calendar, count = month % 12 + 1, len(bonus_rub)
        new_year = calendar == 1
        missing = 0.0
        if not new_year and self._due > 0:
            missing = float(np.clip(1 - self._contracts / self._due, 0, 1))
        plan = 12 * plan_persons * self._shares
        money = appropriations_rub(
            self._game,
            self._apart.money,
            12 * revenue_rub[:, index],
            self._most_rub * plan,
        )
        empty = np.full(count, NOTHING)
        year = Year(
            month=calendar,
            affordable_rub=money / np.maximum(plan, 1.0),
            revenue_per_contract_rub=float(
                revenue_rub[:, index].sum() / max(plan_persons, 1.0)
            ),
            shortfall=np.full(count, missing),
            log_filled=empty if new_year else _log_ratio(self._signed, plan),
            log_spent=empty if new_year else _log_ratio(self._paid_rub, money),
            mandate=float(self._dated.game.mandate[index]),
            floor_rub=float(self._dated.game.floor[index]),
            heat=self._of_year("raise", 5, month // 12),
            level_log=self._of_year("level", 6, month // 12),
        )
        self.used_up = year.used_up
        at = np.arange(count)
        move, cut, floor, size = (
            key(self._seed, "regional_game", month, kind) for kind in range(4)
        )
        shocks = Shocks(
            move=uniforms(move, at),
            cut=uniforms(cut, at),
            floor=uniforms(floor, at),
            size=self._normal(size, at),
        )
        after = decided(
            self._game, self._apart, Standing(bonus_rub, self._before_cut), year, shocks
        )
        return after.bonus_rub

    def note(self, index: int, before_rub: Floats, now_rub: Floats) -> None:
        """Take in what regions pay now: who has cut for the rest of the year.

        Args:
            index: the month.
            before_rub: what they paid last month, (R,).
            now_rub: what they pay this month, by rule, document or scenario, (R,).
        """
        calendar = (self._first + index) % 12 + 1
        known = self._dated.known[:, index] > 0
        told = np.where(known, now_rub, 0.0)
        self._most_rub = np.maximum(self._most_rub, told)
        down = now_rub < np.where(known, ANNUAL_CUT, 1.0) * before_rub
        cut = down & (AUGUST <= calendar <= DECEMBER)
        over = (now_rub > before_rub) | (calendar > FEBRUARY) & (calendar < AUGUST)
        self._before_cut = np.where(over, np.nan, self._before_cut)
        first = cut & ~np.isfinite(self._before_cut)
        self._before_cut = np.where(first, before_rub, self._before_cut)

    def _of_year(self, what: str, kind: int, year: int) -> float:
        """Return what a year adds to the log-odds of a rise, or to levels."""
        if year in FITTED_YEARS:
            return float(getattr(self._game, f"{what}_{year}"))
        stream = key(self._seed, "regional_game", year, kind)
        shock = float(self._normal(stream, np.zeros(1, np.int64))[0])
        return float(getattr(self._game, f"{what}_year_spread")) * shock

    def _normals(self, count: int, kind: int) -> Floats:
        return self._normal(key(self._seed, "regional_game", 0, kind), np.arange(count))

    @staticmethod
    def _normal(stream: int, counters: NDArray[np.int64]) -> Floats:
        normals: Floats = ndtri(uniforms(stream, counters))
        return normals


def plan_shares(game: Game, regions: RegionTable) -> Floats:
    """Return each region's share of the plan, (R,): documented, the rest by men."""
    given = np.array([game.plan_share.get(iso, np.nan) for iso in regions.iso])
    silent = np.isnan(given)
    men = regions.men_18_59_persons
    rest = (1 - np.nansum(given)) * men / max(men[silent].sum(), 1)
    shares: Floats = np.where(silent, rest, given)
    return shares


def _log_ratio(above: Floats, below: Floats) -> Floats:
    ratio: Floats = np.log(np.maximum(above, 1e-3) / np.maximum(below, 1e-3))
    return ratio
