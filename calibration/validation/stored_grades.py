"""The stored grades alone, for readers who wait: the other studies rest on the fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from calibration.posterior import FOLDER, posterior_digest
from model.errors import StorageError

STUDIES: Final = "studies.json"
"""The studies of a posterior, in its folder."""


def assumption_shares(folder: Path = FOLDER) -> dict[str, float]:
    """Return what part of each measure's spread is assumption, by measure.

    Returns:
        nothing if no studies of this posterior are stored.

    Raises:
        StorageError: the file is not what was stored.
    """
    path = folder / STUDIES
    if not path.exists():
        return {}
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        if found["posterior"] != posterior_digest(folder):
            return {}
        return {g["measure"]: float(g["assumption_share"]) for g in found["grades"]}
    except (ValueError, LookupError, TypeError) as error:
        raise StorageError(f"{path}: not stored studies; remake them") from error
