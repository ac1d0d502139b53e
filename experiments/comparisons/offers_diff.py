"""What two scenarios have regions offer, month by month, before any rule moves it.

The mean and the documents of single regions act together, so their raw paths do not
say what is offered where. Regions whose offers differ alike are one row; from the month
a rule moves them on, the row says so instead of a number that nobody pays. Factors act
under every rule and are told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from model.fields.months import format_month, parse_month
from model.institutions.regional import (
    documented_bonuses,
    known_months,
    own_means,
    scale_paths,
)
from model.scenario import Scenario
from scenarios.format.places import places, regions_of

KEY: Final = "regions.signing_bonus"
BY_RULE: Final = "moved by its rule"
FACTOR: Final = "factor on it"
_MOST_NAMED: Final = 4

Texts = NDArray[np.str_]
Row = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Side:
    """What one scenario has regions offer, as texts, (R, T), on shared months."""

    offers: Texts
    factor: Texts
    """What multiplies it, whoever moves it."""
    turns: frozenset[int]
    """Indices of months that the scenario names."""


def offer_rows(before: Scenario, after: Scenario) -> Iterator[Row]:
    """Yield key, month, the offer on either side, and its unit, where they differ.

    Args:
        before: a scenario.
        after: another.
    """
    first = min(before.time.first, after.time.first)
    last = max(parse_month(s.time.until) for s in (before, after))
    months = range(first, last + 1)
    one, other = (_side(scenario, months) for scenario in (before, after))
    regions = documented_world().regions
    turns = one.turns | other.turns
    for what, a, b in (
        ("", one.offers, other.offers),
        (f" ({FACTOR})", one.factor, other.factor),
    ):
        alike: dict[tuple[bytes, bytes], list[int]] = {}
        for at in range(len(regions.iso)):
            if (a[at] != b[at]).any():
                alike.setdefault((a[at].tobytes(), b[at].tobytes()), []).append(at)
        for members in alike.values():
            key = f"{KEY} {_named([regions.iso[at] for at in members])}{what}"
            for index in _shown(a[members[0]], b[members[0]], turns):
                yield (
                    key,
                    format_month(months[index]),
                    str(a[members[0], index]),
                    str(b[members[0], index]),
                    "" if what else "rub",
                )


def _side(scenario: Scenario, months: range) -> _Side:
    regions = documented_world().regions
    time, block = scenario.time, scenario.regions.signing_bonus
    factor = scale_paths(scenario, regions)
    paid = documented_bonuses(scenario, regions)
    known = (known_months(scenario, regions) > 0) | np.isfinite(own_means(scenario))
    if scenario.regions.rule == "fixed":
        known[:] = True
    shape = (len(regions.iso), len(months))
    offers, factors = np.full(shape, "", "<U24"), np.full(shape, "", "<U24")
    within = slice(time.first - months.start, time.first - months.start + time.months)
    rounded = np.vectorize(lambda rub: f"{rub:,.0f}".replace(",", " "))(paid)
    offers[:, within] = np.where(known, rounded, BY_RULE)
    factors[:, within] = np.vectorize("{:g}".format)(factor)
    dates = {*block.scale, *block.mean.steps}
    for row in block.by_region.values():
        dates |= {*row.steps, *row.scale}
    turns = frozenset(parse_month(date) - months.start for date in dates)
    return _Side(offers, factors, turns)


def _shown(a: Texts, b: Texts, turns: frozenset[int]) -> Iterator[int]:
    """Yield the months in which a difference begins, ends, or a named value changes."""
    differ = a != b
    for index in range(len(a)):
        starts = differ[index] and (index == 0 or not differ[index - 1])
        ends = not differ[index] and index > 0 and differ[index - 1]
        moves = index > 0 and (a[index] != a[index - 1] or b[index] != b[index - 1])
        is_named = index in turns or BY_RULE in (a[index], b[index])
        if starts or ends or (differ[index] and moves and is_named):
            yield index


def _named(codes: list[str]) -> str:
    if len(codes) == len(documented_world().regions.iso):
        return "of all regions"
    for place in places():
        if place.kind == "district" and set(regions_of(place.code)) == set(codes):
            return f"of {place.name_en}"
    if len(codes) <= _MOST_NAMED:
        return ", ".join(codes)
    rest = len(codes) - _MOST_NAMED + 1
    return f"{', '.join(codes[: _MOST_NAMED - 1])} and {rest} more"
