"""How one cell of an evidence table is read, and what it may hold."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from calibration.evidence.vocabulary import COUNTRY_CODES
from scenarios.format.grammar import atom, number_hint
from scenarios.format.places import suggestion
from scenarios.format.report import shown


class CellError(ValueError):
    """A cell does not hold what its column allows; the message says what does."""


Reader = Callable[[str], Any]

REGIONS_FILE = Path(__file__).with_name("regions.csv")


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


@cache
def region_codes() -> frozenset[str]:
    """Return the ISO 3166-2 codes of the regions that Russia's statistics count."""
    with REGIONS_FILE.open(encoding="utf-8", newline="") as stream:
        return frozenset(row["iso"] for row in csv.DictReader(stream))


def known_place(cell: str) -> str:
    """Read a country, a region that exists, a group with a small-letter code, WORLD."""
    if cell == "WORLD" or cell in COUNTRY_CODES:
        return cell
    found = re.fullmatch(r"([A-Z]{2})-([A-Za-z0-9_]+)", cell)
    if not found:
        rule = "an ISO 3166 code that exists, a group code or WORLD"
        raise CellError(f"{shown(cell)!r} is not {rule}")
    codes = region_codes()
    is_group = found[2] != found[2].upper() and cell.upper() not in codes
    if not is_group and cell not in codes:
        near = suggestion(cell, "region")
        raise CellError(f"{shown(cell)!r} is no region of ISO 3166-2 here{near}")
    return cell


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
    """Read a number as scenario files write it: plain digits and a decimal point."""
    value = atom(cell)
    if not isinstance(value, int | float) or isinstance(value, bool):
        hint = number_hint(cell) or "; write digits and a decimal point"
        raise CellError(f"{shown(cell)!r} is not a number{hint}")
    return float(value)


def optional_number(cell: str) -> float | None:
    """Read a finite number, or nothing."""
    return number(cell) if cell else None


def whole(low: int, high: int) -> Reader:
    """Read a whole number between `low` and `high`, both included."""

    def read(cell: str) -> int:
        if not (cell.isascii() and cell.isdigit() and low <= int(cell) <= high):
            hint = number_hint(cell, low, high) if not cell.isascii() else ""
            rule = f"is not a whole number from {low:,} to {high:,}{hint}"
            raise CellError(f"{shown(cell)!r} {rule}")
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
