"""The fitted game beside the posterior, so that a draw is of both. ODD III.iii."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from calibration.posterior import FOLDER, GAME
from calibration.regional_game.hazards import Game, fit
from calibration.regional_game.panel import panel
from calibration.regional_game.paths import NO_FIELDS
from calibration.regional_game.scores import pooled

Floats = NDArray[np.float64]

PREFIX: Final = "regions.game."
DRAWS: Final = 400
SCORES: Final = "regional_game_scores.json"


def make(folder: Path = FOLDER, draws: int = DRAWS, seed: int = 1) -> Path:
    """Fit the game to all documents and store its joint draws; return the file.

    Args:
        folder: of the posterior.
        draws: rows; draw i of the posterior takes row i modulo their number.
        seed: of the draws.
    """
    columns = {
        name: column.astype(np.float32)
        for name, column in columns_of(fit(panel(), draws, seed)).items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / GAME
    pq.write_table(pa.table(columns), path, compression="zstd")
    return path


def save_scores(folder: Path = FOLDER) -> Path:
    """Score the game at all origins, nation given and blind, and store what came."""
    found = {"given": pooled(), "blind": pooled(blind=True)}
    path = folder / SCORES
    text = json.dumps(found, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def columns_of(game: Game) -> dict[str, Floats]:
    """Return the draws of a fit by dotted name of the scenario, (N,) each."""
    return {
        PREFIX + name: game.values[:, at]
        for at, name in enumerate(game.names)
        if name not in NO_FIELDS
    }
