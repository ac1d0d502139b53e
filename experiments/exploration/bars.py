"""Bars for factors as SVG: a tornado of effects, Sobol indices, boxes of a discovery.

All are drawn in the report's style; equal data give equal bytes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.exploration.discovery import Box, Discovery, Limit
from experiments.exploration.labels import Labels, output_label, output_title
from experiments.exploration.printing import bound_in_words
from experiments.exploration.screening import Screening
from experiments.exploration.sensitivity import SobolAnalysis
from experiments.exploration.sheet import finished
from experiments.figures.style import (
    BLUE,
    FAINT,
    INK,
    SKY,
    VERMILION,
    drawable,
    drawing,
    fitted,
)
from experiments.figures.words import number
from model.errors import DesignError

MOST_BARS = 15
PLAIN = Labels()
_WIDTH_INCHES = 7.0
_ROW_INCHES = 0.42
_FRAME_INCHES = 1.7
_LONGEST_NAME = 44


def tornado(found: Screening, labels: Labels = PLAIN) -> str:
    """Mean effect of each factor over its whole range, strongest on top.

    Raises:
        DesignError: if no factor moves the output.
    """
    _refuse_constant(found.constant, found.output)
    shown = found.factors[:MOST_BARS][::-1]
    with drawing():
        figure, axes = _rows(len(shown))
        for at, factor in enumerate(shown):
            ordered = not math.isnan(factor.mean)
            effect = factor.mean if ordered else factor.mean_absolute
            colour = (VERMILION if effect < 0 else BLUE) if ordered else FAINT
            axes.barh(at, effect, color=colour, height=0.56)
            spread = float(np.nan_to_num(factor.standard_deviation))
            axes.plot(
                [effect - spread, effect + spread], [at, at], color=INK, linewidth=1
            )
        axes.axvline(0, color=INK, linewidth=0.8)
        _name_rows(axes, [factor.factor for factor in shown], labels)
        _number_values(axes, f"change of: {output_label(found.output)}")
        note = (
            "Mean change as a factor goes from the low to the high end of its range: "
            "blue raises, orange lowers; grey: size alone, for choices without an "
            "order. Thin lines: one standard deviation of the effects. "
            f"{_rests_on(found.used, found.planned, 'effects', found.left_out)}"
            f"{_not_shown(len(found.factors))}"
        )
        title = f"What moves it: {output_title(found.output)}"
        return finished(figure, "tornado", title, note)


def index_bars(found: SobolAnalysis, labels: Labels = PLAIN) -> str:
    """First and total Sobol index of each factor with intervals, strongest on top.

    Raises:
        DesignError: if no factor moves the output.
    """
    _refuse_constant(found.constant, found.output)
    shown = found.factors[:MOST_BARS][::-1]
    with drawing():
        figure, axes = _rows(len(shown))
        for at, factor in enumerate(shown):
            pairs = ((factor.total, SKY, 0.18, 0.45), (factor.first, BLUE, -0.18, 1))
            for index, colour, shift, alpha in pairs:
                axes.barh(at + shift, index.value, 0.34, color=colour, alpha=alpha)
                ends = [index.low, index.high]
                axes.plot(ends, [at + shift] * 2, color=INK, linewidth=1)
        _name_rows(axes, [factor.factor for factor in shown], labels)
        axes.axvline(0, color=INK, linewidth=0.8)
        _number_values(axes, "share of variance")
        patches = [
            Patch(color=SKY, alpha=0.45, label="total index"),
            Patch(color=BLUE, alpha=1, label="first order"),
        ]
        axes.legend(handles=patches, loc="lower right", frameon=False, fontsize=9)
        note = (
            "First order: what knowing the factor would remove; total: what would "
            "remain if all else were known. Thin lines: 95 % intervals. "
            f"{_rests_on(found.used, found.planned, 'samples', found.left_out)}"
            f"{_not_shown(len(found.factors))}"
        )
        title = f"What carries it: {output_title(found.output)}"
        return finished(figure, "indices", title, note)


def box_rows(found: Discovery, labels: Labels = PLAIN) -> str:
    """Show the part of each factor's range that lies inside each box.

    Raises:
        DesignError: if no box was found.
    """
    limits = [(box, limit) for box in found.boxes for limit in box.limits]
    if not limits:
        raise DesignError(f"{found.question}: no combination is beyond chance")
    with drawing():
        height = _FRAME_INCHES + _ROW_INCHES * (len(limits) + len(found.boxes))
        figure = Figure(figsize=(_WIDTH_INCHES, height), layout="constrained")
        shares = [len(box.limits) + 0.4 for box in found.boxes]
        rooms = figure.subplots(
            len(found.boxes), squeeze=False, gridspec_kw={"height_ratios": shares}
        )
        for axes, box in zip(rooms[:, 0], found.boxes, strict=True):
            _draw_box(axes, box, labels)
        left_out = f" ({found.left_out})" if found.left_out else ""
        note = (
            f"{found.cases} of {found.points} points are cases{left_out}. Grey: range "
            "the sweep covers; blue: part of it inside the combination. Factors that "
            "are not named may take any value."
        )
        output, sign, threshold = found.question.rsplit(" ", 2)
        side = {"<": "below", ">": "above"}[sign]
        question = f"What leads to: {output_title(output)}, {side} {threshold}"
        return finished(figure, "boxes", question, note)


def _draw_box(axes: Axes, box: Box, labels: Labels) -> None:
    for at, limit in enumerate(box.limits[::-1]):
        _draw_limit(axes, at, limit, labels)
    _name_rows(axes, [limit.factor for limit in box.limits[::-1]], labels)
    axes.set_title(
        f"{box.density:.0%} of its {box.points} points are cases; "
        f"it holds {box.coverage:.0%} of all cases",
        color=INK, fontsize=9,
    )  # fmt: skip
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.6, len(box.limits) - 0.4)
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)


def _draw_limit(axes: Axes, at: int, limit: Limit, labels: Labels) -> None:
    whole = labels.range(limit.factor)
    if isinstance(limit.bound, frozenset):
        inside = (0.5, 0.5)
    else:
        inside = _inside(limit.bound, whole)
        axes.plot([0, 1], [at, at], color=FAINT, linewidth=2)
        axes.plot(inside, [at, at], color=BLUE, linewidth=7, solid_capstyle="butt")
    words = fitted(bound_in_words(limit.bound), 60)
    middle = min(max(sum(inside) / 2, 0.12), 0.88)
    lift = 0.0 if isinstance(limit.bound, frozenset) else 0.25
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": 8.5}
    axes.text(middle, at + lift, words, color=INK, **style)


def _inside(bound: tuple[float, float], whole: Any) -> tuple[float, float]:
    """Part of the whole range, 0 to 1, that lies within the bound."""
    if isinstance(whole, Mapping):
        ends, scale = (whole["low"], whole["high"]), whole.get("scale")
    else:
        numbers = [v for v in whole or () if isinstance(v, int | float)]
        ends, scale = (min(numbers, default=0), max(numbers, default=1)), None
    bend = math.log if scale == "log" else float
    first, last = bend(ends[0]), bend(ends[1])
    low, high = max(bound[0], ends[0]), min(bound[1], ends[1])
    return (bend(low) - first) / (last - first), (bend(high) - first) / (last - first)


def _rows(count: int) -> tuple[Figure, Axes]:
    height = _FRAME_INCHES + _ROW_INCHES * count
    figure = Figure(figsize=(_WIDTH_INCHES, height), layout="constrained")
    axes = figure.subplots()
    axes.set_ylim(-0.6, count - 0.4)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    return figure, axes


def _name_rows(axes: Axes, names: Sequence[str], labels: Labels) -> None:
    """Write the name of each row, and the range the sweep covers beneath it."""
    lines = [[labels.factor(name), labels.span(name)] for name in names]
    cut = [fitted("\n".join(filter(None, both)), _LONGEST_NAME) for both in lines]
    axes.set_yticks(range(len(names)), cut)


def _number_values(axes: Axes, label: str) -> None:
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xlabel(drawable(label))


def _rests_on(used: int, planned: int, what: str, left_out: str) -> str:
    reason = f" ({left_out})" if left_out else ""
    return f"Rests on {used} of {planned} {what}{reason}."


def _not_shown(count: int) -> str:
    return f" {count - MOST_BARS} weaker factors not shown." * (count > MOST_BARS)


def _refuse_constant(constant: bool, output: str) -> None:
    if constant:
        raise DesignError(f"{output} is constant; no factor moves it")
