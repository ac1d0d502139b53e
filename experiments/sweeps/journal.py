r"""Finished runs as they end: every worker appends them to a journal of its own.

A frame is one run. Its head has a fixed length and a checksum, so that a frame torn by
a kill is told from a damaged one; the body is an Arrow stream with the monthly table,
and in its metadata the inputs, the headline outputs and how long it took:

    1f0c...a3 000008f0 5d1e...77 9b02c4d1\n<body>
    run id    length   digest    digest of the head itself

No two processes write one journal, and none is opened to be written a second time, so
nothing ever stands behind a torn frame. When a sweep ends, `assembly` packs journals
into the tables and removes them.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from experiments.runs.jobs import Output, RunOutput
from experiments.storage.durable import DamagedError, storage_faults
from experiments.storage.identity import canonical, digest, short_digest
from experiments.storage.reading import opened

JOURNALS_FOLDER: Final = "journals"
JOURNAL_ENDING: Final = ".journal"
_KEY: Final = b"muster"
_CHECK_LENGTH: Final = 8
_HEAD_BYTES: Final = 16 + 1 + 8 + 1 + 16 + 1 + _CHECK_LENGTH + 1
_SECONDS_BETWEEN_SYNCS: Final = 1.0


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run as it stands in a journal."""

    inputs: dict[str, Any]
    outputs: dict[str, Output]
    monthly: pa.Table
    seconds: float = 0.0
    worker: str = ""


class Journal:
    """A file that one process appends its finished runs to.

    A frame survives the death of its process as soon as it is written. It survives a
    power cut, and is seen by other machines, once it is forced to disk: at once where
    `at_once` is asked for, else within a second of the next run.

    Args:
        folder: the sweep's folder.
        session: what the file's name begins with.

    Raises:
        StorageError: it cannot be made.
    """

    def __init__(self, folder: Path, session: str) -> None:
        name = f"{session}-{os.getpid()}-{secrets.token_hex(4)}{JOURNAL_ENDING}"
        self.path = folder / JOURNALS_FOLDER / name
        self._closing = ExitStack()
        with storage_faults(self.path):
            self._stream = self._closing.enter_context(
                open(self.path, "xb", buffering=0)  # noqa: SIM115 - by close()
            )
        self._synced_at = time.monotonic()

    def append(self, run_id: str, body: bytes, *, at_once: bool) -> None:
        """Write a frame; after a failure, nothing more may be appended.

        Raises:
            StorageError: the system refuses.
        """
        told = f"{run_id} {len(body):08x} {short_digest(body)} "
        head = f"{told}{digest(told.encode())[:_CHECK_LENGTH]}\n".encode("ascii")
        frame = memoryview(head + body)
        with storage_faults(self.path):
            while frame:
                frame = frame[self._stream.write(frame) :]
            now = time.monotonic()
            if at_once or now - self._synced_at > _SECONDS_BETWEEN_SYNCS:
                os.fsync(self._stream.fileno())
                self._synced_at = now

    def close(self) -> None:
        """Force what was written to disk."""
        with self._closing, suppress(OSError):
            os.fsync(self._stream.fileno())


def encode(
    inputs: dict[str, Any], output: RunOutput, seconds: float = 0.0, worker: str = ""
) -> bytes:
    """Turn a run into the body of a frame.

    Raises:
        ValueError: an output has the name of another column of the table of runs.
    """
    if taken := {*inputs, "status", "error"} & set(output.outputs):
        raise ValueError(f"output {min(taken)!r} has the name of an input; rename it")
    monthly = output.monthly if output.monthly is not None else pa.table({})
    told = {"inputs": inputs, "outputs": dict(output.outputs)}
    record = canonical({**told, "seconds": seconds, "worker": worker})
    sink = pa.BufferOutputStream()
    plain = _without_dictionaries(monthly).replace_schema_metadata({_KEY: record})
    with pa.ipc.new_stream(sink, plain.schema) as stream:
        stream.write_table(plain)
    body: bytes = sink.getvalue().to_pybytes()
    return body


def decode(body: bytes) -> FinishedRun:
    """Read the body of a frame, whose digest holds."""
    table = pa.ipc.open_stream(body).read_all()
    record = json.loads(table.schema.metadata[_KEY])
    return FinishedRun(monthly=table.replace_schema_metadata(None), **record)


