"""Folders that are either complete or absent: made beside their place, then moved."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from experiments.storage.durable import storage_faults


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the name `folder` when the block succeeds.

    Raises:
        StorageError: the folder cannot be written.
    """
    with storage_faults(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        yield made
        with storage_faults(folder):
            if folder.exists():
                shutil.rmtree(folder)
            made.chmod(0o755)
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
