"""Which commit a result was made from."""

from __future__ import annotations

import subprocess
from pathlib import Path

import experiments


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
