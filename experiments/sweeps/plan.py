"""Every run of a sweep, reached by number: inputs first, outputs later aligned.

The plan is a product: scenarios x settings x posterior draws x seeds. It is fixed
before the first run, written to `design.parquet`, and compared when a sweep resumes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.runs.jobs import Settings, Task
from experiments.runs.own_code import NO_OWN_CODE, OwnCode
from experiments.storage.durable import replacing
from experiments.storage.identity import NAMES, RUN_ID_LENGTH, canonical, digest
from experiments.sweeps.design import DRAW, MOST_RUNS, Design
from experiments.sweeps.sampling import WHOLE, Axis, axes
from model.errors import DesignError

# Resolved scenario tree of (scenario, number of the posterior draw).
Resolve = Callable[[str, int], Mapping[str, Any]]

DESIGN_NAME = "design.parquet"
ROWS_AT_A_TIME = 1 << 13


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a sweep: the `number`-th of `count`, from 1 on."""

    number: int = 1
    count: int = 1

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def holds(self, ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Which runs fall to this part, (n,); ids are hashes, so parts are even."""
        held: NDArray[np.bool_] = ids % np.uint64(self.count) == self.number - 1
        return held


WHOLE_SWEEP: Final = Shard()


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of a plan: ids in order, and the number of a point of each, (n,) both.

    A million of them take 16 MB.
    """

    ids: NDArray[np.uint64]
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Point:
    """One run of the plan, and what it is for."""

    number: int
    run_id: str
    scenario: str
    settings: Settings
    draw: int
    seed: int
    block: str
    row: int


@dataclass(frozen=True)
class Plan:
    """A design with its scenarios resolved: the whole of what is going to be run."""

    design: Design
    axes: list[Axis]
    trees: dict[tuple[str, int], Mapping[str, Any]]
    tree_digests: dict[tuple[str, int], str]
    code: str
    check_code: bool = False
    own: OwnCode = NO_OWN_CODE
    shard: Shard = WHOLE_SWEEP

    @property
    def shape(self) -> tuple[int, ...]:
        """Scenarios, axes, draws, seeds: how many of each."""
        design = self.design
        settings = (len(axis) for axis in self.axes)
        tail = (design.draws, len(design.seed_list))
        return (len(design.scenario), *settings, *tail)

    def __len__(self) -> int:
        return math.prod(self.shape)

    def point(self, number: int) -> Point:
        """The run with this number."""
        scenario_at, *axis_at, draw, seed_at = map(
            int, np.unravel_index(number, self.shape)
        )
        pairs = list(zip(self.axes, axis_at, strict=True))
        settings: Settings = _until(self.design) + tuple(
            setting for axis, at in pairs for setting in axis.settings(at)
        )
        last_axis, last_at = pairs[-1] if pairs else (None, 0)
        if self.design.sampled_draws is not None:
            sampled = dict(settings)[DRAW]
            assert isinstance(sampled, int)
            draw = sampled
            settings = tuple(each for each in settings if each[0] != DRAW)
        scenario = self.design.scenario[scenario_at]
        seed = self.design.seed_list[seed_at]
        return Point(
            number=number,
            run_id=self._run_id(scenario, settings, draw, seed),
            scenario=scenario,
            settings=settings,
            draw=draw,
            seed=seed,
            block=last_axis.blocks[last_at] if last_axis else WHOLE,
            row=last_axis.rows[last_at] if last_axis else 0,
        )

    def sample_rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Row of the sampled matrices that each run belongs to, (len(numbers),)."""
        if not self.axes:
            return np.zeros(len(numbers), dtype=np.int64)
        at = np.unravel_index(numbers, self.shape)
        found: NDArray[np.int64] = np.array(self.axes[-1].rows)[at[-3]]
        return found

    def __iter__(self) -> Iterator[Point]:
        return map(self.point, range(len(self)))

    @cached_property
    def ids(self) -> NDArray[np.uint64]:
        """Run id of every point, whatever shard it falls to, (len(self),)."""
        return np.fromiter(
            (int(point.run_id, 16) for point in self), np.uint64, count=len(self)
        )

    @cached_property
    def runs(self) -> Runs:
        """The runs of this shard, each with the first point that needs it.

        Two points of a Sobol layout can coincide in a listed factor; they are one run.
        """
        unique, first = np.unique(self.ids, return_index=True)
        held = self.shard.holds(unique)
        return Runs(unique[held], first[held].astype(np.int64))

    def task(
        self,
        number: int,
        folder: Path,
        job: str,
        timeout: float | None,
        session: str = "",
    ) -> Task:
        """The run with this number, ready to travel."""
        point = self.point(number)
        return Task(
            folder=str(folder),
            run_id=point.run_id,
            job=job,
            inputs=self.tree_digests[point.scenario, point.draw],
            scenario=point.scenario,
            settings=point.settings,
            draw=point.draw,
            seed=point.seed,
            timeout_seconds=timeout,
            code=self.code if self.check_code else "",
            own=self.own,
            session=session,
        )

    @cached_property
    def _said(self) -> dict[tuple[str, int], str]:
        """Digest of what each scenario says, whatever it is called and by whom."""
        return {
            pair: digest(canonical({k: v for k, v in tree.items() if k not in NAMES}))
            for pair, tree in self.trees.items()
        }

    def _run_id(self, scenario: str, settings: Settings, draw: int, seed: int) -> str:
        inputs = {
            "code": self.code,
            "scenario": scenario,
            "tree": self._said[scenario, draw],
            "settings": dict(settings),
            "draw": draw,
            "seed": seed,
            **self.own.identity,
        }
        return digest(canonical(inputs))[:RUN_ID_LENGTH]


def make_plan(
    design: Design,
    resolve: Resolve,
    code: str,
    *,
    check_code: bool,
    own: OwnCode = NO_OWN_CODE,
    shard: Shard = WHOLE_SWEEP,
) -> Plan:
    """Lay out a design and resolve its scenarios, once for each posterior draw.

    Args:
        design: what is asked.
        resolve: how a scenario and a posterior draw become a tree.
        code: version of the code behind the runs.
        check_code: whether every worker has to find the same version.
        own: what runs take from outside the package.
        shard: part of the runs.
    """
    draws = range(design.all_draws)
    trees = {
        (name, draw): resolve(name, draw) for name in design.scenario for draw in draws
    }
    digests = {pair: digest(canonical(tree)) for pair, tree in trees.items()}
    plan = Plan(design, axes(design), trees, digests, code, check_code, own, shard)
    if len(plan) > MOST_RUNS:
        raise DesignError(
            f"{len(plan):,} runs; at most {MOST_RUNS:,} in one sweep. "
            "Use fewer values, samples, draws or seeds, or several sweeps"
        )
    return plan


def _until(design: Design) -> Settings:
    return (("time.until", design.until),) if design.until else ()


def _arrow_type(column: list[Any]) -> pa.DataType:
    given = [value for value in column if value is not None]
    if all(isinstance(value, bool | np.bool_) for value in given):
        return pa.bool_()
    numbers = (int, float, np.number)
    if all(isinstance(v, numbers) and not isinstance(v, bool) for v in given):
        return pa.float64()
    return pa.string()


def as_cell(value: Any, kind: pa.DataType) -> Any:
    """Write a setting into a column of this type."""
    if value is None or kind != pa.string():
        return value
    return value if isinstance(value, str) else canonical(value).decode("ascii")


def write_design(plan: Plan, path: Path) -> None:
    """Write one row of inputs for each point of the plan."""
    columns = _columns(plan)
    given = [(name, column.type) for name, (_, column) in columns.items()]
    schema = pa.schema([("point", pa.int64()), ("run_id", pa.string()), *given])
    with (
        replacing(path) as stream,
        pq.ParquetWriter(
            stream, schema, compression="zstd", write_page_checksum=True
        ) as writer,
    ):
        for start in range(0, len(plan), ROWS_AT_A_TIME):
            numbers = np.arange(start, min(start + ROWS_AT_A_TIME, len(plan)))
            at = np.unravel_index(numbers, plan.shape)
            ids = [f"{run:016x}" for run in plan.ids[numbers].tolist()]
            rows = [
                column.take(pa.array(at[axis])) for axis, column in columns.values()
            ]
            writer.write_table(
                pa.table([pa.array(numbers), pa.array(ids), *rows], schema)
            )


def _columns(plan: Plan) -> dict[str, tuple[int, pa.Array]]:
    """Return inputs by name: which dimension of the plan moves each, and its values."""
    design = plan.design
    scenarios = len(design.scenario)
    # Without axes every run is of one block, whatever its scenario.
    last = len(plan.axes)
    blocks = plan.axes[-1].blocks if last else [WHOLE] * scenarios
    rows = plan.axes[-1].rows if last else [0] * scenarios
    columns = {
        "scenario": (0, pa.array(design.scenario, pa.string())),
        "draw": (-2, pa.array(range(design.draws), pa.int64())),
        "seed": (-1, pa.array(design.seed_list, pa.int64())),
        "block": (last, pa.array(blocks, pa.string())),
        "row": (last, pa.array(rows, pa.int64())),
    }
    until = dict(_until(design))
    for name, value in until.items():
        columns[name] = 0, pa.array([value] * scenarios, pa.string())
    for number, axis in enumerate(plan.axes, start=1):
        settings = [until | dict(axis.settings(row)) for row in range(len(axis))]
        for name in axis.columns:
            values = [row.get(name) for row in settings]
            kind = pa.int64() if name == DRAW else _arrow_type(values)
            columns[name] = number, pa.array([as_cell(v, kind) for v in values], kind)
    return columns
