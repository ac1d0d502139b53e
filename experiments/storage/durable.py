"""Writing so that a kill leaves the old file or the new one, never half of either.

Bytes go to a temporary name, are forced to disk, and are renamed. Whatever the
operating system refuses becomes one `StorageError` with the path and the cause.
Small records are sealed: they carry the digest of their own content.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from experiments.storage.identity import canonical, digest
from model.errors import StorageError

TEMPORARY_SUFFIX = ".tmp"


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
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY_SUFFIX}")
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


def sync_folder(folder: Path) -> None:
    """Force a folder's list of names to disk, so that renames outlive a power cut."""
    with storage_faults(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_bytes(path: Path) -> bytes:
    """Read a whole file, or say which one could not be read and why."""
    with storage_faults(path):
        return path.read_bytes()


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a record together with the digest of its content."""
    write_durably(path, _sealed_text(content))


def read_sealed(path: Path) -> dict[str, Any]:
    """Read a sealed record; any changed byte raises `DamagedError`."""
    written = read_bytes(path)
    try:
        content = json.loads(written)["content"]
    except (ValueError, TypeError, KeyError, RecursionError):
        content = None
    if not isinstance(content, dict) or _sealed_text(content) != written:
        raise DamagedError(f"{path}: damaged, its checksum does not match")
    return content


def _sealed_text(content: Mapping[str, Any]) -> bytes:
    record = {"content": content, "sha256": digest(canonical(content))}
    return json.dumps(record, sort_keys=True, indent=1).encode("ascii") + b"\n"


def remove_temporaries(folder: Path) -> None:
    """Clear what a killed process left half written."""
    with storage_faults(folder):
        for path in folder.glob(f".*{TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)
