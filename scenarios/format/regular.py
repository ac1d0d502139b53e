"""Files that are read: regular ones of bounded size, in the folder they are named in.

Neither a link that leads elsewhere, nor a pipe or device that never ends, can be put in
the place of a scenario or of a table beside it. ODD III.i.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import NoReturn

from model.errors import Problem, ScenarioError
from scenarios.format.report import shown_file


def regular_bytes(path: Path, most: int) -> bytes:
    """Return the content of a regular file in its own folder.

    Args:
        path: the file.
        most: bytes it may have.

    Raises:
        OSError: it cannot be read.
        ScenarioError: it is no regular file, too large, or a link out of its folder.
    """
    folder = real(path.parent)
    if real(folder / path.name).parent != folder:
        refuse(path, "is a link that leads out of its folder")
    # Not blocking, so that a pipe in place of a file cannot make the reader wait.
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            refuse(path, "is no regular file")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(most + 1)
    finally:
        os.close(handle)
    if len(data) > most:
        refuse(path, f"is larger than {most // 1024} KiB")
    return data


def real(path: Path) -> Path:
    """Return where a path leads; unlike `Path.resolve`, silent about circular links."""
    return Path(os.path.realpath(path))


def refuse(path: Path, message: str) -> NoReturn:
    """Raise what is wrong with a file as a whole.

    Raises:
        ScenarioError: always.
    """
    problem = Problem(shown_file(str(path)), 1, 1, "", message)
    raise ScenarioError(problems=(problem,))
