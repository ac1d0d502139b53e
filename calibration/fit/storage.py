"""Writing a fit down as the posterior the package ships."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.evidence.tables import evidence_hash
from calibration.fit.evaluation import UNTIL, code_hash
from calibration.fit.fit import Fit, FitSettings, reported
from calibration.fit.variants import VARIANTS, Variant
from calibration.observation.history import (
    CHANNELS,
    CONTRACTS,
    FOREIGN,
    LOSSES,
    OURS,
    History,
)
from calibration.observation.targets import load_targets, targets_hash
from calibration.posterior import (
    DRAWS,
    FOLDER,
    OBSERVED,
    PROVENANCE,
    SERIES,
    VARIANT,
    load_posterior,
    provenance,
)
from calibration.priors import FIXED, free_parameters, values
from calibration.regional_game.storage import make as make_game
from model.errors import StorageError
from model.fields.months import format_month

Floats = NDArray[np.float64]

GOLDEN: Final = 0.6180339887498949
"""Multiples of it, modulo 1, fill the interval evenly at any length."""

_INSTALLED: Final = (".parquet", ".json", ".npz")
_RECORD: Final = "run.json"
"""Says what the folder holds, not what the posterior is."""
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


def save(
    fits: Sequence[Fit],
    settings: FitSettings,
    folder: Path = FOLDER,
    shares: Mapping[str, float] | None = None,
    notes: Mapping[str, Any] | None = None,
) -> None:
    """Write draws, what sources would have reported, series and provenance.

    The draws stand in the order of the contracts they imply for the last half-year, so
    that systematic resampling of a few spreads over that range.

    Args:
        fits: one for each variant.
        settings: how they were made.
        folder: where to.
        shares: what each variant holds of the posterior, by name; default: alike.
        notes: further provenance.
    """
    table = _draws(fits, shares or {})
    order = np.argsort(table.pop("contracts"), kind="stable")
    histories = [run for fit in fits for run in fit.runs.histories]
    ordered = [histories[at] for at in order]
    targets = load_targets()
    seen = np.vstack([reported(fit.runs, targets) for fit in fits])[order]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / DRAWS, {name: column[order] for name, column in table.items()})
    _write(folder / OBSERVED, {t.name: seen[:, at] for at, t in enumerate(targets)})
    _write(folder / SERIES, _series_columns(ordered))
    make_game(folder)
    text = json.dumps(
        _provenance(fits, settings, notes or {}), indent=2, sort_keys=True
    )
    (folder / PROVENANCE).write_text(text + "\n", encoding="utf-8")


def install(folder: Path, into: Path | None = None) -> None:
    """Make a stored posterior the packaged one.

    Into the package unless another folder is named. All files are copied before the
    first takes its name, so a full disk changes none.

    Raises:
        StorageError: no posterior is stored there, or the package cannot be written.
    """
    load_posterior(folder)
    into = into or FOLDER
    names = [p.name for p in sorted(folder.iterdir()) if p.suffix in _INSTALLED]
    fresh = {name: into / f".{name}.new" for name in names if name != _RECORD}
    try:
        for name, copy in fresh.items():
            shutil.copyfile(folder / name, copy)
        for name, copy in fresh.items():
            copy.replace(into / name)
    except OSError as error:
        raise StorageError(f"{into}: not installed ({error.strerror})") from error
    finally:
        for copy in fresh.values():
            copy.unlink(missing_ok=True)


def _draws(fits: Sequence[Fit], shares: Mapping[str, float]) -> dict[str, NDArray[Any]]:
    """Return the columns of the draws, and the contracts that order them."""
    parameters = free_parameters()
    drawn = np.vstack([values(fit.runs.z, parameters) for fit in fits])
    runs = [run for fit in fits for run in fit.runs.histories]
    contracts = [monthly(run)["contracts_signed"][-6:].sum() for run in runs]
    weight, variants = [], []
    for fit in fits:
        held, chosen = _assigned(fit, shares)
        weight.append(held * fit.weight)
        variants += chosen
    switches = sorted({name for each in variants for name in each.all_settings})
    return {
        "contracts": np.array(contracts),
        "weight": np.concatenate(weight) / np.sum([w.sum() for w in weight]),
        VARIANT: np.array([each.name for each in variants], dtype=object),
        **{each.name: drawn[:, at] for at, each in enumerate(parameters)},
        **{name: np.full(len(runs), value) for name, value in FIXED.items()},
        **{
            name: np.array([v.all_settings.get(name, "") for v in variants], object)
            for name in switches
        },
    }


def _assigned(fit: Fit, shares: Mapping[str, float]) -> tuple[float, list[Variant]]:
    """Return what a fit's draws hold of the posterior, and the variant of each.

    Variants that differ only after documents end share a fit: each takes draws in
    proportion to its share, spread evenly over the contracts they imply.
    """
    own = fit.training.variant
    sharing = [v for v in VARIANTS if v.settings == own.settings] or [own]
    held = np.array([shares.get(each.name, 1.0) for each in sharing])
    upto = np.cumsum(held) / held.sum()
    contracts = [monthly(r)["contracts_signed"][-6:].sum() for r in fit.runs.histories]
    rank = np.argsort(np.argsort(contracts, kind="stable"), kind="stable")
    at = np.searchsorted(upto, (rank * GOLDEN + 0.5) % 1.0, side="right")
    return float(held.sum()), [sharing[min(i, len(sharing) - 1)] for i in at]


def changed_since_fit(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return what differs from what a stored posterior was made with.

    Any of `code` (model, packaged scenarios, reading of the world), `evidence` and
    `targets`; a posterior that is behind in one of them should be remade.

    Raises:
        StorageError: no posterior is stored there.
    """
    known, now = provenance(folder), fingerprints()
    return tuple(part for part, digest in now.items() if known.get(part) != digest)


def fingerprints() -> dict[str, str]:
    """Return hashes of what determines a posterior: code, evidence, targets."""
    return {
        "code": code_hash(),
        "evidence": evidence_hash(),
        "targets": targets_hash(),
    }


def monthly(run: History) -> dict[str, Floats]:
    """Return the series of one run that claims and reports need, (M,) each."""
    of = {name: at for at, name in enumerate(CHANNELS)}
    ours = [of[name] for name in OURS]
    return {
        "contracts_signed": run.signed[[of[name] for name in CONTRACTS]].sum(axis=0),
        "prisoners_signed": run.signed[of["prisoner"]],
        "foreigners_signed": run.signed[[of[name] for name in FOREIGN]].sum(axis=0),
        "killed": run.losses[LOSSES.index("killed"), ours].sum(axis=0),
        "wounded": run.losses[LOSSES.index("wounded"), ours].sum(axis=0),
        "force": run.force[ours, :3].sum(axis=(0, 1)),
        "package_elasticity": run.package_elasticity,
        "bonus_elasticity": run.bonus_elasticity,
    }


def _series_columns(runs: Sequence[History]) -> dict[str, NDArray[Any]]:
    series = [monthly(run) for run in runs]
    first, months, count = runs[0].first, runs[0].months, len(runs)
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


def _provenance(
    fits: Sequence[Fit], settings: FitSettings, notes: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "method": "emulated posterior by waves, draws run and weighted with the model",
        **fingerprints(),
        "until": UNTIL,
        "settings": asdict(settings),
        "draws": sum(len(fit.weight) for fit in fits),
        "parameters": len(free_parameters()),
        "fits": {
            fit.training.variant.name: {n: round(v, 4) for n, v in fit.notes.items()}
            for fit in fits
        },
        **notes,
    }
