"""The errors a caller can meet, as one tree.

MusterError
├── ScenarioError      a scenario file or value is not acceptable (exit code 2)
├── EvidenceError      an evidence table is malformed or an id is unknown (exit code 2)
├── DesignError        a sweep design is not acceptable (exit code 2)
├── OutputError        what stands where a folder is to go is not Muster's (exit code 2)
├── BusyError          another process owns the folder (exit code 3)
├── RunsFailedError    some runs failed, the others stand (exit code 4)
├── StorageError       a file could not be read or written, or is damaged (exit code 5)
└── StoppedError       somebody ended the work; how to go on is said (exit code 130)

A message says where, what was given, what is allowed and what to do. ODD III.i.
"""

from __future__ import annotations

from dataclasses import dataclass


class MusterError(Exception):
    """Root of everything raised on purpose."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place; lines and columns count from 1."""

    file: str
    line: int
    column: int
    key: str
    """Dotted name of the value; empty for the file as a whole."""
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return ": ".join(part for part in (where, self.key, self.message) if part)


class ScenarioError(MusterError):
    """A scenario file or value is not acceptable; `problems` lists where and why."""

    exit_code = 2

    def __init__(self, message: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message or "\n".join(map(str, problems)))
        self.problems = problems


class EvidenceError(MusterError):
    """An evidence table is malformed, or an id is unknown."""

    exit_code = 2


class DesignError(MusterError):
    """A sweep design is not acceptable."""

    exit_code = 2


class OutputError(MusterError):
    """A folder is not to be written there, as what stands there is not Muster's."""

    exit_code = 2


class BusyError(MusterError):
    """Another process owns the folder."""

    exit_code = 3


class RunsFailedError(MusterError):
    """Some runs failed; the others stand."""

    exit_code = 4


class StorageError(MusterError):
    """A file could not be read or written, or is damaged."""

    exit_code = 5


class StoppedError(MusterError):
    """Ctrl-C, SIGTERM or SIGHUP ended the work; the message says how to go on."""

    exit_code = 130
