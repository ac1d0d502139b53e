"""One process at a time in a folder, without stale locks.

The kernel holds the lock (`flock`) on behalf of the process, so it ends with the
process however that ends. Spawned workers do not inherit it. The file itself stays;
what it says only serves the message to the second process.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from experiments.storage.durable import storage_faults
from experiments.storage.reading import read_json
from model.errors import BusyError, StorageError

LOCK_NAME = "lock"
# The winner of a start race needs a moment to sign, and a tidier to be done.
_PATIENCE_SECONDS = 0.5
_MOMENT_SECONDS = 0.02
# Never through a link, and never waiting for the other end of a pipe.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that works in a folder."""

    pid: int
    host: str
    since: str

    @property
    def alive(self) -> bool:
        """Whether the process lives, as far as this machine can tell."""
        return self.host != socket.gethostname() or psutil.pid_exists(self.pid)


@contextmanager
def locked(folder: Path, *, patient: bool = True) -> Iterator[None]:
    """Own `folder` for the duration of the block.

    Args:
        folder: the folder.
        patient: wait a moment for a process that only tidies up there.

    Raises:
        BusyError: if another process owns it, with its number and machine.
        StorageError: if the file system has no locks, or a link lies in its place.
    """
    path = folder / LOCK_NAME
    with storage_faults(path):
        handle = os.open(path, _FLAGS, 0o666)
    try:
        with storage_faults(path):
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                raise StorageError(f"{path}: is no file of its own; remove it")
            _take(handle, folder, time.monotonic() + _PATIENCE_SECONDS * patient)
            # Its owner may have cleared the folder, and another made a lock of its own.
            if not os.path.samestat(os.stat(path), os.fstat(handle)):
                raise BusyError(_busy_message(folder))
            _sign(handle)
        yield
    finally:
        os.close(handle)


def owner_of(folder: Path) -> Owner | None:
    """Who works in `folder` now, or None.

    The kernel is asked, which also knows of other machines where the file system has
    locks across them; only where it has none is the process looked for by number.
    """
    if _is_free(folder / LOCK_NAME):
        return None
    try:
        known = read_json(folder / LOCK_NAME)
        owner = Owner(int(known["pid"]), str(known["host"]), str(known["since"]))
        return owner if owner.alive else None
    except (StorageError, KeyError, ValueError, TypeError, OverflowError):
        return None


def _is_free(path: Path) -> bool:
    """Whether nobody holds a lock, as the kernel knows; false where it cannot tell."""
    try:
        handle = os.open(
            path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        )
    except OSError:
        return False
    try:
        # Shared and for a moment: a process that starts now waits that long.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def _take(handle: int, folder: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BusyError(_busy_message(folder)) from None
            time.sleep(_MOMENT_SECONDS)
        else:
            return


def _sign(handle: int) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    owner = Owner(os.getpid(), socket.gethostname(), started)
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(asdict(owner)).encode(), 0)


def _busy_message(folder: Path) -> str:
    owner = owner_of(folder)
    who = (
        f"process {owner.pid} on {owner.host} since {owner.since}"
        if owner
        else "another process"
    )
    return f"{folder}: in use by {who}; wait for it, stop it, or choose another folder"
