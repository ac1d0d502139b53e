"""Scenarios that part late are simulated once until they part. ODD II.ix, III.iii.

Two scenarios whose dated values agree in the first months, and whose others agree for
good whatever they are called, have those months in common, to the byte. A run stands at
the last of them, a fork of the process goes on from there under the other scenario, and
the run itself goes on under its own: a fork costs milliseconds and no copy of what it
does not change. Where the process cannot be forked safely, and where nothing is shared,
every scenario is simulated from its start.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from calibration.documented.world import documented_world
from calibration.processes.fork import ForkEndedError, in_fork
from calibration.processes.worker import WATCH
from experiments.runs.run import tables_of
from experiments.storage.identity import NAMES
from experiments.storage.lock import SIGNS
from model.clearing import Target
from model.fields.timeline import Timeline, undated
from model.memory import let_go
from model.results import Tables
from model.scenario import Scenario
from model.timeline import timeline_of

if TYPE_CHECKING:
    from model.simulation import RecruitmentModel

Numbered = tuple[int, Scenario]
Store = Callable[[int, Tables], None]


def simulate_together(
    scenarios: Sequence[Scenario], seed: int, target: Target | None, store: Store
) -> None:
    """Simulate scenarios under one seed.

    Args:
        scenarios: with the same draw in them, so that they can share months.
        seed: replication.
        target: what the market is to clear each month.
        store: called with the position of a scenario and its tables, once for each,
            perhaps in another process: what it leaves must be on the disk.
    """
    from model.simulation import RecruitmentModel

    # What they are called moves no number, and must not keep them apart.
    called = {name: getattr(scenarios[0], name) for name in NAMES}
    left = [(at, each.model_copy(update=called)) for at, each in enumerate(scenarios)]
    while left:
        first = left[0][1]
        model = RecruitmentModel(first, documented_world(), seed, target)
        left = _go_on(model, left, store)
        del model
        let_go()


def months_shared(one: Scenario, other: Scenario) -> int:
    """Return how many first months two scenarios have in common."""
    year = one.time.first - 12, 12
    if undated(one) != undated(other) or not Timeline(one, *year).equals(
        Timeline(other, *year)
    ):
        return 0
    mine, theirs = (timeline_of(each, documented_world()) for each in (one, other))
    low, high = 0, one.time.months
    while low < high:
        middle = (low + high + 1) // 2
        if mine.equals(theirs, until=middle):
            low = middle
        else:
            high = middle - 1
    return low


def _go_on(
    model: RecruitmentModel, given: list[Numbered], store: Store
) -> list[Numbered]:
    """Finish the run of the first scenario; return those that share nothing with it."""
    (number, scenario), others = given[0], given[1:]
    by_month: defaultdict[int, list[Numbered]] = defaultdict(list)
    for other in others:
        shared = months_shared(scenario, other[1]) if _can_fork() else 0
        by_month[shared if shared >= max(model.index + 1, 1) else 0].append(other)
    apart = by_month.pop(0, [])
    for shared in sorted(by_month):
        while model.index + 1 < shared:
            model.step()
        apart += _forked(model, by_month[shared], store)
    while model.index + 1 < scenario.time.months:
        model.step()
    store(number, tables_of(model))
    return apart


def _can_fork() -> bool:
    """Whether a fork of this process would work.

    It has one thread; what others held at that moment would stay locked in it. The one
    that watches a worker's parent holds nothing, nor does that of a folder's lock.
    """
    others = {thread.name for thread in threading.enumerate()} - {WATCH, SIGNS}
    return hasattr(os, "fork") and len(others) == 1


def _forked(
    model: RecruitmentModel, given: list[Numbered], store: Store
) -> list[Numbered]:
    """Go on under other scenarios in a fork; return those that are to start anew."""

    def work() -> list[Numbered]:
        under = model.go_on_under(given[0][1])
        return _go_on(model, given, store) if under else given

    try:
        return in_fork(work)
    except ForkEndedError:
        # They start anew in this process, whose own death is seen, and named.
        return given
