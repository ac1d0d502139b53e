"""Reading figures back."""

from __future__ import annotations

from xml.etree import ElementTree

_SVG = "{http://www.w3.org/2000/svg}"


def is_accessible(svg: str) -> bool:
    """Whether it is an image that a screen reader can name and describe."""
    root = ElementTree.fromstring(svg)
    named = all(root.findtext(f"{_SVG}{part}") for part in ("title", "desc"))
    return root.tag == f"{_SVG}svg" and root.get("role") == "img" and named


def texts_of(svg: str) -> list[str]:
    """Every text that can be read in a figure, line by line."""
    root = ElementTree.fromstring(svg)
    return ["".join(text.itertext()).strip() for text in root.iter(f"{_SVG}text")]
