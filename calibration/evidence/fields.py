"""How one cell of an evidence table is read, and what it may hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any


class CellError(ValueError):
    """A cell does not hold what its column allows; the message says what does."""


Reader = Callable[[str], Any]


def text(cell: str) -> str:
    """Read any text that is not empty."""
    if not cell:
        raise CellError("is empty; a text is required")
    return cell


def optional_text(cell: str) -> str:
    """Read any text."""
    return cell


def matching(pattern: str, allowed: str) -> Reader:
    """Read text that matches a pattern, described to the reader as `allowed`."""
    compiled = re.compile(pattern)

    def read(cell: str) -> str:
        if not compiled.fullmatch(cell):
            raise CellError(f"{cell!r} is not {allowed}")
        return cell

    return read


def one_of(words: Collection[str]) -> Reader:
    """Read a word of a closed vocabulary."""

    def read(cell: str) -> str:
        if cell not in words:
            raise CellError(f"{cell!r} is unknown; allowed: {', '.join(sorted(words))}")
        return cell

    return read


def day(cell: str) -> date:
    """Read an ISO date."""
    try:
        if len(cell) == len("2022-09-21"):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise CellError(f"{cell!r} is not a date; write YYYY-MM-DD")


def number(cell: str) -> float:
    """Read a finite number."""
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CellError(f"{cell!r} is not a number; write digits and a decimal point")
    return value


def optional_number(cell: str) -> float | None:
    """Read a finite number, or nothing."""
    return number(cell) if cell else None


def whole(low: int, high: int) -> Reader:
    """Read a whole number between `low` and `high`, both included."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdigit() and low <= int(cell) <= high):
            raise CellError(f"{cell!r} is not a whole number from {low:,} to {high:,}")
        return int(cell)

    return read


def between(low: float, high: float) -> Reader:
    """Read a number between `low` and `high`, both included."""

    def read(cell: str) -> float:
        value = number(cell)
        if not low <= value <= high:
            raise CellError(f"{cell!r} lies outside {low:g} to {high:g}")
        return value

    return read
