"""Histories of some draws to the end of 2026, as the observation layer reads them.

    forward.npz        `row` of the posterior by draw, and every series of its `History`

The draws are the first of `load_draws`, each with random numbers of its own, so that a
document of any month to the end of 2026 can be scored without running the model.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from calibration.observation.history import History
from calibration.posterior import FOLDER, load_reporting
from model.errors import StorageError

FORWARD: Final = "forward.npz"


def save_forward(runs: Sequence[History], folder: Path = FOLDER) -> None:
    """Store the histories of the first draws, floats halved."""
    columns = {
        field.name: np.stack([getattr(run, field.name) for run in runs])
        for field in fields(History)
        if field.name != "first"
    }
    halved: dict[str, Any] = {n: c.astype(np.float32) for n, c in columns.items()}
    with (folder / FORWARD).open("wb") as file:
        np.savez_compressed(file, first=np.int64(runs[0].first), **halved)


def load_forward(folder: Path = FOLDER) -> list[tuple[History, dict[str, float]]]:
    """Return the histories of the first draws, each with its reporting parameters.

    Raises:
        StorageError: none are stored there, or they cannot be read.
    """
    path = folder / FORWARD
    try:
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            columns = {name: stored[name].astype(np.float64) for name in stored.files}
        first = int(columns.pop("first"))
        count = len(columns["federal_bonus_rub"])
        runs = [
            History(first=first, **{name: c[at] for name, c in columns.items()})
            for at in range(count)
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError(
            f"{path}: no histories can be read ({error}); make them with"
            " `muster calibrate`"
        ) from error
    reporting = load_reporting(count, folder)
    return [(run, dict(own)) for run, own in zip(runs, reporting, strict=True)]
