"""The monthly national series of the documented world. ODD III.iii.

Every series starts in January 2021 and ends in its own last documented month; the model
continues each by its growth. Wages and federal spending carry large calendar swings
(December bonuses, year-end payments) that a man choosing a year of service or a
government capping its bill looks through: both are seasonally adjusted here, and their
yearly totals are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.evidence import Evidence
from model.errors import EvidenceError
from model.fields.months import parse_month
from model.world import Macro

Floats = NDArray[np.float64]

FIRST: Final = parse_month("2021-01")
BILLION: Final = 1e9
WHOLE_YEARS: Final = (2021, 2022, 2023)
"""Years whose twelve monthly wages are all published: they give the seasons."""


def documented_macro(evidence: Evidence) -> Macro:
    """Build the national series from the evidence tables.

    Wages are seasonally adjusted roubles a month, prices an index with December 2020
    at 1, spending and GDP roubles a month, unemployment a share.
    """
    return Macro(
        first=FIRST,
        mean_wage_rub=mean_wage_rub(evidence),
        price_index=_cumulated(monthly(evidence, r"(?:e26-)?cpi-m-(\d{4}-\d{2})")),
        rub_per_usd=_rub_per_usd(evidence),
        gdp_rub=_gdp_rub(evidence),
        federal_spending_rub=_federal_spending_rub(evidence),
        unemployment_share=_unemployment_share(evidence),
    )


def monthly(evidence: Evidence, id_pattern: str) -> Floats:
    """Return the unbroken monthly series whose ids hold their month; from `FIRST` on.

    Raises:
        EvidenceError: a month between the first and the last is missing.
    """
    found: dict[int, float] = {}
    for row in evidence.values():
        match = re.fullmatch(id_pattern, row.id)
        if match:
            found[parse_month(match[1])] = row.value
    months = range(FIRST, max(found, default=FIRST) + 1)
    missing = [month for month in months if month not in found]
    if missing:
        raise EvidenceError(
            f"{id_pattern}: {len(missing)} of {len(months)} months since 2021-01 have "
            "no row; a monthly series has one row for every month"
        )
    return np.array([found[month] for month in months])


def _rub_per_usd(evidence: Evidence) -> Floats:
    """Return the exchange rate: monthly means, then single days joined in logs."""
    means = monthly(evidence, r"usdrub-(\d{4}-\d{2})")
    points = {FIRST + i: float(rate) for i, rate in enumerate(means)}
    points |= {
        parse_month(row.period_start.isoformat()): row.value
        for row in evidence.values()
        if re.fullmatch(r"usdrub-\d{4}-\d{2}-\d{2}|e26-usd-\d{4}-\d{2}", row.id)
    }
    return _join(points, until=max(points))


def _cumulated(monthly_ratios: Floats) -> Floats:
    product: Floats = np.cumprod(monthly_ratios, dtype=np.float64)
    return product


def mean_wage_rub(evidence: Evidence) -> Floats:
    """Return the national mean wage, seasonally adjusted, from 2021-01 to 2025-10.

    To March 2024 these are the published months, raised to the later revised yearly
    figure. From then on only quarters and the year 2024 are published: their adjusted
    levels are set on the middle of the period and joined in logs. The half-year from
    July 2024 is what the year leaves.
    """
    raw = monthly(evidence, r"wage-ru-m-(202[1-3]-\d{2}|2024-0[1-3])")
    seasonal = seasonal_factors(raw)
    adjusted = raw / np.resize(seasonal, len(raw)) * _revision(evidence, raw)
    anchors = {FIRST + i: float(level) for i, level in enumerate(adjusted)}
    anchors |= _later_wages(evidence, seasonal)
    return _join(anchors, until=max(anchors))


def seasonal_factors(raw: Floats) -> Floats:
    """Return the twelve factors of a growing monthly series: month over its trend.

    Args:
        raw: at least three whole years, from a January on; shape (months,).

    Returns:
        Shape (12,), mean 1.
    """
    years = raw[: 12 * len(WHOLE_YEARS)]
    at = np.arange(len(years))
    trend = np.exp(np.polynomial.Polynomial.fit(at, np.log(years), 2)(at))
    factors = (years / trend).reshape(-1, 12).mean(axis=0)
    scaled: Floats = factors / factors.mean()
    return scaled


def _revision(evidence: Evidence, raw: Floats) -> Floats:
    """Return published yearly wage over the mean of its months, by month."""
    months = len(raw)
    factor = np.ones(months)
    for i, year in enumerate(WHOLE_YEARS):
        span = slice(12 * i, 12 * i + 12)
        factor[span] = evidence[f"wage-ru-{year}"].value / raw[span].mean()
    rest = slice(12 * len(WHOLE_YEARS), months)
    factor[rest] = evidence["wage-ru-2024q1"].value / raw[rest].mean()
    return factor


def _later_wages(evidence: Evidence, seasonal: Floats) -> dict[int, float]:
    """Return adjusted wage levels by middle month, from the second quarter of 2024."""
    year, first, second = (
        evidence[f"wage-ru-{period}"].value for period in ("2024", "2024q1", "2024q2")
    )
    second_half = (12 * year - 3 * first - 3 * second) / 6
    quarters = {"2024-05": second / seasonal[3:6].mean()}
    quarters |= {"2024-09": second_half / seasonal[6:].mean()}
    for middle, period, span in (
        ("2025-02", "2025q1", slice(0, 3)),
        ("2025-05", "2025q2", slice(3, 6)),
    ):
        quarters[middle] = evidence[f"wage-ru-{period}"].value / seasonal[span].mean()
    quarters["2025-10"] = evidence["e26-wage-2025-10"].value / seasonal[9]
    return {parse_month(month): float(level) for month, level in quarters.items()}


def _join(anchors: Mapping[int, float], until: int) -> Floats:
    """Join levels at months in logs, flat after the last one; from `FIRST` on."""
    at = sorted(anchors)
    logs = np.log([anchors[month] for month in at])
    joined: Floats = np.exp(np.interp(np.arange(FIRST, until + 1), at, logs))
    return joined


def _gdp_rub(evidence: Evidence) -> Floats:
    """Return GDP a month: a twelfth of each year set on its middle, joined in logs.

    Joining bends a year's sum; each whole year is raised or lowered to its figure.
    """
    years = (2021, 2022, 2023, 2024)
    documented = {year: evidence[f"gdp-{year}"].value for year in years}
    levels: dict[int, float] = {
        parse_month(f"{year}-07"): total / 12 for year, total in documented.items()
    }
    levels[parse_month("2025-07")] = evidence["gdp-2025-implied"].value / 12
    joined = _join(levels, until=parse_month("2025-07"))
    whole = joined[: 12 * len(years)].reshape(-1, 12)
    whole *= (np.array(list(documented.values())) / whole.sum(axis=1))[:, None]
    return joined * BILLION


def _federal_spending_rub(evidence: Evidence) -> Floats:
    """Return federal spending a month: the moving year around each quarter.

    The season itself has moved (advances are paid early in the year since 2023), so no
    fixed season is taken off. Whole years keep their sums.
    """
    quarters = np.array(list(_quarters(evidence)))
    trend = moving_year(quarters)
    whole = len(quarters) // 4 * 4
    years = quarters[:whole].reshape(-1, 4).sum(axis=1)
    trend[:whole] *= np.repeat(years / trend[:whole].reshape(-1, 4).sum(axis=1), 4)
    return np.repeat(trend, 3) * BILLION / 3


def moving_year(quarters: Floats) -> Floats:
    """Return the mean of the year centred on each quarter, (Q,).

    Beyond either end a quarter is that of the year next to it, times the growth of the
    year at that end over its neighbour.
    """
    first, last = quarters[4:8].sum() / quarters[:4].sum(), _growth(quarters)
    before, after = quarters[2:4] / first, quarters[-4:-2] * last
    padded = np.concatenate([before, quarters, after])
    weights = np.array([0.5, 1.0, 1.0, 1.0, 0.5]) / 4
    return np.convolve(padded, weights, mode="valid")


def _growth(quarters: Floats) -> float:
    """Return the last four quarters over the four before them."""
    return float(quarters[-4:].sum() / quarters[-8:-4].sum())


def _quarters(evidence: Evidence) -> Iterable[float]:
    for year in range(FIRST // 12, 2100):
        for quarter in (1, 2, 3, 4):
            row = evidence.get(f"federal-budget-expenditure-{year}q{quarter}")
            if row is None:
                return
            yield row.value


def _unemployment_share(evidence: Evidence) -> Floats:
    """Return unemployment: years on their middle and single months, joined in logs."""
    points = {parse_month(f"{year}-07"): f"unemp-{year}" for year in WHOLE_YEARS}
    for month in ("2023-10", "2024-04", "2025-06"):
        points[parse_month(month)] = f"unemp-{month}"
    points[parse_month("2025-11")] = "e26-unemp-2025-11"
    levels: dict[int, float] = {m: evidence[i].value for m, i in points.items()}
    return _join(levels, until=max(levels))
