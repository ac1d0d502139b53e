"""Charts of a comparison: scenarios over time, what differs, which change did what.

Over time all scenarios stand on the same months; a change is marked in the author's own
words (`changes` of the scenario file) where they name a month, else where the scenarios
part. Draws are paired on common random numbers, so a band is that of the difference,
not the difference of two bands. A table is tidy: one row for each label and draw.

    differences   label, draw, difference      (one unit throughout)
    steps         step, draw, value            (in order; the first row is the base)

ODD II.x (observation).
"""

from __future__ import annotations

import re
import textwrap
from calendar import month_name
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.comparisons.comparison import Comparison
from experiments.figures.documented import documented
from experiments.figures.fan import Fan, Limit, Line, Mark, fan_chart
from experiments.figures.parts import Chart, csv_text
from experiments.figures.run_folder import Absent, Calendar
from experiments.figures.style import (
    BLUE,
    CYCLE,
    DASHES,
    FAINT,
    INK,
    VERMILION,
    drawing,
    fitted,
    panel,
    to_png,
    to_svg,
)
from experiments.figures.words import name, number, slug, span
from experiments.measures.arithmetic import Band, Floats, bands
from experiments.measures.series import SERIES
from model.fields.months import parse_month

NOTHING: Final = "Not shown: the compared runs hold no rows for it."
_MONTH: Final = re.compile(r"\b20\d\d-(?:0[1-9]|1[0-2])\b")
_IN_WORDS: Final = re.compile(rf"\b({'|'.join(month_name[1:])}) (20\d\d)\b")
_DEFINITIONS: Final = {each.name: each for each in SERIES}


@dataclass(frozen=True, slots=True)
class Pane:
    """One series drawn over time: its unit and how large that is."""

    series: str
    unit: str
    size: float
    counted_by: tuple[str, ...] = ()
    """Observers whose documented figures are drawn as dots."""
    limit: str = ""
    """Series that is drawn as a threshold."""
    what: str = ""


