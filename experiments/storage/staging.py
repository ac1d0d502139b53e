"""The door for writing folders: each is complete or absent, and nobody's work is lost.

Whether a folder may be written is decided before anything is computed. Only what is
absent, empty, or Muster's own of the same kind is replaced, and nothing in it that was
added or changed by hand. What is being written lies in a box beside its place:

    .NAME.muster/lock     held by the process that writes (see lock.py)
    .NAME.muster/draws    finished draws, kept until the folder is whole
    .NAME.muster/new-*    what is being made
    .NAME.muster/old      what stood there, while the new one takes its place

The new folder takes its name by a rename and the old one is deleted last. A box whose
process is dead is cleared by the next command that writes a folder beside it, but for
finished draws, from which the same command goes on; an old folder left in it, with
nothing in its place, goes back there.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from calibration.processes.signals import stopping_as_interrupt
from experiments.storage.durable import storage_faults, sync
from experiments.storage.identity import short_digest
from experiments.storage.lock import LOCK_NAME, locked
from experiments.storage.record import (
    MADE_AGAIN,
    damaged_files,
    read_record,
    strangers,
    write_record,
)
from model.errors import BusyError, OutputError, StoppedError, StorageError

_BOX: Final = ".muster"
_NEW: Final = "new-"
_DRAWS: Final = "draws"
_OLD: Final = "old"
_LONGEST_NAME_BYTES: Final = 200
_told = logging.getLogger("muster")


@dataclass(slots=True)
class Staged:
    """A folder in the making."""

    path: Path
    """Where to write."""
    draws: Path
    """Where finished draws are kept; see `experiments.runs.kept_draws`."""
    about: dict[str, Any] = field(default_factory=dict)
    """What `run.json` shall say; see `experiments.storage.record.provenance`."""


@contextmanager
def staged(folder: Path | None, kind: str) -> Iterator[Staged]:
    """Make a folder of a kind: it takes its name when the block succeeds.

    Args:
        folder: the place; absent, empty, or one of the same kind, which is replaced.
            None: what is written is nobody's and goes with the block.
        kind: what it holds, as `run` or `comparison`.

    Raises:
        OutputError: something else stands there; nothing was touched.
        BusyError: another process is writing this folder.
        StoppedError: Ctrl-C, SIGTERM or SIGHUP ended the block.
        StorageError: it cannot be written.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="muster-") as below:
            yield _empty(Path(below))
        return
    place = _place(folder)
    older = _replaceable(folder, place, kind)
    if older is not None:
        _told.warning("%s: replaces %s", folder, _in_words(older))
    with stopping_as_interrupt(), storage_faults(folder), _box(place) as box:
        made = _empty(box)
        try:
            yield made
        except KeyboardInterrupt:
            count = sum(1 for _ in made.draws.glob("*.json"))
            raise StoppedError(
                f"interrupted; {count} finished draws are kept, the same command goes"
                " on from them"
            ) from None
        write_record(made.path, kind, made.about)
        for path in made.path.rglob("*"):
            sync(path)
        _put(made.path, folder, place, kind, box / _OLD)
        shutil.rmtree(made.draws)


def _empty(box: Path) -> Staged:
    made = Staged(box / f"{_NEW}{secrets.token_hex(4)}", box / _DRAWS)
    made.path.mkdir()
    made.draws.mkdir(exist_ok=True)
    return made


def folder_named(below: Path, name: str) -> Path:
    """Return the folder of a name that a file gave, one level below another.

    Raises:
        OutputError: it is no name for a folder, as that of the file `..yaml`.
    """
    if name in ("", ".", "..") or "/" in name:
        raise OutputError(f"{name!r} is no name for a folder in {below}/; give --out")
    if len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
        name = f"{name[:40]}-{short_digest(name.encode('utf-8', 'surrogateescape'))}"
    return below / name


def _place(folder: Path) -> Path:
    """Return where a folder really goes; links on the way there are followed."""
    with storage_faults(folder):
        if folder.is_symlink():
            raise OutputError(f"{folder}: is a link; name the folder itself")
        try:
            place = folder.resolve()
        except (RuntimeError, ValueError) as error:
            raise OutputError(f"{folder}: leads nowhere ({error})") from None
        if Path.cwd().is_relative_to(place):
            raise OutputError(
                f"{folder}: the working folder lies there; name a folder of its own, "
                "as runs/mine"
            )
        if place.is_mount():
            raise OutputError(f"{folder}: is a mount point; name a folder below it")
    return place


