"""What makes two runs the same run: canonical text, digests and versions.

A run is named by the hash of everything that can move its result: the resolved
scenario, the posterior draw in it, the settings of the sweep, the seed and the code.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import experiments

RUN_ID_LENGTH = 16
SHORT_DIGEST_LENGTH = 16
LIBRARIES = ("muster-economics", "numpy", "scipy", "pyarrow")

# Everything a run's result can depend on; the engine around it may change freely.
_PACKAGES = ("model", "scenarios", "calibration", "experiments.measures")
_MODULES = ("runs/run.py", "runs/jobs.py", "storage/tables.py")
_CODE_AND_DATA = {".py", ".yaml", ".csv", ".parquet", ".json"}


def canonical(value: object) -> bytes:
    """Write plain data as the one JSON text that stands for it.

    Keys are sorted and floats keep every digit; non-finite floats are kept as such.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def digest(content: bytes) -> str:
    """SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def short_digest(content: bytes) -> str:
    """First 64 bits of the SHA-256, as they stand in file names."""
    return digest(content)[:SHORT_DIGEST_LENGTH]


@cache
def code_digest() -> str:
    """Digest of the code and packaged data a run rests on."""
    files_read = ((name, path.read_bytes()) for name, path in _code_files())
    lines = sorted(f"{name} {digest(content)}" for name, content in files_read)
    return digest("\n".join(lines).encode())


def _code_files() -> Iterator[tuple[str, Path]]:
    for package in _PACKAGES:
        folder = Path(str(files(package)))
        for path in folder.rglob("*"):
            if path.suffix in _CODE_AND_DATA and path.is_file():
                yield f"{package}/{path.relative_to(folder).as_posix()}", path
    for module in _MODULES:
        yield f"experiments/{module}", Path(str(files("experiments"))) / module


def versions() -> dict[str, str]:
    """Version of the code and of the libraries whose arithmetic or bytes matter."""
    found = {library: version(library) for library in LIBRARIES}
    return {
        **found,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "code": code_digest(),
    }


def git_hash() -> str | None:
    """Commit of the source tree, `-dirty` if it differs; none outside a checkout."""
    root = Path(experiments.__file__).parent.parent
    if not (root / ".git").exists():
        return None
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        told = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.strip() or None