def _without_dictionaries(table: pa.Table) -> pa.Table:
    """Return plain columns: a dictionary's order would depend on who came first."""
    plain = [
        each.with_type(each.type.value_type)
        if pa.types.is_dictionary(each.type)
        else each
        for each in table.schema
    ]
    return table.cast(pa.schema(plain))


@dataclass(frozen=True)
class Frames:
    """What a journal holds: ids of its runs and where their frames begin, (n,) each."""

    path: Path
    ids: NDArray[np.uint64]
    places: NDArray[np.int64]
    size: int
    """Bytes that were read; more may have been appended since."""
    torn: bool = False
    """Whether a kill has left half a frame at the end."""
    damaged: bool = False
    """Whether something does not hold; what stands behind it is not read."""


@dataclass(slots=True)
class _Scan:
    ids: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    torn: bool = False
    damaged: bool = False


def journal_paths(folder: Path) -> list[Path]:
    """Return the journals of a sweep, in order of their names."""
    below = folder / JOURNALS_FOLDER
    if not below.is_dir():
        return []
    with storage_faults(below):
        return sorted(p for p in below.iterdir() if p.suffix == JOURNAL_ENDING)


def scan(path: Path, *, check: bool = False) -> Frames:
    """Read where the frames of a journal are.

    Args:
        path: the journal; it may grow meanwhile.
        check: hold the bodies against their digests, too.

    Raises:
        StorageError: it cannot be read.
    """
    found, at = _Scan(), 0
    with opened(path) as stream, storage_faults(path):
        size = os.fstat(stream.fileno()).st_size
        while at < size:
            head = stream.read(_HEAD_BYTES)
            if len(head) < _HEAD_BYTES:
                found.torn = True
                break
            parsed = _parsed(head)
            if parsed is None:
                found.damaged = True
                break
            run_id, length, known = parsed
            if at + _HEAD_BYTES + length > size:
                found.torn = True
                break
            if not check:
                stream.seek(length, os.SEEK_CUR)
            elif short_digest(stream.read(length)) != known:
                found.damaged = True
                break
            found.ids.append(int(run_id, 16))
            found.places.append(at)
            at += _HEAD_BYTES + length
    ids, places = np.array(found.ids, np.uint64), np.array(found.places, np.int64)
    return Frames(path, ids, places, size, found.torn, found.damaged)


def read_frames(path: Path, places: NDArray[np.int64]) -> Iterator[FinishedRun]:
    """Read frames of a journal by where they begin.

    Raises:
        DamagedError: one does not match its digest.
        StorageError: the journal cannot be read.
    """
    with opened(path) as stream:
        for place in places:
            with storage_faults(path):
                stream.seek(int(place))
                parsed = _parsed(stream.read(_HEAD_BYTES))
                body = stream.read(parsed[1]) if parsed else b""
            if parsed is None or short_digest(body) != parsed[2]:
                raise DamagedError(
                    f"{path}: damaged, a run in it does not match its digest"
                )
            yield decode(body)


def _parsed(head: bytes) -> tuple[str, int, str] | None:
    """Return run id, length and digest; none if this is no head."""
    told, check = head[: -_CHECK_LENGTH - 1], head[-_CHECK_LENGTH - 1 :]
    if digest(told)[:_CHECK_LENGTH].encode("ascii") + b"\n" != check:
        return None
    run_id, length, known = told.decode("ascii").split()
    return run_id, int(length, 16), known


class _Open:
    """The journal of this process: one at a time, for one session of one sweep."""

    def __init__(self) -> None:
        self._key: tuple[str, str, int] | None = None
        self._journal: Journal | None = None

    def get(self, folder: str, session: str) -> Journal:
        # A fork has the variables of the process it came from, but no journal yet.
        key = folder, session, os.getpid()
        if self._journal is None or self._key != key:
            self.close()
            self._journal = Journal(Path(folder), session)
            self._key = key
        return self._journal

    def close(self) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()


_open: Final = _Open()


def keep(folder: str, session: str, run_id: str, body: bytes, *, at_once: bool) -> None:
    """Append a finished run to this process's journal for a session of a sweep.

    Raises:
        StorageError: the system refuses.
    """
    journal = _open.get(folder, session)
    try:
        journal.append(run_id, body, at_once=at_once)
    except BaseException:
        # Half a frame may stand there: what comes next goes into a new journal.
        _open.close()
        raise


def close_journal() -> None:
    """Close this process's journal, if it has one."""
    _open.close()
