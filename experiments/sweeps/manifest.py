"""The journal of a sweep: one line per ended run, each with its own checksum.

Lines are only ever appended. A kill can tear the last one; since every file proves
itself by its name, a torn or missing line costs a note on timing, never a run. Each
session starts by rewriting the journal without the lines that no longer hold.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from experiments.runs.jobs import Outcome
from experiments.storage.durable import replacing, storage_faults
from experiments.storage.identity import canonical, short_digest
from experiments.storage.reading import opened

MANIFEST_NAME = "manifest.jsonl"
_LONGEST_LINE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Journal:
    """Lines that hold, and how many do not."""

    outcomes: dict[str, Outcome]
    bad_lines: int
    torn_end: bool


def read_manifest(path: Path) -> Journal:
    """Read the journal; the last line about a run wins."""
    outcomes: dict[str, Outcome] = {}
    bad = 0
    for outcome in read_outcomes(path):
        if outcome is not None:
            outcomes[outcome.run_id] = outcome
        else:
            bad += 1
    torn = bad > 0 and not _ends_with_a_line(path)
    return Journal(outcomes, bad - torn, torn)


def read_outcomes(path: Path) -> Iterator[Outcome | None]:
    """Read the journal line by line; None for a line that does not hold."""
    if path.exists():
        with opened(path) as stream, storage_faults(path):
            # A longer line is none of ours; what follows of it parses as none either.
            while line := stream.readline(_LONGEST_LINE_BYTES):
                yield _parse(line.decode("ascii", "replace"))


def _ends_with_a_line(path: Path) -> bool:
    with opened(path) as stream, storage_faults(path):
        stream.seek(-1, os.SEEK_END)
        return stream.read() == b"\n"


def rewrite_manifest(path: Path, outcomes: Iterable[Outcome]) -> None:
    """Replace the journal by these lines."""
    with replacing(path) as stream:
        for outcome in outcomes:
            stream.write(_line(outcome).encode("ascii"))


@contextmanager
def appending(path: Path) -> Iterator[TextIO]:
    """Open the journal for `append`."""
    with storage_faults(path), open(path, "a", encoding="ascii") as stream:
        yield stream


def append(stream: TextIO, outcome: Outcome) -> None:
    """Add one line, visible to other processes at once."""
    stream.write(_line(outcome))
    stream.flush()


def _line(outcome: Outcome) -> str:
    text = canonical(asdict(outcome)).decode("ascii")
    return f"{short_digest(text.encode('ascii'))} {text}\n"


def _parse(line: str) -> Outcome | None:
    checksum, _, text = line.removesuffix("\n").partition(" ")
    if not line.endswith("\n") or checksum != short_digest(text.encode()):
        return None
    try:
        return Outcome(**json.loads(text))
    except (TypeError, ValueError, RecursionError):
        return None
