"""Hostile text stays text: 25 strings in every free-text field of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.report import build_report
from experiments.report.comparison import (
    Difference,
    difference_figure,
    waterfall_figure,
)
from experiments.report.fan import Fan, Line, fan_chart
from experiments.report.parts import Chart
from experiments.report.run_folder import Calendar
from experiments.report.words import slug
from tests.experiments.report.made_up import RUN, SCENARIO, SUMMARY, MadeUp, MakeUp
from tests.experiments.report.reading import Reader

STRINGS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</svg><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus='",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<iframe src=//example.org></iframe>",
    "<link rel=stylesheet href=//example.org/x.css>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<base href=//example.org/>",
    "<form action=//example.org><input name=q></form>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[<b>x</b>]]>",
    "{{ 7 * 7 }}{% for x in [1] %}",
    "$\\frac{1}{",
    "$x$ and \\LaTeX",
    "&lt;b&gt; &amp;#60; &#x3c;",
    "\u202egnp.exe \u0007",
    "../../etc/<b>\u6f22\u5b57</b>",
)
FIELDS = (
    ("flows", "channel"),
    ("ledger", "payer"),
    ("force", "state"),
    ("observed", "quantity"),
    ("observed", "unit"),
    ("observed", "source"),
)
TOGETHER = [" ".join(STRINGS[start::5]) for start in range(5)]
HARMLESS = "harmless"


def spoiled(node: Any, text: str) -> Any:
    """Put the text behind every string of a tree that is no date."""
    if isinstance(node, dict):
        return {key: spoiled(below, text) for key, below in node.items()}
    if isinstance(node, list):
        return [spoiled(below, text) for below in node]
    is_text = isinstance(node, str) and not node[:4].isdigit()
    return f"{node} {text}" if is_text else node


def with_text(run: MadeUp, text: str) -> MadeUp:
    """Put the text into every free-text field of a run."""
    scenario = {**spoiled(run.scenario, text), "sources": ["ist-2023q2", text]}
    measure = {"value": 1.0, "low": 0.0, "high": 2.0, "unit": text, "title": text}
    summary = {**spoiled(run.summary, text), text: measure}
    tables = dict(run.tables)
    for name, column in FIELDS if tables else ():
        extra = tables[name].iloc[:1].assign(**{column: text})
        tables[name] = pd.concat([tables[name], extra], ignore_index=True)
    return MadeUp(tables, scenario, summary, spoiled({**run.run, text: [text]}, text))


def cited(text: str) -> dict[str, Any]:
    """Return an evidence row whose every text field is the text."""
    texts = (
        "kind", "grade", "unit", "period_start", "period_end", "publisher", "title",
        "published", "url", "note", "channel", "geography",
    )  # fmt: skip
    row: dict[str, Any] = dict.fromkeys(texts, text)
    numbers = {"value": 1.0, "low": None, "high": 2.0, "confidence": 3}
    return {"id": "ist-2023q2", **numbers, **row}


def page_of(run: MadeUp, folder: Path, text: str) -> Reader:
    written = build_report(run.write(folder), [cited(text)])
    return Reader(written.read_text(encoding="utf-8"))


def assert_same_make(found: Reader, harmless: Reader) -> None:
    """Hold a page's elements and attributes against those of a harmless twin."""
    assert found.elements == harmless.elements
    assert found.attributes == harmless.attributes
    for attribute in ("href", "xlink:href"):
        schemes = {v.partition(":")[0].lower() for v in found.values.get(attribute, [])}
        assert not schemes & {"javascript", "vbscript"}


def test_there_are_25_strings() -> None:
    assert len(STRINGS) == len(set(STRINGS)) == 25
    assert all(any(text in group for group in TOGETHER) for text in STRINGS)


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


@pytest.mark.parametrize("text", TOGETHER)
def test_a_whole_run_of_hostile_text_makes_the_same_page(
    made_up: MakeUp, tmp_path: Path, text: str
) -> None:
    run = made_up(draws=1, last="2025-01")
    found = page_of(with_text(run, text), tmp_path / "hostile", text)
    assert_same_make(found, page_of(with_text(run, HARMLESS), tmp_path / "x", HARMLESS))


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
