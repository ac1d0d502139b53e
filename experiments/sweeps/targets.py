"""Sweeps beyond this machine's disk: kept at any address that fsspec can write to.

    muster sweep design.yaml --to s3://bucket/sweeps/big
    open_sweep("s3://bucket/sweeps/big")

Object stores cannot be appended to or locked, so runs are worked off in a folder here,
and what has ended is copied to the address when the command ends, however it ends.
Parts are named by their content: only new ones travel, and nobody meets half of one.
The seal is taken away first and put back last. A command that finds a sweep at its
address goes on from there; two that write to one at once do work twice and lose none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.storage.durable import storage_faults, write_durably
from experiments.storage.lock import locked
from experiments.sweeps.ended import Ended, look
from experiments.sweeps.failures import FAILURES_FOLDER, LOGS_FOLDER
from experiments.sweeps.inputs import INPUTS_FOLDER
from experiments.sweeps.parts import RUNS_TABLE, TABLES, as_ids
from experiments.sweeps.plan import DESIGN_NAME, Shard
from experiments.sweeps.store import (
    SEAL_NAME,
    SWEEP_NAME,
    break_seal,
    conclude,
    is_sealed,
    make_folders,
    sweep_header,
)
from model.errors import DesignError, MusterError, StorageError

_FOLDERS: Final = (INPUTS_FOLDER, *TABLES, FAILURES_FOLDER, LOGS_FOLDER)
_RECORDS: Final = (DESIGN_NAME, SWEEP_NAME, SEAL_NAME)
"""In the order in which they are written; the seal says that all is there."""
_NAME: Final = re.compile(r"[0-9a-z-]+\.(parquet|json|log)")
_CHANGES: Final = (LOGS_FOLDER,)
"""What is not named by its content, and so is copied again."""


def is_address(text: object) -> bool:
    """Whether this is an address of fsspec's and no path.

    >>> is_address("memory://sweeps/a"), is_address("sweeps/a")
    (True, False)
    """
    return re.match(r"[a-z0-9+.-]+://", str(text)) is not None


def shard_address(address: str, shard: Shard) -> str:
    """Return where a shard of a sweep goes: beside the sweep itself."""
    whole = shard.count == 1
    return address if whole else f"{address.rstrip('/')}-{shard.number}of{shard.count}"


def publish(folder: Path, address: str) -> int:
    """Copy what has ended of a sweep to an address; return the files that travelled.

    Args:
        folder: the sweep's folder.
        address: where to; absent, or holding an earlier state of the same sweep.

    Raises:
        BusyError: another process works in the folder.
        DesignError: the address holds runs that the folder does not.
        StorageError: a file cannot be read or written.
    """
    files, root = _open(address)
    with locked(folder):
        if not is_sealed(folder):
            break_seal(folder)
            conclude(folder, int(sweep_header(folder)["runs"]))
        ended = look(folder)
    here = set(_names(folder))
    there = set(_names_at(files, root))
    travelling = {n for n in here if n not in there or n.split("/")[0] in _CHANGES}
    records = [name for name in _RECORDS if (folder / name).is_file()]
    with _faults(address):
        replaced = _replaced(files, root, there - here, ended)
        if travelling or replaced:
            _remove(files, f"{root}/{SEAL_NAME}")
        for name in [*sorted(travelling), *records]:
            files.makedirs(f"{root}/{name}".rpartition("/")[0], exist_ok=True)
            files.pipe_file(f"{root}/{name}", (folder / name).read_bytes())
        for name in replaced:
            _remove(files, f"{root}/{name}")
    return len(travelling) + len(records)


def _replaced(files: Any, root: str, names: set[str], here: Ended) -> set[str]:
    """Return what may go at an address, for its runs are all here.

    Raises:
        DesignError: there are runs that are not here.
    """
    for name in names:
        if name.startswith(RUNS_TABLE):
            content = pa.BufferReader(files.cat_file(f"{root}/{name}"))
            rows = pq.read_table(content, columns=["run_id", "status"])
            done = rows.filter(pc.equal(rows["status"], "finished"))
            if not np.isin(as_ids(done["run_id"]), here.ids).all():
                raise DesignError(
                    f"{root}: holds runs that are not in {here.folder}; fetch them "
                    "first, or choose another address"
                )
    return {name for name in names if not name.startswith(INPUTS_FOLDER)}


def fetch(address: str, folder: Path) -> bool:
    """Copy a sweep from an address; whether there is one.

    What the folder has is kept: parts are named by their content, so none is replaced
    by another. Nothing is believed; `verify` and every reader hold it against its
    digest.

    Args:
        address: where from.
        folder: new, or holding the same sweep.

    Raises:
        StorageError: a file cannot be read or written.
    """
    files, root = _open(address)
    with _faults(address):
        if not files.exists(f"{root}/{SWEEP_NAME}"):
            return False
    make_folders(folder)
    with locked(folder):
        wanted = [n for n in _names_at(files, root) if not (folder / n).is_file()]
        known = (folder / SWEEP_NAME).is_file()
        with _faults(address):
            records = [n for n in _RECORDS if files.exists(f"{root}/{n}")]
            if wanted:
                # What came may stand in several parts now; packing them mends that.
                break_seal(folder)
            for name in [*wanted, *(() if known else records)]:
                write_durably(folder / name, files.cat_file(f"{root}/{name}"))
    return True


@contextmanager
def kept_at(address: str | None, folder: Path) -> Iterator[None]:
    """Go on from an address, if there is one, and copy what has ended there at last."""
    if address is None:
        yield
        return
    fetch(address, folder)
    try:
        yield
    finally:
        if (folder / SWEEP_NAME).is_file():
            publish(folder, address)


def _open(address: str) -> tuple[Any, str]:
    """Return the file system of an address, and the path there."""
    try:
        import fsspec
    except ImportError:
        raise MusterError(
            f"{address} needs fsspec, which is not installed; where Muster was cloned: "
            "pip install --constraint constraints.txt --editable '.[remote]'"
        ) from None
    try:
        found: tuple[Any, str] = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise MusterError(f"{address}: {error}") from error
    return found[0], found[1].rstrip("/")


def _names(folder: Path) -> Iterator[str]:
    """Yield the names of what a sweep holds but its records."""
    for below in _FOLDERS:
        with storage_faults(folder / below):
            for path in sorted((folder / below).iterdir()):
                if _NAME.fullmatch(path.name):
                    yield f"{below}/{path.name}"


def _names_at(files: Any, root: str) -> Iterator[str]:
    for below in _FOLDERS:
        with _faults(root):
            # A listing may be remembered from before others wrote there.
            files.invalidate_cache()
            try:
                paths = files.ls(f"{root}/{below}", detail=False)
            except FileNotFoundError:
                continue
        for path in sorted(paths):
            name = str(path).rpartition("/")[2]
            if _NAME.fullmatch(name):
                yield f"{below}/{name}"


def _remove(files: Any, path: str) -> None:
    if files.exists(path):
        files.rm_file(path)


@contextmanager
def _faults(address: str) -> Iterator[None]:
    """Turn whatever a store refuses into a `StorageError` that names the address."""
    try:
        yield
    except (FileNotFoundError, MusterError):
        raise
    except Exception as error:
        # Every store has errors of its own.
        raise StorageError(
            f"{address}: {error}; what was run is safe in its folder, and the same "
            "command copies it again"
        ) from error
