"""The fit: who raises and who cuts, and to what. ODD III.iii.

Interval-censored discrete-time hazards, as in `model.institutions.annual_game`:

    stretch between two documents   sum over the months in which the move may have come
                                    of  prod (1 - h) before it  x  h of its kind in it
    after the last document         prod (1 - reported share x h)
    log level after a rise          normal, a region's own distance shared by its rises

Regions differ in the log-odds of a rise and in their level; both effects are normal
between regions, integrated out for the fit (quadrature, and in closed form) and drawn
given the rest afterwards. The posterior of the rest is approximated by a normal at its
mode, bettered in rounds of importance sampling; all of it is a function of the
documents and the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit, log_ndtr, logsumexp

from calibration.evidence import load_evidence
from calibration.importance import adaptive_importance
from calibration.regional_game.panel import FIRST, Panel
from calibration.regional_game.scales import PRIORS, YEARS, natural
from calibration.regional_game.sizes import moves_of
from calibration.regional_game.stretches import stretches
from model.fields.months import parse_month
from model.institutions.annual_game import (
    AUGUST,
    OCTOBER,
    PRESSURE,
    SMALLEST_RISE_LOG,
    metropolis,
    revenue_score,
    volga,
)

Floats = NDArray[np.float64]

REPORTED: Final = 0.6
"""Assumption: share of moves that reach the tables.

