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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.storage.durable import storage_faults
from experiments.storage.folder import read_table
from experiments.storage.lock import locked
from experiments.storage.record import write_sealed
from experiments.sweeps.ended import look
from experiments.sweeps.failures import (
    FAILURES_FOLDER,
    LOGS_FOLDER,
    failure_paths,
    run_id_of,
)
from experiments.sweeps.inputs import INPUTS_FOLDER
from experiments.sweeps.parts import as_ids
from experiments.sweeps.plan import DESIGN_NAME, Shard
from experiments.sweeps.store import (
    SWEEP_NAME,
    adopt,
    break_seal,
    conclude,
    make_folder,
    make_folders,
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
    """Files of shards that do not hold; their runs were left where they are."""

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
        ended = [look(shard, check=True) for shard in found]
        for shard in found:
            _take_failures(folder, shard)
        here = conclude(folder, header["runs"], ended)
    return Merged(
        folder,
        shards=len(found),
        planned=header["runs"],
        finished=len(here.ids),
        failed=len(here.failed),
        damaged=sum(len(shard.damaged) for shard in ended),
    )


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
    ids = as_ids(read_table(first / DESIGN_NAME, ["run_id"])["run_id"])
    return {**known, "runs": len(np.unique(ids))}


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
    make_folders(folder)
    for name in set(header["scenarios"].values()):
        _copy(shard / INPUTS_FOLDER, folder / INPUTS_FOLDER, f"{name}.json")
    _copy(shard, folder, DESIGN_NAME)
    write_sealed(folder / SWEEP_NAME, header)


def _take_failures(folder: Path, shard: Path) -> None:
    """Take what tells of the runs of a shard that failed."""
    for path in failure_paths(shard):
        _copy(path.parent, folder / FAILURES_FOLDER, path.name)
        log = f"{run_id_of(path)}.log"
        if (shard / LOGS_FOLDER / log).is_file():
            _copy(shard / LOGS_FOLDER, folder / LOGS_FOLDER, log)


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
