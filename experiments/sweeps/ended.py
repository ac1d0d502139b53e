"""Which runs of a sweep have ended, and where each lies: in parts, journals, failures.

Looking locks nothing and works while the sweep runs: journals are listed before parts,
and are only removed when the parts that hold their runs are on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from experiments.storage.durable import DamagedError
from experiments.sweeps.failures import failure_paths, run_id_of
from experiments.sweeps.journal import Frames, journal_paths, scan
from experiments.sweeps.parts import (
    MONTHS_TABLE,
    Bucket,
    Ids,
    Part,
    finished_in,
    is_whole,
    part_names,
    parts_of,
)
from model.errors import StorageError


@dataclass(frozen=True)
class Ended:
    """The runs of one folder that have ended."""

    folder: Path
    parts: tuple[Part, ...] = ()
    journals: tuple[Frames, ...] = ()
    failures: tuple[Path, ...] = ()
    """Of runs that failed, also of those that have finished since."""
    damaged: tuple[Path, ...] = ()
    """Files that do not hold; of a journal, what stands before the damage is used."""

    @cached_property
    def ids(self) -> Ids:
        """Ids of the finished runs, in order, once each."""
        found = [*(p.ids for p in self.parts), *(j.ids for j in self.journals)]
        return np.unique(np.concatenate([np.zeros(0, np.uint64), *found]))

    @cached_property
    def failed(self) -> dict[int, Path]:
        """Files of the failed runs by id."""
        named = {int(run_id_of(path), 16): path for path in self.failures}
        return {run: path for run, path in named.items() if not self.holds(run)}

    def holds(self, run_id: int) -> bool:
        """Whether a run has finished."""
        at = int(np.searchsorted(self.ids, np.uint64(run_id)))
        return at < len(self.ids) and int(self.ids[at]) == run_id


@dataclass(slots=True)
class _Found:
    parts: list[Part] = field(default_factory=list)
    journals: list[Frames] = field(default_factory=list)
    damaged: list[Path] = field(default_factory=list)


def look(folder: Path, *, check: bool = False) -> Ended:
    """Find the runs of a sweep that have ended.

    Args:
        folder: the sweep's folder.
        check: hold everything against its digest. Without it only the tables of runs
            are; months and journals are when they are read.

    Raises:
        StorageError: a folder cannot be read.
    """
    found = _Found()
    for path in journal_paths(folder):
        # Its runs may just have been packed into parts, which are listed later.
        with suppress(StorageError):
            frames = scan(path, check=check)
            found.journals.append(frames)
            found.damaged += [path] * frames.damaged
    failures = failure_paths(folder)
    for name, part in parts_of(folder):
        path = folder / "runs.parquet" / name
        try:
            if part is None or (check and not is_whole(folder / part.files[1])):
                raise DamagedError(f"{path}: damaged")
            _ = part.ids
            found.parts.append(part)
        except StorageError:
            found.damaged.append(path)
    return Ended(
        folder,
        tuple(found.parts),
        tuple(found.journals),
        tuple(failures),
        tuple(found.damaged),
    )


def stray_months(ended: Ended) -> Iterator[Path]:
    """Yield months that no part names: of a part that was lost, or never written."""
    named = {part.months for part in ended.parts}
    for name in part_names(ended.folder, MONTHS_TABLE):
        if name not in named:
            yield ended.folder / MONTHS_TABLE / name


def count_finished(folder: Path) -> int:
    """Count finished runs without reading any; a run in two places counts once.

    Raises:
        StorageError: a folder cannot be read.
    """
    journals = journal_paths(folder)
    if not journals:
        return finished_in(folder)
    return len(look(folder).ids)


def overlapping(parts: Sequence[Part], bucket: Bucket) -> list[Part]:
    """Return the parts that may hold runs of a bucket."""
    return [part for part in parts if part.bucket.overlaps(bucket)]
