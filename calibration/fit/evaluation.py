"""Running the model itself at many points, one small file each. ODD III.iii.

A point is a row of standard normal coordinates (see `priors`). Its history is stored
under a name made of everything that determines it, so the same call resumes, and
neither the number of workers nor their order matters.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from calibration.evidence.tables import evidence_hash
from calibration.observation.history import History, history
from calibration.priors import free_parameters, scenario_part, values
from calibration.processes.runner import Progress, run_stored, silent
from model.memory import let_go
from model.simulation import RecruitmentModel
from scenarios.format.resolve import Resolved, load_scenario

Floats = NDArray[np.float64]

PROJECT: Final = Path(__file__).parents[2]
WORK_FOLDER: Final = Path("runs") / "calibration"
UNTIL: Final = "2025-09"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the points of a wave share.

    Attributes:
        seed: replication, the same at every point.
        overrides: `key=value` texts set on the baseline.
        scenario: packaged scenario or file.
    """

    seed: int = 1
    overrides: tuple[str, ...] = (f"time.until={UNTIL}",)
    scenario: str = "baseline"


def evaluate(
    z: Floats,
    setting: Setting | Sequence[Setting],
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    progress: Progress = silent,
) -> list[History]:
    """Return the histories of the model at the points `z`, (N, P).

    Args:
        z: coordinates of all free parameters, in the order of `free_parameters`.
        setting: what the points share, or one for each.
        folder: where the histories are stored and looked up.
        workers: processes; 1 runs in this one.
        progress: called with the number done and the total.
    """
    parameters = free_parameters()
    rows = values(np.atleast_2d(z), parameters)
    draws = [scenario_part(row, parameters) for row in rows]
    return run_draws(draws, setting, folder, workers, progress)


def run_draws(
    draws: Sequence[Mapping[str, float | str]],
    setting: Setting | Sequence[Setting],
    folder: Path = WORK_FOLDER,
    workers: int = 1,
    progress: Progress = silent,
) -> list[History]:
    """Return the histories of the model under draws, each dotted name to value.

    Args:
        draws: what is set on the scenario, by draw.
        setting: what all share, or one for each draw.
        folder: where the histories are stored and looked up.
        workers: processes; 1 runs in this one.
        progress: called with the number done and the total.
    """
    store = folder / code_hash()[:12]
    store.mkdir(parents=True, exist_ok=True)
    each = [setting] * len(draws) if isinstance(setting, Setting) else setting
    jobs = [
        (draw, own, store / f"{_name(draw, own)}.npz")
        for draw, own in zip(draws, each, strict=True)
    ]
    return run_stored(
        jobs, _run, _load, workers=workers, progress=progress, name=_named
    )


Job = tuple[Mapping[str, float | str], Setting, Path]


def _named(job: Job) -> str:
    return f"run {job[2].stem}"


def _load(job: Job) -> History | None:
    path = job[2]
    return History.load(path) if path.exists() else None


def _run(job: Job) -> None:
    draw, setting, path = job
    simulate(draw, setting).dump(_partial(path))
    let_go()
    _partial(path).rename(path)


def _partial(path: Path) -> Path:
    return path.with_suffix(f".{os.getpid()}.part")


def simulate(draw: Mapping[str, float | str], setting: Setting) -> History:
    """Run the model once and condense the result."""
    scenario = _base(setting).with_draw(draw).scenario
    world = documented_world()
    tables = RecruitmentModel(scenario, world, setting.seed).run()
    return history(tables, world, scenario.time.first)


@cache
def _base(setting: Setting) -> Resolved:
    return load_scenario(setting.scenario, setting.overrides)


def _name(draw: Mapping[str, float | str], setting: Setting) -> str:
    # The last digits of a proposal differ by processor; they shall not name a new run.
    told = sorted(
        (key, v if isinstance(v, str) else f"{v:.12g}") for key, v in draw.items()
    )
    known = [setting.seed, setting.overrides, setting.scenario, told]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:24]


@cache
def code_hash() -> str:
    """Return the SHA-256 of what determines a history besides its draw.

    That is the code of the model, the packaged scenarios, the evidence, and the code
    that reads the world and condenses a run.
    """
    here = PROJECT / "calibration"
    own = [here / "observation" / "history.py", *(here / "documented").glob("*.py")]
    model = sorted((PROJECT / "model").rglob("*.py"))
    packaged = sorted((PROJECT / "scenarios").glob("*.yaml"))
    digest = hashlib.sha256(evidence_hash().encode())
    for path in [*sorted(own), *model, *packaged]:
        digest.update(path.relative_to(PROJECT).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
