"""Calendar months as plain integers, so that time is an index and never a string.

A month is `12 * year + (month - 1)`. One step of the model is one month. ODD III.i.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NewType

from model.errors import ScenarioError

Month = NewType("Month", int)

DAYS_PER_MONTH = 365.25 / 12
LONGEST_MONTHS = 600
"""Longest run and longest duration a scenario may state: fifty years, which is longer
than any man serves and short enough for every array over months to be small."""
_PATTERN = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(-\d{2})?", re.ASCII)


def parse_month(text: str) -> Month:
    """Read `YYYY-MM` (a day, if given, is dropped).

    >>> parse_month("2022-09")
    24272
    """
    found = _PATTERN.fullmatch(text)
    if found is None or (found[3] and not _is_day(text)):
        raise ScenarioError(f"{text!r} is not a month; write YYYY-MM, as in 2024-08")
    return Month(12 * int(found[1]) + int(found[2]) - 1)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def format_month(month: int) -> str:
    """Write a month as `YYYY-MM`.

    >>> format_month(24272)
    '2022-09'
    """
    return f"{month // 12:04d}-{month % 12 + 1:02d}"


def month_range(first: int, last: int) -> list[str]:
    """List the months from `first` to `last`, both included, as text."""
    return [format_month(month) for month in range(first, last + 1)]
