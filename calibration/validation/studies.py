"""Studies of the posterior, stored beside it: what the scoreboard cannot say.

Whether rival explanations predict better, whether the poor need a coefficient, whether
regions move as their rule says, whether a planted elasticity of supply is found again,
and how much of each headline measure rests on assumptions. Making them takes runs of
the model; reading them does not. ODD II.i.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter

from calibration.posterior import FOLDER, posterior_digest
from calibration.validation.grades import MeasureGrade
from calibration.validation.planted import Planted
from calibration.validation.poverty import Gradient, RegionRate
from calibration.validation.regional_response import RegionalResponse
from calibration.validation.rivals import RivalScore
from calibration.validation.stored_grades import STUDIES
from model.errors import StorageError


@dataclass(frozen=True, slots=True)
class Studies:
    """The five studies, and the posterior they were made from."""

    posterior: str
    """Digest of its draws."""
    draws: int
    grade_draws: int
    gradients: tuple[Gradient, ...]
    region_rates: tuple[RegionRate, ...]
    regional_responses: tuple[RegionalResponse, ...]
    rivals: tuple[RivalScore, ...]
    planted: tuple[Planted, ...]
    grades: tuple[MeasureGrade, ...]


def save_studies(found: Studies, folder: Path = FOLDER) -> Path:
    """Store studies beside the posterior they were made from."""
    path = folder / STUDIES
    path.write_text(json.dumps(asdict(found), indent=1) + "\n", encoding="utf-8")
    return path


def load_studies(folder: Path = FOLDER) -> Studies | None:
    """Return the stored studies; none if there are none of this posterior.

    Raises:
        StorageError: the file is not what was stored.
    """
    path = folder / STUDIES
    if not path.exists():
        return None
    try:
        found = TypeAdapter(Studies).validate_json(path.read_bytes())
    except ValueError as error:
        raise StorageError(f"{path}: not stored studies; remake them") from error
    return found if found.posterior == posterior_digest(folder) else None