They hold a rise of 41 of the 45 regions or more that raised in 2024 to October, but not
every rise of each, and later years were searched less.
"""
NODES: Final = 9
PROPOSALS: Final = 8
"""Points proposed for each draw in a round."""
LONG: Final = 400.0
SPENT_ON_BONUSES: Final = ("ru-regional-budget-share-2025", parse_month("2025-04"))
"""Share of regional budgets spent on recruiting, and since when it is known."""
SPENT_SD: Final = 0.25
"""Assumption: "nearly 3 %" of budgets, grants included, for share of own revenue."""
COUNT_SD: Final = 0.3
"""Assumption: how well the hazards of one region foretell the log of a mean of many."""


@dataclass(frozen=True, slots=True)
class Game:
    """The fit as draws; N draws of the names of `PRIORS` and of region effects."""

    names: tuple[str, ...]
    """Names of the fields of `regions.game`, region effects as `raise_effect.<iso>`."""
    values: Floats
    """(N, P)"""
    effective: float
    """Proposals that count, of `ROUNDS` `PROPOSALS` N."""
    tail: float = float("nan")
    """Tail index of the importance ratios (Pareto k)."""


def fit(panel: Panel, draws: int = 400, seed: int = 1) -> Game:
    """Return joint draws of the game given the documents.

    Args:
        panel: documents as known at some month.
        draws: N.
        seed: of the draws.
    """
    data = _Data.of(panel)
    start = np.array([mean for mean, _ in PRIORS.values()])

    def miss(point: Floats) -> float:
        return -data.log_posterior(point)

    mode: Floats = minimize(miss, start.tolist(), method="L-BFGS-B").x
    rng = np.random.default_rng(seed)
    points, weight, tail = adaptive_importance(
        data.log_posterior, mode, _covariance(data, mode), PROPOSALS * draws, rng
    )
    at = np.searchsorted(np.cumsum(weight), (np.arange(draws) + 0.5) / draws)
    rows = [data.row(points[i], rng) for i in np.minimum(at, len(points) - 1)]
    order = rng.permutation(draws)
    values = np.array([list(rows[i].values()) for i in order])
    return Game(tuple(rows[0]), values, float(1 / np.square(weight).sum()), tail)


def _covariance(data: _Data, mode: Floats) -> Floats:
    """Return the inverse of the curvature at the mode, made positive, (P, P)."""
    size, step = len(mode), 1e-3
    eye = step * np.eye(size)

    def slope(v: Floats) -> Floats:
        ups = [data.log_posterior(v + e) - data.log_posterior(v - e) for e in eye]
        return np.array(ups) / (2 * step)

    curved = np.array([(slope(mode + e) - slope(mode - e)) / (2 * step) for e in eye])
    values, vectors = np.linalg.eigh(-(curved + curved.T) / 2)
    # The prior curves every direction; rounding must not make one flatter than it.
    least = min(1 / sd**2 for _, sd in PRIORS.values()) / 4
    covariance: Floats = (vectors / np.maximum(values, least)) @ vectors.T
    return covariance


@dataclass(frozen=True, slots=True)
class _Data:
    """The panel as arrays: n months at risk, S stretches, E rises with a level."""

    panel: Panel
    rows: Mapping[str, Floats]
    """Covariates of the months at risk, each (n,)."""
    first_row: NDArray[np.int64]
    """(S,)"""
    stretch_of: NDArray[np.int64]
    """(n,)"""
    may_move: NDArray[np.bool_]
    """(n,)"""
    kinds: NDArray[np.str_]
    """(S,)"""
    region_of: NDArray[np.int64]
    """(S,)"""
    rises: Mapping[str, Floats]
    """Level before, after, region and covariates of rises, each (E,)."""
    others: Mapping[str, Floats]
    """Months between counts of the mean for a region without documents, each (n,);
    the first of each pair of counts and what the second leaves it, (C - 1,)."""
    spent_share: float | None
    """Published share of budgets spent on recruiting, once it is known."""

    @classmethod
    def of(cls, panel: Panel) -> _Data:
        parts = stretches(panel)
        nation = panel.nation
        score, city = revenue_score(panel.regions), metropolis(panel.regions)
        river = volga(panel.regions)
        at = np.concatenate([np.arange(p.start, p.end + 1) for p in parts])
        of = np.repeat(np.arange(len(parts)), [p.end - p.start + 1 for p in parts])
        region = np.array([p.region for p in parts])[of]
        log_bonus = np.array([p.log_bonus for p in parts])[of]
        gap = nation.log_going[at] - log_bonus
        # Governments decide on what last month showed; in January the year is empty.
        before, new_year = np.maximum(at - 1, 0), (at + FIRST) % 12 == 0
        filled = np.where(new_year, -LONG, panel.log_filled[region, before])
        paid = np.where(new_year, -LONG, panel.log_paid[region, before])
        dated = np.array([p.dated for p in parts])[of]
        ends = np.array([p.end for p in parts])[of]
        rows = {
            "gap": gap,
            "above": np.maximum(-gap, 0.0),
            **_seasons(panel, at),
            "late": ((at + FIRST) % 12 + 1 >= OCTOBER).astype(float),
            "revenue": score[region],
            "metropolis": city[region],
            "volga": river[region],
            "filled": np.clip(filled, *PRESSURE),
            "paid": paid,
        }
        up = [p for p in parts if p.kind == "rise"]
        region_up = np.array([p.region for p in up], dtype=int)
        end_up = np.array([p.end for p in up], dtype=int)
        rises = {
            "before": np.array([p.log_bonus for p in up]),
            "after": np.array([p.log_after for p in up]),
            "going": nation.log_going[end_up],
            "log_revenue": nation.log_revenue[end_up],
            "revenue": score[region_up],
            "metropolis": city[region_up],
            "region": region_up,
            "year": _seasons(panel, end_up)["year"],
        }
        first = np.searchsorted(of, np.arange(len(parts)))
        told, since = SPENT_ON_BONUSES
        spent = load_evidence()[told].value if panel.until >= since else None
        return cls(
            panel, rows, first, of, ~dated | (at == ends),
            np.array([p.kind for p in parts]), np.array([p.region for p in parts]),
            rises, _months_of_others(panel, score, city), spent,
        )  # fmt: skip

    def log_posterior(self, point: Floats) -> float:
        """Return the log density of a point of the fit's scales, up to a constant."""
        prior = sum(
            -0.5 * ((value - mean) / sd) ** 2
            for value, (mean, sd) in zip(point, PRIORS.values(), strict=True)
        )
        v = natural(point)
        by_region = logsumexp(self.by_node(v) + _LOG_WEIGHTS, axis=1).sum()
        levels = logsumexp(self.levels_by_node(v) + _LOG_WEIGHTS, axis=1).sum()
        if self.spent_share is not None:
            miss = np.log(v["appropriation_share"] / self.spent_share) / SPENT_SD
            prior -= 0.5 * miss**2
        return float(prior + by_region + levels + self._counts(v))

    def by_node(self, v: Mapping[str, float]) -> Floats:
        """Return the log-likelihood of each region at each node, (R, K)."""
        row = self.rows
        up = self._rise(v, row)[:, None] + v["raise_spread"] * _NODES
        spent = np.clip(row["paid"] - np.log(v["appropriation_share"]), *PRESSURE)
        down = (
            v["cut_base"]
            + v["cut_filled"] * row["filled"]
            + v["cut_spent"] * spent
            + v["cut_above"] * row["above"]
            + v["cut_late"] * row["late"]
            + v["cut_volga"] * row["volga"]
        )[:, None]
        still_up, still_down = log_expit(-up), log_expit(-down)
        silent = (self.kinds == "silent")[self.stretch_of][:, None]
        stay = np.where(
            silent,
            np.log1p(-REPORTED * expit(up)) + np.log1p(-REPORTED * expit(down)),
            still_up + still_down,
        )
        total = np.cumsum(stay, axis=0)
        start = (total - stay)[self.first_row]
        rising = (self.kinds == "rise")[self.stretch_of][:, None]
        event = np.where(rising, log_expit(up), still_up + log_expit(down))
        moved = total - stay - start[self.stretch_of] + event
        moved = np.where(self.may_move[:, None], moved, -LONG)
        moved = _logsum_by(moved, self.first_row)
        stayed = np.add.reduceat(stay, self.first_row, axis=0)
        moves = np.isin(self.kinds, ("rise", "cut"))[:, None]
        of_stretch = np.where(moves, moved, stayed)
        found = np.zeros((len(self.panel.regions.iso), NODES))
        np.add.at(found, self.region_of, of_stretch)
        return found

    @staticmethod
    def _rise(v: Mapping[str, float], row: Mapping[str, Floats]) -> Floats:
        """Return log-odds of a rise, the region's own left out, (n,)."""
        odds: Floats = (
            v["raise_base"]
            + v["raise_gap"] * row["gap"]
            + v["raise_shortfall"] * row["shortfall"]
            + v["raise_january"] * row["january"]
            + v["raise_autumn"] * row["autumn"]
            + v["raise_mandate"] * row["mandate"]
            + v["raise_revenue"] * row["revenue"]
            + v["raise_metropolis"] * row["metropolis"]
            + np.array([v[f"raise_{year}"] for year in YEARS])[row["year"].astype(int)]
        )
        return odds

    def _distances(self, v: Mapping[str, float]) -> Floats:
        """Return what the region's own level leaves of each rise, (E,)."""
        r = self.rises
        to_aim = self._aim(v, r) - r["before"]
        left: Floats = r["after"] - r["before"] - v["level_closing"] * to_aim
        return left

    @staticmethod
    def _aim(v: Mapping[str, float], rows: Mapping[str, Floats]) -> Floats:
        """Return the log level aimed at, the region's own distance left out, (n,)."""
        following = v["level_following"]
        money = np.log(v["appropriation_share"]) + rows["log_revenue"]
        aim: Floats = (
            following * rows["going"]
            + (1 - following) * money
            + v["level_base"]
            + v["level_revenue"] * rows["revenue"]
            + v["level_metropolis"] * rows["metropolis"]
            + np.array([v[f"level_{year}"] for year in YEARS])[rows["year"].astype(int)]
        )
        return aim

    def levels_by_node(self, v: Mapping[str, float]) -> Floats:
        """Return the log-likelihood of new levels by region and node, (R, K).

        A rise is a level above the one before: the normal is cut off there, as in
        `annual_game.raised`.
        """
        own = v["level_closing"] * v["level_spread"] * _NODES
        noise, left = v["level_noise"], self._distances(v)[:, None] - own
        rise = (self.rises["after"] - self.rises["before"])[:, None]
        visible = log_ndtr((rise - left - SMALLEST_RISE_LOG) / noise)
        each = -0.5 * (left / noise) ** 2 - np.log(noise) - visible
        found = np.zeros((len(self.panel.regions.iso), NODES))
        np.add.at(found, self.rises["region"].astype(int), each)
        return found

    def _counts(self, v: Mapping[str, float]) -> float:
        """Log-likelihood of what counts of the mean leave to undocumented regions.

        From one count to the next a share of them has raised, most of the way to a
        level of their own.
        """
        rows = self.others
        if not len(rows["log_bonus"]):
            return 0.0
        stays = log_expit(-self._rise(v, rows))
        first = rows["first"].astype(int)
        raised = 1 - np.exp(np.add.reduceat(stays, first))
        last = np.append(first[1:], len(stays)) - 1
        aim = (self._aim(v, rows) + v["level_undocumented"])[last]
        before = rows["log_bonus"][last]
        missed = rows["after"] - before - raised * v["level_closing"] * (aim - before)
        return float(-0.5 * np.square(missed / COUNT_SD).sum())

    def row(self, point: Floats, rng: np.random.Generator) -> dict[str, float]:
        """Return one draw: the fields of `regions.game`, region effects included."""
        v = natural(point)
        found = {**v, **moves_of(self.panel, rng)}
        raising, level = (
            np.exp(node - logsumexp(node, axis=1, keepdims=True))
            for node in (
                self.by_node(v) + _LOG_WEIGHTS,
                self.levels_by_node(v) + _LOG_WEIGHTS,
            )
        )
        for iso in self.panel.levels:
            region = self.panel.regions.iso.index(iso)
            at = rng.choice(NODES, p=raising[region])
            between = rng.uniform(-0.5, 0.5) * (_NODES[1] - _NODES[0])
            found[f"raise_effect.{iso}"] = v["raise_spread"] * (_NODES[at] + between)
            at = rng.choice(NODES, p=level[region])
            between = rng.uniform(-0.5, 0.5) * (_NODES[1] - _NODES[0])
            found[f"level_effect.{iso}"] = v["level_spread"] * (_NODES[at] + between)
        for iso in self.panel.regions.iso:
            if iso not in self.panel.levels:
                own = v["level_undocumented"] + v["level_spread"] * rng.normal()
                found[f"level_effect.{iso}"] = own
        return found


