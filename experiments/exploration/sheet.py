"""A figure as a file of its own: its title and its note can be read without a page."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure

from experiments.figures.style import INK, MUTED, drawable, to_svg

# About what fits beside each other in an inch.
_TITLE_CHARACTERS, _NOTE_CHARACTERS = 11, 14
_GROUND = '<rect width="100%" height="100%" fill="white"/>'


def finished(figure: Figure, slug: str, title: str, note: str) -> str:
    """Write title and note around a figure; to be called within `drawing`."""
    width = figure.get_size_inches()[0]
    figure.suptitle(
        _wrapped(title, int(width * _TITLE_CHARACTERS)),
        x=0.01, ha="left", color=INK, fontsize=11, fontweight="bold",
    )  # fmt: skip
    figure.supxlabel(
        _wrapped(note, int(width * _NOTE_CHARACTERS)),
        x=0.01, ha="left", color=MUTED, fontsize=8,
    )  # fmt: skip
    svg = to_svg(figure, slug, title, note)
    # The report's figures lie on its page; a file may be opened on black.
    return svg.replace("</desc>", f"</desc>\n{_GROUND}", 1)


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(drawable(text), width)
