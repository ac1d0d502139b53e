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
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from experiments.storage.durable import storage_faults
from model.errors import BusyError

LOCK_NAME = "lock"
_PATIENCE_SECONDS = 0.5


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
def locked(folder: Path) -> Iterator[None]:
    """Own `folder` for the duration of the block.

    Raises:
        BusyError: if another process owns it, with its number and machine.
    """
    path = folder / LOCK_NAME
    with storage_faults(path):
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _take(handle, folder)
        with storage_faults(path):
            _sign(handle)
        yield
    finally:
        os.close(handle)


def owner_of(folder: Path) -> Owner | None:
    """Who works in `folder` now, or None."""
    try:
        owner = Owner(**json.loads((folder / LOCK_NAME).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return owner if owner.alive else None


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise BusyError(_busy_message(folder)) from None


def _sign(handle: int) -> None:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    owner = Owner(os.getpid(), socket.gethostname(), started)
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(asdict(owner)).encode(), 0)


def _busy_message(folder: Path) -> str:
    # The winner of a start race needs a moment to sign.
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while (owner := owner_of(folder)) is None and time.monotonic() < deadline:
        time.sleep(0.02)
    who = (
        f"process {owner.pid} on {owner.host} since {owner.since}"
        if owner
        else "another process"
    )
    return f"{folder}: in use by {who}; wait for it, stop it, or choose another folder"
