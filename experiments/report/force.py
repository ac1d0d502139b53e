"""The force: how large it is, in which state its men are, and whether it grows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from experiments.figures.documented import documented
from experiments.figures.fan import Fan, Limit, Line, fan_chart
from experiments.figures.parts import Chart, Section, Table, section
from experiments.figures.run_folder import Absent, RunFolder, per_month
from experiments.figures.style import BLUE, CYCLE, DASHES, GREEN, OCHRE
from experiments.figures.words import name, number
from experiments.measures.arithmetic import Floats
from experiments.measures.facts import GARRISONED, THEATRE, UNDER_ARMS
from experiments.report.yearly import at_end, yearly_table
from model.fields.dated import Persons

FORCE_DEFINITION: Final = (
    "In theatre are men in combat or support roles, as Kyiv counts; in units are these "
    "and those in the rear, the reserves command counted in June 2025; under arms for "
    "the war are also those in training or in hospital, as Moscow counts but for those "
    "in training. Conscripts who signed and stay in the rear stand apart as garrison: "
    "they hold posts of peacetime."
)
IN_UNITS: Final = (*THEATRE, "rear")


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
    rows = run.sums("force", ["month", "channel", "state", "draw"], ["persons"])
    garrison = (rows["channel"] == GARRISONED) & (rows["state"] == "rear")
    rows["state"] = rows["state"].astype(object).mask(garrison, "garrison")
    rows = rows.groupby(["month", "state", "draw"])[["persons"]].sum().reset_index()
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


def net_change(force: Floats) -> Floats:
    """Return the monthly change of a stock, (D, T); the first month is undefined."""
    change = np.full(force.shape, np.nan)
    change[:, 1:] = np.diff(force, axis=1)
    return change


def _size(run: RunFolder) -> Iterator[Chart]:
    states = by_state(run)
    fan = Fan(
        "force-size",
        "Men in theatre, in units and under arms at the end of each month",
        "thousand persons",
        [
            Line("Under\narms", total(states, UNDER_ARMS) / 1000, BLUE, DASHES[0]),
            Line("In units", total(states, IN_UNITS) / 1000, OCHRE, DASHES[2]),
            Line("In theatre", total(states, THEATRE) / 1000, GREEN, DASHES[1]),
        ],
        FORCE_DEFINITION,
        documented=documented({"force", "force_wide", "force_in_units"}, size=1000),
        limits=_need(run),
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _need(run: RunFolder) -> list[Limit]:
    """Return what command needs in theatre, if the scenario of the run says."""
    federal = run.scenario.get("federal")
    if not isinstance(federal, dict) or "force_needed" not in federal:
        return []
    months = run.calendar.months
    needed = Persons.model_validate(federal["force_needed"])
    path = needed.over(months[0], len(months))
    return [Limit("needed in theatre", path / 1000)]


def _net(run: RunFolder) -> Iterator[Chart]:
    states = by_state(run)
    arms, theatre = (
        net_change(total(states, chosen)) / 1000 for chosen in (UNDER_ARMS, THEATRE)
    )
    fan = Fan(
        "force-net",
        "Net change of the men in theatre and under arms",
        "thousand persons a month",
        [
            Line("Under\narms", arms, CYCLE[3], DASHES[0]),
            Line("In theatre", theatre, GREEN, DASHES[1]),
        ],
        "Stock at the end of the month less that of a month before; below 0 it "
        "shrinks.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _table(run: RunFolder) -> Iterator[Table]:
    states = by_state(run)
    order = [*UNDER_ARMS, *(state for state in states if state not in UNDER_ARMS)]
    rows = {name(state): states[state] for state in order if state in states}
    rows["In theatre"] = total(states, THEATRE)
    rows["Under arms"] = total(states, UNDER_ARMS)
    yield yearly_table(
        "Persons by state at the end of each year: median (90 % of draws)",
        rows,
        run.calendar,
        number,
        at_end,
        note=f"{FORCE_DEFINITION} Killed, disabled, discharged and missing men are "
        "those of the whole run so far.",
    )
