"""Looking into a sweep's folder from outside, also while it runs: status and verify."""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.storage.durable import DamagedError
from experiments.storage.identity import RUN_ID_LENGTH, digest
from experiments.storage.lock import Owner, owner_of
from experiments.storage.reading import read_bytes
from experiments.storage.record import (
    RECORD,
    damaged_files,
    file_digest,
    read_record,
    strangers,
)
from experiments.sweeps.inputs import INPUTS_FOLDER
from experiments.sweeps.manifest import MANIFEST_NAME, Journal, read_manifest
from experiments.sweeps.plan import DESIGN_NAME, Shard
from experiments.sweeps.run_files import (
    FailedRun,
    is_whole,
    log_digest,
    read_failure,
)
from experiments.sweeps.store import (
    SEAL_NAME,
    SWEEP_NAME,
    broken_seals,
    failure_paths,
    planned_ids,
    run_paths,
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
    finished = len(run_paths(folder))
    failed = tuple(read_failure(path) for path in failure_paths(folder))
    planned = int(header["runs"])
    journal = read_manifest(folder / MANIFEST_NAME)
    left = planned - finished - len(failed)
    return Status(
        folder=folder,
        title=header["design"]["title"],
        planned=planned,
        finished=finished,
        failed=failed,
        owner=owner_of(folder),
        complete=left == 0 and (folder / SEAL_NAME).is_file(),
        seconds_left=_seconds_left(journal, left),
    )


def _seconds_left(journal: Journal, left: int) -> float | None:
    recent = list(journal.outcomes.values())[-_RECENT_RUNS:]
    timed = [outcome for outcome in recent if outcome.seconds > 0]
    if not timed:
        return None
    workers = len({outcome.worker for outcome in timed}) or 1
    return statistics.fmean(o.seconds for o in timed) * left / workers


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
    ended = [*run_paths(folder), *failure_paths(folder)]
    damage += _damaged_inputs(folder, header)
    damage += _damaged_runs(folder, ended)
    damage += _missing_runs(folder, {path.name for path in ended})
    sealed = (folder / SEAL_NAME).is_file()
    if sealed:
        names = broken_seals(folder)
        damage += [Damage(name, "does not match the seal") for name in names]
    elif (folder / DESIGN_NAME).is_file():
        damage += _damaged_design(folder, header)
    notes = () if sealed else tuple(_notes(folder, {path.name for path in ended}))
    return Verification(folder, len(ended), tuple(_unique(damage)), notes)


def _verify_record(folder: Path) -> Verification:
    record = read_record(folder)
    damage = tuple(Damage(*each) for each in damaged_files(folder, record))
    notes = [f"{name}: not written by muster" for name in strangers(folder, record)]
    return Verification(folder, len(record["files"]) + 1, damage, tuple(notes))


def _damaged_inputs(folder: Path, header: dict[str, Any]) -> Iterator[Damage]:
    for name in sorted(set(header.get("scenarios", {}).values())):
        path = folder / INPUTS_FOLDER / f"{name}.json"
        if not path.is_file():
            yield Damage(f"{INPUTS_FOLDER}/{path.name}", "is missing")
        elif digest(read_bytes(path)) != name:
            yield Damage(f"{INPUTS_FOLDER}/{path.name}", "does not match its name")


def _damaged_design(folder: Path, header: dict[str, Any]) -> Iterator[Damage]:
    if file_digest(folder / DESIGN_NAME) != header.get("design_digest"):
        yield Damage(DESIGN_NAME, f"does not match {SWEEP_NAME}")


def _damaged_runs(folder: Path, ended: list[Path]) -> Iterator[Damage]:
    for path in ended:
        if not is_whole(path):
            yield Damage(_relative(path, folder), "does not match its name")
        elif path.suffix == ".json":
            failure = read_failure(path)
            if log_digest(folder, failure.run_id) != failure.log_digest:
                yield Damage(failure.log, "is not the log of the failed run")


def _missing_runs(folder: Path, names: set[str]) -> Iterator[Damage]:
    """Runs that the journal or, in a complete sweep, the design knows of."""
    there = {name[:RUN_ID_LENGTH] for name in names}
    journal = read_manifest(folder / MANIFEST_NAME)
    for run_id, outcome in journal.outcomes.items():
        if run_id not in there:
            yield Damage(outcome.file or run_id, "is missing")
    if not (folder / SEAL_NAME).is_file():
        return
    for run_id in _planned(folder):
        if run_id not in there and run_id not in journal.outcomes:
            yield Damage(run_id, "is missing")


def _planned(folder: Path) -> Iterator[str]:
    try:
        number, count = sweep_header(folder).get("shard", "1/1").split("/")
        shard = Shard(int(number), int(count))
        yield from filter(shard.holds, planned_ids(folder))
    except StorageError:
        return


def _notes(folder: Path, names: set[str]) -> Iterator[str]:
    journal = read_manifest(folder / MANIFEST_NAME)
    if journal.torn_end:
        yield f"{MANIFEST_NAME}: the last line is torn"
    if journal.bad_lines:
        yield f"{MANIFEST_NAME}: {journal.bad_lines} lines do not hold"
    unlisted = {name[:RUN_ID_LENGTH] for name in names} - set(journal.outcomes)
    if unlisted:
        yield f"{MANIFEST_NAME}: {len(unlisted)} ended runs are not listed"


def _unique(damage: list[Damage]) -> Iterator[Damage]:
    told: set[str] = set()
    for one in damage:
        if one.file not in told:
            told.add(one.file)
            yield one


def _relative(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()
