"""Fan charts: median lines in bands over months, labelled where they end."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.parts import Chart, csv_text
from experiments.figures.run_folder import Calendar
from experiments.figures.style import (
    CYCLE,
    DASHES,
    FAINT,
    INK,
    MUTED,
    drawing,
    fitted,
    panel,
    readable,
    to_png,
    to_svg,
)
from experiments.figures.words import number
from experiments.measures.arithmetic import BAND_AND_HALF, Floats, band, quantiles
from model.fields.months import format_month

LABEL_POINTS = 11.5
BANDS = (
    "Lines are medians over draws; the dark band holds half of the draws, the light "
    "band 90 %."
)
ONE_DRAW = "One draw: the line carries no band."


@dataclass(frozen=True, slots=True)
class Line:
    """One quantity over draws and months, (D, T), in the unit of the axis."""

    label: str
    values: Floats
    colour: str = CYCLE[0]
    dashes: Any = DASHES[0]


@dataclass(frozen=True, slots=True)
class Documented:
    """Figures that sources printed, drawn over the simulated band.

    Attributes:
        label: who counted.
        first: first month of each figure's period, (N,).
        last: last month of each, (N,).
        values: the figures in the unit of the axis, (N,).
        error: 90 % half-width of each source's error in the same unit, (N,).
    """

    label: str
    first: Floats
    last: Floats
    values: Floats
    error: Floats
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold by month, (T,), in the unit of the axis."""

    label: str
    values: Floats


@dataclass(frozen=True, slots=True)
class Mark:
    """A month in which something changes, and what, in the author's own words."""

    month: int
    label: str


@dataclass(frozen=True, slots=True)
class Fan:
    """What a fan chart is drawn from."""

    slug: str
    title: str
    unit: str
    """Unit of the vertical axis, in words."""
    lines: Sequence[Line]
    caption: str = ""
    series: str = ""
    """Heading of the small panels it is one of."""
    documented: Sequence[Documented] = ()
    limits: Sequence[Limit] = ()
    marks: Sequence[Mark] = ()


def fan_chart(fan: Fan, calendar: Calendar, history_until: int | None) -> Chart:
    """Draw a fan chart."""
    alt = describe(fan, calendar)
    size = (2.35, 1.7) if fan.series else (4.4, 2.95)
    with drawing():
        figure, axes = panel(*size)
        for line in fan.lines:
            draw_fan(axes, calendar, line)
        for limit in fan.limits:
            draw_limit(axes, calendar, limit)
        for figures in fan.documented:
            draw_documented(axes, calendar, figures)
        month_axis(axes, calendar, small=bool(fan.series))
        value_axis(axes, fan, calendar)
        if not fan.series:
            mark_history(axes, calendar, history_until)
            mark_changes(axes, fan.marks)
            label_ends(axes, fan.lines, 72 * size[1])
        svg, png = to_svg(figure, fan.slug, fan.title, alt), to_png(figure)
    caption = fan.caption if fan.series else f"{fan.caption} {bands_note(calendar)}"
    caption += documented_note(fan)
    data = fan_data(fan, calendar)
    return Chart(fan.slug, fan.title, alt, svg, caption.strip(), fan.series, png, data)


def fan_data(fan: Fan, calendar: Calendar) -> str:
    """Return what a fan chart draws as CSV: bands by month, documents, thresholds."""
    months = [format_month(month) for month in calendar.months]
    rows: list[tuple[Any, ...]] = []
    for line in fan.lines:
        low, middle, high = quantiles(line.values).tolist()
        name = " ".join(line.label.split()) or fan.title
        of_line = zip(months, months, middle, low, high, strict=True)
        rows += [(name, "simulated", *values) for values in of_line]
    for known in fan.documented:
        ends = zip(known.first, known.last, known.values, known.error, strict=True)
        rows += [
            (known.label, "documented", format_month(int(first)),
             format_month(int(last)), value, value - error, value + error)
            for first, last, value, error in ends
        ]  # fmt: skip
    for limit in fan.limits:
        rows += [
            (limit.label, "threshold", month, month, value, "", "")
            for month, value in zip(months, limit.values.tolist(), strict=True)
        ]
    head = ("series", "kind", "first_month", "last_month", "value", "low", "high")
    return csv_text((*head, "unit"), ((*row, fan.unit) for row in rows))


def bands_note(calendar: Calendar) -> str:
    """Say what line and bands are."""
    return BANDS if len(calendar.draws) > 1 else ONE_DRAW


