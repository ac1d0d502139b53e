from __future__ import annotations

from pathlib import Path

import pytest

from experiments.sweeps.design import Design, Range, read_design
from experiments.sweeps.sweep import plan_sweep
from model.errors import DesignError
from tests.experiments import toy_jobs

GOOD = """\
title: Bonus against casualties
scenario: baseline
until: 2026-12
design: latin_hypercube
levers:
  federal.signing_bonus.scale: [0.5, 1.0, 1.5]
uncertainties:
  force.return_share: {low: 0.5, high: 0.85}
samples: 16
draws: 2
seeds: 3
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "design.yaml"
    path.write_text(text)
    return path


def complaints(folder: Path, text: str) -> list[str]:
    """Lines of the error, without the folder."""
    with pytest.raises(DesignError) as raised:
        read_design(written(folder, text))
    assert raised.value.exit_code == 2
    return str(raised.value).replace(f"{folder}/", "").splitlines()


def test_a_design_reads_as_it_is_written(tmp_path: Path) -> None:
    design = read_design(written(tmp_path, GOOD)).design
    assert design.levers == {"federal.signing_bonus.scale": (0.5, 1.0, 1.5)}
    assert design.uncertainties["force.return_share"] == Range(low=0.5, high=0.85)
    assert (design.samples, design.draws) == (16, 2)
    assert list(design.seed_list) == [1, 2, 3]


def test_runs_are_the_product_of_levers_samples_draws_and_seeds(
    tmp_path: Path,
) -> None:
    plan = plan_sweep(written(tmp_path, GOOD), toy_jobs.resolve, "toy")
    assert len(plan) == 3 * 16 * 2 * 3
    assert len({point.run_id for point in plan}) == len(plan)
    assert plan.point(5).settings[0] == ("time.until", "2026-12")


@pytest.mark.parametrize(
    ("line", "instead", "complaint"),
    [
        ("samples: 16", "samples: many", "9:10: samples: "),
        (
            "samples: 16",
            "sampels: 16",
            "9:10: sampels: unknown key; did you mean samples?",
        ),
        ("low: 0.5, high: 0.85", "low: 0.9, high: 0.85", "must lie below high"),
        (
            "low: 0.5, high: 0.85",
            "low: 0.5, hihg: 0.85",
            "8:40: uncertainties.force.return_share.hihg: unknown key; did you",
        ),
        ("[0.5, 1.0, 1.5]", "[0.5, 0.5]", "6:3: levers.federal.signing_bonus.scale: "),
        ("[0.5, 1.0, 1.5]", "[[1]]", "a value is a number, a text, true, false"),
        ("[0.5, 1.0, 1.5]", "[]", "at least 1 item"),
        ("seeds: 3", "seeds: [1, 1]", "11:1: seeds: a seed stands twice"),
        ("seeds: 3", "seeds: 0", "at least 1"),
        ("design: latin_hypercube", "design: grid", "a grid needs a list of values"),
        ("design: latin_hypercube", "design: latin", "4:9: design: "),
        ("samples: 16\n", "", "latin_hypercube needs samples"),
        ("design: latin_hypercube", "design: list", "a list needs points"),
        ("until: 2026-12", "until: 2026/12", "is not a month"),
        ("force.return_share", "federal.signing_bonus.scale", "is a lever already"),
        ("title: Bonus", "title: !!python/object Bonus", "the tag "),
        ("draws: 2", "draws: 0", "greater than 0"),
        ("samples: 16", "samples: 12\npoints: [{a: 1}]", "points belong to"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, line: str, instead: str, complaint: str
) -> None:
    assert line in GOOD
    told = complaints(tmp_path, GOOD.replace(line, instead, 1))
    assert any(complaint in one for one in told), told
    assert all(one.startswith("design.yaml:") for one in told)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("seeds: 3", "seeds: [1, 1]").replace("low: 0.5", "low: 0.9")
    assert len(complaints(tmp_path, text)) == 2


def test_a_sobol_design_wants_a_power_of_two(tmp_path: Path) -> None:
    text = GOOD.replace("latin_hypercube", "sobol").replace("16", "12")
    (told,) = complaints(tmp_path, text)
    assert (
        told
        == "design.yaml:9:10: samples: must be a power of 2, as in 256, for "
        + ("Sobol sequences")
    )


@pytest.mark.parametrize(("kind", "fewest"), [("sobol", 16), ("morris", 2)])
def test_a_design_too_small_to_be_analysed_is_refused_before_it_runs(
    tmp_path: Path, kind: str, fewest: int
) -> None:
    sized = GOOD.replace("latin_hypercube", kind)
    few = sized.replace("samples: 16", f"samples: {fewest // 2}")
    (told,) = complaints(tmp_path, few)
    assert told == (
        f"design.yaml:9:10: samples: {kind} cannot be analysed below {fewest} samples"
    )
    enough = sized.replace("samples: 16", f"samples: {fewest}")
    assert read_design(written(tmp_path, enough)).design.samples == fewest


def test_a_missing_file_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(DesignError, match="no such design file"):
        read_design(tmp_path / "nothing.yaml")


def test_a_list_has_points_of_its_own(tmp_path: Path) -> None:
    design = Design(
        design="list",
        points=({"federal.bonus": 1.0}, {"federal.bonus": {"2026-01": 0.5}}),
    )
    plan = plan_sweep(design, toy_jobs.resolve, "toy")
    assert [point.settings for point in plan] == [
        (("federal.bonus", 1.0),),
        (("federal.bonus", {"2026-01": 0.5}),),
    ]


def test_too_many_runs_are_refused() -> None:
    design = Design(levers={"federal.bonus": (1.0, 2.0)}, seeds=1_000_000)
    with pytest.raises(DesignError, match="2,000,000 runs; at most 1,000,000"):
        plan_sweep(design, toy_jobs.resolve, "toy")


def test_mistakes_of_form_and_of_meaning_are_told_together(tmp_path: Path) -> None:
    text = GOOD.replace("seeds: 3", "seeds: 3\ncolour: red")
    text = text.replace("[0.5, 1.0, 1.5]", "[0.5, [1]]")
    text = text.replace("force.return_share: {low: 0.5", "force.return_share: {low: -3")
    with pytest.raises(DesignError) as raised:
        plan_sweep(written(tmp_path, text))
    told = str(raised.value)
    assert "colour: unknown key" in told
    assert "levers.federal.signing_bonus.scale" in told
    assert "force.return_share.low" in told
    assert all("design.yaml:" in line for line in told.splitlines())


def test_a_factor_can_be_the_posterior_as_a_whole() -> None:
    design = Design(
        design="sobol",
        uncertainties={"federal.bonus": Range(low=1, high=2)},
        samples=16,
        sampled_draws=5,
    )
    plan = plan_sweep(design, toy_jobs.resolve, "toy")
    points = list(plan)
    assert len(points) == 16 * 4
    assert {point.draw for point in points} == set(range(5))
    assert all(dict(point.settings).keys() == {"federal.bonus"} for point in points)
    base, other = (
        {p.row: (p.draw, dict(p.settings)) for p in points if p.block == block}
        for block in ("A", "AB federal.bonus")
    )
    assert all(base[row][0] == other[row][0] for row in base)
    assert {"A", "B", "AB federal.bonus", "AB draw"} == {p.block for p in points}


def test_draws_are_sampled_or_crossed(tmp_path: Path) -> None:
    crossed = GOOD.replace("draws: 2", "draws: 2\nsampled_draws: 8")
    (told,) = complaints(tmp_path, crossed)
    assert "draws: is 1 where sampled_draws" in told
    grid = crossed.replace("draws: 2\n", "").replace("latin_hypercube", "morris")
    (told,) = complaints(tmp_path, grid)
    assert "needs design: sobol or latin_hypercube" in told


def test_a_measure_that_cannot_be_imported_is_told_with_the_rest(
    tmp_path: Path,
) -> None:
    text = GOOD + "measures: {mine: 'no_such_module:mine'}\n"
    text = text.replace("{low: 0.5", "{low: -3")
    with pytest.raises(DesignError) as raised:
        plan_sweep(written(tmp_path, text))
    assert "measures: no_such_module:mine: cannot be imported" in str(raised.value)
    assert "force.return_share.low" in str(raised.value)
