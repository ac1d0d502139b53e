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
from experiments.figures.style import BLUE, GREEN, OCHRE, PURPLE, SKY, VERMILION
from experiments.figures.words import number
from experiments.measures.arithmetic import Floats

SLUG: Final = "stack"
HEADING: Final = "Inflow by channel against losses"
_COLOURS: Final = (BLUE, OCHRE, GREEN, PURPLE, SKY)
_PALER: Final = 0.45
"""How much of its strength a colour keeps when it is used a second time."""
_NAMED_FROM: Final = 0.06
"""Least share of the last month's inflow at which an area is named beside it."""


def stack(sides: Sides, window: Window, *, moved: bool) -> Figure:
    """Draw the variant's channels, or those of the base while no lever is moved."""
    side, answers = ("variant", sides.variant) if moved else ("base", sides.base)
    if not answers:
        return {"data": [], "layout": layout(window, small=False)}
    lost = band(answers, "lost", window.shown).middle
    # An area would fall to nobody in months that are still to come.
    known = slice(0, int(np.isfinite(lost).sum()))
    lost = lost[known]
    series = {
        each.key: band(answers, each.key, window.shown).middle[known]
        for each in CHANNELS
    }
    draws = f"<br>median of {len(answers)} draws" if len(answers) > 1 else ""
    traces = [
        _area(key, colour(at), window) | _points(key, values, side, draws)
        for at, (key, values) in enumerate(series.items())
    ]
    losses = _line(window) | _points("lost", lost, side, draws)
    drawn = layout(window, small=False)
    ends = [*_ends(series), (float(lost[-1]), "Lost for good", VERMILION)]
    highest = float(max(lost.max(), _tops(series).max()))
    drawn["annotations"] = labels(ends, highest, lines=2) + marks(window)
    return {"data": [*traces, losses], "layout": drawn}


def _area(key: str, filled: str, window: Window) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": BY_KEY[key].title,
        "stackgroup": "channels",
        "x": window.dates,
        "line": {"width": 0.5, "color": "#ffffff"},
        "fillcolor": filled,
        "hoveron": "points",
    }


def _line(window: Window) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": BY_KEY["lost"].title,
        "x": window.dates,
        "line": {"width": 2.6, "color": VERMILION},
    }


def _points(key: str, values: Floats, side: str, draws: str) -> Figure:
    return {
        "y": plain(values),
        "hovertemplate": hover(BY_KEY[key], side),
        "customdata": [[number(value, 4), draws] for value in values],
        "showlegend": False,
    }


def _tops(series: dict[str, Floats]) -> Floats:
    return np.cumsum(np.array(list(series.values())), axis=0)


def _ends(series: dict[str, Floats]) -> list[tuple[float, str, str]]:
    """Name the larger areas in the middle of their last month."""
    tops = _tops(series)[:, -1]
    return [
        (float(top - values[-1] / 2), BY_KEY[key].title, colour(at))
        for at, (top, (key, values)) in enumerate(
            zip(tops, series.items(), strict=True)
        )
        if values[-1] > _NAMED_FROM * tops[-1]
    ]


def colour(at: int) -> str:
    """Return the colour of a channel; paler ones once the strong ones are used up."""
    strong = _COLOURS[at % len(_COLOURS)]
    if at < len(_COLOURS):
        return strong
    parts = (int(strong[part : part + 2], 16) for part in (1, 3, 5))
    return "#" + "".join(f"{round(255 - _PALER * (255 - p)):02x}" for p in parts)