def documented_note(fan: Fan) -> str:
    """Say what the dots are, if there are any."""
    names = " and ".join(dict.fromkeys(figures.label for figures in fan.documented))
    return f" Dots: {names}, with their 90 % error." if names else ""


def draw_fan(axes: Axes, calendar: Calendar, line: Line) -> None:
    """Draw one quantity: 90 % band, 50 % band, median."""
    low, low_half, median, high_half, high = quantiles(line.values, BAND_AND_HALF)
    months = np.array(calendar.months)
    if len(calendar.draws) > 1:
        axes.fill_between(months, low, high, color=line.colour, alpha=0.14)
        axes.fill_between(months, low_half, high_half, color=line.colour, alpha=0.25)
    axes.plot(months, median, color=line.colour, linestyle=line.dashes)


def draw_documented(axes: Axes, calendar: Calendar, figures: Documented) -> None:
    """Draw printed figures: a dot in the middle of the period, its error upright."""
    inside = (figures.last >= calendar.months[0]) & (
        figures.first <= calendar.months[-1]
    )
    if not inside.any():
        return
    middle = (figures.first + figures.last)[inside] / 2
    half = (figures.last - figures.first)[inside] / 2 + 0.4
    values = figures.values[inside]
    axes.errorbar(
        middle,
        values,
        yerr=figures.error[inside],
        # A figure of one month is a dot; one of a period is as wide as the period.
        xerr=np.where(half > 0.5, half, 0.0),
        fmt="o",
        markersize=3.4,
        linewidth=0.9,
        color=figures.colour,
        label=figures.label,
        zorder=4,
    )


def draw_limit(axes: Axes, calendar: Calendar, limit: Limit) -> None:
    """Draw a threshold as a thin line, named where it starts."""
    months = np.array(calendar.months)
    axes.plot(months, limit.values, color=MUTED, linewidth=1.1, linestyle=(0, (1, 1.5)))
    known = np.flatnonzero(np.isfinite(limit.values))
    if len(known):
        at = known[0]
        axes.text(
            months[at],
            limit.values[at],
            f" {limit.label}",
            color=MUTED,
            fontsize=8,
            va="bottom",
        )


