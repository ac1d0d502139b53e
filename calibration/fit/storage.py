"""Writing a fit down as the posterior the package ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.evidence.tables import evidence_hash
from calibration.fit.evaluation import UNTIL, code_hash
from calibration.fit.fit import Fit, FitSettings, observed
from calibration.observation.history import CHANNELS, CONTRACTS, LOSSES, History
from calibration.observation.targets import load_targets, targets_hash
from calibration.posterior import (
    DRAWS,
    FOLDER,
    OBSERVED,
    PROVENANCE,
    SERIES,
    provenance,
)
from calibration.priors import FIXED, free_parameters, values
from model.fields.months import format_month

Floats = NDArray[np.float64]

SERIES_NAMES: Final = (
    "contracts_signed",
    "prisoners_signed",
    "foreigners_signed",
    "killed",
    "wounded",
    "force",
    "package_elasticity",
    "bonus_elasticity",
)
"""Monthly series kept of each draw."""


def save(fit: Fit, settings: FitSettings, folder: Path = FOLDER) -> None:
    """Write draws, what sources would have reported, series and provenance.

    The draws stand in the order of the contracts they imply for the last half-year, so
    that systematic resampling of a few spreads over that range.
    """
    series = [monthly(run) for run in fit.runs.histories]
    order = np.argsort([each["contracts_signed"][-6:].sum() for each in series])
    parameters = free_parameters()
    draws = values(fit.runs.z, parameters)[order]
    names = [each.name for each in parameters]
    columns = {"weight": fit.weight[order], **dict(zip(names, draws.T, strict=True))}
    columns |= {name: np.full(len(order), value) for name, value in FIXED.items()}
    targets = load_targets()
    seen = observed(fit.runs, targets)[order]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / DRAWS, columns)
    _write(folder / OBSERVED, {t.name: seen[:, at] for at, t in enumerate(targets)})
    _write(folder / SERIES, _series_columns([series[at] for at in order], fit))
    text = json.dumps(_provenance(fit, settings), indent=2, sort_keys=True)
    (folder / PROVENANCE).write_text(text + "\n", encoding="utf-8")


def changed_since_fit(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return what differs from what a stored posterior was made with.

    Any of `code` (model, packaged scenarios, reading of the world), `evidence` and
    `targets`; a posterior that is behind in one of them should be remade.

    Raises:
        StorageError: no posterior is stored there.
    """
    known, now = provenance(folder), _fingerprints()
    return tuple(part for part, digest in now.items() if known.get(part) != digest)


def _fingerprints() -> dict[str, str]:
    return {
        "code": code_hash(),
        "evidence": evidence_hash(),
        "targets": targets_hash(),
    }


def monthly(run: History) -> dict[str, Floats]:
    """Return the series of one run that claims and reports need, (M,) each."""
    ours = [at for at, name in enumerate(CHANNELS) if name != "state_deployment"]
    foreign = ("migrant", "foreign_volunteer", "foreign_deceived")
    of = {name: at for at, name in enumerate(CHANNELS)}
    return {
        "contracts_signed": run.signed[[of[name] for name in CONTRACTS]].sum(axis=0),
        "prisoners_signed": run.signed[of["prisoner"]],
        "foreigners_signed": run.signed[[of[name] for name in foreign]].sum(axis=0),
        "killed": run.losses[LOSSES.index("killed"), ours].sum(axis=0),
        "wounded": run.losses[LOSSES.index("wounded"), ours].sum(axis=0),
        "force": run.force[ours, :3].sum(axis=(0, 1)),
        "package_elasticity": run.package_elasticity,
        "bonus_elasticity": run.bonus_elasticity,
    }


def _series_columns(
    series: list[dict[str, Floats]], fit: Fit
) -> dict[str, NDArray[Any]]:
    first, months = fit.runs.histories[0].first, fit.runs.histories[0].months
    count = len(series)
    month = np.array([format_month(first + at) for at in range(months)], dtype=object)
    stacked = {
        name: np.concatenate([each[name] for each in series]) for name in SERIES_NAMES
    }
    return {
        "draw": np.repeat(np.arange(count), months),
        "month": np.tile(month, count),
        **stacked,
    }


def _write(path: Path, columns: Mapping[str, NDArray[Any]]) -> None:
    """Write columns, halving floats: seven digits are more than any of them has."""
    stored = {
        name: column.astype(np.float32) if column.dtype.kind == "f" else column
        for name, column in columns.items()
    }
    pq.write_table(pa.table(stored), path, compression="zstd")


def _provenance(fit: Fit, settings: FitSettings) -> dict[str, Any]:
    return {
        "method": "emulated posterior by waves, draws run and weighted with the model",
        **_fingerprints(),
        "until": UNTIL,
        "settings": asdict(settings),
        "draws": len(fit.weight),
        "parameters": len(free_parameters()),
        **{name: round(value, 4) for name, value in fit.notes.items()},
    }
