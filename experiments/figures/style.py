"""The look of every figure, and how a figure becomes accessible SVG.

Colours follow Okabe and Ito (2008), which stay apart for colour-blind readers; every
line that shares a panel differs in dash pattern as well. Matplotlib's `Figure` is used
without pyplot, and its settings, which are global, are held under a lock, so figures
may be drawn from threads. Equal data give equal bytes.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font

INK: Final = "#1b1f24"
MUTED: Final = "#4a525c"
FAINT: Final = "#9aa3ad"
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#007a5a"
PURPLE: Final = "#a8447f"
OCHRE: Final = "#b07500"
SKY: Final = "#3a8fc2"
CYCLE: Final = (BLUE, VERMILION, GREEN, PURPLE, OCHRE, SKY, INK)
DASHES: Final[tuple[Any, ...]] = (
    "-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)), (0, (3, 1)), "-", "-",
)  # fmt: skip

LEAST_CONTRAST: Final = 4.5
"""Of text on its ground (WCAG 2.2, level AA)."""

PNG_DPI: Final = 200
_SETTINGS: Final = Path(__file__).with_name("muster.mplstyle")
_LOCK: Final = threading.RLock()
_IDENTIFIER: Final = re.compile(r'(\bid="|xlink:href="#|url\(#)')
_METADATA: Final = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_ROOT: Final = re.compile(r"<svg\b[^>]*>", re.DOTALL)
_DECLARED_STYLE: Final = re.compile(r'\s*<style type="text/css">.*?</style>', re.DOTALL)


@contextmanager
def drawing() -> Iterator[None]:
    """Hold the project's settings, and everybody else off, while a figure is made."""
    with _LOCK, matplotlib.rc_context(fname=_SETTINGS):
        yield


def panel(width_inches: float = 4.4, height_inches: float = 2.9) -> tuple[Figure, Axes]:
    """Return a figure with one pair of axes; to be called within `drawing`."""
    figure = Figure(figsize=(width_inches, height_inches), layout="constrained")
    return figure, figure.subplots()


def drawable(text: str) -> str:
    """Return the text with characters the figure typeface lacks shown as boxes.

    Tables beneath a figure carry every text unchanged.
    """
    known = _characters()
    return "".join(
        c if c == "\n" or (ord(c) in known and c.isprintable()) else "\N{WHITE SQUARE}"
        for c in text
    )


def fitted(text: str, longest: int = 38) -> str:
    """Return the text as it can be drawn, each line cut to a length.

    A label longer than its figure would leave no room for the figure.
    """
    lines = drawable(text).split("\n")
    return "\n".join(_cut(line, longest) for line in lines)


def to_svg(figure: Figure, slug: str, title: str, description: str) -> str:
    """Return the figure as one `<svg>` element that says what it shows.

    Args:
        figure: what was drawn; to be called within `drawing`.
        slug: prefix of all ids, so that several figures share a page.
        title: name read by a screen reader.
        description: what the figure shows, in words.
    """
    buffer = io.StringIO()
    # `savefig` would draw twice, first to lay out the parts; a draw does that anyway.
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(buffer, metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue()
    drawn = _DECLARED_STYLE.sub("", _METADATA.sub("", drawn[drawn.index("<svg") :]))
    drawn = _IDENTIFIER.sub(rf"\g<1>{slug}-", drawn)
    return _ROOT.sub(lambda _: _opening(figure, slug, title, description), drawn, 1)


def to_png(figure: Figure) -> bytes:
    """Return the figure as a PNG for slides, in the layout that `to_svg` found.

    To be called within `drawing`, after `to_svg`: laying a figure out takes as long as
    drawing it twice, and `savefig` would do both anew.
    """
    figure.set_layout_engine("none")
    figure.dpi = PNG_DPI
    buffer = io.BytesIO()
    canvas: Any = FigureCanvasAgg(figure)
    # The hardest compression takes as long as the drawing and saves a sixth.
    quick = {"compress_level": 1}
    canvas.print_png(buffer, metadata={"Software": None}, pil_kwargs=quick)
    return buffer.getvalue()


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours `#rrggbb`, 1 to 21, as WCAG 2.2 defines it.

    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour `#rrggbb`, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def readable(colour: str, ground: str = "#ffffff") -> str:
    """Return a colour darkened until text in it can be read on a light ground."""
    parts = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    while contrast(_hex(parts), ground) < LEAST_CONTRAST:
        parts = [int(0.95 * part) for part in parts]
    return _hex(parts)


def _hex(parts: list[int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in parts)


def _cut(line: str, longest: int) -> str:
    return (
        line
        if len(line) <= longest
        else f"{line[: longest - 1]}\N{HORIZONTAL ELLIPSIS}"
    )


def _opening(figure: Figure, slug: str, title: str, description: str) -> str:
    width, height = (72 * inches for inches in figure.get_size_inches())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg"'
        f' xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {width:g} {height:g}" role="img"'
        f' aria-labelledby="{slug}-name {slug}-description"'
        ' stroke-linejoin="round" stroke-linecap="butt">\n'
        f'<title id="{slug}-name">{escape(title)}</title>\n'
        f'<desc id="{slug}-description">{escape(description)}</desc>'
    )


@cache
def _characters() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties("DejaVu Sans"))).get_charmap())
