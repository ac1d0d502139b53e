"""The door for reading: regular files only, bounded in size and depth.

A pipe, a device or a link to one is refused instead of waited for; a file larger than
anything Muster writes is refused before it is in memory; text that is no JSON, or JSON
nested without end, is a damaged file. Each is one `StorageError` that names the file.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from experiments.storage.durable import DamagedError, storage_faults
from model.errors import StorageError

MOST_BYTES: Final = 1 << 26
"""Largest text that is read whole; the tables may be larger, they are read in parts."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading.

    Raises:
        StorageError: it is missing, unreadable, or no regular file.
    """
    with storage_faults(path):
        # Not blocking, so that a pipe in place of a file cannot make the reader wait.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        stream = os.fdopen(handle, "rb")
    with stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise StorageError(f"{path}: is no regular file")
        yield stream


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Read a whole file of at most `most` bytes.

    Raises:
        StorageError: it is missing, unreadable, no regular file, or too large.
    """
    with opened(path) as stream, storage_faults(path):
        content = stream.read(most + 1)
    if len(content) > most:
        raise StorageError(f"{path}: larger than {most >> 20} MiB")
    return content


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object whose numbers are finite.

    Raises:
        DamagedError: it is none.
        StorageError: the file cannot be read.
    """
    return parsed(read_bytes(path), path)


def parsed(content: bytes, path: Path, *, finite: bool = True) -> dict[str, Any]:
    """Parse the JSON object in a file's content; see `read_json`.

    Args:
        content: the bytes.
        path: where they come from.
        finite: whether NaN and Infinity, which Python writes and JSON lacks, are none.
    """
    try:
        found = json.loads(content)
        # Also finds 1e999, which no constant spells.
        json.dumps(found, allow_nan=not finite)
    except (ValueError, RecursionError) as error:
        raise DamagedError(f"{path}: damaged, no JSON as Muster writes") from error
    if not isinstance(found, dict):
        raise DamagedError(f"{path}: damaged, it is no JSON object")
    return found
