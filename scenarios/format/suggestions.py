"""Which name a writer may have meant.

ODD III.i.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from scenarios.format.report import shown

_MOST_NAMES = 15
_LONGEST_NAME = 60


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