def month_axis(axes: Axes, calendar: Calendar, *, small: bool = False) -> None:
    """Mark every January; on a small panel every second one."""
    first, last = calendar.months[0], calendar.months[-1]
    januaries = [month for month in range(first, last + 1) if month % 12 == 0]
    ticks = (januaries[:: 2 if small else 1] if len(januaries) > 1 else None) or [
        first,
        last,
    ]
    yearly = all(tick % 12 == 0 for tick in ticks)
    names = [str(t // 12) if yearly else format_month(t) for t in ticks]
    axes.set_xticks(ticks, names)
    axes.set_xlim(first - 0.5, last + 0.5)
    said = "year" if small else "month (a year stands at its January)"
    axes.set_xlabel(said if yearly else "month")


def value_axis(axes: Axes, fan: Fan, calendar: Calendar) -> None:
    """Number the vertical axis from 0 and say its unit above it."""
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    low, high = axes.get_ylim()
    cut = outlier_cut(fan.lines)
    lowest = min(float(np.nanmin(line.values, initial=0.0)) for line in fan.lines)
    axes.set_ylim(low if lowest < 0 else 0.0, cut or max(high, 0.0) or 1.0)
    axes.axhline(0, color=FAINT, linewidth=0.7, zorder=1)
    if cut and not fan.series:
        mark_outliers(axes, fan.lines, calendar, cut)
    unit_above(axes, fan.unit)


def outlier_cut(lines: Sequence[Line]) -> float | None:
    """Return where to cut the axis if a few months would flatten all the others.

    Those are months beyond 2.5 times what all but a twentieth of months stay below;
    the axis then ends above the highest of the others.
    """
    tops = np.concatenate([quantiles(line.values)[-1] for line in lines])
    tops = tops[np.isfinite(tops)]
    usual = float(np.quantile(tops, 0.95)) if len(tops) else 0.0
    if not 0 < usual < tops.max() / 2.5:
        return None
    return 1.15 * float(tops[tops <= 2.5 * usual].max())


def mark_outliers(
    axes: Axes, lines: Sequence[Line], calendar: Calendar, cut: float
) -> None:
    """Say at the cut what the highest month beyond it reached."""
    for line in lines:
        middle = np.nan_to_num(quantiles(line.values)[1])
        top = int(middle.argmax())
        if middle[top] > cut:
            month = calendar.months[top]
            said = f"{format_month(month)}: {number(middle[top])}"
            colour = readable(line.colour)
            style: dict[str, Any] = {"color": colour, "fontsize": 8, "va": "top"}
            axes.text(month + 0.9, 0.93 * cut, said, **style)


def unit_above(axes: Axes, unit: str) -> None:
    """Write the unit of the vertical axis level, where it is read first."""
    axes.set_title(fitted(unit, 56), color=MUTED, fontweight="normal", fontsize=9)


def mark_history(axes: Axes, calendar: Calendar, until: int | None) -> None:
    """Part the months that follow documents from those that follow rules."""
    if until is None or not calendar.months[0] <= until < calendar.months[-1]:
        return
    axes.axvline(until + 0.5, color=MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    across = axes.get_xaxis_transform()
    style: dict[str, Any] = {
        "transform": across, "color": MUTED, "fontsize": 8, "va": "top",
        "bbox": {"facecolor": "white", "alpha": 0.75, "pad": 0.6},
    }  # fmt: skip
    axes.text(until, 0.995, "documented offers ", ha="right", **style)
    axes.text(until + 1, 0.995, " rules", ha="left", **style)


def mark_changes(axes: Axes, marks: Sequence[Mark]) -> None:
    """Draw an upright line where something changes, with what it is beside its foot."""
    for at, mark in enumerate(marks):
        axes.axvline(mark.month - 0.5, color=INK, linewidth=0.9)
        said = axes.annotate(
            textwrap.fill(fitted(mark.label, 72), 30),
            xy=(mark.month - 0.5, 0.03 + 0.14 * at),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-3, 0),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=8,
            color=INK,
            bbox={"facecolor": "white", "alpha": 0.8, "pad": 0.8},
        )
        # It lies over months before the change; room is not made for it.
        said.set_in_layout(False)


def label_ends(axes: Axes, lines: Sequence[Line], height_points: float) -> None:
    """Name lines at their right end, moved apart where they would overlap."""
    ends = [float(_last(quantiles(line.values)[1])) for line in lines]
    low, high = axes.get_ylim()
    # About four fifths of a figure's height belong to its axes.
    gap = LABEL_POINTS / (0.78 * height_points) * (high - low)
    extra = [gap * line.label.count("\n") for line in lines]
    for line, at in zip(lines, spread(ends, gap, low, high, extra), strict=True):
        axes.annotate(
            fitted(line.label, 16),
            xy=(1.0, at),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            color=readable(line.colour),
            va="center",
            fontsize=9,
            fontweight="bold",
            annotation_clip=False,
        )


def spread(
    wanted: Sequence[float],
    gap: float,
    low: float,
    high: float,
    extra: Sequence[float] | None = None,
) -> list[float]:
    """Move positions apart to at least `gap`, in order, within `low` to `high`.

    >>> spread([1.0, 1.1, 5.0], 1.0, 0.0, 10.0)
    [1.0, 2.0, 5.0]
    """
    extra = extra or [0.0] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    reach = -np.inf
    for i in order:
        placed[i] = float(max(wanted[i], low, reach + extra[i] / 2))
        reach = placed[i] + gap + extra[i] / 2
    ceiling = high
    for i in reversed(order):
        placed[i] = float(min(placed[i], ceiling - extra[i] / 2))
        ceiling = placed[i] - gap - extra[i] / 2
    return placed


def describe(fan: Fan, calendar: Calendar) -> str:
    """Say in words where each line starts, peaks and ends."""
    said = [f"{fan.title}, in {fan.unit}, {calendar.span(slice(None))}."]
    for line in fan.lines:
        middle = quantiles(line.values)[1]
        known = np.flatnonzero(np.isfinite(middle))
        if not len(known):
            said.append(f"{line.label}: nothing defined.")
            continue
        first, last = known[0], known[-1]
        top = known[np.argmax(middle[known])]
        end = band(line.values[:, last])
        said.append(
            f"{line.label or 'Median'}: {number(middle[first])} in"
            f" {format_month(calendar.months[first])}, highest {number(middle[top])} in"
            f" {format_month(calendar.months[top])}, {number(end.median)} (90 % of"
            f" draws {number(end.low)} to {number(end.high)}) in"
            f" {format_month(calendar.months[last])}."
        )
    return " ".join(said).replace("\n", " ")


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else 0.0
