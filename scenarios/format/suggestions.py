"""What a writer may have meant: the nearest name, the number behind a text.

ODD III.i.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from scenarios.format.report import shown

_MOST_NAMES = 15
_LONGEST_NAME = 60
_THOUSANDS = {"k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9}


def nearest(given: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed name that looks most like the given one.

    >>> nearest("signing_bonsu", ["signing_bonus", "service_pay"])
    'signing_bonus'
    """
    if len(given) > _LONGEST_NAME:
        return None
    folded = {name.casefold().replace("-", "_"): name for name in allowed}
    wanted = given.strip().casefold().replace("-", "_").replace(" ", "_")
    found = get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(given: str, allowed: Iterable[str]) -> str:
    """Return `; did you mean NAME?`, or nothing when no name is near."""
    found = nearest(given, allowed)
    return f"; did you mean {found}?" if found else ""


def one_of(allowed: Iterable[str]) -> str:
    """Return `allowed: a, b, c`, shortened when there are many."""
    names = list(allowed)
    listed = ", ".join(map(shown, names[:_MOST_NAMES]))
    rest = len(names) - _MOST_NAMES
    return f"allowed: {listed}" + (f" and {rest} more" if rest > 0 else "")


def number_hint(text: str) -> str:
    """Return how a text that was meant as a number would be written.

    >>> number_hint("1_000_000")
    '; write 1000000'
    >>> number_hint("50%")
    '; write 0.5'
    """
    if len(text) > _LONGEST_NAME:
        return ""
    if re.fullmatch(r"0[xob][0-9a-fA-F]{1,12}", text):
        return "; write numbers in plain decimals"
    match = re.fullmatch(
        r"\s*([+-]?\d[\d_ ,']*(?:\.\d+)?)\s*(%|[A-Za-z]{1,3})?\s*", text
    )
    if match is None:
        return ""
    digits, suffix = re.sub(r"[_ ,']", "", match[1]), (match[2] or "").lower()
    if suffix and suffix != "%" and suffix not in _THOUSANDS:
        return ""
    factor = 0.01 if suffix == "%" else _THOUSANDS.get(suffix, 1)
    return f"; write {float(digits) * factor:.15g}"


def month_hint(text: str) -> str:
    """Return how a text that was meant as a month would be written.

    >>> month_hint("2024/8")
    '; write 2024-08'
    >>> month_hint("08.2024")
    '; write 2024-08'
    """
    first = re.fullmatch(r"(\d{4})(?:[-/. _]?(\d{1,2}))?(?:[-/. ]\d{1,2})?", text)
    last = re.fullmatch(r"(?:\d{1,2}[-/. ])?(\d{1,2})[-/. ](\d{4})", text)
    year, month = (first[1], first[2] or "1") if first else ("", "")
    if last:
        month, year = last[1], last[2]
    if not year or not 1 <= int(month) <= 12:
        return ""
    return f"; write {year}-{int(month):02d}"
