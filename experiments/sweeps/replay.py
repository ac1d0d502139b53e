"""One run of a sweep again, in this process, from the folder alone."""

from __future__ import annotations

import inspect
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.runs.jobs import (
    Job,
    RunInput,
    RunOutput,
    Task,
    find_job,
    job_path,
    job_version,
)
from experiments.runs.own_code import NO_OWN_CODE, OwnCode, own_code
from experiments.storage.folder import read_table
from experiments.storage.identity import RUN_ID_LENGTH
from experiments.sweeps.assembly import rows_of
from experiments.sweeps.design import Design
from experiments.sweeps.ended import look
from experiments.sweeps.inputs import run_input
from experiments.sweeps.journal import decode, encode
from experiments.sweeps.parts import buckets
from experiments.sweeps.plan import DESIGN_NAME, Plan, as_cell
from experiments.sweeps.sampling import axes
from experiments.sweeps.store import sweep_header
from model.errors import DesignError

# A function at the top of one of the packages, named by its import path.
_OWN_JOB = re.compile(r"(?:model|scenarios|calibration|experiments)(?:\.\w+)*:\w+")
_RUN_ID = re.compile(rf"[0-9a-f]{{{RUN_ID_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Replay:
    """A run done again; `same` says whether it gave the stored bytes (None: it failed).

    `same_code` says whether the code is still that of the sweep.
    """

    given: RunInput
    output: RunOutput
    same: bool | None
    same_code: bool


def replay(
    run: Path,
    *,
    job: Job | None = None,
    code: str | None = None,
    own: OwnCode | None = None,
) -> Replay:
    """Repeat a finished or failed run; what it raises is raised.

    Args:
        run: `FOLDER/RUN_ID`.
        job: the job the sweep was started with, where it was not one of Muster's.
        code: version of the code behind the job; this project's digest, if not given.
        own: what its runs took from outside the package, if anything
            (`experiments.runs.own_code.own_code`).

    Raises:
        DesignError: if no such run has ended there, or it ran another job.
    """
    folder, run_id = run.resolve().parent, run.name
    header = sweep_header(folder)
    if not _RUN_ID.fullmatch(run_id):
        raise DesignError(f"{folder}: no run {run_id!r} has ended here")
    stored = _stored(folder, run_id)
    task = replace(_task(folder, run_id, header), own=_own(folder, header, own))
    given = run_input(task)
    output = _job(folder, task.job, job)(given)
    return Replay(
        given=given,
        output=output,
        same=None if stored is None else _same(task, output, stored),
        same_code=header["versions"]["code"]
        == (code or job_version(task.job, task.own)),
    )


def _own(folder: Path, header: dict[str, Any], given: OwnCode | None) -> OwnCode:
    """Return the caller's own code: a folder from elsewhere may name any module."""
    found = given or NO_OWN_CODE
    stored = header.get("own", {})
    if stored.get("keep") and given is None and set(stored) == {"keep"}:
        return own_code(keep=stored["keep"])
    if found.identity != stored:
        raise DesignError(
            f"{folder}: its runs took {stored or 'nothing'} from outside the package; "
            "from Python, replay(run, own=own_code(...)) with the same"
        )
    return found


def _job(folder: Path, path: str, given: Job | None) -> Job:
    """Return the job of a sweep: a folder from elsewhere may name any function."""
    if given is not None and job_path(given) == path:
        return given
    if given is None and _OWN_JOB.fullmatch(path):
        with suppress(ImportError, AttributeError):
            found = find_job(path)
            if inspect.isfunction(found) and job_path(found) == path:
                return found
    raise DesignError(
        f"{folder}: its runs call {path}, and a folder is not trusted to say what is "
        "called; from Python, replay(run, job=...) with that function"
    )


def _task(folder: Path, run_id: str, header: dict[str, Any]) -> Task:
    """Return a run that has ended, with the exact settings that its design gives."""
    plan = _plan(header)
    numbers = read_table(folder / DESIGN_NAME, ["point"], {"run_id": [run_id]})
    if not numbers.num_rows:
        raise DesignError(f"{folder}: {run_id!r} is no run of this sweep")
    point = plan.point(numbers["point"][0].as_py())
    return Task(
        folder=str(folder),
        run_id=run_id,
        job=header["job"],
        inputs=plan.tree_digests[point.scenario, point.draw],
        scenario=point.scenario,
        settings=point.settings,
        draw=point.draw,
        seed=point.seed,
    )


def _plan(header: dict[str, Any]) -> Plan:
    """Lay the design of a folder out again, with the digests of its scenarios."""
    design = Design.model_validate(header["design"])
    digests = {}
    for pair, tree in header["scenarios"].items():
        scenario, _, draw = pair.rpartition(" ")
        digests[scenario, int(draw)] = tree
    return Plan(
        design=design,
        axes=axes(design),
        # What the scenarios say matters to run ids only, which the folder holds.
        trees={pair: {} for pair in digests},
        tree_digests=digests,
        code=header["versions"]["code"],
    )


def _stored(folder: Path, run_id: str) -> tuple[pa.Table, pa.Table] | None:
    """Return the row and the months of a finished run; none if it failed.

    Raises:
        DesignError: it has not ended.
    """
    run = np.array([int(run_id, 16)], np.uint64)
    ended = look(folder)
    if int(run[0]) in ended.failed:
        return None
    if not ended.holds(int(run[0])):
        raise DesignError(f"{folder}: no run {run_id!r} has ended here")
    wanted = [each for each in buckets(len(ended.ids)) if each.within(run)[0]]
    (rows,) = rows_of(folder, [ended], wanted)
    runs, months = (
        table.filter(pc.equal(table["run_id"], run_id))
        for table in (rows.runs, rows.months)
    )
    return runs, months


def _same(task: Task, output: RunOutput, stored: tuple[pa.Table, pa.Table]) -> bool:
    """Whether an output is what is stored, to the last bit."""
    run = decode(encode(task.row(), output))
    row, months = stored
    outputs = {**run.inputs, "status": "finished", **run.outputs}
    cells = {f.name: as_cell(outputs.get(f.name), f.type) for f in row.schema}
    named = set(run.outputs) <= set(row.column_names)
    made = pa.Table.from_pylist([cells], row.schema)
    return (
        named
        and _bytes(made) == _bytes(row)
        and (_bytes(run.monthly) == _bytes(months.drop_columns("run_id")))
    )


def _bytes(table: pa.Table) -> bytes:
    plain = pa.schema([(field.name, field.type) for field in table.schema])
    sink = pa.BufferOutputStream()
    pq.write_table(table.cast(plain).combine_chunks(), sink)
    content: bytes = sink.getvalue().to_pybytes()
    return content
