"""Elasticities the posterior implies, beside those of the literature.

Nobody has published a causal estimate for Russia; these follow from the fitted choice
model. The package elasticity is of a month's inflow to everything a signer is promised,
the bonus elasticity to the signing bonus alone, the others' behaviour held fixed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from calibration.evidence import EvidenceRow, load_evidence
from calibration.posterior import FOLDER, SERIES, load_posterior, read_table
from calibration.validation.validate import Band, weighted_quantiles

YEARS: Final = ("2023", "2024", "2025")
KINDS: Final = ("package_elasticity", "bonus_elasticity")
LITERATURE: Final = frozenset(
    {
        "bonus_elasticity_implied",
        "enlistment_elasticity_bonus",
        "enlistment_elasticity_package",
        "enlistment_elasticity_pay",
        "migration_elasticity_expected_earnings",
    }
)


@dataclass(frozen=True, slots=True)
class ImpliedElasticity:
    """An elasticity averaged over the months of a year, over the posterior."""

    kind: str
    year: str
    median: float
    band: Band
    """90 %."""


def implied_elasticities(folder: Path = FOLDER) -> tuple[ImpliedElasticity, ...]:
    """Return the elasticities of the stored posterior by kind and year.

    Raises:
        StorageError: no posterior can be read.
    """
    table = read_table(folder / SERIES)
    weight = load_posterior(folder).weight
    year = np.array([month[:4] for month in table["month"].tolist()])
    found = []
    for kind in KINDS:
        for wanted in YEARS:
            inside = year == wanted
            draw = table["draw"][inside].astype(np.int64)
            total = np.bincount(draw, table[kind][inside].astype(float))
            mean = total / np.maximum(np.bincount(draw), 1)
            low, median, high = weighted_quantiles(mean, weight, (0.05, 0.5, 0.95))
            found.append(ImpliedElasticity(kind, wanted, median, Band(low, high)))
    return tuple(found)


def literature() -> tuple[EvidenceRow, ...]:
    """Return the evidence rows to set beside them."""
    rows = load_evidence().values()
    return tuple(row for row in rows if row.quantity in LITERATURE)
