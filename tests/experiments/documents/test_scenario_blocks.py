from __future__ import annotations

from typing import Any

import pytest

from experiments.documents import scenario_blocks
from experiments.documents.scenario_blocks import COLUMNS, shipped_scenarios
from scenarios import packaged_names


def summary(
    title: str, ratio: list[float], breaks: list[float | None]
) -> dict[str, Any]:
    values: dict[str, Any] = {each.measure: [1e12] * len(ratio) for each in COLUMNS}
    values |= {"replacement_ratio": ratio, "break_month": breaks}
    measures = {name: {"by_draw": draws} for name, draws in values.items()}
    return {"title": title, "measures": measures}


def test_every_shipped_scenario_has_a_row_and_the_baseline_comes_first() -> None:
    rows = shipped_scenarios().splitlines()[2:]
    assert len(rows) == len(packaged_names())
    assert rows[0].startswith("| `baseline` |")


def test_differences_are_taken_draw_by_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    base = summary("base", [1.0, 2.0, 3.0], [None, 4.0, None])
    other = summary("other", [0.5, 1.0, 4.0], [1.0, 4.0, None])
    monkeypatch.setattr(
        scenario_blocks,
        "stored",
        lambda name: base if name == "baseline" else other,
    )
    first, second = shipped_scenarios().splitlines()[2:4]
    assert "| 2.00 |" in first
    assert "1 of 3 draws" in first
    # Medians of the levels differ by -1.0, the median difference is -0.5.
    assert "| 1.00 (-0.50) |" in second
    assert "2 of 3 draws" in second
