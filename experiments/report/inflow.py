"""Inflow by channel against losses: does recruitment replace what the war takes?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from experiments.figures.fan import Fan, Line, fan_chart
from experiments.figures.parts import Chart, Section, Table, section
from experiments.figures.run_folder import Absent, RunFolder, per_month
from experiments.figures.style import BLUE, DASHES, PURPLE, VERMILION
from experiments.figures.words import name, number, slug
from experiments.measures.arithmetic import Floats, band, ratio
from experiments.report.yearly import cell, yearly_table

LOST: Final = {
    "killed": "Killed",
    "disabled": "Disabled",
    "captured": "Captured",
    "absent": "Absent without leave",
    "discharged": "Discharged",
}
LOSS_DEFINITION: Final = (
    "Losses are men killed, disabled, captured, absent without leave or discharged in "
    "the month; wounded men who return to duty are not counted."
)
INFLOW_DEFINITION: Final = (
    "Inflow is everybody who comes under arms in the month, by whichever channel."
)
THOUSAND: Final = 1_000


def inflow_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "inflow",
        "Inflow against losses",
        "How many come under arms each month, by which channel, and how many the "
        "force loses.",
        run,
        (
            _total,
            _ratio,
            _channels,
            _losses,
            _inflow_table,
            _freedom_table,
            _loss_table,
        ),
    )


def signed(run: RunFolder) -> Floats:
    """Return persons signed over draws and months, all channels; shape (D, T)."""
    rows = run.sums("flows", ["month", "draw"], ["signed_persons"])
    return per_month(rows, "signed_persons", run.calendar)


def signed_by_channel(run: RunFolder) -> dict[str, Floats]:
    """Return persons signed by channel, largest first; each of shape (D, T)."""
    rows = run.sums("flows", ["month", "channel", "draw"], ["signed_persons"])
    found = {
        str(channel): per_month(part, "signed_persons", run.calendar)
        for channel, part in rows.groupby("channel", sort=True)
    }
    return dict(sorted(found.items(), key=lambda item: -float(item[1].sum())))


def lost_by_kind(run: RunFolder) -> dict[str, Floats]:
    """Return persons lost by kind; each of shape (D, T)."""
    columns = [f"{kind}_persons" for kind in (*LOST, "wounded")]
    rows = run.sums("losses", ["month", "draw"], columns)
    return {
        column.removesuffix("_persons"): per_month(rows, column, run.calendar)
        for column in columns
    }


def lost(run: RunFolder) -> Floats:
    """Return persons lost to the force; shape (D, T)."""
    kinds = lost_by_kind(run)
    total: Floats = sum((kinds[kind] for kind in LOST), start=0 * kinds["killed"])
    return total


def _total(run: RunFolder) -> Iterator[Chart]:
    lines = [Line("Inflow", signed(run) / THOUSAND, BLUE, DASHES[0])]
    missing = ""
    try:
        lines.append(Line("Losses", lost(run) / THOUSAND, VERMILION, DASHES[1]))
    except Absent as reason:
        missing = f" {reason}"
    yield fan_chart(
        Fan(
            "inflow-losses",
            "Inflow and losses, all channels",
            "thousand persons a month",
            lines,
            f"{INFLOW_DEFINITION} {LOSS_DEFINITION}{missing}",
        ),
        run.calendar,
        run.history_until,
    )


def _ratio(run: RunFolder) -> Iterator[Chart]:
    covered = ratio(signed(run), lost(run))
    fan = Fan(
        "inflow-ratio",
        "Inflow over losses",
        "ratio; above 1 inflow covers losses",
        [Line("Ratio", covered, PURPLE, DASHES[0])],
        "Everybody who comes under arms in the month over everybody lost to the force "
        "in it.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _channels(run: RunFolder) -> Iterator[Chart]:
    for channel, values in signed_by_channel(run).items():
        if channel != "regular" and values.any():
            yield _panel(
                run, f"inflow-{channel}", name(channel), values, "Inflow by channel"
            )


def _losses(run: RunFolder) -> Iterator[Chart]:
    for kind, values in lost_by_kind(run).items():
        title = LOST.get(kind, "Wounded")
        yield _panel(run, f"lost-{kind}", title, values, "Losses by kind")


def _panel(run: RunFolder, key: str, title: str, values: Floats, series: str) -> Chart:
    last = run.calendar.last_year
    total = band(values[:, last].sum(axis=1))
    large = float(values.max()) >= 10 * THOUSAND
    unit = "thousand persons a month" if large else "persons a month"
    line = Line("", values / (THOUSAND if large else 1))
    heading = f"{series}; beneath each, persons from {run.calendar.span(last)}"
    fan = Fan(slug(key), title, unit, [line], cell(total, number), heading)
    return fan_chart(fan, run.calendar, run.history_until)


def _inflow_table(run: RunFolder) -> Iterator[Table]:
    rows = {name(c): v for c, v in signed_by_channel(run).items() if v.any()}
    rows["All channels"] = signed(run)
    yield yearly_table(
        "Persons who came under arms, by channel and year: median (90 % of draws)",
        rows,
        run.calendar,
        number,
        note=INFLOW_DEFINITION,
    )


def _freedom_table(run: RunFolder) -> Iterator[Table]:
    kinds = {
        "deceived_persons": "Deceived: chose a job that was not the job",
        "coerced_persons": "Coerced: signed in custody, in barracks or under a raid",
    }
    sums = run.sums("flows", ["month", "draw"], list(kinds))
    yield yearly_table(
        "Persons who did not choose freely, by year: median (90 % of draws)",
        {said: per_month(sums, kind, run.calendar) for kind, said in kinds.items()},
        run.calendar,
        number,
        note="Both are part of the inflow; men called up by decree are not in either.",
    )


def _loss_table(run: RunFolder) -> Iterator[Table]:
    kinds = lost_by_kind(run)
    rows = {LOST.get(kind, "Wounded (not in the sum)"): v for kind, v in kinds.items()}
    rows["Losses"] = lost(run)
    yield yearly_table(
        "Persons lost, by kind and year: median (90 % of draws)",
        rows,
        run.calendar,
        number,
        note=LOSS_DEFINITION,
    )
