from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.stats import qmc

from experiments.sweeps.design import Design, Range
from experiments.sweeps.sampling import axes

RANGES: dict[str, Any] = {
    "share": Range(low=0.2, high=0.6),
    "hazard": Range(low=0.001, high=0.1, scale="log"),
    "months": Range(low=6, high=24, scale="whole"),
}


def sampled(kind: Any, **more: Any) -> Design:
    return Design(design=kind, uncertainties=RANGES, samples=64, **more)


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol", "morris"])
def test_samples_stay_in_their_ranges_and_repeat(kind: str) -> None:
    (axis,), (again,) = axes(sampled(kind)), axes(sampled(kind))
    assert axis == again
    for name, factor in RANGES.items():
        assert factor.low <= min(axis.columns[name])
        assert max(axis.columns[name]) <= factor.high
    assert all(isinstance(months, int) for months in axis.columns["months"])
    (other,) = axes(sampled(kind, sampling_seed=2))
    assert other != axis


def test_a_latin_hypercube_meets_every_stratum_once() -> None:
    (axis,) = axes(sampled("latin_hypercube"))
    unit = (np.array(axis.columns["share"]) - 0.2) / 0.4
    assert sorted(np.floor(unit * 64)) == list(range(64))


def test_logarithmic_ranges_are_even_in_logarithms() -> None:
    (axis,) = axes(sampled("latin_hypercube"))
    assert np.median(axis.columns["hazard"]) == pytest.approx(0.01, rel=0.1)


def test_whole_numbers_are_equally_likely_to_the_ends() -> None:
    (axis,) = axes(
        Design(
            design="latin_hypercube",
            uncertainties={"months": Range(low=1, high=4, scale="whole")},
            samples=400,
        )
    )
    assert np.bincount(axis.columns["months"])[1:].tolist() == [100] * 4


def test_sobol_designs_lay_out_a_b_and_ab() -> None:
    (axis,) = axes(sampled("sobol"))
    blocks = [list(rows) for _, rows in itertools.groupby(axis.blocks)]
    assert [(rows[0], len(rows)) for rows in blocks] == [
        ("A", 64), ("B", 64), ("AB share", 64), ("AB hazard", 64), ("AB months", 64)
    ]  # fmt: skip
    share = np.array(axis.columns["share"]).reshape(5, 64)
    hazard = np.array(axis.columns["hazard"]).reshape(5, 64)
    assert (share[2] == share[1]).all()
    assert (hazard[2] == hazard[0]).all()
    assert (share[3] == share[0]).all()
    unit = np.stack([(share[0] - 0.2) / 0.4, (share[1] - 0.2) / 0.4], axis=1)
    assert qmc.discrepancy(unit) < 0.002


def test_morris_trajectories_change_one_factor_a_step() -> None:
    (axis,) = axes(sampled("morris"))
    assert len(axis) == 64 * 4
    columns = {name: np.array(axis.columns[name]) for name in ("share", "hazard")}
    for at in range(1, len(axis)):
        if axis.blocks[at] == "start":
            continue
        for name, column in columns.items():
            moved = column[at] != column[at - 1]
            assert moved == (axis.blocks[at] == name)
    starts = {axis.blocks[at] for at in range(0, len(axis), 4)}
    assert starts == {"start"}


def test_listed_uncertainties_are_sampled_and_listed_levers_crossed() -> None:
    design = Design(
        design="latin_hypercube",
        levers={"bonus": (1, 2, 3), "scale": Range(low=0, high=1)},
        uncertainties={"rule": ("fixed", "match")},
        samples=10,
    )
    lever, together = axes(design)
    assert (len(lever), len(together)) == (3, 10)
    assert sorted(together.columns["rule"]) == ["fixed"] * 5 + ["match"] * 5
