"""One sweep in parts, on machines that know nothing of each other, and put together.

    muster sweep design.yaml --shard 3/8 --out sweeps/big     # into sweeps/big-3of8
    muster merge sweeps/big                                    # takes sweeps/big-*of*

A shard is a sweep's folder of its own, with a lock of its own: it holds the runs whose
id falls to it. Ids are hashes, so shards are even and stay the same when the design
grows. Merging takes whole runs only, and as many shards as there are; what is still
missing is run by the sweep's own command, or merged later.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.runs.jobs import Outcome
from experiments.storage.durable import storage_faults, sync
from experiments.storage.lock import locked
from experiments.storage.record import write_sealed
from experiments.sweeps.inputs import INPUTS_FOLDER
from experiments.sweeps.manifest import (
    MANIFEST_NAME,
    read_outcomes,
    rewrite_manifest,
)
from experiments.sweeps.plan import DESIGN_NAME, Shard
from experiments.sweeps.run_files import (
    FAILURES_FOLDER,
    LOGS_FOLDER,
    RUNS_FOLDER,
    is_whole,
    run_id_of,
)
from experiments.sweeps.session import conclude
from experiments.sweeps.store import (
    FOLDERS,
    SWEEP_NAME,
    adopt,
    break_seal,
    failure_paths,
    make_folder,
    planned_ids,
    run_paths,
    sweep_header,
)
from model.errors import DesignError

_TEXT = re.compile(r"(\d+)/(\d+)")
MOST_SHARDS = 10_000


@dataclass(frozen=True, slots=True)
class Merged:
    """What merging brought: `finished` and `failed` of `planned` runs are there."""

    folder: Path
    shards: int
    planned: int
    finished: int
    failed: int
    damaged: int
    """Runs of shards that were left where they are, for they do not hold."""

    @property
    def complete(self) -> bool:
        """Whether every run has ended, so that the tables are written."""
        return self.finished + self.failed == self.planned


def shard_of(text: str) -> Shard:
    """Read `3/8`, the third of eight.

    Raises:
        DesignError: it is no such thing.
    """
    match = _TEXT.fullmatch(text)
    number, count = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= count <= MOST_SHARDS:
        raise DesignError(
            f"--shard {text}: write NUMBER/COUNT, from 1/COUNT on, as 3/8 for the "
            f"third of eight; at most {MOST_SHARDS:,}"
        )
    return Shard(number, count)


def shard_folder(folder: Path, shard: Shard) -> Path:
    """Return where a shard of a sweep lies: beside the sweep itself."""
    return folder.with_name(f"{folder.name}-{shard.number}of{shard.count}")


def shard_folders(folder: Path) -> list[Path]:
    """Return the shards of a sweep that lie beside it."""
    pattern = re.compile(re.escape(folder.name) + r"-\d+of\d+")
    with storage_faults(folder.parent):
        return sorted(
            path
            for path in folder.parent.iterdir()
            if pattern.fullmatch(path.name) and path.is_dir()
        )


def merge(folder: Path, shards: Sequence[Path] = ()) -> Merged:
    """Put the runs of shards together in one folder; shards stay as they are.

    Args:
        folder: the sweep; new, or one of the same design, which keeps its runs.
        shards: folders of shards; by default those beside it.

    Raises:
        DesignError: there are none, or they are not of one sweep.
        BusyError: another process works in the folder.
        StorageError: a file cannot be read or written.
    """
    found = list(shards) or shard_folders(folder)
    if not found:
        raise DesignError(f"{folder}: no shards {folder.name}-*of* lie beside it")
    header = _common_header(found)
    make_folder(folder)
    with locked(folder):
        _begin(folder, found[0], header)
        break_seal(folder)
        damaged = sum(_take_runs(folder, shard) for shard in found)
        finished = {run_id_of(path): path.name for path in run_paths(folder)}
        failed = {run_id_of(path) for path in failure_paths(folder)} - set(finished)
        journal = folder / MANIFEST_NAME
        rewrite_manifest(journal, list(_journal([folder, *found], finished, failed)))
        done = Merged(
            folder, len(found), header["runs"], len(finished), len(failed), damaged
        )
        if done.complete:
            conclude(folder)
    return done


def _common_header(shards: Iterable[Path]) -> dict[str, Any]:
    """Return the header of the sweep that all these are shards of."""
    headers = {path: _unsharded(sweep_header(path)) for path in shards}
    first, known = next(iter(headers.items()))
    for path, header in headers.items():
        other = [part for part in known if known[part] != header.get(part)]
        if other:
            raise DesignError(
                f"{path}: is no shard of the same sweep as {first}; {other[0]} differs"
            )
    runs = len(planned_ids(first))
    return {**known, "runs": runs}


def _unsharded(header: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in header.items() if k not in ("shard", "runs")}


def _begin(folder: Path, shard: Path, header: dict[str, Any]) -> None:
    """Set the merged folder up, or check that it is of the same sweep."""
    if (folder / SWEEP_NAME).exists():
        known = _unsharded(sweep_header(folder))
        if known != _unsharded(header):
            raise DesignError(f"{folder}: holds another sweep than its shards")
        adopt(folder)
        return
    strangers = [path.name for path in folder.iterdir() if path.name != "lock"]
    if strangers:
        raise DesignError(
            f"{folder}: holds {strangers[0]}; choose a new or empty folder"
        )
    with storage_faults(folder):
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
        for name in set(header["scenarios"].values()):
            _copy(shard / INPUTS_FOLDER, folder / INPUTS_FOLDER, f"{name}.json")
        _copy(shard, folder, DESIGN_NAME)
    write_sealed(folder / SWEEP_NAME, header)


def _take_runs(folder: Path, shard: Path) -> int:
    """Take what a shard has that holds; return how many runs do not."""
    have = {run_id_of(path) for path in run_paths(folder)}
    damaged = 0
    for path in run_paths(shard):
        if run_id_of(path) in have:
            continue
        if is_whole(path):
            _copy(path.parent, folder / RUNS_FOLDER, path.name)
        else:
            damaged += 1
    for path in failure_paths(shard):
        _copy(path.parent, folder / FAILURES_FOLDER, path.name)
        log = f"{run_id_of(path)}.log"
        if (shard / LOGS_FOLDER / log).is_file():
            _copy(shard / LOGS_FOLDER, folder / LOGS_FOLDER, log)
    sync(folder / RUNS_FOLDER)
    return damaged


def _journal(
    folders: Iterable[Path], finished: Mapping[str, str], failed: Collection[str]
) -> Iterator[Outcome]:
    """Yield what the journals say of the runs that are here, once each."""
    told: dict[str, Outcome] = {}
    for folder in folders:
        for outcome in read_outcomes(folder / MANIFEST_NAME):
            if outcome is None:
                continue
            here = finished.get(outcome.run_id) == outcome.file != ""
            if here or (outcome.run_id in failed and outcome.status == "failed"):
                told[outcome.run_id] = outcome
    for run_id, name in finished.items():
        told.setdefault(run_id, Outcome(run_id, "finished", file=name))
    yield from told.values()


def _copy(source: Path, target: Path, name: str) -> None:
    """Copy a file, by a link where both lie on one disk."""
    with storage_faults(target / name):
        try:
            os.link(source / name, target / name)
        except FileExistsError:
            return
        except OSError:
            partial = target / f".{name}.{os.getpid()}.tmp"
            shutil.copyfile(source / name, partial)
            os.replace(partial, target / name)