PANES: Final = (
    Pane("inflow", "thousand persons a month", 1e3, what="Everybody who comes under "
         "arms in the month, by whichever channel."),
    Pane("theatre", "thousand men", 1e3, ("force",), "needed", "Men in combat or "
         "support in the theatre; the dotted line is the force needed."),
    Pane("recruiting_bill", "billion RUB a month", 1e9, what="Bonuses, referral fees, "
         "advertising and training owed in the month."),
    Pane("losses", "thousand persons a month", 1e3, what="Men killed, disabled, "
         "captured, absent or discharged in the month."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """What a difference figure shows."""

    title: str
    unit: str
    what: str = ""
    """Definition of the compared quantity."""
    most: int = 16
    """How many labels are drawn; the largest differences."""


def time_charts(found: Comparison) -> Iterator[Chart]:
    """Draw every pane with all scenarios; the one on men first."""
    calendar = calendar_of(found)
    time = found.resolved[found.base].scenario.time
    for pane in PANES:
        values = series_of(found, pane.series)
        known = _DEFINITIONS[pane.series]
        lines = [
            Line(short_title(found.titles[label]), values[label] / pane.size, *style)
            for label, style in zip(found.titles, _styles(), strict=False)
        ]
        fan = Fan(
            f"over-time-{pane.series.replace('_', '-')}",
            known.title,
            pane.unit,
            lines,
            pane.what,
            documented=documented(pane.counted_by, size=pane.size)
            if pane.counted_by
            else [],
            limits=_limits(found, pane),
            marks=marks_of(found),
        )
        yield fan_chart(fan, calendar, parse_month(time.history_until))


def difference_figure(table: pd.DataFrame, shown: Difference) -> Chart:
    """Draw differences by label: dot for the median, bars for 50 % and 90 % of draws.

    Args:
        table: columns label, draw, difference.
        shown: title, unit and definition.

    Raises:
        Absent: the table has no rows.
    """
    found = _ranked(table, "label", "difference")
    drawn = dict(list(found.items())[: shown.most])
    alt = (
        f"{shown.title}, difference in {shown.unit}, median and 90 % of draws: "
        + "; ".join(f"{label} {_said(at)}" for label, at in drawn.items())
        + "."
    )
    with drawing():
        figure, axes = panel(4.4, 0.85 + 0.25 * len(drawn))
        _draw_differences(axes, drawn)
        axes.set_xlabel(fitted(f"difference, {shown.unit}", 56))
        key = slug(f"difference {shown.title}")
        svg, png = to_svg(figure, key, shown.title, alt), to_png(figure)
    caption = (
        f"{shown.what} Dots are medians over paired draws, thick bars hold 50 % of "
        "them, thin bars 90 %. Filled: at least 90 % of draws agree on the sign."
    )
    if len(found) > len(drawn):
        caption += f" The {len(drawn)} largest of {len(found)} are drawn."
    rows = ((label, at.median, at.low, at.high) for label, at in found.items())
    data = csv_text(("item", f"difference, {shown.unit}", "low", "high"), rows)
    return Chart(key, shown.title, alt, svg, caption.strip(), png=png, csv=data)


def waterfall_figure(table: pd.DataFrame, title: str, unit: str) -> Chart:
    """Draw how a result moves from base to scenario, one change after another.

    Args:
        table: columns step, draw, value; steps in order, the base first.
        title: what the steps add up to.
        unit: of the value.

    Raises:
        Absent: the table has fewer than two steps.
    """
    steps = list(dict.fromkeys(map(str, table["step"]))) if len(table) else []
    if len(steps) < 2:
        raise Absent("Not shown: a waterfall needs a base and at least one change.")
    wide = table.assign(step=table["step"].map(str))
    levels = wide.pivot(index="draw", columns="step", values="value")[steps]
    values = levels.to_numpy(float)
    key = slug(f"waterfall {title}")
    effects = bands(np.diff(values, axis=1))
    told = zip(steps[1:], effects, strict=True)
    said = "; ".join(f"{step} {_said(effect)}" for step, effect in told)
    first, last = np.median(values, axis=0)[[0, -1]]
    moved = f"From {number(first)} in {steps[0]} to {number(last)}"
    alt = f"{title}, {unit}. {moved}: {said}."
    with drawing():
        figure, axes = panel(4.4, 0.95 + 0.3 * (len(steps) + 1))
        _draw_waterfall(axes, steps, values)
        axes.set_xlabel(fitted(unit, 56))
        svg, png = to_svg(figure, key, title, alt), to_png(figure)
    caption = (
        "The axis does not start at 0. Each bar is the median effect of one more "
        "change, given those above it; whiskers hold 90 % of paired draws. The order "
        "matters where changes interact."
    )
    rows = zip(steps, np.median(values, axis=0).tolist(), strict=True)
    data = csv_text(("after change", f"level, {unit}"), rows)
    return Chart(key, title, alt, svg, caption, png=png, csv=data)


def marks_of(found: Comparison) -> list[Mark]:
    """Return the changes of all scenarios by month, in their authors' words."""
    marks: dict[int, list[str]] = {}
    for label in found.labels:
        scenario, window = found.resolved[label].scenario, found.windows[label]
        if window is None:
            continue
        parted = scenario.time.first + window.first
        for said in scenario.changes or (f"{found.titles[label]} begins",):
            month = _month_named(said) or parted
            inside = scenario.time.first <= month
            marks.setdefault(month if inside else parted, []).append(said)
    return [
        Mark(month, said[0] + (f" (and {len(said) - 1} more)" if said[1:] else ""))
        for month, said in sorted(marks.items())
    ]


def _month_named(said: str) -> int | None:
    """Return the first month that a text names, as 2026-01 or January 2026."""
    if named := _MONTH.search(said):
        return parse_month(named.group())
    if named := _IN_WORDS.search(said):
        month = list(month_name).index(named[1])
        return parse_month(f"{named[2]}-{month:02d}")
    return None


def calendar_of(found: Comparison) -> Calendar:
    """Return the months and draws that a comparison covers."""
    time = found.resolved[found.base].scenario.time
    draws = tuple(sorted(set(found.series["draw"])))
    months = int(found.series["month"].max()) + 1
    return Calendar(tuple(range(time.first, time.first + months)), draws)


def series_of(found: Comparison, series: str) -> dict[str, Floats]:
    """Return a monthly series by scenario, each (D, T)."""
    rows = found.series[found.series["series"] == series]
    return {label: _wide(rows[rows["label"] == label]) for label in found.titles}


def _wide(rows: pd.DataFrame) -> Floats:
    return rows.pivot(index="draw", columns="month", values="value").to_numpy(float)


def _limits(found: Comparison, pane: Pane) -> list[Limit]:
    if not pane.limit:
        return []
    needed = series_of(found, pane.limit)[found.base]
    return [Limit("need", np.median(needed, axis=0) / pane.size)]


def _styles() -> Iterator[tuple[str, object]]:
    yield from zip(CYCLE, DASHES, strict=True)


def short_title(title: str, width: int = 16, lines: int = 3) -> str:
    """Break a title into a few short lines, to stand where its line in a chart ends."""
    folded = textwrap.wrap(title, width, max_lines=lines, placeholder=" …")
    return "\n".join(folded)


def _ranked(table: pd.DataFrame, by: str, value: str) -> dict[str, Band]:
    """Return the bands by label, largest median difference first."""
    if table.empty:
        raise Absent(NOTHING)
    wide = table.pivot(index="draw", columns=by, values=value).fillna(0.0)
    found = zip(map(str, wide.columns), bands(wide.to_numpy(float)), strict=True)
    return dict(sorted(found, key=lambda item: (-abs(item[1].median), item[0])))


def _said(at: Band) -> str:
    return f"{number(at.median)} ({span(number(at.low), number(at.high))})"


def _draw_differences(axes: Axes, found: dict[str, Band]) -> None:
    axes.axvline(0, color=INK, linewidth=0.8)
    for row, at in enumerate(found.values()):
        colour = BLUE if at.median >= 0 else VERMILION
        sure = at.low > 0 or at.high < 0
        axes.plot([at.low, at.high], [row, row], color=colour, linewidth=1)
        axes.plot([at.low_half, at.high_half], [row, row], color=colour, linewidth=4)
        face = colour if sure else "#ffffff"
        axes.plot(at.median, row, "o", color=colour, markersize=6, markerfacecolor=face)
    _label_rows(axes, [name(label) for label in found])


def _draw_waterfall(axes: Axes, steps: Sequence[str], values: Floats) -> None:
    middle = np.median(values, axis=0)
    effects = bands(np.diff(values, axis=1))
    floor = _floor(values)
    ends = {0: middle[0], len(steps): middle[-1]}
    for row, level in ends.items():
        axes.barh(row, level - floor, left=floor, height=0.6, color=FAINT)
        axes.text(level, row, f" {number(level)}", va="center", fontsize=8.5)
    at = float(middle[0])
    for row, effect in enumerate(effects, start=1):
        colour = BLUE if effect.median >= 0 else VERMILION
        axes.barh(row, effect.median, left=at, height=0.6, color=colour, alpha=0.7)
        axes.plot(
            [at + effect.low, at + effect.high], [row, row], color=INK, linewidth=1
        )
        right = at + max(effect.high, effect.median, 0.0)
        sign = "+" if effect.median > 0 else ""
        said = f" {sign}{number(effect.median)}"
        axes.text(right, row, said, va="center", fontsize=8.5)
        at += effect.median
    _label_rows(axes, [*steps, "Everything together"])
    axes.margins(x=0.12)
    axes.set_xlim(left=floor)


def _floor(values: Floats) -> float:
    """Return where the axis starts: near the levels, so that their changes are seen.

    Whiskers are drawn at the medians, so the widest one belongs below the lowest level.
    """
    middle = np.median(values, axis=0)
    effects = bands(np.diff(values, axis=1))
    reach = max(abs(end) for at in effects for end in (at.low, at.high, at.median))
    return float(middle.min() - 1.3 * reach) if reach else 0.0


def _label_rows(axes: Any, labels: Sequence[str]) -> None:
    axes.set_yticks(
        range(len(labels)), [fitted(label.replace("\n", " ")) for label in labels]
    )
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
