"""The brief as one HTML file that prints to two pages of A4 and loads nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.comparisons.brief.chart import brief_panes
from experiments.comparisons.brief.content import brief_of
from experiments.comparisons.comparison import Comparison
from experiments.report.page import POLICY

TEMPLATES: Final = Path(__file__).with_name("templates")


def brief_page(found: Comparison) -> str:
    """Return the brief of a comparison as HTML; all text is escaped."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("brief.html").render(
        brief=brief_of(found),
        panes=[Markup(drawing) for drawing in brief_panes(found)],
        policy=POLICY,
        style=Markup((TEMPLATES / "brief.css").read_text(encoding="utf-8")),
    )
