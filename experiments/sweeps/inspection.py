"""Looking into a sweep's folder from outside, also while it runs: status and verify."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from experiments.storage.durable import DamagedError
from experiments.storage.identity import digest
from experiments.storage.lock import Owner, owner_of
from experiments.storage.reading import read_bytes
from experiments.storage.record import (
    RECORD,
    damaged_files,
    file_digest,
    read_record,
    strangers,
)
from experiments.sweeps.ended import Ended, count_finished, look, stray_months
from experiments.sweeps.failures import (
    FailedRun,
    failure_paths,
    log_digest,
    read_failure,
)
from experiments.sweeps.inputs import INPUTS_FOLDER
from experiments.sweeps.journal import (
    JOURNALS_FOLDER,
    FinishedRun,
    journal_paths,
    read_frames,
    scan,
)
from experiments.sweeps.plan import DESIGN_NAME
from experiments.sweeps.store import (
    SEAL_NAME,
    SWEEP_NAME,
    broken_seals,
    planned_ids,
    sweep_header,
)
from model.errors import StorageError

_RECENT_RUNS = 200


@dataclass(frozen=True, slots=True)
class Status:
    """Where a sweep stands."""

    folder: Path
    title: str
    planned: int
    finished: int
    failed: tuple[FailedRun, ...]
    owner: Owner | None
    complete: bool
    seconds_left: float | None


def status(folder: Path) -> Status:
    """Say where a sweep stands; nothing is locked or changed.

    Raises:
        DesignError: if this is no sweep folder.
        StorageError: if its record cannot be read or is damaged.
    """
    header = sweep_header(folder)
    finished = count_finished(folder)
    failed = tuple(read_failure(path) for path in failure_paths(folder))
    planned = int(header["runs"])
    left = planned - finished - len(failed)
    return Status(
        folder=folder,
        title=header["design"]["title"],
        planned=planned,
        finished=finished,
        failed=failed,
        owner=owner_of(folder),
        complete=left == 0 and (folder / SEAL_NAME).is_file(),
        seconds_left=_seconds_left(folder, left),
    )


def _seconds_left(folder: Path, left: int) -> float | None:
    if not left:
        return 0.0
    timed = list(islice(_recent(folder), _RECENT_RUNS))
    if not timed:
        return None
    workers = len({run.worker for run in timed})
    return statistics.fmean(run.seconds for run in timed) * left / workers


def _recent(folder: Path) -> Iterator[FinishedRun]:
    """Yield the last runs of the journals that were written to last."""
    try:
        paths = sorted(journal_paths(folder), key=lambda path: -path.stat().st_mtime)
        newest = [path for path in paths if _session(path) == _session(paths[0])]
        for path in newest:
            places = scan(path).places[-_RECENT_RUNS // len(newest) :]
            yield from read_frames(path, places)
    except (OSError, StorageError):
        return  # packed into the tables a moment ago, or damaged: `verify` will tell


def _session(journal: Path) -> str:
    return journal.name.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Damage:
    """One file that is not what it should be."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found; `notes` are traces of a kill that resuming clears up."""

    folder: Path
    checked: int
    damage: tuple[Damage, ...]
    notes: tuple[str, ...]

    @property
    def whole(self) -> bool:
        """Whether every file is what it should be."""
        return not self.damage


def verify(folder: Path) -> Verification:
    """Hold every file that Muster wrote against its checksum; nothing is changed.

    Args:
        folder: of a sweep, or one with a record, as of a run or a comparison.

    Raises:
        DesignError: if this is neither.
        StorageError: if a file cannot be read, or the record is damaged.
    """
    if not (folder / SWEEP_NAME).exists() and os.path.lexists(folder / RECORD):
        return _verify_record(folder)
    damage: list[Damage] = []
    try:
        header = sweep_header(folder)
    except DamagedError:
        header = {}
        damage.append(Damage(SWEEP_NAME, "does not match its checksum"))
    ended = look(folder, check=True)
    trees = sorted(set(header.get("scenarios", {}).values()))
    damage += _damaged_inputs(folder, trees)
    damage += [Damage(_relative(p, folder), "is damaged") for p in ended.damaged]
    damage += _damaged_failures(folder, ended)
    if (folder / DESIGN_NAME).is_file():
        damage += _damaged_design(folder, header)
    if (folder / SEAL_NAME).is_file():
        damage += _missing(folder, ended)
    files = 2 * len(ended.parts) + len(ended.journals) + len(ended.failures)
    checked = files + len(trees) + len(ended.damaged) + 2
    return Verification(folder, checked, tuple(_unique(damage)), tuple(_notes(ended)))


def _verify_record(folder: Path) -> Verification:
    record = read_record(folder)
    damage = tuple(Damage(*each) for each in damaged_files(folder, record))
    notes = [f"{name}: not written by muster" for name in strangers(folder, record)]
    return Verification(folder, len(record["files"]) + 1, damage, tuple(notes))


def _damaged_inputs(folder: Path, names: list[str]) -> Iterator[Damage]:
    for name in names:
        path = folder / INPUTS_FOLDER / f"{name}.json"
        if not path.is_file():
            yield Damage(f"{INPUTS_FOLDER}/{path.name}", "is missing")
        elif digest(read_bytes(path)) != name:
            yield Damage(f"{INPUTS_FOLDER}/{path.name}", "does not match its name")


def _damaged_design(folder: Path, header: dict[str, Any]) -> Iterator[Damage]:
    if file_digest(folder / DESIGN_NAME) != header.get("design_digest"):
        yield Damage(DESIGN_NAME, f"does not match {SWEEP_NAME}")


def _damaged_failures(folder: Path, ended: Ended) -> Iterator[Damage]:
    for path in ended.failures:
        try:
            failure = read_failure(path)
        except DamagedError:
            yield Damage(_relative(path, folder), "does not match its name")
            continue
        if log_digest(folder, failure.run_id) != failure.log_digest:
            yield Damage(failure.log, "is not the log of the failed run")


def _missing(folder: Path, ended: Ended) -> Iterator[Damage]:
    """What a complete sweep has to hold and does not."""
    for name in broken_seals(folder):
        yield Damage(name, "does not hold" if name == SEAL_NAME else "is missing")
    if not (folder / DESIGN_NAME).is_file():
        yield Damage(DESIGN_NAME, "is missing")
        return
    if not ended.damaged:
        try:
            planned = planned_ids(folder)
        except StorageError:
            return  # told already
        for run in np.setdiff1d(planned, ended.ids):
            if int(run) not in ended.failed:
                yield Damage(f"{int(run):016x}", "is missing")


def _notes(ended: Ended) -> Iterator[str]:
    for frames in ended.journals:
        if frames.torn:
            yield f"{JOURNALS_FOLDER}/{frames.path.name}: the last run is torn"
    for path in stray_months(ended):
        yield f"{_relative(path, ended.folder)}: belongs to no part"


def _unique(damage: list[Damage]) -> Iterator[Damage]:
    told: set[str] = set()
    for one in damage:
        if one.file not in told:
            told.add(one.file)
            yield one


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
