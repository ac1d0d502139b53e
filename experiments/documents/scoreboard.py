"""The figure of the scoreboard: every target, simulated over documented."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.validation.validate import Band, Score, Scoreboard
from experiments.figures.style import BLUE, FAINT, INK, VERMILION, drawing, fitted

LINE_INCHES: Final = 0.19
FURTHEST: Final = 8.0
"""Ratios beyond it lie at the edge."""
GROUPS: Final = (
    ("fit", "Fitted, to September 2025"),
    ("held_out", "Held out"),
    ("shown", "Shown without weight"),
)


def scoreboard_figure(scoreboard: Scoreboard) -> Figure:
    """Draw simulated over documented figures with their bands, one line a target.

    Thick bars hold 50 % of the draws, thin ones 90 %; the pale bar is where the source
    should have printed, errors of model and source included; the grey one is the
    documented figure's own 90 % range. Targets outside their pale bar are marked.
    """
    groups = [
        (title, [s for s in scoreboard.scores if s.target.use == use])
        for use, title in GROUPS
    ]
    filled = [(title, scores) for title, scores in groups if scores]
    heights = [len(scores) + 1.5 for _, scores in filled]
    with drawing():
        figure = Figure(figsize=(8.2, LINE_INCHES * sum(heights)), layout="constrained")
        axes = figure.subplots(
            len(filled), 1, sharex=True, squeeze=False, height_ratios=heights
        )
        for pane, (title, scores) in zip(axes[:, 0], filled, strict=True):
            pane.set_title(title)
            pane.axvline(1.0, color=INK, linewidth=0.8)
            for row, score in enumerate(scores):
                documented = score.target.documented
                low, high = score.target.range
                _bar(pane, row + 0.28, Band(low, high), documented, FAINT, 2.0)
                colour = BLUE if score.inside else VERMILION
                _bar(pane, row, score.report, documented, colour, 5.0, alpha=0.18)
                _bar(pane, row, score.posterior, documented, colour, 1.0)
                _bar(pane, row, score.half, documented, colour, 2.8)
                marker = "o" if score.inside else "X"
                pane.plot(
                    _ratio(score.median, documented),
                    row,
                    marker,
                    color=colour,
                    markersize=4,
                )
            pane.set_yticks(range(len(scores)), [_label(score) for score in scores])
            pane.set_ylim(len(scores) - 0.4, -0.6)
            pane.set_xscale("log")
            pane.set_xlim(1 / FURTHEST, FURTHEST)
            pane.set_xticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
            pane.minorticks_off()
            pane.grid(axis="x")
            pane.grid(visible=False, axis="y")
        axes[-1, 0].set_xlabel("simulated over documented")
    return figure


def _bar(
    axes: Axes,
    row: float,
    band: Band,
    documented: float,
    colour: str,
    width: float,
    alpha: float = 1.0,
) -> None:
    ends = _ratio(band.low, documented), _ratio(band.high, documented)
    axes.plot(
        ends,
        (row, row),
        color=colour,
        linewidth=width,
        alpha=alpha,
        solid_capstyle="butt",
    )


def _ratio(value: float, documented: float) -> float:
    return float(np.clip(value / documented, 1 / FURTHEST, FURTHEST))


def _label(score: Score) -> str:
    target = score.target
    period = target.period_start
    if target.period_end != target.period_start:
        period = f"{period} to {target.period_end}"
    return fitted(f"{target.quantity}, {period}", 62)