def _seasons(panel: Panel, at: NDArray[np.int64]) -> dict[str, Floats]:
    """Return what is the same for all regions in months from `FIRST`, each (n,)."""
    calendar = (at + FIRST) % 12 + 1
    before = panel.nation.shortfall[np.maximum(at - 1, 0)]
    return {
        "shortfall": np.where(calendar == 1, 0.0, before),
        "january": (calendar == 1).astype(float),
        "autumn": ((calendar >= AUGUST) & (calendar <= OCTOBER)).astype(float),
        "mandate": panel.nation.mandate[at],
        "year": np.clip((at + FIRST) // 12 - YEARS[0], 0, len(YEARS) - 1).astype(float),
    }


def _months_of_others(panel: Panel, score: Floats, city: Floats) -> dict[str, Floats]:
    counts, nation = panel.others, panel.nation
    silent = ~np.isin(panel.regions.iso, list(panel.levels))
    between = np.diff(counts.month)
    at = np.arange(counts.month[0] + 1, counts.month[-1] + 1)
    log_bonus = np.repeat(counts.log_bonus[:-1], between)
    return {
        "first": np.cumsum(between) - between,
        "after": counts.log_bonus[1:],
        "log_bonus": log_bonus,
        "gap": nation.log_going[at] - log_bonus,
        "going": nation.log_going[at],
        "log_revenue": nation.log_revenue[at],
        "revenue": np.full(len(at), score[silent].mean()),
        "metropolis": np.full(len(at), city[silent].mean()),
        **_seasons(panel, at),
    }


def _logsum_by(values: Floats, first: NDArray[np.int64]) -> Floats:
    """Return log of summed exponentials of consecutive rows, (S, K)."""
    top = np.maximum.reduceat(values, first, axis=0)
    rows = np.diff([*first, len(values)])
    inner = np.exp(values - np.repeat(top, rows, axis=0))
    summed: Floats = top + np.log(np.add.reduceat(inner, first, axis=0))
    return summed


_NODES: Floats
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(NODES)
_LOG_WEIGHTS: Final = np.log(_WEIGHTS / _WEIGHTS.sum())
