"""A sweep's folder: what lies where, who may continue it, what is already done.

| name | holds |
|---|---|
| sweep.json | plan, versions and job; sealed, and written last when preparing |
| design.parquet | one row of inputs for each point |
| inputs/ | resolved scenarios, frozen |
| runs/, failures/, logs/ | one file for each ended run; logs of those that failed |
| manifest.jsonl | journal of the sessions |
| runs.parquet | inputs and headline outputs, one row for each run, by run id |
| months.parquet | monthly tables of all finished runs, by run id |
| seal.json | digests of the files above that are not named by theirs |
| lock | see lock.py |
| analysis/ | tables and figures drawn from the sweep; made again at will, not sealed |
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from experiments.runs.jobs import Outcome
from experiments.storage.durable import (
    DamagedError,
    is_temporary,
    remove_temporaries,
    storage_faults,
)
from experiments.storage.folder import read_table
from experiments.storage.identity import canonical, versions
from experiments.storage.lock import LOCK_NAME
from experiments.storage.record import file_digest, read_sealed, write_sealed
from experiments.sweeps.inputs import INPUTS_FOLDER, freeze
from experiments.sweeps.manifest import MANIFEST_NAME, read_outcomes, rewrite_manifest
from experiments.sweeps.plan import DESIGN_NAME, WHOLE_SWEEP, Plan, write_design
from experiments.sweeps.run_files import (
    FAILURE_FILE,
    FAILURES_FOLDER,
    LOG_FILE,
    LOGS_FOLDER,
    RUN_FILE,
    RUNS_FOLDER,
    is_whole,
    run_id_of,
)
from model.errors import DesignError

SWEEP_NAME = "sweep.json"
SEAL_NAME = "seal.json"
RUNS_TABLE = "runs.parquet"
MONTHS_TABLE = "months.parquet"
SEALED_NAMES = (SWEEP_NAME, DESIGN_NAME, MANIFEST_NAME, RUNS_TABLE, MONTHS_TABLE)
FOLDERS = (INPUTS_FOLDER, RUNS_FOLDER, FAILURES_FOLDER, LOGS_FOLDER)
ANALYSIS_FOLDER = "analysis"
_FORMAT = 2
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
    with storage_faults(folder):
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
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
        "runs": len(plan.run_numbers),
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
    for name in (*folders, *SEALED_NAMES, SEAL_NAME, LOCK_NAME):
        path = folder / name
        with storage_faults(path):
            mode = path.lstat().st_mode if os.path.lexists(path) else None
        wanted = stat.S_ISDIR if name in folders else stat.S_ISREG
        if mode is not None and not wanted(mode):
            what = "link" if stat.S_ISLNK(mode) else "thing of another kind"
            raise DesignError(f"{path}: is a {what}; no part of a sweep may be")


def _refuse_strangers(folder: Path, plan: Plan) -> None:
    known = {*FOLDERS, *SEALED_NAMES, SEAL_NAME, LOCK_NAME, ANALYSIS_FOLDER}
    with storage_faults(folder):
        strangers = [p for p in sorted(folder.iterdir()) if p.name not in known]
    strangers = [path for path in strangers if not is_temporary(path)]
    if not strangers and (folder / RUNS_FOLDER).is_dir():
        planned = plan.run_numbers
        strangers = [p for p in run_paths(folder) if run_id_of(p) not in planned]
    if strangers:
        raise DesignError(
            f"{folder}: holds {strangers[0].name}, which is no part of this sweep; "
            "choose a new or empty folder"
        )


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
    there = run_paths(folder) if (folder / RUNS_FOLDER).is_dir() else []
    planned = plan.run_numbers
    left = sum(run_id_of(path) not in planned for path in there)
    if left:
        changed = _difference(known["design"], header["design"])
        raise DesignError(
            f"{folder}: {left} of its {len(there)} finished runs are no part of this "
            f"design; changed since it began: {changed or 'a scenario'}. A folder's "
            "design may grow by values, samples of a sobol or morris design, draws and "
            "seeds, and keeps its runs; a Latin hypercube is drawn anew with every "
            "number of samples. Choose a new folder, or go back"
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


def planned_ids(folder: Path) -> list[str]:
    """Return the ids of all runs of a sweep's design, in order.

    Raises:
        StorageError: the design is missing or damaged.
    """
    ids = read_table(folder / DESIGN_NAME, ["run_id"])["run_id"]
    return sorted(set(ids.to_pylist()))


def run_paths(folder: Path) -> list[Path]:
    """Files of finished runs, by run id."""
    return _named(folder / RUNS_FOLDER, RUN_FILE)


def failure_paths(folder: Path) -> list[Path]:
    """Files of failed runs, by run id."""
    return _named(folder / FAILURES_FOLDER, FAILURE_FILE)


def _named(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    """Return what a sweep wrote into a folder; anything else there is not its own."""
    with storage_faults(folder):
        return sorted(p for p in folder.iterdir() if pattern.fullmatch(p.name))


def adopt(folder: Path) -> set[str]:
    """Find the finished runs that hold, and clear away what does not.

    A damaged run is done again; a failed one is tried again, so what is left of it goes
    too. The journal is rewritten to agree with the files.
    """
    finished: dict[str, str] = {}
    logs = _named(folder / LOGS_FOLDER, LOG_FILE)
    stale = [*failure_paths(folder), *logs]
    for path in run_paths(folder):
        if is_whole(path) and run_id_of(path) not in finished:
            finished[run_id_of(path)] = path.name
        else:
            stale.append(path)
    if stale:
        break_seal(folder)
    with storage_faults(folder):
        for path in stale:
            path.unlink(missing_ok=True)
    rewrite_manifest(folder / MANIFEST_NAME, _entries(folder, finished))
    return set(finished)


def _entries(folder: Path, finished: Mapping[str, str]) -> Iterator[Outcome]:
    """Journal lines that hold, in their order, then one for each unlisted run."""
    told: set[str] = set()
    for outcome in read_outcomes(folder / MANIFEST_NAME):
        if outcome is not None and finished.get(outcome.run_id) == outcome.file:
            if outcome.run_id not in told:
                yield outcome
            told.add(outcome.run_id)
    for run_id, name in finished.items():
        if run_id not in told:
            yield Outcome(run_id, "finished", file=name)


def seal(folder: Path) -> None:
    """Write down the digests of the files that are not named by theirs."""
    digests = {name: file_digest(folder / name) for name in SEALED_NAMES}
    write_sealed(folder / SEAL_NAME, {"files": digests})


def is_sealed(folder: Path) -> bool:
    """Whether the sweep is complete and its tables are what they were."""
    return not broken_seals(folder)


def broken_seals(folder: Path) -> list[str]:
    """Names of the sealed files that are missing or not what they were."""
    if not (folder / SEAL_NAME).is_file():
        return [SEAL_NAME]
    try:
        sealed = read_sealed(folder / SEAL_NAME).get("files")
    except DamagedError:
        sealed = None
    if not isinstance(sealed, dict):
        return [SEAL_NAME]
    return [
        name
        for name in SEALED_NAMES
        if not (folder / name).is_file()
        or file_digest(folder / name) != sealed.get(name)
    ]


def break_seal(folder: Path) -> None:
    """Take the seal away before anything under it changes."""
    with storage_faults(folder):
        (folder / SEAL_NAME).unlink(missing_ok=True)
