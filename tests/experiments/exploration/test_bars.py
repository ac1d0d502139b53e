from __future__ import annotations

from pathlib import Path

import pytest

from experiments.exploration.bars import MOST_BARS, box_rows, index_bars, tornado
from experiments.exploration.discovery import Box, Discovery, Limit
from experiments.exploration.labels import Labels
from experiments.exploration.screening import ElementaryEffects, Screening
from experiments.exploration.sensitivity import SobolAnalysis, sensitivity
from model.errors import DesignError
from tests.experiments.exploration.seeing import is_accessible, texts_of
from tests.experiments.exploration.sweeps_to_draw import sampled


def screening(*factors: ElementaryEffects, left_out: str = "") -> Screening:
    return Screening("replacement_ratio", 18, 20, left_out, not factors, factors)


def test_bars_of_indices_are_drawn(tmp_path: Path) -> None:
    found = sensitivity(sampled(tmp_path, "sobol"), "replacement")
    assert isinstance(found, SobolAnalysis)
    assert is_accessible(index_bars(found))


def test_a_tornado_names_factors_ranges_and_what_it_rests_on() -> None:
    design = {
        "labels": {"a.b": "Bonus, million RUB"},
        "uncertainties": {
            "a.b": {"low": 0.5, "high": 2.0},
            "a.rule": ["fixed", "match"],
        },
    }
    found = screening(
        ElementaryEffects("a.b", 0.4, -0.4, 0.1, 9),
        ElementaryEffects("a.rule", 0.2, float("nan"), 0.1, 9),
        left_out="2 failed",
    )
    said = texts_of(tornado(found, Labels(design)))
    assert {"Bonus, million RUB", "0.5 to 2", "a.rule", "fixed, match"} <= set(said)
    assert "18 of 20 effects (2 failed)" in " ".join(said)


def test_only_the_strongest_bars_are_drawn_and_the_rest_counted() -> None:
    effects = [
        ElementaryEffects(f"a.x{n}", 1.0, 1.0, 0.1, 9) for n in range(MOST_BARS + 2)
    ]
    said = " ".join(texts_of(tornado(screening(*effects))))
    assert "2 weaker factors not shown" in said
    assert f"a.x{MOST_BARS}" not in said


def test_a_constant_output_has_no_bars() -> None:
    with pytest.raises(DesignError, match="constant"):
        tornado(screening())


def test_boxes_show_bounds_on_ranges_and_choices() -> None:
    limits = (
        Limit("force.tempo", (1.5, float("inf")), 0.001),
        Limit("federal.rule", frozenset({"fixed"}), 0.01),
    )
    box = Box(limits, density=0.9, coverage=0.6, points=30)
    found = Discovery("break_month < 12", 200, 45, "3 failed", (box,))
    ranges = {"force.tempo": {"low": 0.5, "high": 2.0, "scale": "log"}}
    svg = box_rows(found, Labels({"uncertainties": ranges}))
    said = texts_of(svg)
    assert is_accessible(svg)
    assert {"at least 1.5", "fixed", "0.5 to 2"} <= set(said)
    assert "90% of its 30 points are cases; it holds 60% of all cases" in said
    assert "45 of 200 points are cases (3 failed)" in " ".join(said)


def test_no_box_is_no_figure() -> None:
    with pytest.raises(DesignError, match="no combination is beyond chance"):
        box_rows(Discovery("break_month < 12", 200, 45, "", ()))
