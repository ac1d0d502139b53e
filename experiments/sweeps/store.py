"""A sweep's folder: what lies where, who may continue it, what is already done.

| name | holds |
|---|---|
| sweep.json | plan, versions and job; sealed, and written last when preparing |
| design.parquet | one row of inputs for each point |
| inputs/ | resolved scenarios, frozen |
| journals/ | runs as they end; empty when the sweep is complete (`journal`) |
| runs.parquet/ | inputs and headline outputs, a row a run, in parts (`parts`) |
| months.parquet/ | monthly tables of all finished runs, in parts |
| failures/, logs/ | a file for each failed run, and what it left to read |
| seal.json | names of the parts of a complete sweep |
| lock | see lock.py |
| analysis/ | tables and figures drawn from the sweep; made again at will, not sealed |

There are two layers of integrity. What holds results or inputs proves itself by the
digest of its bytes, in its name or at the head of its frame; the two records that say
what belongs together, sweep.json and seal.json, carry a digest of themselves.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from experiments.storage.durable import (
    DamagedError,
    is_temporary,
    remove_temporaries,
    storage_faults,
    sync,
)
from experiments.storage.folder import read_table
from experiments.storage.identity import canonical, versions
from experiments.storage.lock import LOCK_NAME
from experiments.storage.record import file_digest, read_sealed, write_sealed
from experiments.sweeps.assembly import assemble
from experiments.sweeps.ended import Ended, look, stray_months
from experiments.sweeps.failures import (
    FAILURES_FOLDER,
    LOGS_FOLDER,
    failure_paths,
    log_paths,
)
from experiments.sweeps.inputs import INPUTS_FOLDER, freeze
from experiments.sweeps.journal import JOURNALS_FOLDER
from experiments.sweeps.parts import (
    MONTHS_TABLE,
    RUNS_TABLE,
    TABLES,
    Ids,
    as_ids,
    part_names,
)
from experiments.sweeps.plan import (
    DESIGN_NAME,
    WHOLE_SWEEP,
    Plan,
    Shard,
    write_design,
)
from model.errors import DesignError

SWEEP_NAME = "sweep.json"
SEAL_NAME = "seal.json"
RECORDS = (SWEEP_NAME, DESIGN_NAME, SEAL_NAME)
FOLDERS = (
    INPUTS_FOLDER, JOURNALS_FOLDER, RUNS_TABLE, MONTHS_TABLE, FAILURES_FOLDER,
    LOGS_FOLDER,
)  # fmt: skip
ANALYSIS_FOLDER = "analysis"
_FORMAT = 3
_DESIGN_DIGEST = "design_digest"
_MAY_GROW = frozenset({"design", "points", "runs", "scenarios", _DESIGN_DIGEST})
_HEADER = {
    "design": dict, "points": int, "runs": int, "scenarios": dict, "versions": dict,
    "job": str,
}  # fmt: skip


def make_folder(folder: Path) -> None:
    """Make the folder, so that it can be locked."""
    with storage_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)


def make_folders(folder: Path) -> None:
    """Make the folders in which a sweep keeps its parts."""
    with storage_faults(folder):
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)


def prepare(folder: Path, plan: Plan, job: str) -> None:
    """Set a new sweep up, or check that a known one is continued as planned.

    A design may have grown since: runs are known by what they are given, so those that
    are there stay and the others are added. Titles and labels may change at will.

    Raises:
        DesignError: if the folder holds something else, or the code or a library
            changed since the sweep began, or runs are there that the design lacks.
    """
    _refuse_links(folder)
    header = _header(plan, job)
    known = _known_header(folder)
    if known is None:
        _refuse_strangers(folder, plan)
    else:
        _refuse_changes(folder, known, header)
        _refuse_left_out(folder, plan, known, header)
    make_folders(folder)
    for name in ("", *FOLDERS):
        remove_temporaries(folder / name)
    _write_plan(folder, plan, header)


def sweep_header(folder: Path) -> dict[str, Any]:
    """Plan, versions and job of a sweep.

    Raises:
        DesignError: if this is no sweep folder.
        DamagedError: if the record is damaged.
    """
    if not (folder / SWEEP_NAME).is_file():
        raise DesignError(f"{folder}: not a sweep folder, it has no {SWEEP_NAME}")
    header = read_sealed(folder / SWEEP_NAME)
    if header.get("format") != _FORMAT:
        raise DesignError(
            f"{folder}: was written by another version of Muster; its tables can be "
            "read as any Parquet file, but it cannot be continued"
        )
    if not all(isinstance(header.get(key), kind) for key, kind in _HEADER.items()):
        raise DamagedError(f"{folder / SWEEP_NAME}: damaged, no record of a sweep")
    return header


def _header(plan: Plan, job: str) -> dict[str, Any]:
    design = plan.design.model_dump(mode="json", exclude={"folder"})
    trees = {f"{name} {draw}": tree for (name, draw), tree in plan.tree_digests.items()}
    return {
        "format": _FORMAT,
        "design": json.loads(canonical(design)),
        "points": len(plan),
        "runs": len(plan.runs),
        "scenarios": trees,
        "versions": versions() | {"code": plan.code},
        "job": job,
        **({"own": plan.own.identity} if plan.own.identity else {}),
        **({"shard": str(plan.shard)} if plan.shard != WHOLE_SWEEP else {}),
    }


def _known_header(folder: Path) -> dict[str, Any] | None:
    try:
        return sweep_header(folder)
    except DesignError:
        return None
    except DamagedError:
        # The runs name the plan they belong to; strangers are refused below.
        return None


def _refuse_links(folder: Path) -> None:
    """Refuse links and pipes among the parts: what lies there is not the sweep's."""
    folders = (*FOLDERS, ANALYSIS_FOLDER)
    for name in (*folders, *RECORDS, LOCK_NAME):
        path = folder / name
        with storage_faults(path):
            mode = path.lstat().st_mode if os.path.lexists(path) else None
        wanted = stat.S_ISDIR if name in folders else stat.S_ISREG
        if mode is not None and not wanted(mode):
            what = "link" if stat.S_ISLNK(mode) else "thing of another kind"
            raise DesignError(f"{path}: is a {what}; no part of a sweep may be")


