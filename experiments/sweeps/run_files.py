"""One file per finished run, one per failed one; each proves itself by its name.

`runs/<run id>-<digest>.parquet` holds the monthly table, and in its metadata the
inputs and headline outputs of the run. `failures/<run id>-<digest>.json` says what
went wrong. The digest is that of the file's bytes, so the manifest can always be
rebuilt from the folder.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from experiments.runs.jobs import Output, RunOutput, Task
from experiments.storage.durable import DamagedError, storage_faults, write_durably
from experiments.storage.identity import RUN_ID_LENGTH, canonical, short_digest
from experiments.storage.reading import parsed, read_bytes
from experiments.storage.record import file_digest

RUNS_FOLDER = "runs"
FAILURES_FOLDER = "failures"
LOGS_FOLDER = "logs"
RUN_FILE = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\.parquet")
FAILURE_FILE = re.compile(r"[0-9a-f]{16}-[0-9a-f]{16}\.json")
LOG_FILE = re.compile(r"[0-9a-f]{16}\.log")
_KEY = b"muster"


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A run as it stands on disk."""

    inputs: dict[str, Any]
    outputs: dict[str, Output]
    monthly: pa.Table


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


def write_run(folder: Path, task: Task, output: RunOutput) -> str:
    """Write a finished run; gives the file's name."""
    content = encode(task.row(), output)
    name = f"{task.run_id}-{short_digest(content)}.parquet"
    write_durably(folder / RUNS_FOLDER / name, content)
    return name


def encode(inputs: dict[str, Any], output: RunOutput) -> bytes:
    """Turn a run into Parquet bytes with page checksums; same run, same bytes."""
    monthly = output.monthly if output.monthly is not None else pa.table({})
    record = canonical({"inputs": inputs, "outputs": dict(output.outputs)})
    sink = pa.BufferOutputStream()
    pq.write_table(
        monthly.replace_schema_metadata({_KEY: record}),
        sink,
        compression="zstd",
        write_page_checksum=True,
        write_statistics=False,
    )
    encoded: bytes = sink.getvalue().to_pybytes()
    return encoded


def read_run(path: Path) -> FinishedRun:
    """Read a finished run; a changed byte raises `DamagedError`."""
    content = checked(path)
    reader = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
    table = reader.read(use_threads=False)
    record = json.loads(table.schema.metadata[_KEY])
    bare = table.replace_schema_metadata(None)
    return FinishedRun(record["inputs"], record["outputs"], bare)


def read_outputs(path: Path) -> dict[str, Output]:
    """Headline outputs of a finished run; the file is taken to be whole."""
    with storage_faults(path):
        metadata = pq.read_schema(path).metadata
    outputs: dict[str, Output] = json.loads(metadata[_KEY])["outputs"]
    return outputs


def write_failure(folder: Path, failure: FailedRun) -> str:
    """Write down a failed run; gives the file's name."""
    names = FailedRun.__dataclass_fields__
    content = canonical({name: getattr(failure, name) for name in names})
    name = f"{failure.run_id}-{short_digest(content)}.json"
    write_durably(folder / FAILURES_FOLDER / name, content)
    return name


def read_failure(path: Path) -> FailedRun:
    """Read a failed run; a changed byte raises `DamagedError`."""
    known = parsed(checked(path), path, finite=False)
    if known.keys() != FailedRun.__dataclass_fields__.keys():
        raise DamagedError(f"{path}: damaged, no record of a failed run")
    return FailedRun(**known)


def checked(path: Path) -> bytes:
    """Bytes of a run's file, held against the digest in its name."""
    content = read_bytes(path)
    if short_digest(content) != path.stem[RUN_ID_LENGTH + 1 :]:
        raise DamagedError(f"{path}: damaged, its content does not match its name")
    return content


def is_whole(path: Path) -> bool:
    """Whether a run's file is what its name promises."""
    try:
        checked(path)
    except DamagedError:
        return False
    return True


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
