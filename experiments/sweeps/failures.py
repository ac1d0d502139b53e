"""One file for each run that failed, named by its content, and its log beside it.

`failures/<run id>-<digest>.json` says what went wrong, `logs/<run id>.log` holds the
traceback. Failed runs are few, and are tried again when the sweep's command is given
again; finished ones are in `journal` and `parts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.storage.durable import DamagedError, storage_faults, write_durably
from experiments.storage.identity import RUN_ID_LENGTH, canonical, short_digest
from experiments.storage.reading import parsed, read_bytes
from experiments.storage.record import file_digest

FAILURES_FOLDER = "failures"
LOGS_FOLDER = "logs"
_FAILURE_FILE = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\.json")
_LOG_FILE = re.compile(r"[0-9a-f]{16}\.log")


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run that did not finish, and everything needed to look into it."""

    run_id: str
    scenario: str
    draw: int
    seed: int
    settings: dict[str, Any]
    kind: str
    error: str
    attempts: int
    log: str
    log_digest: str


def write_failure(folder: Path, failure: FailedRun) -> str:
    """Write down a failed run; gives the file's name."""
    names = FailedRun.__dataclass_fields__
    content = canonical({name: getattr(failure, name) for name in names})
    name = f"{failure.run_id}-{short_digest(content)}.json"
    write_durably(folder / FAILURES_FOLDER / name, content)
    return name


def read_failure(path: Path) -> FailedRun:
    """Read a failed run; a changed byte raises `DamagedError`."""
    content = read_bytes(path)
    if short_digest(content) != path.stem[RUN_ID_LENGTH + 1 :]:
        raise DamagedError(f"{path}: damaged, its content does not match its name")
    known = parsed(content, path, finite=False)
    if known.keys() != FailedRun.__dataclass_fields__.keys():
        raise DamagedError(f"{path}: damaged, no record of a failed run")
    return FailedRun(**known)


def failure_paths(folder: Path) -> list[Path]:
    """Files of failed runs, by run id."""
    return _named(folder / FAILURES_FOLDER, _FAILURE_FILE)


def log_paths(folder: Path) -> list[Path]:
    """Logs of failed and running runs, by run id."""
    return _named(folder / LOGS_FOLDER, _LOG_FILE)


def _named(folder: Path, pattern: re.Pattern[str]) -> list[Path]:
    """Return what a sweep wrote into a folder; anything else there is not its own."""
    if not folder.is_dir():
        return []
    with storage_faults(folder):
        return sorted(p for p in folder.iterdir() if pattern.fullmatch(p.name))


def run_id_of(path: Path) -> str:
    """Run id in a file's name."""
    return path.name[:RUN_ID_LENGTH]


def log_path(folder: Path, run_id: str) -> Path:
    """Where the log of a failed run lies."""
    return folder / LOGS_FOLDER / f"{run_id}.log"


def log_digest(folder: Path, run_id: str) -> str:
    """Digest of a failed run's log, empty when there is none."""
    path = log_path(folder, run_id)
    return file_digest(path) if path.exists() else ""