def _refuse_strangers(folder: Path, plan: Plan) -> None:
    known = {*FOLDERS, *RECORDS, LOCK_NAME, ANALYSIS_FOLDER}
    with storage_faults(folder):
        strangers = [p for p in sorted(folder.iterdir()) if p.name not in known]
    names = [path.name for path in strangers if not is_temporary(path)]
    if not names:
        names = [f"run {run:016x}" for run in _left_out(look(folder), plan)]
    if names:
        raise DesignError(
            f"{folder}: holds {names[0]}, which is no part of this sweep; "
            "choose a new or empty folder"
        )


def _left_out(ended: Ended, plan: Plan) -> Ids:
    """Return the finished runs that a plan has no place for."""
    return np.setdiff1d(ended.ids, plan.runs.ids)


def _refuse_changes(
    folder: Path, known: dict[str, Any], header: dict[str, Any]
) -> None:
    changed = [
        f"{part}: {_difference(known.get(part), header.get(part))}"
        for part in {**header, **known}
        if part not in _MAY_GROW and known.get(part) != header.get(part)
    ]
    if changed:
        raise DesignError(
            f"{folder}: belongs to another sweep; changed since it began: "
            + "; ".join(changed)
            + ". One sweep is one plan and one version: choose a new folder, or go back"
        )


def _refuse_left_out(
    folder: Path, plan: Plan, known: dict[str, Any], header: dict[str, Any]
) -> None:
    """Refuse a changed design that has no place for runs that are there."""
    if all(known.get(part) == header[part] for part in ("design", "scenarios")):
        return
    ended = look(folder)
    left = len(_left_out(ended, plan))
    if left:
        changed = _difference(known["design"], header["design"])
        raise DesignError(
            f"{folder}: {left} of its {len(ended.ids)} finished runs are no part of "
            f"this design; changed since it began: {changed or 'a scenario'}. A "
            "folder's design may grow by values, samples of a sobol or morris design, "
            "draws and seeds, and keeps its runs; a Latin hypercube is drawn anew with "
            "every number of samples. Choose a new folder, or go back"
        )


