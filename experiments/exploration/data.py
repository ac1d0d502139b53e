"""A finished sweep as analyses read it: inputs aligned with one output.

An analysis states how many runs it rests on, or refuses: a failed run, a missing
number and an infinite one (a month that never comes) are not quietly left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.storage.folder import read_table
from experiments.sweeps.design import DRAW, SAMPLED
from experiments.sweeps.inspection import verify
from experiments.sweeps.parts import RUNS_TABLE
from experiments.sweeps.plan import DESIGN_NAME
from experiments.sweeps.store import sweep_header
from experiments.sweeps.tables import SweepTables
from model.errors import DesignError, StorageError
from scenarios.format.suggestions import did_you_mean

Floats = NDArray[np.float64]

_INPUTS = ("run_id", "scenario", "draw", "seed")
_STATUS = ("status", "error")


@dataclass(frozen=True)
class SweepData:
    """Points of a sweep with what came out, one row a point, in the plan's order.

    `factors` are the names the sweep sets; `outputs` maps a name to numbers, nan where
    the run failed or has none. `ranges` gives (low, high) of the sampled factors.
    """

    folder: Path
    design: dict[str, Any]
    block: NDArray[np.str_]
    row: NDArray[np.int64]
    failed: NDArray[np.bool_]
    waiting: NDArray[np.bool_]
    inputs: dict[str, list[Any]]
    outputs: dict[str, Floats]

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.row)

    @property
    def factors(self) -> list[str]:
        """Names of what the sweep varies."""
        groups = (self.design["levers"], self.design["uncertainties"])
        listed = [name for point in self.design["points"] for name in point]
        if self.design.get("sampled_draws"):
            listed.append(DRAW)
        return list(
            dict.fromkeys([name for group in groups for name in group] + listed)
        )

    @property
    def crossed(self) -> list[str]:
        """Levers that were not sampled but crossed with the samples."""
        if self.design["design"] not in SAMPLED:
            return []
        levers = self.design["levers"].items()
        return [name for name, factor in levers if isinstance(factor, list)]

    def output(self, name: str) -> Floats:
        """One output over all points.

        Raises:
            DesignError: if there is no such output, or it is a text.
        """
        if name not in self.outputs:
            raise DesignError(
                f"{self.folder}: no numerical output {name!r}"
                f"{did_you_mean(name, self.outputs)}; see the columns of {RUNS_TABLE}"
            )
        return self.outputs[name]


def load_sweep(folder: Path, *, check: bool = True, partial: bool = False) -> SweepData:
    """Read a sweep.

    Args:
        folder: the sweep's folder.
        check: hold every file against its checksum first.
        partial: take one that is not complete as far as it has come; points whose run
            has not ended count as `waiting`.

    Raises:
        DesignError: if this is no sweep, or it is not complete and need be.
        StorageError: if a file is damaged.
    """
    header = sweep_header(folder)
    tables = SweepTables(folder)
    if not (tables.complete or partial):
        raise DesignError(
            f"{folder}: not complete; give the sweep's command again, or ask for what "
            "there is so far"
        )
    if check:
        _refuse_damage(folder)
    points = read_table(folder / DESIGN_NAME).to_pydict()
    runs = tables.read(RUNS_TABLE)
    at = {run_id: number for number, run_id in enumerate(runs["run_id"].to_pylist())}
    # A run that has not ended is the row behind the last, which has no numbers.
    places = np.array([at.get(run, len(at)) for run in points["run_id"]], np.int64)
    status = np.array([*runs["status"].to_pylist(), "waiting"], dtype=object)
    return SweepData(
        folder=folder,
        design=header["design"],
        block=np.array(points.pop("block"), dtype=np.str_),
        row=np.array(points.pop("row"), dtype=np.int64),
        failed=(status == "failed")[places],
        waiting=(status == "waiting")[places],
        inputs=points,
        outputs=_outputs(runs, {*points, *_INPUTS, *_STATUS}, places),
    )


def _outputs(
    runs: Any, others: set[str], places: NDArray[np.int64]
) -> dict[str, Floats]:
    numerical = [
        field.name
        for field in runs.schema
        if field.name not in others and str(field.type) == "double"
    ]
    return {name: _floats(runs[name])[places] for name in numerical}


def _floats(column: Any) -> Floats:
    filled = [np.nan if value is None else value for value in column.to_pylist()]
    return np.array([*filled, np.nan], dtype=np.float64)


def _refuse_damage(folder: Path) -> None:
    found = verify(folder)
    if not found.whole:
        first = found.damage[0]
        raise StorageError(
            f"{folder / first.file}: {first.reason}; "
            "give the sweep's command again to mend it"
        )


def unusable_in_words(data: SweepData, values: Floats, *, infinite: bool = True) -> str:
    """How many points have no (finite) number, by cause; empty if all have one."""
    failed, waiting = int(data.failed.sum()), int(data.waiting.sum())
    ended = ~data.failed & ~data.waiting
    endless = int((np.isinf(values) & ended).sum()) if infinite else 0
    missing = int((np.isnan(values) & ended).sum())
    counts = (
        (waiting, "not run yet"),
        (failed, "failed"),
        (missing, "without a number"),
        (endless, "infinite"),
    )
    return ", ".join(f"{count} {word}" for count, word in counts if count)


@dataclass(frozen=True, slots=True)
class Samples:
    """One output by sample, averaged over posterior draws and seeds.

    `values[i]` belongs to row `rows[i]` of block `blocks[i]`; nan where any replication
    has no number. `inputs` are the sampled factors at the same places.
    """

    blocks: NDArray[np.str_]
    rows: NDArray[np.int64]
    values: Floats
    inputs: dict[str, list[Any]]


def samples(
    data: SweepData,
    output: str,
    where: Mapping[str, object] | None = None,
    *,
    finite: bool = True,
) -> Samples:
    """Average an output over replications, at one scenario and one choice of levers.

    Args:
        data: a sampled sweep.
        output: name of a headline output.
        where: scenario and lever values to look at; needed where there are several.
        finite: whether an infinite number counts as missing.

    Raises:
        DesignError: if `where` fits no point, or leaves more than one choice.
    """
    chosen = chosen_points(data, where or {})
    _refuse_several(data, chosen)
    values = data.output(output)
    values = np.where(np.isfinite(values), values, np.nan) if finite else values
    cells: dict[str, list[int]] = {}
    for at in chosen:
        settings = [data.inputs[name][at] for name in data.factors]
        key = repr((data.block[at], data.row[at], settings))
        cells.setdefault(key, []).append(at)
    first = [places[0] for places in cells.values()]
    return Samples(
        blocks=data.block[first],
        rows=data.row[first],
        values=np.array([values[places].mean() for places in cells.values()]),
        inputs={n: [data.inputs[n][at] for at in first] for n in data.factors},
    )


def chosen_points(data: SweepData, where: Mapping[str, object]) -> list[int]:
    """Places of the points with these settings; a dated one is known by its number.

    Raises:
        DesignError: if a name is not varied, or no point has these settings.
    """
    for name in where:
        if name not in data.inputs:
            near = did_you_mean(name, data.inputs)
            raise DesignError(f"{data.folder}: {name!r} is not varied{near}")
    found = [
        at
        for at in range(data.points)
        if all(_is(data.inputs[name][at], value) for name, value in where.items())
    ]
    if not found:
        raise DesignError(f"{data.folder}: no point has {dict(where)}")
    return found


def _is(setting: object, asked: object) -> bool:
    level = level_of(setting)
    return setting == asked or (level is not None and level[0] == asked)


def level_of(setting: object) -> tuple[float, str] | None:
    """Number of a setting and the month it is set from, if it is one number.

    >>> level_of(0.5), level_of('{"2026-01":0.5}'), level_of("fixed")
    ((0.5, ''), (0.5, '2026-01'), None)
    """
    if isinstance(setting, int | float) and not isinstance(setting, bool):
        return float(setting), ""
    if not (isinstance(setting, str) and setting.startswith("{")):
        return None
    (month, value), *more = json.loads(setting).items()
    return None if more else (float(value), month)


def _refuse_several(data: SweepData, chosen: list[int]) -> None:
    for name in ("scenario", *data.crossed):
        values = sorted({str(data.inputs[name][at]) for at in chosen})
        if len(values) > 1:
            raise DesignError(
                f"{data.folder}: {name} has {len(values)} values "
                f"({', '.join(values[:5])}); say at which one to look, as in "
                f"{name}={values[0]}"
            )
