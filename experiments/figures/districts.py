"""Russia's eight federal districts as equal tiles, so that an empty one does not shout.

The layout is our own: west is left, north is up, and neighbours in fact are neighbours
here wherever eight tiles allow. Values stand on the tiles, so that no shade has to be
read. Single regions are left to tables: the model card says why they are not ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.style import FAINT, MUTED, contrast, fitted
from experiments.figures.words import number, span
from experiments.measures.arithmetic import Band

PLACES: Final = {
    "Northwestern": (0.5, 0.0),
    "Central": (0.0, 1.0),
    "Volga": (1.0, 1.0),
    "Ural": (2.0, 1.0),
    "Siberian": (3.0, 1.0),
    "Far Eastern": (4.0, 1.0),
    "Southern": (0.0, 2.0),
    "North Caucasian": (1.0, 2.0),
}
"""Column and row of each district."""
_SHADES: Final = LinearSegmentedColormap.from_list(
    "muster", ["#edf3f8", "#9cc4e0", "#3d87bd", "#08436f"]
)


def draw_districts(axes: Axes, values: Mapping[str, Band], unit: str) -> None:
    """Draw the map: shade and number on each tile, the unit above it.

    Args:
        axes: where; the map fills its figure.
        values: band by district; one that is left out is hatched.
        unit: of the values, in words.
    """
    known = [band.median for band in values.values() if np.isfinite(band.median)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    for district, (column, row) in PLACES.items():
        band = values.get(district)
        at = 0.0 if band is None else (band.median - low) / (high - low or 1.0)
        shade = to_hex(_SHADES(0.08 + 0.84 * at)) if band is not None else "#ffffff"
        box = Rectangle((column + 0.02, row + 0.02), 0.96, 0.96, facecolor=shade)
        if band is None:
            box.set(hatch="////", edgecolor=FAINT, linewidth=0)
        axes.add_patch(box)
        # Black, not ink: on a middling shade nothing else is apart enough.
        ink = max(("#000000", "#ffffff"), key=lambda colour: contrast(colour, shade))
        written = "none" if band is None else number(band.median)
        spread = (
            span(number(band.low, 2), number(band.high, 2))
            if band is not None and band.draws > 1
            else ""
        )
        for text, height, size in (
            (district, 0.22, 6.6),
            (written, 0.54, 10.5),
            (spread, 0.83, 6.4),
        ):
            axes.text(
                column + 0.5, row + height, text, ha="center", va="center",
                fontsize=size, color=ink,
            )  # fmt: skip
    axes.text(2.1, 0.35, fitted(unit, 44), fontsize=8, color=MUTED, va="bottom")
    axes.text(2.1, 0.45, "small: 90 % of draws", fontsize=7, color=MUTED, va="top")
    axes.set_xlim(-0.02, 5.02)
    axes.set_ylim(3.02, -0.02)
    axes.axis("off")
    figure = axes.figure
    if isinstance(figure, Figure):
        # The map fills its figure, so that all maps of a page are of one size.
        figure.set_layout_engine("none")
        axes.set_position((0.0, 0.0, 1.0, 1.0))
