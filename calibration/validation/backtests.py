"""What back-tests found: documents foretold from origins, scores, widths of bands.

`calibration.validation.origins` makes them; here they are stored, summed up and told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.posterior import FOLDER
from calibration.validation.proper_scores import Predictive
from model.errors import StorageError

ORIGINS: Final = ("2023-12", "2024-06", "2024-12", "2025-06")
HORIZONS: Final = (6, 12)
"""Months ahead at which skill is told."""
BACKTESTS: Final = "backtests.json"
WIDEST: Final = 1.6
"""Largest factor by which bands are widened."""
_PRIOR_DOCUMENTS: Final = 4
"""Documents at the stated width that a widening is shrunk towards."""
_TOLD: Final = (
    "origin",
    "series",
    "horizon_months",
    "documented",
    "median",
    "low",
    "high",
    "crps",
    "crps_persistence",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One document foretold from one origin; figures in its unit."""

    origin: str
    series: str
    horizon_months: int
    """From the origin to the end of the document's period."""
    name: str
    documented: float
    median: float
    low: float
    high: float
    """90 %, widened by what earlier origins had shown."""
    crps: float
    """On the logarithm, like the next two."""
    crps_persistence: float
    crps_trend: float
    z: float
    """Distance from the mean in stated standard deviations, before any widening."""
    widened: float
    """Factor of the bands."""

    @property
    def inside(self) -> bool:
        """Whether the document lies in its 90 % band."""
        return self.low <= self.documented <= self.high


@dataclass(frozen=True, slots=True)
class Backtests:
    """All rows, and what they say together."""

    rows: tuple[Row, ...]
    shares: Mapping[str, float]
    """What each variant holds of the posterior."""
    widening: Mapping[str, float]
    """Factor by which the bands of each series are widened, 1 or more."""
    regional_prices: Mapping[str, float]

    @property
    def coverage(self) -> float:
        """Share of documents in their 90 % bands."""
        return float(np.mean([row.inside for row in self.rows]))

    @property
    def skill(self) -> float:
        """Mean over series of 1 - CRPS / CRPS of persistence at 6 and 12 months."""
        found = self.skills()
        return float(np.mean(list(found.values()))) if found else float("nan")

    def as_dict(self) -> dict[str, Any]:
        """Return plain data, as `muster validate --origins --json` prints it."""
        return {
            "rows": [{name: getattr(row, name) for name in _TOLD} for row in self.rows],
            "coverage": self.coverage,
            "skill": self.skill,
            "regional_prices": dict(self.regional_prices),
        }

    def told(self) -> list[str]:
        """Return what the back-tests say, in four lines."""
        later = [row for row in self.rows if row.horizon_months in HORIZONS]
        by_series = ", ".join(f"{n} {v:+.2f}" for n, v in self.skills().items())
        trends = self.skills("crps_trend")
        trend = float(np.mean(list(trends.values()))) if trends else float("nan")
        error = np.mean([abs(np.log(row.median / row.documented)) for row in later])
        naive = np.mean([row.crps_persistence for row in later])
        prices = self.regional_prices
        regions = (
            f"Single regions' prices: rmse {prices['rmse']:.2f} in logarithms against"
            f" {prices['rmse_unchanged']:.2f} for unchanged ones; "
            f"{prices['coverage']:.0%} in their 90 % bands."
            if prices
            else "Single regions' prices were not tested."
        )
        return [
            f"From {len(ORIGINS)} origins, {len(self.rows)} later documents:"
            f" {self.coverage:.0%} lie in the 90 % bands.",
            f"Skill at 6 and 12 months (CRPS against the last document carried on):"
            f" {self.skill:+.2f} in the mean ({by_series});"
            f" against a linear trend {trend:+.2f}.",
            f"Mean absolute log error there: medians {error:.2f}, last document"
            f" {naive:.2f}.",
            regions,
        ]

    def skills(
        self, naive: str = "crps_persistence", horizons: Sequence[int] = HORIZONS
    ) -> dict[str, float]:
        """Return the skill of each series against a naive forecast.

        Args:
            naive: field of the rows that holds the rival's score.
            horizons: months ahead that count.
        """
        by_series: dict[str, list[Row]] = {}
        for row in self.rows:
            if row.horizon_months in horizons:
                by_series.setdefault(row.series, []).append(row)
        return {
            series: 1 - sum(r.crps for r in rows) / sum(getattr(r, naive) for r in rows)
            for series, rows in by_series.items()
        }


def widening(rows: Sequence[Row]) -> dict[str, float]:
    """Return the factor by which each series' bands should have been wider.

    The root mean square of the z scores, shrunk by four documents at 1; never below 1,
    and never above `WIDEST`: a band that is wider still says that nothing is known, and
    it is better seen to miss. A document counts once, by the mean square over the
    origins it was foretold from: what surprised the first surprised the others too.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        found.setdefault(row.series, {}).setdefault(row.name, []).append(row.z**2)
    factors = {}
    for series, by_document in found.items():
        squares = [float(np.mean(each)) for each in by_document.values()]
        count = len(squares) + _PRIOR_DOCUMENTS
        wide = np.sqrt((sum(squares) + _PRIOR_DOCUMENTS) / count)
        factors[series] = float(np.clip(wide, 1, WIDEST))
    return factors


def save_backtests(found: Backtests, folder: Path = FOLDER) -> Path:
    """Store back-tests beside the posterior; returns the file."""
    path = folder / BACKTESTS
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    return path


def load_backtests(folder: Path = FOLDER) -> Backtests:
    """Return the stored back-tests.

    Raises:
        StorageError: none are stored there.
    """
    path = folder / BACKTESTS
    try:
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path}: no back-tests can be read ({error}); make them with"
            " `muster validate --origins --refit`"
        ) from error
    rows = tuple(Row(**row) for row in known.pop("rows"))
    return Backtests(rows=rows, **known)


def widened_by(found: Backtests, series: str, predictive: Predictive) -> Predictive:
    """Return a predictive at the width that back-tests of its series ask for."""
    return predictive.widened(found.widening.get(series, 1.0))
