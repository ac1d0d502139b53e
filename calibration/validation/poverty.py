"""Who signs and who dies, by region, beside the documented table of 85 regions.

A price that is the same for all already draws more men where wages are low. Whether a
coefficient on poverty is needed on top is a question of data: simulated signers and
deaths per 10,000 men are compared by rank with the list of names, without the
coefficient and with it, both without the tradition of service, and with that tradition.
It is read from the same table, so its agreement there shows what a covariate can do and
tests nothing; later readings of the list do (targets `list_rate_*`, `list_paid_*`). The
same holds for the dead of all variants: the initial force, the mobilised and convicts
come from where the early dead did. ODD II.viii.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from calibration.documented.world import EARLY_DEAD, documented_world
from calibration.evidence import load_evidence
from calibration.fit.evaluation import (
    UNTIL,
    WORK_FOLDER,
    Setting,
    run_draws,
)
from calibration.observation.history import History
from calibration.posterior import FOLDER, load_draws
from calibration.processes.runner import Progress, silent
from calibration.validation.validate import Band
from model.fields.months import parse_month

Floats = NDArray[np.float64]

LATE: Final = "bbc-rate-"
"""Rows of four regions, list of names to May 2025."""
LISTED_UNTIL: Final = "2023-04"
MEN: Final = 10_000.0
PLAIN: Final = "from_value_of_life"
BENT: Final = "coefficient"
TRADITION: Final = "tradition_of_service"
NO_TRADITION: Final = "behaviour.reluctance.tradition_elasticity=0"
VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    PLAIN: (NO_TRADITION,),
    BENT: (NO_TRADITION, "behaviour.poverty_gradient=coefficient"),
    TRADITION: (),
}
"""Wages alone, with a coefficient on income, and the baseline."""


@dataclass(frozen=True, slots=True)
class RegionRate:
    """Rates of one region per 10,000 men 18-59; nan: not documented."""

    iso: str
    documented: float
    """Named dead to April 2023."""
    documented_late: float
    """Named dead to May 2025."""
    signed: float
    """Simulated signers of the whole run, mean over draws."""
    killed: float
    """Simulated dead to the end of the run, mean over draws."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """Rank correlations of one variant with the documented rates of 85 regions."""

    variant: str
    signed: float
    signed_band: Band
    killed: float
    killed_band: Band
    killed_early: float
    """Simulated dead to April 2023 only."""
    late_regions: float
    """With the four rates of May 2025, simulated dead to the end."""


def poverty_gradients(
    draws: int = 24,
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    progress: Progress = silent,
    posterior: Path = FOLDER,
) -> tuple[tuple[Gradient, ...], tuple[RegionRate, ...]]:
    """Run the variants under draws of the posterior and correlate them.

    Returns:
        The correlations by variant, and the rates by region of the baseline.

    Raises:
        StorageError: no posterior is stored, or it cannot be read.
    """
    chosen = load_draws(draws, posterior)
    runs = {
        name: run_draws(
            chosen,
            Setting(overrides=(f"time.until={UNTIL}", *overrides)),
            folder,
            workers,
            progress,
        )
        for name, overrides in VARIANTS.items()
    }
    found = tuple(gradient(name, each) for name, each in runs.items())
    return found, region_rates(runs[TRADITION])


def region_rates(runs: Sequence[History]) -> tuple[RegionRate, ...]:
    """Return simulated and documented rates by region, averaged over runs."""
    signed = np.mean([_rate(run.signed_by_home, run) for run in runs], axis=0)
    killed = np.mean([_rate(run.killed_by_home, run) for run in runs], axis=0)
    columns = (_documented(EARLY_DEAD), _documented(LATE), signed, killed)
    iso = documented_world().regions.iso
    return tuple(map(RegionRate, iso, *(column.tolist() for column in columns)))


def documented_correlations() -> dict[str, float]:
    """Return rank correlations of the documented rates with what regions are like.

    What prices can explain shows in these: a rate that hardly falls with nominal wages
    cannot be sorted by them. Nominal wages of the north and far east carry supplements
    for prices there, which no table of the evidence takes off.
    """
    regions, rates = documented_world().regions, _documented(EARLY_DEAD)
    known = {
        "relative_wage": regions.relative_wage[:, -1],
        "poverty_share": regions.poverty_share,
        "unemployment_share": regions.unemployment_share,
    }
    return {name: _rank(column, rates) for name, column in known.items()}


def gradient(variant: str, runs: Sequence[History]) -> Gradient:
    """Correlate the ranks of simulated and documented rates over regions."""
    wanted, late = _documented(EARLY_DEAD), _documented(LATE)
    signed = [_rank(_rate(run.signed_by_home, run), wanted) for run in runs]
    killed = [_rank(_rate(run.killed_by_home, run), wanted) for run in runs]
    early = [
        _rank(_rate(run.killed_by_home, run, LISTED_UNTIL), wanted) for run in runs
    ]
    at_end = [_rank(_rate(run.killed_by_home, run), late) for run in runs]
    return Gradient(
        variant,
        float(np.median(signed)),
        _band(signed),
        float(np.median(killed)),
        _band(killed),
        float(np.median(early)),
        float(np.median(at_end)),
    )


def kept(gradients: Sequence[Gradient]) -> tuple[str, str]:
    """Return the variant of income to keep, and why.

    The plainer one stays unless the coefficient raises the rank correlation of signers
    by more than the half-width of its own band.
    """
    by_name = {each.variant: each for each in gradients}
    plain, bent = by_name[PLAIN], by_name[BENT]
    gain = bent.signed - plain.signed
    noise = (plain.signed_band.high - plain.signed_band.low) / 2
    figures = f"{plain.signed:.2f} without, {bent.signed:.2f} with the coefficient"
    if gain > noise:
        return BENT, f"It raises the rank correlation of signers: {figures}."
    return (
        PLAIN,
        f"The coefficient does not raise the rank correlation of signers: {figures}.",
    )


def _rate(by_home: Floats, run: History, until: str | None = None) -> Floats:
    world = documented_world()
    last = run.months if until is None else run.at(parse_month(until)) + 1
    count = by_home[: world.region_count, :last].sum(axis=1)
    rate: Floats = MEN * count / world.regions.men_18_59_persons
    return rate


def _documented(prefix: str) -> Floats:
    rates = {
        row.geography: row.value
        for row in load_evidence().values()
        if row.id.startswith(prefix)
    }
    regions = documented_world().regions.iso
    return np.array([rates.get(iso, np.nan) for iso in regions])


def _rank(simulated: Floats, documented: Floats) -> float:
    known = np.isfinite(documented)
    found = spearmanr(simulated[known], documented[known])
    return float(found.statistic)


def _band(values: Sequence[float]) -> Band:
    low, high = np.quantile(values, (0.05, 0.95))
    return Band(float(low), float(high))
