"""Russia's regions as equal tiles, so that a large empty region does not shout.

The layout is our own: neighbours in fact are neighbours on the grid wherever the grid
allows, north is up. Crimea and Sevastopol, Ukrainian territory that Russia's statistics
count, stand apart and are outlined.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.style import FAINT, INK, MUTED, fitted
from experiments.figures.words import number

_GRID: Final = """
.   .   .   .   MUR .   NEN .   .   .   .   .   .   .   .   .   .
.   .   SPE LEN KR  ARK KO  YAN .   .   .   .   .   .   .   CHU .
KGD .   PSK NGR VLG KOS KIR PER KHM TYU OMS TOM KYA SA  MAG KAM .
.   SMO TVE YAR IVA NIZ ME  UD  SVE KGN NVS KEM KK  IRK AMU KHA SAK
.   KLU MOW MOS VLA MO  CU  TA  BA  CHE ALT AL  TY  BU  ZAB YEV .
.   BRY ORL TUL RYA PNZ ULY SAM ORE .   .   .   .   .   .   PRI .
.   .   KRS LIP TAM SAR .   .   .   .   .   .   .   .   .   .   .
.   .   BEL VOR ROS VGG AST .   .   .   .   .   .   .   .   .   .
43  .   .   KDA STA KL  .   .   .   .   .   .   .   .   .   .   .
40  .   AD  KC  KB  SE  IN  CE  DA  .   .   .   .   .   .   .   .
"""
OCCUPIED: Final = {"43": "UA-43", "40": "UA-40"}
LIGHTEST, DARKEST = "#edf3f8", "#08436f"
_CLASSES: Final = 6
_SHADES: Final = LinearSegmentedColormap.from_list(
    "muster", [LIGHTEST, "#9cc4e0", "#3d87bd", DARKEST]
)


def layout() -> dict[str, tuple[int, int]]:
    """Map each region's ISO code to its column and row."""
    return {
        OCCUPIED.get(word, f"RU-{word}"): (column, row)
        for row, line in enumerate(_GRID.strip().splitlines())
        for column, word in enumerate(line.split())
        if word != "."
    }


def short(iso: str) -> str:
    """Return what is written on a tile."""
    return {"UA-43": "KRM", "UA-40": "SEV"}.get(iso, iso.removeprefix("RU-"))


def class_edges(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[float]:
    """Return rounded edges of classes that hold about equally many regions."""
    known = values[np.isfinite(values)]
    if not len(known):
        return [0.0, 1.0]
    wanted = np.quantile(known, np.linspace(0, 1, _CLASSES + 1))
    inner = sorted({_rounded(edge) for edge in wanted[1:-1]})
    inner = [edge for edge in inner if known.min() < edge < known.max()]
    return [float(known.min()), *inner, float(known.max())]


def draw_tiles(axes: Axes, values: Mapping[str, float], unit: str) -> None:
    """Draw the map: shade by class, code on each tile, legend in the empty south-east.

    Regions without a value are hatched.
    """
    edges = class_edges(np.array(list(values.values()), dtype=float))
    places = layout()
    for iso, (column, row) in places.items():
        _tile(axes, column, row, iso, _shade(values.get(iso, np.nan), edges))
    _legend(axes, edges, unit, any(iso not in values for iso in places))
    axes.set_xlim(-0.1, 17.0)
    axes.set_ylim(10.05, -0.1)
    axes.set_aspect("equal")
    axes.axis("off")
    figure = axes.figure
    if isinstance(figure, Figure):
        # The map fills its figure, so that all maps of a page are of one size.
        figure.set_layout_engine("none")
        axes.set_position((0.0, 0.0, 1.0, 1.0))


def _tile(
    axes: Axes, column: int, row: int, iso: str, shade: tuple[float, ...] | None
) -> None:
    box: dict[str, Any] = {"facecolor": shade or "#ffffff"}
    if shade is None:
        box |= {"hatch": "////", "edgecolor": FAINT, "linewidth": 0}
    axes.add_patch(Rectangle((column + 0.03, row + 0.03), 0.94, 0.94, **box))
    if iso in OCCUPIED.values():
        axes.add_patch(
            Rectangle(
                (column + 0.03, row + 0.03), 0.94, 0.94,
                fill=False, edgecolor=INK, linewidth=0.9, linestyle=(0, (2, 1.5)),
            )
        )  # fmt: skip
    axes.text(
        column + 0.5, row + 0.52, short(iso), ha="center", va="center", fontsize=6.6,
        color="#ffffff" if shade is not None and _luminance(shade) < 0.2 else INK,
    )  # fmt: skip


def _legend(axes: Axes, edges: list[float], unit: str, hatched: bool) -> None:
    left, top = 9.9, 7.0
    axes.text(
        left, top - 0.25, fitted(unit, 34), fontsize=7.6, color=MUTED, va="bottom"
    )
    for step, (low, high) in enumerate(pairwise(edges)):
        shade = _shade((low + high) / 2, edges)
        at = top + 0.5 * step
        axes.add_patch(Rectangle((left, at), 0.8, 0.44, facecolor=shade))
        said = f"{number(low)} to {number(high)}"
        axes.text(left + 1.05, at + 0.24, said, fontsize=7.6, va="center", color=INK)
    if hatched:
        box = Rectangle(
            (left + 4.4, top), 0.8, 0.44, facecolor="#ffffff", hatch="////",
            edgecolor=FAINT,
        )  # fmt: skip
        axes.add_patch(box)
        axes.text(left + 5.4, top + 0.24, "none", fontsize=7.6, va="center")


def _shade(value: float, edges: list[float]) -> tuple[float, ...] | None:
    if not np.isfinite(value):
        return None
    classes = len(edges) - 1
    at = int(np.clip(np.searchsorted(edges, value, "right") - 1, 0, classes - 1))
    return tuple(_SHADES((at + 0.5) / classes)[:3])


def _luminance(shade: tuple[float, ...]) -> float:
    """Return the relative luminance by which contrast is judged (WCAG 2)."""
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shade
    ]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def _rounded(value: float) -> float:
    """Round to two significant digits."""
    return float(f"{value:.1e}")
