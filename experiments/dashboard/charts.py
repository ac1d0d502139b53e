"""The figures: base dashed, variant solid, range behind, labels at the lines' ends.

Figures are plain mappings as Plotly reads them. Every point says on hover what it is,
in which unit, and how it is defined.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from experiments.dashboard.bands import Band, Sides, band
from experiments.dashboard.quantities import BY_KEY, CHANNELS, Answer, Quantity
from experiments.figures.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    MUTED,
    OCHRE,
    PURPLE,
    VERMILION,
    readable,
)
from experiments.figures.words import number
from experiments.measures.arithmetic import Floats
from model.fields.months import month_range, parse_month

Figure = dict[str, Any]
GRID: Final = "#e3e7eb"
FONT: Final = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif"
)
_HOVER_WIDTH: Final = 46
_LABEL_WIDTH: Final = 15
_LABEL_GAP: Final = 0.085
"""Least distance of two labels, as a share of the axis."""


@dataclass(frozen=True, slots=True)
class Window:
    """The months shown and what happens in them."""

    first: int
    """First month of the run."""
    last: int
    shown_from: str
    documented_until: str
    since: str
    """First month in which levers act."""

    @property
    def dates(self) -> list[str]:
        """Every month shown, as a date."""
        shown = parse_month(self.shown_from)
        return [f"{month}-01" for month in month_range(shown, self.last)]

    def shown(self, values: Floats) -> Floats:
        """Return the part of a monthly series, (T,), that is shown."""
        return values[parse_month(self.shown_from) - self.first :]


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure: heading, quantities and their colours."""

    slug: str
    heading: str
    lines: tuple[tuple[str, str], ...]
    """Key of the quantity and its colour."""
    still: frozenset[str] = frozenset()
    """Quantities no lever moves: one line, for base and variant alike."""

    @property
    def unit(self) -> str:
        """The unit all of its lines share."""
        return BY_KEY[self.lines[0][0]].unit


PANELS: Final = (
    Panel("inflow", "Inflow and losses", (("signed", BLUE), ("lost", VERMILION))),
    Panel(
        "force",
        "Force in theatre",
        (("theatre", GREEN), ("needed", INK)),
        frozenset({"needed"}),
    ),
    Panel("price", "Price of a volunteer", (("bonus", BLUE), ("marginal", PURPLE))),
    Panel("bill", "Manpower bill", (("bill", OCHRE),)),
    Panel("share", "Bill over federal spending", (("share", OCHRE), ("cap", INK))),
)
CHANNEL_PANELS: Final = tuple(
    Panel(f"channel-{each.key}", each.title, ((each.key, BLUE),)) for each in CHANNELS
)


def figure(
    panel: Panel,
    sides: Sides,
    window: Window,
    *,
    moved: bool,
    small: bool = False,
) -> Figure:
    """Draw one panel, of base alone while no lever is moved; or its empty axes."""
    traces: list[Figure] = []
    ends: list[tuple[float, str, str]] = []
    for key, colour in panel.lines:
        for side, answers, behind in _layers(sides, moved, key in panel.still):
            found = band(answers, key, window.shown)
            traces += _side(BY_KEY[key], found, side, colour, window, behind=behind)
            if not behind:
                ends.append((_end(found.middle), BY_KEY[key].title, colour))
    highest = max((y for t in traces for y in t["y"] if y is not None), default=0)
    drawn = layout(window, small=small)
    if traces and not highest:
        # Left to itself the axis would count halves of persons.
        drawn["yaxis"] |= {"range": [0, 1], "tickvals": [0]}
    if not small:
        drawn["annotations"] = labels(ends, highest) + marks(window)
    return {"data": traces, "layout": drawn}


def _layers(
    sides: Sides, moved: bool, still: bool
) -> list[tuple[str, Sequence[Answer], bool]]:
    """Return what is drawn of a quantity: side, answers, whether it lies behind."""
    if not sides.base:
        return []
    if still or not moved:
        return [("base and variant" if moved else "base", sides.base, False)]
    return [("base", sides.base, True), ("variant", sides.variant, False)]


def _side(
    quantity: Quantity,
    found: Band,
    side: str,
    colour: str,
    window: Window,
    *,
    behind: bool,
) -> list[Figure]:
    line = (
        {"color": colour, "width": 1.5, "dash": "4px,3px"}
        if behind
        else {"color": colour, "width": 2.6}
    )
    middle = {
        "type": "scatter",
        "mode": "lines",
        "name": f"{quantity.title}, {side}",
        "x": window.dates,
        "y": plain(found.middle),
        "line": line,
        "opacity": 0.85 if behind else 1.0,
        "customdata": _told(found),
        "hovertemplate": hover(quantity, side),
        "showlegend": False,
    }
    fill = _fill(found, colour, 0.1 if behind else 0.22, window)
    return [fill, middle] if found.draws > 1 else [middle]


