"""The parts of a scenario: a cut, then a rise, are two answers and not their sum.

A scenario that turns within its window, as its author wrote it, is held against the
base from turn to turn as well. Draws are paired as over the whole window, and the parts
add up to it: men gained in one part less those forgone in another are the men of the
window, but a cost per man is only worth reading where one thing is done at a time.
ODD II.x (observation).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel

from experiments.measures.effects import BY_NAME, MEN, Effect, Window
from model.fields.dated import DatedValue
from model.fields.months import parse_month
from model.scenario import Scenario
from scenarios.format.layout import HEADER

MOST: Final = 4
"""A scenario that turns more often is told over its window alone."""
PHASED: Final[tuple[Effect, ...]] = tuple(
    BY_NAME[name]
    for name in (MEN, "recruiting_bill_gained_rub", "cost_per_extra_man_rub")
)
"""What is worked out by part: men, money, and what each costs."""


def phases_of(base: Scenario, other: Scenario, window: Window | None) -> list[Window]:
    """Return the parts of a window, from one turn of the scenario to the next.

    Args:
        base: what the scenario is held against.
        other: the scenario.
        window: months over which it is held against the base.

    Returns:
        two to four windows, which lie end to end; none where nothing turns within.
    """
    if window is None:
        return []
    start, part = int(other.time.first), window.part
    inside = {month - start for month in _turns(base, other)}
    cuts = sorted(month for month in inside if part.start < month < part.stop)
    if not 0 < len(cuts) < MOST:
        return []
    ends = zip([part.start, *cuts], [*cuts, part.stop], strict=True)
    return [Window(first, last - first, window.months) for first, last in ends]


def _turns(before: Any, after: Any) -> Iterator[int]:
    """Yield the months that `after` names and `before` does not."""
    if before == after:
        return
    if isinstance(after, DatedValue):
        known = _written(before) if isinstance(before, DatedValue) else set()
        yield from _written(after) - known
    elif isinstance(after, BaseModel):
        for name in type(after).model_fields.keys() - set(HEADER):
            yield from _turns(getattr(before, name, None), getattr(after, name))
    elif isinstance(after, Mapping):
        of = before if isinstance(before, Mapping) else {}
        for name, value in after.items():
            yield from _turns(of.get(name), value)
    elif isinstance(after, tuple):
        for item in after:
            if item not in (before or ()) and hasattr(item, "date"):
                yield int(parse_month(item.date))


def _written(value: DatedValue) -> set[int]:
    dates = {*value.steps, *value.scale, *value.growth_per_year}
    return {int(parse_month(date)) for date in dates}