def _difference(before: Any, now: Any) -> str:
    if not (isinstance(before, dict) and isinstance(now, dict)):
        return f"{before} became {now}"
    keys = sorted(k for k in {*before, *now} if before.get(k) != now.get(k))
    pairs = (f"{key} ({before.get(key)} became {now.get(key)})" for key in keys[:3])
    return ", ".join(pairs) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def _write_plan(folder: Path, plan: Plan, header: dict[str, Any]) -> None:
    for tree in plan.trees.values():
        freeze(folder, tree)
    known = _known_header(folder)
    path = folder / DESIGN_NAME
    same = known is not None and {**header, _DESIGN_DIGEST: ""} == {
        **known,
        _DESIGN_DIGEST: "",
    }
    whole = same and known is not None and path.is_file()
    if not (whole and known and file_digest(path) == known[_DESIGN_DIGEST]):
        if not same:
            break_seal(folder)
        write_design(plan, path)
    if not same:
        found = {**header, _DESIGN_DIGEST: file_digest(path)}
        write_sealed(folder / SWEEP_NAME, found)


def planned_ids(folder: Path) -> Ids:
    """Return the ids of the runs of a sweep or shard, in order.

    Raises:
        StorageError: the design is missing or damaged.
    """
    ids = np.unique(as_ids(read_table(folder / DESIGN_NAME, ["run_id"])["run_id"]))
    return ids[shard_in(sweep_header(folder)).holds(ids)]


def shard_in(header: Mapping[str, Any]) -> Shard:
    """Return the shard that a folder is."""
    number, count = str(header.get("shard", WHOLE_SWEEP)).split("/")
    return Shard(int(number), int(count))


def adopt(folder: Path) -> Ended:
    """Find the finished runs that hold, and clear away what does not.

    What is damaged is done again; a failed run is tried again, so what is left of it
    goes too. Of a damaged journal the runs before the damage are used.
    """
    ended = look(folder, check=True)
    spoilt = [path for path in ended.damaged if path.parent.name != JOURNALS_FOLDER]
    stale = [*spoilt, *stray_months(ended), *ended.failures, *log_paths(folder)]
    if stale:
        break_seal(folder)
    with storage_faults(folder):
        for path in stale:
            path.unlink(missing_ok=True)
    return replace(ended, failures=())


def conclude(folder: Path, planned: int, others: Sequence[Ended] = ()) -> Ended:
    """Pack all that has ended into the tables, and seal them if that is every run.

    Args:
        folder: the sweep's folder.
        planned: its runs.
        others: folders whose runs are taken over; they stay as they are.

    Raises:
        MusterError: the outputs of two runs do not fit into one table.
        StorageError: a file is damaged, or cannot be written.
    """
    before = look(folder, check=True)
    parts = assemble(folder, [before, *others], planned)
    for name in (*TABLES, FAILURES_FOLDER):
        sync(folder / name)
    kept = {name for part in parts for name in part.files}
    # Only now: what they held is in the parts.
    with storage_faults(folder):
        for table in TABLES:
            for name in part_names(folder, table):
                if f"{table}/{name}" not in kept:
                    (folder / table / name).unlink()
        for frames in before.journals:
            if frames.path.stat().st_size == frames.size:
                frames.path.unlink()
    after = Ended(folder, tuple(parts), failures=tuple(failure_paths(folder)))
    if len(after.ids) + len(after.failed) == planned:
        write_sealed(folder / SEAL_NAME, {"files": sorted(kept)})
        sync(folder)
    return after


def is_sealed(folder: Path) -> bool:
    """Whether the sweep is complete, as far as its seal and the names there tell."""
    return not broken_seals(folder)


def broken_seals(folder: Path) -> list[str]:
    """Names of sealed files that are missing; the seal itself if it does not hold."""
    if not (folder / SEAL_NAME).is_file():
        return [SEAL_NAME]
    try:
        sealed = read_sealed(folder / SEAL_NAME).get("files")
    except DamagedError:
        sealed = None
    if not isinstance(sealed, list):
        return [SEAL_NAME]
    there = {f"{t}/{name}" for t in TABLES for name in part_names(folder, t)}
    return [name for name in sealed if name not in there]


def break_seal(folder: Path) -> None:
    """Take the seal away before anything under it changes."""
    with storage_faults(folder):
        (folder / SEAL_NAME).unlink(missing_ok=True)
