"""Inflow by channel, one on top of the other, with the losses it has to make good."""

from __future__ import annotations

from typing import Final

import numpy as np

from experiments.dashboard.bands import Sides, band
from experiments.dashboard.charts import (
    Figure,
    Window,
    hover,
    labels,
    layout,
    marks,
    plain,
)
from experiments.dashboard.quantities import BY_KEY, CHANNELS
from experiments.measures.facts import Floats
from experiments.report.style import BLUE, GREEN, OCHRE, PURPLE, SKY, VERMILION

SLUG: Final = "stack"
HEADING: Final = "Inflow by channel against losses"
_COLOURS: Final = (BLUE, OCHRE, GREEN, PURPLE, SKY)
_NAMED_FROM: Final = 0.06
"""Least share of the last month's inflow at which an area is named beside it."""


def stack(sides: Sides, window: Window, *, moved: bool) -> Figure:
    """Draw the variant's channels, or those of the base while no lever is moved."""
    side, answers = ("variant", sides.variant) if moved else ("base", sides.base)
    if not answers:
        return {"data": [], "layout": layout(window, small=False)}
    series = {
        each.key: band(answers, each.key, window.shown).middle for each in CHANNELS
    }
    lost = band(answers, "lost", window.shown).middle
    traces = [
        _area(key, at, values, side, window)
        for at, (key, values) in enumerate(series.items())
    ]
    drawn = layout(window, small=False)
    ends = [*_ends(series), (float(lost[-1]), "Lost for good", VERMILION)]
    highest = float(max(lost.max(), _tops(series).max()))
    drawn["annotations"] = labels(ends, highest, lines=2) + marks(window)
    return {"data": [*traces, _losses(lost, side, window)], "layout": drawn}


def _area(key: str, at: int, values: Floats, side: str, window: Window) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "stackgroup": "channels",
        "x": window.dates,
        "y": plain(values),
        "line": {"width": 0.5, "color": "#ffffff"},
        "fillcolor": _colour(at),
        "hoveron": "points",
        "hovertemplate": hover(BY_KEY[key], side),
        "customdata": [""] * len(values),
        "showlegend": False,
    }


def _losses(lost: Floats, side: str, window: Window) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": window.dates,
        "y": plain(lost),
        "line": {"width": 2.6, "color": VERMILION},
        "hovertemplate": hover(BY_KEY["lost"], side),
        "customdata": [""] * len(lost),
        "showlegend": False,
    }


def _tops(series: dict[str, Floats]) -> Floats:
    return np.cumsum(np.array(list(series.values())), axis=0)


def _ends(series: dict[str, Floats]) -> list[tuple[float, str, str]]:
    """Name the larger areas in the middle of their last month."""
    tops = _tops(series)[:, -1]
    return [
        (float(top - values[-1] / 2), BY_KEY[key].title, _colour(at))
        for at, (top, (key, values)) in enumerate(
            zip(tops, series.items(), strict=True)
        )
        if values[-1] > _NAMED_FROM * tops[-1]
    ]


def _colour(at: int) -> str:
    return _COLOURS[at % len(_COLOURS)]
