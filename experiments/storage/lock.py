"""One process at a time in a folder, on any machine, without stale locks.

Two things say who works in a folder. The kernel holds a lock (`flock`) on behalf of the
process, so it ends with the process however that ends; spawned workers do not inherit
it. Where the file system has no such locks, or none that other machines see, the note
in the file decides: it names the process and its machine, and its time of change is a
sign of life, renewed every 20 seconds. A process of this machine is looked for by
number and start; one elsewhere counts as alive for two minutes after its last sign,
so the clocks of machines that share a folder must agree within a minute.

Two processes that could not see each other would do work twice and lose none: nothing
that a sweep writes is written by two (see `experiments.sweeps.journal`).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import secrets
import socket
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from experiments.storage.durable import storage_faults
from experiments.storage.reading import read_json
from model.errors import BusyError, StorageError

LOCK_NAME = "lock"
SIGNS = "signs of life"
"""Name of the thread that gives them."""
SECONDS_BETWEEN_SIGNS = 20.0
SECONDS_WITHOUT_SIGN = 120.0
"""After which a process on another machine counts as dead."""
# The winner of a start race needs a moment to sign, and a tidier to be done.
_PATIENCE_SECONDS = 0.5
_MOMENT_SECONDS = 0.02
# Without the kernel's locks, notes written at once are told apart after this.
_SETTLING_SECONDS = 0.3
_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
# Never through a link, and never waiting for the other end of a pipe.
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that works in a folder; `started` is when it did, by its kernel."""

    pid: int
    host: str
    since: str
    started: float = 0.0
    token: str = ""

    @property
    def is_here(self) -> bool:
        """Whether it is a process of this machine."""
        return self.host == socket.gethostname()

    @property
    def runs_here(self) -> bool:
        """Whether this machine still runs it, and not another with its number."""
        try:
            started = psutil.Process(self.pid).create_time()
        except psutil.Error:
            return False
        return not self.started or abs(started - self.started) < 1


@contextmanager
def locked(folder: Path, *, patient: bool = True) -> Iterator[None]:
    """Own `folder` for the duration of the block.

    Args:
        folder: the folder.
        patient: wait a moment for a process that only tidies up there.

    Raises:
        BusyError: if another process owns it, with its number and machine.
        StorageError: if it cannot be locked, or a link lies in the lock's place.
    """
    path, token = folder / LOCK_NAME, secrets.token_hex(8)
    with storage_faults(path):
        handle = os.open(path, _FLAGS, 0o666)
    try:
        with storage_faults(path):
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
                raise StorageError(f"{path}: is no file of its own; remove it")
            deadline = time.monotonic() + _PATIENCE_SECONDS * patient
            kernel = _take(handle, folder, deadline)
            # Its owner may have cleared the folder, and another made a lock of its own.
            if not os.path.samestat(os.stat(path), os.fstat(handle)):
                raise BusyError(_busy_message(folder))
            known = _note(path)
            if known is not None and _works(known, path, kernel=kernel):
                raise BusyError(_busy_message(folder))
            _sign(handle, token)
            if not kernel or (known is not None and not known.is_here):
                time.sleep(_SETTLING_SECONDS)
                _refuse_rival(folder, token)
        with _signs_of_life(handle):
            yield
    finally:
        now = _note(path)
        if now is not None and now.token == token:
            # Nobody elsewhere has to wait for signs of life that will not come.
            with suppress(OSError):
                os.ftruncate(handle, 0)
        os.close(handle)


def owner_of(folder: Path) -> Owner | None:
    """Who works in `folder` now, or None."""
    path = folder / LOCK_NAME
    known, held = _note(path), _is_held(path)
    if known is not None and (held or _works(known, path, kernel=held is False)):
        return known
    return None


def _works(known: Owner, path: Path, *, kernel: bool) -> bool:
    """Whether the writer of a note works here, though the kernel knows of nobody.

    Args:
        known: the note.
        path: where it stands.
        kernel: whether the kernel's lock was had, so that it would know of a process of
            this machine.
    """
    if known.is_here:
        return not kernel and known.runs_here
    try:
        return time.time() - path.stat().st_mtime < SECONDS_WITHOUT_SIGN
    except OSError:
        return False


def _note(path: Path) -> Owner | None:
    try:
        found = read_json(path)
        return Owner(
            int(found["pid"]),
            str(found["host"]),
            str(found["since"]),
            float(found["started"]),
            str(found["token"]),
        )
    except (StorageError, KeyError, ValueError, TypeError, OverflowError):
        return None


def _is_held(path: Path) -> bool | None:
    """Whether anybody holds a lock, as the kernel knows; None where it cannot tell."""
    try:
        handle = os.open(
            path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        )
    except OSError:
        return None
    try:
        # Shared and for a moment: a process that starts now waits that long.
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(handle)
    return False


def _take(handle: int, folder: Path, deadline: float) -> bool:
    """Take the kernel's lock; false where the file system has none.

    Raises:
        BusyError: another process holds it.
    """
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise BusyError(_busy_message(folder)) from None
            time.sleep(_MOMENT_SECONDS)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return False
            raise
        else:
            return True


def _sign(handle: int, token: str) -> None:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    started = psutil.Process().create_time()
    owner = Owner(os.getpid(), socket.gethostname(), now, started, token)
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(asdict(owner)).encode(), 0)
    os.fsync(handle)


def _refuse_rival(folder: Path, token: str) -> None:
    """Give way to a process that signed after this one, where notes decide alone."""
    now = _note(folder / LOCK_NAME)
    if now is None or now.token != token:
        raise BusyError(_busy_message(folder))


@contextmanager
def _signs_of_life(handle: int) -> Iterator[None]:
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(SECONDS_BETWEEN_SIGNS):
            with suppress(OSError):
                os.utime(handle)

    thread = threading.Thread(target=renew, daemon=True, name=SIGNS)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _busy_message(folder: Path) -> str:
    owner = owner_of(folder)
    who = "another process"
    if owner is not None:
        who = f"process {owner.pid} on {owner.host} since {owner.since}"
    if owner is not None and not owner.is_here:
        who += f" (known to be dead {SECONDS_WITHOUT_SIGN:.0f} s after it dies)"
    return f"{folder}: in use by {who}; wait for it, stop it, or choose another folder"
