"""Headline measures against factors as SVG: what carries what, in one look."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from experiments.exploration.drivers import Drivers
from experiments.exploration.labels import Labels, output_title
from experiments.exploration.sheet import finished
from experiments.figures.style import BLUE, INK, drawing, fitted

MOST_ROWS: Final = 40
MOST_COLUMNS: Final = 8
_SHADES: Final = LinearSegmentedColormap.from_list("shares", ["white", BLUE])
_DARK: Final = 0.6


def matrix(found: Drivers, labels: Labels) -> str:
    """Draw the share of every measure that each factor carries."""
    rows, factors = found.measures[:MOST_ROWS], found.factors[:MOST_COLUMNS]
    shares = np.array([[row.shares.get(f, np.nan) for f in factors] for row in rows])
    with drawing():
        size = (4.2 + 0.75 * len(factors), 2.4 + 0.27 * len(rows))
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        axes.imshow(shares, cmap=_SHADES, vmin=0, vmax=1, aspect="auto")
        for (at, across), share in np.ndenumerate(shares):
            colour = "white" if share > _DARK else INK
            text = "" if np.isnan(share) else f"{share:.2f}"
            axes.text(
                across, at, text, ha="center", va="center", color=colour, fontsize=8
            )
        names = [fitted(labels.factor(name), 24) for name in factors]
        axes.set_xticks(range(len(factors)), names, rotation=30, ha="right")
        titles = [fitted(output_title(row.output), 48) for row in rows]
        axes.set_yticks(range(len(rows)), titles)
        axes.grid(visible=False)
        fewest = min(row.used for row in rows)
        hidden = {
            "measures": len(found.measures) - len(rows),
            "factors": len(found.factors) - len(factors),
        }
        left = " and ".join(f"{n} {what}" for what, n in hidden.items() if n)
        note = (
            f"Each cell: {found.kind}. At least {fewest} of {rows[0].planned} samples "
            f"behind every row." + f" Not shown: {left}." * bool(left)
        )
        return finished(figure, "drivers", "What carries what", note)
