from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from experiments.exploration.discovery import discover, find_boxes
from experiments.sweeps.design import Design, Range
from model.errors import DesignError
from tests.experiments import toy_jobs
from tests.experiments.sweeping import sweep


def uniform(names: str, count: int = 1000) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(3)
    return {name: rng.random(count) for name in names}


def test_a_planted_box_is_found() -> None:
    columns = uniform("abcd")
    cases = (columns["a"] > 0.6) & (columns["b"] < 0.4)
    (box, *_) = find_boxes(columns, cases, 1)
    assert {limit.factor for limit in box.limits} == {"a", "b"}
    bounds = {limit.factor: limit.bound for limit in box.limits}
    assert bounds["a"] == pytest.approx((0.6, np.inf), abs=0.03)
    assert bounds["b"] == pytest.approx((-np.inf, 0.4), abs=0.03)
    assert box.density > 0.97
    assert box.coverage > 0.9


def test_two_planted_boxes_are_found_one_after_the_other() -> None:
    columns = uniform("abc", 2000)
    cases = (columns["a"] > 0.8) | (columns["b"] < 0.15)
    boxes = list(find_boxes(columns, cases, 2))
    assert {box.limits[0].factor for box in boxes} == {"a", "b"}
    assert sum(box.coverage for box in boxes) > 0.85


def test_noise_gives_no_box() -> None:
    columns = uniform("abc", 300)
    cases = np.random.default_rng(5).random(300) < 0.3
    limits = [box.limits for box in find_boxes(columns, cases, 1)]
    assert all(limit.chance < 0.05 for box in limits for limit in box)
    assert len(limits) <= 1


def test_values_without_an_order_are_found() -> None:
    rng = np.random.default_rng(4)
    columns = {
        "rule": rng.choice(["fixed", "match", "capped"], 600),
        "a": rng.random(600),
    }
    cases = (columns["rule"] == "capped") & (columns["a"] > 0.5)
    (box,) = find_boxes(columns, cases, 1)
    bounds = {limit.factor: limit.bound for limit in box.limits}
    assert bounds["rule"] == frozenset({"capped"})


def test_boxes_are_found_in_the_folder_of_a_sweep(tmp_path: Path) -> None:
    design = Design(
        design="latin_hypercube",
        uncertainties={
            "federal.bonus": Range(low=0.2, high=2),
            "force.return_share": Range(low=0.5, high=0.9),
        },
        samples=120,
    )
    sweep(tmp_path, design)
    found = discover(tmp_path, "inflow", below=8)
    (limit,) = found.boxes[0].limits
    assert limit.factor == "federal.bonus"
    assert limit.bound == pytest.approx((-np.inf, 8 / 17.5), abs=0.03)
    assert (found.question, found.points, found.left_out) == ("inflow < 8", 120, "")
    with pytest.raises(DesignError, match="0 of 120 points are cases"):
        discover(tmp_path, "inflow", above=1000)
    with pytest.raises(DesignError, match="either a threshold below or one above"):
        discover(tmp_path, "inflow")


def test_points_without_a_number_are_counted(tmp_path: Path) -> None:
    design = Design(
        design="latin_hypercube",
        uncertainties={"federal.bonus": Range(low=0.2, high=2)},
        samples=60,
    )
    sweep(tmp_path, design, job=toy_jobs.not_finite)
    found = discover(tmp_path, "replacement", above=10)
    assert found.points < 60
    assert found.left_out == f"{60 - found.points} without a number"
