"""Figures of a comparison: what differs, with bands, and which change did what.

Draws are paired on common random numbers, so a band is that of the difference, not the
difference of two bands. A table is tidy: one row for each label and draw.

    differences   label, draw, difference      (one unit throughout)
    steps         step, draw, value            (in order; the first row is the base)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.parts import Chart, csv_text
from experiments.figures.run_folder import Absent
from experiments.figures.style import (
    BLUE,
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
from experiments.measures.over_draws import Band, Floats, bands

NOTHING: Final = "Not shown: the compared runs hold no rows for it."


@dataclass(frozen=True, slots=True)
class Difference:
    """What a difference figure shows."""

    title: str
    unit: str
    what: str = ""
    """Definition of the compared quantity."""
    most: int = 16
    """How many labels are drawn; the largest differences."""


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
    alt = _waterfall_words(title, unit, steps, values)
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


def _waterfall_words(
    title: str, unit: str, steps: Sequence[str], values: Floats
) -> str:
    effects = bands(np.diff(values, axis=1))
    told = zip(steps[1:], effects, strict=True)
    said = "; ".join(f"{step} {_said(effect)}" for step, effect in told)
    first, last = np.median(values, axis=0)[[0, -1]]
    moved = f"From {number(first)} in {steps[0]} to {number(last)}"
    return f"{title}, {unit}. {moved}: {said}."


def _label_rows(axes: Any, labels: Sequence[str]) -> None:
    axes.set_yticks(
        range(len(labels)), [fitted(label.replace("\n", " ")) for label in labels]
    )
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
