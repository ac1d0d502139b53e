"""What makes two runs the same run: canonical text, digests and versions.

A run is named by the hash of everything that can move its result: the resolved
scenario, the posterior draw in it, the settings of the sweep, the seed and the code.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import experiments
from model.extensions import given_objects

RUN_ID_LENGTH = 16
SHORT_DIGEST_LENGTH = 16
NAMES = frozenset({"title", "question", "author", "extends", "changes", "sources"})
"""Parts of a scenario that no run depends on."""
LIBRARIES = ("muster-economics", "numpy", "scipy", "pyarrow")

# Everything a run's result can depend on; the engine around it may change freely.
_PACKAGES = ("model", "scenarios", "calibration", "experiments.measures")
_MODULES = (
    "runs/run.py",
    "runs/deciles.py",
    "runs/jobs.py",
    "runs/own_code.py",
    "runs/shared_months.py",
    "storage/tables.py",
    "storage/units.py",
)
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


def code_digest() -> str:
    """Digest of the code and data a run rests on, with mechanisms from outside."""
    own = source_digests(given_objects())
    packaged = _packaged_digest()
    return digest(" ".join([packaged, *own]).encode()) if own else packaged


def source_digests(objects: Iterable[Any]) -> list[str]:
    """Return the digests of the files behind objects from outside the packages.

    These are each one's module and the modules beside it that it uses.
    """
    modules = [sys.modules[found.__module__] for found in objects]
    own = {file for module in modules for file in _own_sources(module)}
    return sorted(digest(file.read_bytes()) for file in own)


def _own_sources(module: ModuleType) -> set[Path]:
    """Return the files of a module and of all it uses from its own folder."""
    seen: set[Path] = set()
    left = [module]
    while left:
        each = left.pop()
        file = Path(getattr(each, "__file__", None) or "")
        folder = Path(getattr(module, "__file__", None) or "").parent
        if not file.is_file() or file in seen or not file.is_relative_to(folder):
            continue
        seen.add(file)
        for value in list(vars(each).values()):
            name = getattr(value, "__module__", None)
            is_module = isinstance(value, ModuleType)
            used = value if is_module else sys.modules.get(str(name))
            if used is not None:
                left.append(used)
    return seen


@cache
def _packaged_digest() -> str:
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