def _fill(found: Band, colour: str, opacity: float, window: Window) -> Figure:
    known = np.isfinite(found.low) & np.isfinite(found.high)
    dates = [date for date, there in zip(window.dates, known, strict=True) if there]
    low, high = found.low[known], found.high[known]
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": dates + dates[::-1],
        "y": plain(high) + plain(low[::-1]),
        "fill": "toself",
        "fillcolor": f"rgba({red},{green},{blue},{opacity})",
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def hover(quantity: Quantity, side: str) -> str:
    """Return what a point says: name, month, value, unit, range, definition."""
    meaning = "<br>".join(textwrap.wrap(quantity.definition, _HOVER_WIDTH))
    return (
        f"<b>{quantity.title}, {side}</b>, %{{x|%B %Y}}<br>"
        f"<b>%{{customdata[0]}} {quantity.unit}</b>%{{customdata[1]}}"
        f"<br><br>{meaning}"
        "<extra></extra>"
    )


def _told(found: Band) -> list[list[str]]:
    """Return value and range of every month in words."""
    ranges = [
        f"<br>5 to 95 % of {found.draws} draws: {number(low)} to {number(high)}"
        for low, high in zip(found.low, found.high, strict=True)
    ]
    if found.draws == 1:
        ranges = ["<br>one draw"] * len(ranges)
    return [[number(v, 4), r] for v, r in zip(found.middle, ranges, strict=True)]


def layout(window: Window, *, small: bool) -> Figure:
    """Return axes, margins and the two months that matter."""
    axis = {"fixedrange": True, "tickfont": {"color": MUTED, "size": 11}}
    return {
        "font": {"family": FONT, "color": INK, "size": 12},
        "margin": {
            "l": 48,
            "r": 14 if small else 118,
            "t": 8 if small else 20,
            "b": 26,
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "hoverdistance": 40,
        "hoverlabel": {
            "bgcolor": "#ffffff",
            "bordercolor": FAINT,
            "align": "left",
            "font": {"color": INK, "size": 12, "family": FONT},
        },
        "xaxis": axis
        | {
            "type": "date",
            "range": [window.dates[0], window.dates[-1]],
            "showgrid": False,
            "tickformat": "%Y",
            "dtick": "M24" if small else "M12",
            "tickangle": 0,
            "ticks": "outside",
            "tickcolor": FAINT,
            "linecolor": FAINT,
            "showline": True,
        },
        "yaxis": axis
        | {
            "rangemode": "tozero",
            "gridcolor": GRID,
            "zerolinecolor": GRID,
            "nticks": 4 if small else 6,
            "tickformat": ",",
        },
        "shapes": [_rule(window.documented_until, "dot"), _rule(window.since, "solid")],
        # Left to itself the button to save a figure is light grey on grey.
        "modebar": {"bgcolor": "#ffffff", "color": MUTED, "activecolor": INK},
        "uirevision": "kept",
    }


def _rule(month: str, dash: str) -> Figure:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": f"{month}-01",
        "x1": f"{month}-01",
        "y0": 0,
        "y1": 1,
        "layer": "below",
        "line": {"color": FAINT, "width": 1, "dash": dash},
    }


def marks(window: Window) -> list[Figure]:
    """Return the words over the two months that matter."""
    said = (
        (window.documented_until, "← documented", "right"),
        (window.since, "levers act →", "left"),
    )
    return [
        {
            "x": f"{month}-01",
            "y": 1,
            "yref": "paper",
            "yanchor": "bottom",
            "xanchor": anchor,
            "text": text,
            "showarrow": False,
            "font": {"size": 10.5, "color": MUTED},
        }
        for month, text, anchor in said
    ]


def labels(
    ends: Sequence[tuple[float, str, str]], highest: float, lines: int = 1
) -> list[Figure]:
    """Return the names of the lines beside their ends, kept apart.

    Args:
        ends: value, text and colour of each.
        highest: largest value in the figure.
        lines: lines of text that a name may take.
    """
    gap = _LABEL_GAP * lines * max(highest, 1e-9)
    placed: list[Figure] = []
    for value, text, colour in sorted(end for end in ends if np.isfinite(end[0])):
        at = max(value, placed[-1]["y"] + gap) if placed else value
        placed.append(
            {
                "xref": "paper",
                "x": 1.01,
                "xanchor": "left",
                "y": at,
                "text": f"<b>{'<br>'.join(textwrap.wrap(text, _LABEL_WIDTH))}</b>",
                "align": "left",
                "showarrow": False,
                "font": {"color": readable(colour), "size": 12},
            }
        )
    return placed


def _end(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else np.nan


def plain(values: Floats) -> list[float | None]:
    """Return values as JSON takes them, to five digits."""
    return [float(f"{v:.5g}") if np.isfinite(v) else None for v in values]