def _replaceable(folder: Path, place: Path, kind: str) -> Mapping[str, Any] | None:
    """Return the record of what would be replaced; none where nothing is.

    Raises:
        OutputError: what stands there is not to be replaced.
    """
    with storage_faults(folder):
        try:
            mode = place.lstat().st_mode
        except FileNotFoundError:
            return None
        if not stat.S_ISDIR(mode):
            raise OutputError(f"{folder}: is no folder; choose another --out")
        if not any(place.iterdir()):
            return None
    try:
        record = read_record(place)
    except StorageError:
        raise OutputError(
            f"{folder}: holds something that muster did not write as a {kind}; nothing "
            "was touched. Choose a new or empty folder with --out"
        ) from None
    if record.get("kind") != kind:
        raise OutputError(
            f"{folder}: holds a {record.get('kind')}, which a {kind} does not replace; "
            "choose another --out"
        )
    foreign = [f"{name} was not written by muster" for name in strangers(place, record)]
    foreign += [
        f"{name} {reason}"
        for name, reason in damaged_files(place, record)
        if reason != "is missing" and not name.startswith(MADE_AGAIN)
    ]
    if foreign:
        raise OutputError(
            f"{folder}: {foreign[0]}, so it is not replaced; move it away, delete the "
            "folder, or choose another --out"
        )
    return record


def _in_words(record: Mapping[str, Any]) -> str:
    return (
        f"the {record['kind']} {record.get('title')!r} of {record.get('finished')} "
        f"({record.get('draws')} draws, seed {record.get('seed')})"
    )


@contextmanager
def _box(place: Path) -> Iterator[Path]:
    """Own the box beside a place for the duration of the block, and clear dead ones."""
    name = place.name
    if len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
        name = short_digest(os.fsencode(name))
    box = place.with_name(f".{name}{_BOX}")
    with storage_faults(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        _clear_dead(place.parent)
        with suppress(FileExistsError):
            box.mkdir()
        if not _ours(box):
            raise OutputError(f"{box}: stands where muster works; move it away")
    with locked(box):
        try:
            _tidy(box)
            yield box
        finally:
            _clear(box)


def _clear_dead(parent: Path) -> None:
    """Clear the boxes of dead processes; those of living ones are locked."""
    for box in parent.glob(f".*{_BOX}"):
        with suppress(BusyError, StorageError):
            if _ours(box) and (box / LOCK_NAME).is_file():
                with locked(box, patient=False):
                    _clear(box)


def _ours(box: Path) -> bool:
    """Whether a box is a folder of this user with nothing strange in it."""
    try:
        status = box.lstat()
        names = [path.name for path in box.iterdir()]
    except OSError:
        return False
    return status.st_uid == os.geteuid() and all(
        name in (LOCK_NAME, _OLD, _DRAWS) or name.startswith(_NEW) for name in names
    )


def _put(made: Path, folder: Path, place: Path, kind: str, aside: Path) -> None:
    """Let what was made take its place, whatever happened there in the meantime."""
    with storage_faults(folder):
        try:
            older = _replaceable(folder, _place(folder), kind)
        except OutputError as error:
            spare = place.with_name(f"{place.name[:80]}-{secrets.token_hex(4)}")
            made.rename(spare)
            raise OutputError(f"{error}. What was made is in {spare}") from None
        if older is not None:
            aside.mkdir()
            place.rename(aside / place.name)
        made.rename(place)
        sync(place.parent)
        # The new one is safe: only now may the old one go.
        shutil.rmtree(aside, ignore_errors=True)


def _tidy(box: Path) -> None:
    """Put an older folder back whose place was left empty, and clear all but draws."""
    with storage_faults(box):
        for older in (box / _OLD).iterdir() if (box / _OLD).is_dir() else ():
            place = box.parent / older.name
            if not os.path.lexists(place):
                older.rename(place)
        for left in box.iterdir():
            if left.name not in (LOCK_NAME, _DRAWS):
                shutil.rmtree(left, ignore_errors=True)


def _clear(box: Path) -> None:
    """Remove a box, or all of it but the draws that are done."""
    _tidy(box)
    draws = box / _DRAWS
    if not (draws.is_dir() and any(draws.iterdir())):
        shutil.rmtree(box, ignore_errors=True)
