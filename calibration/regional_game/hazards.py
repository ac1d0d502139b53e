"""The fit: who raises and who cuts, and to what. ODD III.iii.

Interval-censored discrete-time hazards, as in `model.institutions.annual_game`:

    stretch between two documents   sum over the months in which the move may have come
                                    of  prod (1 - h) before it  x  h of its kind in it
    after the last document         prod (1 - reported share x h)
    log level after a rise          normal, a region's own distance shared by its rises

Regions differ in the log-odds of a rise and in their level; both effects are normal
between regions, integrated out for the fit (quadrature, and in closed form) and drawn
given the rest afterwards. The posterior of the rest is approximated by a normal at its
mode, drawn from and weighted by importance; all of it is a function of the documents
and the seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_expit, logsumexp

from calibration.regional_game.panel import FIRST, Panel
from calibration.regional_game.sizes import moves_of
from calibration.regional_game.stretches import stretches
from model.institutions.annual_game import (
    PRESSURE,
    metropolis,
    revenue_score,
    volga,
)

Floats = NDArray[np.float64]

REPORTED: Final = 0.6
"""Assumption: share of moves that reach the tables; 27 of at least 45 rises of 2024."""
NODES: Final = 9
PROPOSALS: Final = 4
"""Points proposed for each draw."""
FREEDOM: Final = 8
LONG: Final = 400.0

PRIORS: Final[Mapping[str, tuple[float, float]]] = {
    "raise_base": (-3.0, 1.5),
    "raise_gap": (1.0, 1.0),
    "raise_shortfall": (0.0, 2.0),
    "raise_january": (0.0, 1.0),
    "raise_autumn": (0.0, 1.0),
    "raise_mandate": (1.0, 1.0),
    "raise_revenue": (0.0, 0.3),
    "raise_metropolis": (0.0, 0.5),
    "raise_spread": (np.log(0.4), 0.5),
    "raise_year_spread": (np.log(0.5), 0.4),
    "raise_2023": (0.0, 1.0),
    "raise_2024": (0.0, 1.0),
    "raise_2025": (0.0, 1.0),
    "raise_2026": (0.0, 1.0),
    "level_base": (0.0, 0.7),
    "level_closing": (0.8, 0.3),
    "level_noise": (np.log(0.4), 0.5),
    "level_revenue": (0.0, 0.3),
    "level_metropolis": (0.0, 0.5),
    "level_spread": (np.log(0.25), 0.5),
    "cut_base": (-4.5, 1.5),
    "cut_filled": (0.7, 0.7),
    "cut_spent": (0.7, 0.7),
    "cut_above": (0.7, 0.7),
    "cut_late": (0.5, 1.0),
    "cut_volga": (0.0, 0.7),
    "appropriation_share": (np.log(0.05), 0.4),
}
"""Normal priors, mean and sd; positive ones by log, years in units of their spread."""
POSITIVE: Final = (
    "raise_spread", "raise_year_spread", "level_noise", "level_spread",
    "appropriation_share",
)  # fmt: skip
YEARS: Final = (2023, 2024, 2025, 2026)
NAMES: Final = tuple(PRIORS)


@dataclass(frozen=True, slots=True)
class Game:
    """The fit as draws; N draws of the names of `PRIORS` and of region effects."""

    names: tuple[str, ...]
    """Names of the fields of `regions.game`, region effects as `raise_effect.<iso>`."""
    values: Floats
    """(N, P)"""
    effective: float
    """Proposals that count, of `PROPOSALS` N."""


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
    root = np.linalg.cholesky(_covariance(data, mode))
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((PROPOSALS * draws, len(mode)))
    # Student's t: tails wider than the posterior's, so that no weight runs away.
    z *= np.sqrt(FREEDOM / rng.chisquare(FREEDOM, len(z)))[:, None]
    points = mode + z @ root.T
    proposed = np.log1p(np.square(z).sum(axis=1) / FREEDOM)
    log_weight = np.array([data.log_posterior(point) for point in points])
    log_weight += (FREEDOM + len(mode)) / 2 * proposed
    weight = np.exp(log_weight - log_weight.max())
    upto = np.cumsum(weight) / weight.sum()
    at = np.searchsorted(upto, (np.arange(draws) + 0.5) / draws)
    rows = [data.row(points[i], rng) for i in np.minimum(at, len(points) - 1)]
    order = rng.permutation(draws)
    values = np.array([list(rows[i].values()) for i in order])
    effective = float(weight.sum() ** 2 / np.square(weight).sum())
    return Game(tuple(rows[0]), values, effective)


def natural(point: Floats) -> dict[str, float]:
    """Return the fields of `regions.game` at a point of the fit's own scales."""
    found = dict(zip(NAMES, point.tolist(), strict=True))
    found |= {name: float(np.exp(found[name])) for name in POSITIVE}
    for year in YEARS:
        found[f"raise_{year}"] *= found["raise_year_spread"]
    return found


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
    year_of: NDArray[np.int64]
    """Position in `YEARS` of each month at risk, (n,)."""
    kinds: NDArray[np.str_]
    """(S,)"""
    region_of: NDArray[np.int64]
    """(S,)"""
    rises: Mapping[str, Floats]
    """Level before, after, going rate and region of rises, each (E,)."""

    @classmethod
    def of(cls, panel: Panel) -> _Data:
        parts = stretches(panel)
        nation = panel.nation
        score, city = revenue_score(panel.regions), metropolis(panel.regions)
        river = volga(panel.regions)
        at = np.concatenate([np.arange(p.start, p.end + 1) for p in parts])
        of = np.repeat(np.arange(len(parts)), [p.end - p.start + 1 for p in parts])
        region = np.array([p.region for p in parts])[of]
        gap = nation.log_going[at] - np.array([p.log_bonus for p in parts])[of]
        calendar = (at + FIRST) % 12 + 1
        # Governments decide on what last month showed; in January the year is empty.
        before, new_year = np.maximum(at - 1, 0), calendar == 1
        filled = np.where(new_year, -LONG, panel.log_filled[region, before])
        paid = np.where(new_year, -LONG, panel.log_paid[region, before])
        dated = np.array([p.dated for p in parts])[of]
        ends = np.array([p.end for p in parts])[of]
        rows = {
            "gap": gap,
            "above": np.maximum(-gap, 0.0),
            "shortfall": np.where(new_year, 0.0, nation.shortfall[before]),
            "january": (calendar == 1).astype(float),
            "autumn": ((calendar >= 8) & (calendar <= 10)).astype(float),
            "late": (calendar >= 10).astype(float),
            "mandate": nation.mandate[at],
            "revenue": score[region],
            "metropolis": city[region],
            "volga": river[region],
            "filled": np.clip(filled, *PRESSURE),
            "paid": paid,
        }
        up = [p for p in parts if p.kind == "rise"]
        rises = {
            "before": np.array([p.log_bonus for p in up]),
            "after": np.array([p.log_after for p in up]),
            "going": nation.log_going[[p.end for p in up]],
            "region": np.array([p.region for p in up]),
        }
        first = np.searchsorted(of, np.arange(len(parts)))
        return cls(
            panel, rows, first, of, ~dated | (at == ends),
            np.clip((at + FIRST) // 12 - YEARS[0], 0, len(YEARS) - 1),
            np.array([p.kind for p in parts]), np.array([p.region for p in parts]),
            rises,
        )  # fmt: skip

    def log_posterior(self, point: Floats) -> float:
        """Return the log density of a point of the fit's scales, up to a constant."""
        prior = sum(
            -0.5 * ((value - mean) / sd) ** 2
            for value, (mean, sd) in zip(point, PRIORS.values(), strict=True)
        )
        v = natural(point)
        by_region = logsumexp(self.by_node(v) + _LOG_WEIGHTS, axis=1).sum()
        return float(prior + by_region + self._levels(v))

    def by_node(self, v: Mapping[str, float]) -> Floats:
        """Return the log-likelihood of each region at each node, (R, K)."""
        row = self.rows
        up = (
            v["raise_base"]
            + v["raise_gap"] * row["gap"]
            + v["raise_shortfall"] * row["shortfall"]
            + v["raise_january"] * row["january"]
            + v["raise_autumn"] * row["autumn"]
            + v["raise_mandate"] * row["mandate"]
            + v["raise_revenue"] * row["revenue"]
            + v["raise_metropolis"] * row["metropolis"]
            + np.array([v[f"raise_{year}"] for year in YEARS])[self.year_of]
        )[:, None] + v["raise_spread"] * _NODES
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
            np.log1p(-REPORTED * np.exp(log_expit(up)))
            + np.log1p(-REPORTED * np.exp(log_expit(down))),
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

    def _distances(self, v: Mapping[str, float]) -> Floats:
        """Return what the region's own level leaves of each rise, (E,)."""
        r, region = self.rises, self.rises["region"].astype(int)
        aim = (
            r["going"]
            + v["level_base"]
            + v["level_revenue"] * revenue_score(self.panel.regions)[region]
            + v["level_metropolis"] * metropolis(self.panel.regions)[region]
        )
        left: Floats = (
            r["after"] - r["before"] - v["level_closing"] * (aim - r["before"])
        )
        return left

    def _levels(self, v: Mapping[str, float]) -> float:
        """Log-likelihood of new levels: a region's rises share its own distance."""
        left, noise = self._distances(v), v["level_noise"]
        shared = (v["level_closing"] * v["level_spread"]) ** 2
        total = 0.0
        for region in np.unique(self.rises["region"]):
            own = left[self.rises["region"] == region]
            n, var = len(own), noise**2
            inner = var + n * shared
            square = np.square(own).sum() - shared * own.sum() ** 2 / inner
            total -= 0.5 * (square / var + (n - 1) * np.log(var) + np.log(inner))
        return total

    def row(self, point: Floats, rng: np.random.Generator) -> dict[str, float]:
        """Return one draw: the fields of `regions.game`, region effects included."""
        v = natural(point)
        found = {**v, **moves_of(self.panel, rng)}
        node = self.by_node(v) + _LOG_WEIGHTS
        share = np.exp(node - logsumexp(node, axis=1, keepdims=True))
        left = self._distances(v)
        for iso in self.panel.levels:
            region = self.panel.regions.iso.index(iso)
            at = rng.choice(NODES, p=share[region])
            between = rng.uniform(-0.5, 0.5) * (_NODES[1] - _NODES[0])
            found[f"raise_effect.{iso}"] = v["raise_spread"] * (_NODES[at] + between)
            own = left[self.rises["region"] == region] / v["level_closing"]
            precision = v["level_spread"] ** -2 + len(own) * (
                (v["level_closing"] / v["level_noise"]) ** 2
            )
            mean = own.sum() * (v["level_closing"] / v["level_noise"]) ** 2 / precision
            found[f"level_effect.{iso}"] = rng.normal(mean, precision**-0.5)
        return found


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
