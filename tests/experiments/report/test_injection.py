"""Hostile text stays text: 25 strings in every free-text field of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from experiments.comparisons.charts import (
    Difference,
    difference_figure,
    waterfall_figure,
)
from experiments.figures.fan import Fan, Line, fan_chart
from experiments.figures.parts import Chart
from experiments.figures.run_folder import Calendar
from experiments.figures.words import slug
from experiments.report import build_report
from tests.experiments.report.hostile import HARMLESS, STRINGS, cited, with_text
from tests.experiments.report.made_up import RUN, SCENARIO, SUMMARY, MadeUp, MakeUp
from tests.experiments.report.reading import Reader


def page_of(run: MadeUp, folder: Path, text: str) -> Reader:
    written = build_report(run.write(folder), [cited(text)])
    return Reader(written.read_text(encoding="utf-8"))


def outside_drawings(found: Reader) -> dict[str, int]:
    """Count elements but those of drawings, whose lines of text follow its length."""
    shapes = {"clippath", "defs", "g", "path", "rect", "text", "tspan", "use"}
    return {tag: n for tag, n in found.elements.items() if tag not in shapes}


def assert_same_make(found: Reader, harmless: Reader) -> None:
    """Hold a page's elements and attributes against those of a harmless twin."""
    assert found.elements.keys() == harmless.elements.keys()
    assert found.attributes.keys() == harmless.attributes.keys()
    assert outside_drawings(found) == outside_drawings(harmless)
    for attribute in ("href", "xlink:href"):
        schemes = {v.partition(":")[0].lower() for v in found.values.get(attribute, [])}
        assert not schemes & {"javascript", "vbscript"}


def test_there_are_25_strings() -> None:
    assert len(STRINGS) == len(set(STRINGS)) == 25


def drawn(text: str) -> Iterator[Chart]:
    """Draw one figure of each kind with the text wherever a figure takes text."""
    calendar = Calendar((24272, 24273), (0, 1))
    values = pd.DataFrame([[1.0, 2.0], [2.0, 3.0]]).to_numpy()
    fan = Fan(slug(text), text, text, [Line(text, values)], text)
    yield fan_chart(fan, calendar, 24272)
    rows = {"label": [text, text], "draw": [0, 1], "difference": [1.0, 2.0]}
    yield difference_figure(pd.DataFrame(rows), Difference(text, text, text))
    steps = {"step": ["base", text] * 2, "draw": [0, 0, 1, 1], "value": [1.0, 2, 3, 4]}
    yield waterfall_figure(pd.DataFrame(steps), text, text)


@pytest.mark.parametrize("text", STRINGS)
def test_a_drawing_holds_text_and_nothing_more(text: str) -> None:
    for chart, plain in zip(drawn(text), drawn(HARMLESS), strict=True):
        assert Reader(chart.svg).elements == Reader(plain.svg).elements
        assert Reader(chart.svg).attributes == Reader(plain.svg).attributes


@pytest.mark.parametrize("text", STRINGS)
def test_no_field_of_the_page_adds_an_element_or_attribute(
    tmp_path: Path, text: str
) -> None:
    words = MadeUp({}, SCENARIO, SUMMARY, RUN)
    found = page_of(with_text(words, text), tmp_path / "hostile", text)
    assert_same_make(found, page_of(with_text(words, HARMLESS), tmp_path, HARMLESS))


def test_a_whole_run_of_hostile_text_makes_the_same_page(
    hostile_run: Path, made_up: MakeUp, tmp_path: Path
) -> None:
    found = Reader((hostile_run / "report.html").read_text(encoding="utf-8"))
    run = with_text(made_up(draws=1, last="2025-01"), HARMLESS)
    assert_same_make(found, page_of(run, tmp_path, HARMLESS))


@pytest.mark.usefixtures("undrawn")
def test_the_text_itself_is_shown(made_up: MakeUp, tmp_path: Path) -> None:
    run = with_text(made_up(), STRINGS[0])
    assert STRINGS[0] in page_of(run, tmp_path, HARMLESS).words


@pytest.mark.usefixtures("undrawn")
def test_file_names_come_from_no_foreign_text(made_up: MakeUp, tmp_path: Path) -> None:
    page_of(with_text(made_up(), "../../x"), tmp_path / "run", HARMLESS)
    allowed = set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    for path in tmp_path.rglob("*.svg"):
        assert path.parent == tmp_path / "run" / "figures"
        assert set(path.name) <= allowed


def test_hostile_provenance_cannot_close_the_page(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"x": "</table></body><script>"}))
    found = Reader(build_report(tmp_path).read_text(encoding="utf-8"))
    assert found.elements["script"] == 0
