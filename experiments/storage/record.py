"""What a folder says of itself: `run.json`, with the digest of every file beside it.

Every folder that Muster writes whole (a run, a comparison, a solution, a posterior) has
one. Its kind says what may take its place; its digests say whether a file is still what
was written; its own digest covers the rest of it. Sealed records, whose content carries
its digest, serve sweeps in the same way.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from experiments.storage.durable import DamagedError, storage_faults, write_durably
from experiments.storage.identity import canonical, digest
from experiments.storage.reading import opened, parsed, read_bytes
from model.errors import OutputError, StorageError

RECORD: Final = "run.json"
MADE_AGAIN: Final = ("report.html", "figures/")
"""What `muster report` makes again at will; nobody's work is lost with it."""
_SEAL: Final = "sha256"
DIGESTS: Final = ("kind", "files", _SEAL)
"""Keys of the record that say what lies there, not how it came about."""
_CHUNK_BYTES: Final = 1 << 20
MADE_BY: Final = b"made by muster"
"""Mark of pages and drawings, by which they are known where no record is."""
_MARKED_BYTES: Final = 4096


def write_record(folder: Path, kind: str, about: Mapping[str, Any]) -> None:
    """Write `run.json` over all the files that lie in a folder now.

    Raises:
        StorageError: it cannot be written, or something there is no regular file.
    """
    digests = {name: file_digest(folder / name) for name in file_names(folder)}
    record = {**about, "kind": kind, "files": digests}
    write_durably(folder / RECORD, _record_text(record))


def add_files(
    folder: Path, files: Mapping[str, bytes], kinds: Collection[str], title: str = ""
) -> None:
    """Write files into a folder of a kind, and into its record.

    Args:
        folder: of one of the kinds; or without a record, which then stays so, unless
            a title is given.
        files: content by name.
        kinds: what the folder may hold; the first one if it is new.
        title: what a new record says.

    Raises:
        OutputError: the folder is of another kind, or a file there is not Muster's.
        StorageError: a file cannot be written.
    """
    known: dict[str, Any] = {"title": title, "kind": next(iter(kinds)), "files": {}}
    recorded = os.path.lexists(folder / RECORD)
    unread = ""
    try:
        known = read_record(folder) if recorded else known
    except StorageError as error:
        recorded, title, unread = False, "", f"{error}; "
    if known["kind"] not in kinds:
        kind = known["kind"]
        raise OutputError(f"{folder}: holds a {kind}, no {' or '.join(kinds)}")
    for name in files:
        _refuse_foreign(folder / name, name in known["files"], unread)
    for name, content in files.items():
        with storage_faults(folder / name):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        write_durably(folder / name, content)
    if recorded or title:
        known["files"] |= {name: digest(content) for name, content in files.items()}
        known.pop(_SEAL, None)
        write_durably(folder / RECORD, _record_text(known))


def _refuse_foreign(path: Path, known: bool, unread: str) -> None:
    """Refuse to write over a file that neither a record nor its own mark knows.

    Why the record could not be read is said first, since that is what is to be mended.
    """
    if path.parent.is_symlink():
        raise OutputError(f"{path.parent}: is a link; move it away")
    if known or not os.path.lexists(path):
        return
    try:
        marked = MADE_BY in read_bytes(path)[:_MARKED_BYTES]
    except StorageError:
        marked = False
    if not marked:
        why = "may be somebody's own" if unread else "was not written by muster"
        raise OutputError(f"{unread}{path}: {why}; move it away")


def read_record(folder: Path) -> dict[str, Any]:
    """Return what a folder says of itself.

    Raises:
        DamagedError: the record is not what was written.
        StorageError: there is none, or it cannot be read.
    """
    path = folder / RECORD
    written = read_bytes(path)
    record = parsed(written, path)
    record.pop(_SEAL, None)
    if _record_text(record) != written or not _names_files(record.get("files")):
        raise DamagedError(f"{path}: damaged, its checksum does not match")
    return record


def _names_files(files: Any) -> bool:
    """Whether this names files below a folder, and nothing elsewhere."""
    return isinstance(files, dict) and not any(
        Path(name).is_absolute() or ".." in Path(name).parts for name in files
    )


def damaged_files(folder: Path, record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the files that are not what the record says, each with the reason."""
    for name, known in sorted(record["files"].items()):
        path = folder / name
        try:
            if not path.exists():
                yield name, "is missing"
            elif file_digest(path) != known:
                yield name, f"does not match its digest in {RECORD}"
        except StorageError as error:
            yield name, str(error).removeprefix(f"{path}: ")


def strangers(folder: Path, record: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of what lies in a folder and is not in its record."""
    known = {RECORD, *record["files"]}
    folders = {str(above) for name in known for above in Path(name).parents}
    with storage_faults(folder):
        found = [path.relative_to(folder).as_posix() for path in folder.rglob("*")]
    yield from sorted(name for name in found if name not in known | folders)


def file_names(folder: Path) -> list[str]:
    """Return the names of all files below a folder but its record, in order.

    Raises:
        StorageError: one is a link or no regular file.
    """
    names = []
    with storage_faults(folder):
        for path in folder.rglob("*"):
            mode = path.lstat().st_mode
            name = path.relative_to(folder).as_posix()
            if stat.S_ISREG(mode):
                names.append(name)
            elif not stat.S_ISDIR(mode):
                raise StorageError(f"{path}: is no regular file; move it away")
    return sorted(name for name in names if name != RECORD)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a regular file, read in parts."""
    found = hashlib.sha256()
    with opened(path) as stream, storage_faults(path):
        while chunk := stream.read(_CHUNK_BYTES):
            found.update(chunk)
    return found.hexdigest()


def _record_text(record: Mapping[str, Any]) -> bytes:
    sealed = {**record, _SEAL: digest(canonical(record))}
    return json.dumps(sealed, indent=2, sort_keys=True).encode("ascii") + b"\n"


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a record together with the digest of its content."""
    write_durably(path, _sealed_text(content))


def read_sealed(path: Path) -> dict[str, Any]:
    """Read a sealed record; any changed byte raises `DamagedError`."""
    written = read_bytes(path)
    content = parsed(written, path, finite=False).get("content")
    if not isinstance(content, dict) or _sealed_text(content) != written:
        raise DamagedError(f"{path}: damaged, its checksum does not match")
    return content


def _sealed_text(content: Mapping[str, Any]) -> bytes:
    record = {"content": content, _SEAL: digest(canonical(content))}
    return json.dumps(record, sort_keys=True, indent=1).encode("ascii") + b"\n"
