"""Finished draws, kept beside the folder they are for until that folder is whole.

A draw is stored by the worker that made it, under a name made of everything that
determines it, with the digests of its files. So a command that was broken off, however,
goes on from the draws that are done, and a draw of another scenario, seed or version of
the code is never taken for one of this.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from calibration.processes.signals import stopping_as_interrupt
from experiments.storage.durable import (
    DamagedError,
    read_bytes,
    read_sealed,
    storage_faults,
    write_sealed,
)
from experiments.storage.identity import canonical, digest, short_digest, versions
from experiments.storage.lock import locked
from model.clearing import Target
from model.errors import StoppedError, StorageError
from model.scenario import Scenario

_RECORD = ".json"


@contextmanager
def kept_draws(out: Path | None) -> Iterator[Path]:
    """Yield the folder where the draws of a result are stored; gone once it succeeds.

    Args:
        out: the folder the result will have; none: nothing outlasts the block.

    Raises:
        BusyError: another process makes the same result.
        StoppedError: Ctrl-C, SIGTERM or SIGHUP ended the block.
        StorageError: the folder cannot be written.
    """
    if out is None:
        with tempfile.TemporaryDirectory(prefix="muster-") as made:
            yield Path(made)
        return
    folder = draws_folder(out)
    if folder.is_symlink():
        raise StorageError(f"{folder}: is a link; remove it, its target stays")
    with storage_faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with stopping_as_interrupt(), locked(folder):
        try:
            yield folder
        except KeyboardInterrupt:
            count = sum(1 for _ in folder.glob(f"*{_RECORD}"))
            raise StoppedError(
                f"interrupted; {count} finished draws are kept, the same command goes"
                " on from them"
            ) from None
        with storage_faults(folder):
            shutil.rmtree(folder)


def draws_folder(out: Path) -> Path:
    """Return where the finished draws of a result lie as long as it is not whole."""
    return out.parent / f".{out.name}.draws"


def draw_path(
    folder: Path, scenario: Scenario, seed: int, target: Target | None, **more: Any
) -> Path:
    """Return where a draw is stored, without ending: a function of all it depends on.

    Args:
        folder: of the kept draws.
        scenario: with the posterior draw in it.
        seed: replication of the draw.
        target: what its market is to clear.
        more: what else its result depends on, as plain data.
    """
    known = {
        "scenario": scenario.model_dump(mode="json"),
        "seed": seed,
        "target": target and [target.kind, float(target.value), target.first_index],
        "versions": versions(),
        **more,
    }
    return folder / short_digest(canonical(known))


def store_draw(path: Path, record: Mapping[str, Any]) -> None:
    """Store what is known of a draw, last, with the digests of its files."""
    files = sorted(path.iterdir()) if path.is_dir() else []
    digests = {each.name: digest(read_bytes(each)) for each in files}
    write_sealed(path.with_suffix(_RECORD), {**record, "files": digests})


def stored_draw(path: Path) -> dict[str, Any] | None:
    """Return what `store_draw` was given; none if it is not there, or does not hold."""
    record = path.with_suffix(_RECORD)
    if not record.is_file():
        return None
    try:
        found = read_sealed(record)
    except DamagedError:
        return None
    for name, promised in found.pop("files").items():
        file = path / name
        if not file.is_file() or digest(read_bytes(file)) != promised:
            return None
    return found
