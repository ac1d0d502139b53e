"""Small jobs that leave their result in a file, and some that come to harm."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Errand:
    """Write a number's square; `way` says what befalls the worker first."""

    folder: Path
    number: int
    way: str = ""

    @property
    def result(self) -> Path:
        return self.folder / f"{self.number}.txt"

    @property
    def tried(self) -> Path:
        return self.folder / f"{self.number}.tried"


def do(errand: Errand) -> None:
    """Do an errand."""
    first = not errand.tried.exists()
    errand.tried.touch()
    if errand.way == "killed" or (errand.way == "killed once" and first):
        os.kill(os.getpid(), signal.SIGKILL)
    if errand.way == "greedy":
        raise MemoryError
    if errand.way == "wrong":
        raise ValueError("no such number")
    if errand.way == "slow":
        time.sleep(60)
    part = errand.result.with_suffix(".part")
    part.write_text(str(errand.number**2))
    part.rename(errand.result)


def done(errand: Errand) -> int | None:
    """Return what an errand brought, if it is done."""
    return int(errand.result.read_text()) if errand.result.exists() else None


def square(number: int) -> int:
    """Return a square; four is fatal."""
    if number == 4:
        os._exit(9)
    return number**2
