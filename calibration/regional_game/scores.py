"""The game against documents it has not seen, and against "unchanged". ODD III.iii.

At an origin the game is fitted to the documents known then and simulated forward. Each
region with a document before the origin is compared with its documents 3 to 9 months
after it; what "unchanged" says is the region's last document. Documents are written
when bonuses move: a path that moves in the month of a document counts with the chance
that a move is reported, one that does not with the rate at which unmoved bonuses have
been. Direction is scored as the probabilities of rise, cut and still against the shares
among the documents up to the origin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from calibration.regional_game.hazards import REPORTED, fit
from calibration.regional_game.panel import SAME, Level, panel
from calibration.regional_game.paths import Paths, simulated
from calibration.regional_game.stretches import stretches
from model.fields.months import format_month
from model.institutions.annual_game import log_level

Floats = NDArray[np.float64]

ORIGINS: Final = ("2024-06", "2024-12", "2025-06")
HORIZONS: Final = (3, 9)
BAND: Final = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Score:
    """How the game did after one origin."""

    origin: str
    rmse: float
    """Of log bonuses, means of the game."""
    rmse_unchanged: float
    rmse_plain: float
    """The same of all paths alike, whether or not they move when a document appears."""
    coverage: float
    """Share of documents inside the 90 % bands."""
    log_score: float
    """Mean log probability of the direction: rise, cut or still."""
    log_score_base: float
    """The same for the shares seen before the origin."""
    first_month_moved: float
    """Share of regions whose bonus moves in the first month after the origin."""
    rows: pd.DataFrame
    """A document a row: region, month, horizon, levels, band, probabilities."""


def scored(
    origin: str, draws: int = 400, seed: int = 1, *, blind: bool = False
) -> Score:
    """Fit at an origin, simulate, and compare with what was documented later.

    Args:
        origin: last month of which anything regional is known.
        draws: of the fit.
        seed: of fit and simulation.
        blind: whether the nation is unknown too: mandates, plans and contracts.
    """
    known, later = panel(origin), panel()
    game = fit(known, draws, seed)
    context = None if blind else later
    paths = simulated(known, game, HORIZONS[1], seed, context)
    seen = stretches(known)
    kinds = [stretch.kind for stretch in seen]
    months = sum(stretch.end - stretch.start + 1 for stretch in seen)
    # Written in a month without a move: nothing new, or a move of some earlier month.
    late = sum(
        stretch.kind in ("rise", "cut") and not stretch.dated for stretch in seen
    )
    unmoved = (kinds.count("same") + late + 1) / months
    rows = compared(known.levels, later.levels, paths, known.regions.iso, unmoved)
    counts = np.array([kinds.count(kind) + 1.0 for kind in ("rise", "cut", "same")])
    base = np.log(counts / counts.sum())
    came = rows["came"].to_numpy()
    said = rows[["p_rise", "p_cut", "p_still"]].to_numpy()
    inside = rows["log_rub"].between(rows["low"], rows["high"])
    moved = paths.bonus_rub[:, :, 0] != paths.start_rub
    return Score(
        origin=origin,
        rmse=_rms(rows["mean"] - rows["log_rub"]),
        rmse_unchanged=_rms(rows["unchanged"] - rows["log_rub"]),
        rmse_plain=_rms(rows["plain"] - rows["log_rub"]),
        coverage=float(inside.mean()),
        log_score=float(np.log(said[np.arange(len(came)), came]).mean()),
        log_score_base=float(base[came].mean()),
        first_month_moved=float(moved.mean()),
        rows=rows,
    )


def pooled(
    origins: Sequence[str] = ORIGINS, draws: int = 400, *, blind: bool = False
) -> dict[str, float]:
    """Return the scores of all origins together and of each, as plain numbers.

    Keys are `documents`, `rmse`, `rmse_unchanged`, `rmse_plain`, `coverage`,
    `log_score`, `log_score_base` and `first_month_moved`; those of one origin end in
    `_<origin>`.
    """
    found = {origin: scored(origin, draws, blind=blind) for origin in origins}
    sizes = np.array([len(score.rows) for score in found.values()])
    result: dict[str, float] = {"documents": float(sizes.sum())}
    for name in (
        "rmse", "rmse_unchanged", "rmse_plain", "coverage", "log_score",
        "log_score_base", "first_month_moved",
    ):  # fmt: skip
        each = np.array([getattr(score, name) for score in found.values()])
        power = 2 if name.startswith("rmse") else 1
        result[name] = float(np.average(each**power, weights=sizes) ** (1 / power))
        pairs = zip(found, each.tolist(), strict=True)
        result |= {f"{name}_{origin}": value for origin, value in pairs}
    return result


def compared(
    known: dict[str, tuple[Level, ...]],
    later: dict[str, tuple[Level, ...]],
    paths: Paths,
    iso: tuple[str, ...],
    unmoved: float,
) -> pd.DataFrame:
    """Return a row for each document 3 to 9 months after the origin.

    Args:
        known: levels documented by the origin, by region.
        later: levels documented by now.
        paths: simulated from the origin on.
        iso: regions in the order of the paths.
        unmoved: rate at which a bonus that has not moved is documented in a month.
    """
    first, last = HORIZONS
    rows = []
    for region, levels in later.items():
        if region not in known:
            continue
        before = known[region][-1].log
        for level in levels:
            ahead = level.month - paths.origin
            if not first <= ahead <= last:
                continue
            path = paths.bonus_rub[:, iso.index(region)]
            logs = log_level(path[:, ahead - 1])
            moved = path[:, ahead - 1] != path[:, ahead - 2]
            weight = np.where(moved, REPORTED, unmoved)
            weight /= weight.sum()
            low, high = np.quantile(logs, BAND, weights=weight, method="inverted_cdf")
            up, down = weight @ (logs > before + SAME), weight @ (logs < before - SAME)
            chances = 0.97 * np.array([up, down, 1 - up - down]) + 0.01
            move = level.log - before
            came = 0 if move > SAME else 1 if move < -SAME else 2
            rows.append(
                (
                    region, format_month(level.month), ahead, before, level.log,
                    float(weight @ logs),
                    float(logs.mean()), low, high, *chances, came,
                )
            )  # fmt: skip
    columns = [
        "region", "month", "horizon", "unchanged", "log_rub", "mean", "plain",
        "low", "high", "p_rise", "p_cut", "p_still", "came",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _rms(misses: pd.Series) -> float:
    return float(np.sqrt(np.mean(np.square(misses))))
