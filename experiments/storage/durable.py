"""Writing so that a kill leaves the old file or the new one, never half of either.

Bytes go to a temporary name, are forced to disk, and are renamed. Whatever the
operating system refuses becomes one `StorageError` with the path and the cause.
"""

from __future__ import annotations

import json
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from model.errors import StorageError

_TEMPORARY = re.compile(r"\..+\.\d+\.tmp")


class DamagedError(StorageError):
    """A file does not hold what its checksum promises."""


@contextmanager
def storage_faults(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into a `StorageError` that names `path`."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise StorageError(
            f"{path}: {cause}; finished runs are safe. "
            "Make room or fix access, then give the same command again"
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes the name `path` only once it is complete and on disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_faults(path):
        try:
            with open(temporary, "wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise


def write_durably(path: Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all."""
    with replacing(path) as stream:
        stream.write(content)


def write_json(path: Path, content: object) -> None:
    """Write plain data, whose numbers are finite, as JSON for people and scripts."""
    form: dict[str, Any] = {"indent": 1, "sort_keys": True, "ensure_ascii": False}
    text = json.dumps(content, allow_nan=False, **form)
    write_durably(path, f"{text}\n".encode())


def plain(value: Any) -> Any:
    """Return data as JSON can say it: sets as lists, what is not finite null."""
    if isinstance(value, dict):
        return {str(key): plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [plain(below) for below in value]
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def sync(path: Path) -> None:
    """Force a file, or a folder's list of names, to disk: it outlives a power cut."""
    with storage_faults(path):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_temporary(path: Path) -> bool:
    """Whether a file is what a killed `replacing` left half written."""
    return bool(_TEMPORARY.fullmatch(path.name))


def remove_temporaries(folder: Path) -> None:
    """Clear what a killed process left half written."""
    with storage_faults(folder):
        for path in filter(is_temporary, folder.iterdir()):
            path.unlink(missing_ok=True)
