"""Checking an official figure: is it plausible, and what would have to be so.

A claim reads `quantity period = figure`, as in

    contracts_signed 2025-01..2025-06 = 210000

The posterior gives what was true in each draw. Officials are believed to overstate by
the year's free bias, so two probabilities are of interest: that the truth reached the
figure, and that officials would have printed at least as much.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from calibration.posterior import (
    FOLDER,
    SERIES,
    Draws,
    load_posterior,
    read_table,
)
from calibration.priors import PREFIX, free_parameters
from calibration.validation.validate import weighted_quantiles
from model.errors import EvidenceError
from model.fields.months import month_range, parse_month

Floats = NDArray[np.float64]

FLOWS: Final = (
    "contracts_signed",
    "prisoners_signed",
    "foreigners_signed",
    "killed",
    "wounded",
)
STOCKS: Final = ("force",)
QUANTITIES: Final = (*FLOWS, *STOCKS)
SOURCE_SD: Final = 0.05
"""Rounding of printed figures, standard deviation of the logarithm."""
SHOWN: Final = 8
CHANCE: Final = 2.5
"""Standard errors of a correlation below which a shift is not told from chance."""
_CLAIM: Final = re.compile(
    r"\s*(?P<quantity>\w+)\s+(?P<first>\d{4}-\d{2})(?:\.\.(?P<last>\d{4}-\d{2}))?"
    r"\s*=\s*(?P<figure>[\d_.]+(?:e\d+)?)\s*"
)


@dataclass(frozen=True, slots=True)
class Shift:
    """What the figure would ask of one parameter."""

    parameter: str
    posterior_sds: float
    """Shift of its mean, in posterior standard deviations."""
    median: float
    """Posterior median, in the parameter's unit."""
    needed: float
    """Mean among draws as if the figure were true."""


@dataclass(frozen=True, slots=True)
class ClaimResult:
    """What the posterior says of a claim."""

    quantity: str
    period_start: str
    period_end: str
    figure: float
    median: float
    low: float
    high: float
    """Simulated truth: posterior median and 90 % band."""
    probability_reached: float
    """That the truth was at least the figure."""
    probability_printed: float
    """That officials, with the year's bias, would have printed at least as much."""
    bias_needed: float
    bias_low: float
    bias_high: float
    """Figure over truth: median and 90 % band."""
    shifts: tuple[Shift, ...]
    """Assumptions it would take were it true, largest first."""


def claim(text: str, folder: Path = FOLDER) -> ClaimResult:
    """Check a claim against the posterior.

    Args:
        text: `quantity YYYY-MM..YYYY-MM = figure`; a stock takes a single month.
        folder: where the posterior is stored.

    Raises:
        EvidenceError: the claim cannot be read, names an unknown quantity or a month
            outside the fitted period.
        StorageError: no posterior can be read.
    """
    quantity, first, last, figure = parse_claim(text)
    draws = load_posterior(folder)
    truth = _truth(quantity, first, last, folder)
    weight = draws.weight
    low, median, high = weighted_quantiles(truth, weight, (0.05, 0.5, 0.95))
    bias = figure / np.maximum(truth, 1.0)
    bias_low, bias_median, bias_high = weighted_quantiles(
        bias, weight, (0.05, 0.5, 0.95)
    )
    printed = np.log(_official_bias(draws, last) / bias) / SOURCE_SD
    return ClaimResult(
        quantity,
        first,
        last,
        figure,
        median,
        low,
        high,
        probability_reached=float(weight @ (truth >= figure)),
        probability_printed=float(weight @ ndtr(printed)),
        bias_needed=bias_median,
        bias_low=bias_low,
        bias_high=bias_high,
        shifts=_shifts(draws, np.log(np.maximum(truth, 1.0)), float(np.log(figure))),
    )


def parse_claim(text: str) -> tuple[str, str, str, float]:
    """Return quantity, first and last month, and figure.

    Raises:
        EvidenceError: the text is no claim or its quantity is unknown.
    """
    found = _CLAIM.fullmatch(text)
    if found is None:
        raise EvidenceError(
            f"{text!r} is no claim; write as in"
            " 'contracts_signed 2025-01..2025-06 = 210000'"
        )
    if found["quantity"] not in QUANTITIES:
        raise EvidenceError(
            f"{found['quantity']!r} cannot be checked;"
            f" known are {', '.join(QUANTITIES)}"
        )
    figure = float(found["figure"].replace("_", ""))
    if figure <= 0:
        raise EvidenceError(f"{text!r}: the figure must be above 0")
    return found["quantity"], found["first"], found["last"] or found["first"], figure


def _truth(quantity: str, first: str, last: str, folder: Path) -> Floats:
    """Simulated value of each draw: a flow's sum, a stock's last month; (N,)."""
    table = read_table(folder / SERIES)
    months = table["month"].astype(str)
    known = sorted(set(months))
    wanted = month_range(parse_month(first), parse_month(last))
    if not wanted or wanted[0] < known[0] or wanted[-1] > known[-1]:
        raise EvidenceError(
            f"{first}..{last}: months must run forward within {known[0]}..{known[-1]}"
        )
    kept = wanted[-1:] if quantity in STOCKS else wanted
    inside = np.isin(months, kept)
    draw = table["draw"][inside].astype(np.int64)
    sums = np.bincount(draw, table[quantity][inside].astype(float)).astype(float)
    return sums


def _official_bias(draws: Draws, last: str) -> Floats:
    """Bias of officials in the claim's year, (N,); 1 where none is modelled."""
    name = f"{PREFIX}claim_bias_{last[:4]}"
    if name not in draws.names:
        return np.ones(len(draws.weight))
    return draws.values[:, draws.names.index(name)]


def _shifts(draws: Draws, truth: Floats, figure: float) -> tuple[Shift, ...]:
    """Regress each parameter on the truth: where its mean moves at the figure."""
    known = {each.name: each for each in free_parameters()}
    weight = draws.weight
    spread = truth - weight @ truth
    variance = max(float(weight @ spread**2), 1e-12)
    found = []
    for at, name in enumerate(draws.names):
        if name.startswith(PREFIX) or name not in known:
            continue
        z = known[name].coordinates(draws.values[:, at])
        mean = weight @ z
        slope = float(weight @ (spread * (z - mean))) / variance
        move = slope * (figure - weight @ truth)
        sd = max(float(np.sqrt(weight @ (z - mean) ** 2)), 1e-9)
        if abs(slope) * np.sqrt(variance) / sd < CHANCE / np.sqrt(
            draws.effective_draws
        ):
            continue
        needed = float(known[name].value(np.array(mean + move)))
        middle = weighted_quantiles(draws.values[:, at], weight, (0.5,))[0]
        found.append(Shift(name, float(move / sd), middle, needed))
    return tuple(sorted(found, key=lambda each: -abs(each.posterior_sds))[:SHOWN])
