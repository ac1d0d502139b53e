"""The force: how large it is, in which state its men are, and whether it grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from experiments.figures.bands import Floats
from experiments.figures.fan import Fan, Line, fan_chart
from experiments.figures.parts import Chart, Section, Table, section
from experiments.figures.run_folder import Absent, RunFolder, per_month
from experiments.figures.style import BLUE, CYCLE, DASHES, GREEN
from experiments.figures.words import name, number
from experiments.report.yearly import at_end, yearly_table

SERVING: Final = ("training", "combat", "support", "wounded")
THEATRE: Final = ("combat", "support")
FORCE_DEFINITION: Final = (
    "The force is everybody in training, in combat or support roles, or wounded and "
    "expected back; in theatre are those in combat or support roles."
)


def force_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "force",
        "The force",
        "Whether the force grows or shrinks, month by month, once everybody who came "
        "and everybody who left is counted.",
        run,
        (_size, _net, _table),
    )


def by_state(run: RunFolder) -> dict[str, Floats]:
    """Return persons by state at the end of each month; each of shape (D, T)."""
    rows = run.sums("force", ["month", "state", "draw"], ["persons"])
    return {
        str(state): per_month(part, "persons", run.calendar)
        for state, part in rows.groupby("state", sort=True)
    }


def total(states: dict[str, Floats], chosen: tuple[str, ...]) -> Floats:
    """Add up states; those the run does not know count nothing.

    Raises:
        Absent: the run knows none of them.
    """
    known = [states[state] for state in chosen if state in states]
    if not known:
        raise Absent("Not shown: force.parquet knows none of the states of service.")
    added: Floats = np.sum(known, axis=0)
    return added


def net_change(run: RunFolder) -> Floats:
    """Return the monthly change of the force; the first month is undefined."""
    force = total(by_state(run), SERVING)
    change = np.full(force.shape, np.nan)
    change[:, 1:] = np.diff(force, axis=1)
    return change


def _size(run: RunFolder) -> Iterator[Chart]:
    states = by_state(run)
    serving, theatre = total(states, SERVING) / 1000, total(states, THEATRE) / 1000
    lines = [
        Line("Force", serving, BLUE, DASHES[0]),
        Line("In theatre", theatre, GREEN, DASHES[1]),
    ]
    fan = Fan(
        "force-size",
        "Force at the end of each month",
        "thousand persons",
        lines,
        FORCE_DEFINITION,
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _net(run: RunFolder) -> Iterator[Chart]:
    fan = Fan(
        "force-net",
        "Net change of the force",
        "thousand persons a month",
        [Line("Net\nchange", net_change(run) / 1000, CYCLE[3], DASHES[0])],
        "Force at the end of the month less force a month before; below 0 it shrinks.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _table(run: RunFolder) -> Iterator[Table]:
    states = by_state(run)
    order = [*SERVING, *(state for state in states if state not in SERVING)]
    rows = {name(state): states[state] for state in order if state in states}
    rows["Force"] = total(states, SERVING)
    yield yearly_table(
        "Persons by state at the end of each year: median (90 % of draws)",
        rows,
        run.calendar,
        number,
        at_end,
        note=f"{FORCE_DEFINITION} Killed, disabled, discharged and missing men are "
        "those of the whole run so far.",
    )
