"""Runs, sweeps and the posterior open as tables, arrays and inference data."""

from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from calibration.posterior import Draws, load_posterior
from experiments import ProgressBar, open_run, open_sweep
from experiments.results.runs import Run
from experiments.runs.run import run
from experiments.storage.durable import DamagedError
from experiments.storage.units import unit_of
from experiments.sweeps.session import Progress
from model.errors import MusterError, StorageError
from tests.experiments.exploration.seeing import is_accessible
from tests.experiments.small_country import SHORT, settle
from tests.experiments.sweeping import broken_off, sweep
from tests.experiments.toy_jobs import grid


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        settle(patch)
        folder = tmp_path_factory.mktemp("runs") / "small"
        run("baseline", draws=2, settings=SHORT, workers=1, out=folder, report=False)
    return open_run(folder)


def test_a_run_shows_what_it_is(opened: Run) -> None:
    assert "2 draws, seed 1" in repr(opened)
    assert "replacement" in opened._repr_html_().lower()
    assert {"flows", "force", "ledger"} <= set(opened.tables)
    assert opened.measures.loc["replacement_ratio", "unit"]


def test_a_table_opens_in_every_library_with_dates_and_units(opened: Run) -> None:
    force = opened.table("force")
    assert force.units == {"persons": "persons"}
    arrow = force.to_arrow()
    assert arrow.schema.field("persons").metadata == {b"unit": b"persons"}
    assert arrow["month"][0].as_py() == date(2025, 3, 1)
    frame = force.to_pandas(where={"state": ["combat"], "month": ["2025-04"]})
    assert frame.attrs["units"] == {"persons": "persons"}
    assert set(frame["month"]) == {pd.Timestamp(2025, 4, 1)}
    total = force.to_pandas()["persons"].sum()
    assert force.to_polars()["persons"].sum() == total
    assert force.to_duckdb().aggregate("sum(persons)").fetchall() == [(total,)]
    assert force.to_pandas(["month"], dates=False)["month"][0] == "2025-03"
    with pytest.raises(MusterError, match="no column 'men'"):
        force.to_arrow(["men"])


def test_the_files_themselves_name_units(opened: Run) -> None:
    schema = pq.read_schema(opened.path / "ledger.parquet")
    assert schema.field("paid_rub").metadata == {b"unit": b"RUB"}
    assert schema.field("account").metadata is None


def test_an_array_has_units_coordinates_and_the_same_sums(opened: Run) -> None:
    force = opened.to_xarray("force")
    assert force["persons"].dims == ("draw", "month", "channel", "state")
    assert force["persons"].attrs == {"units": "persons"}
    assert force["month"].dtype.kind == "M"
    assert (
        int(force["persons"].sum())
        == opened.table("force").to_pandas()["persons"].sum()
    )
    ledger = opened.to_xarray("ledger", "draw", "account")
    frame = opened.table("ledger").to_pandas()
    assert int(ledger["paid_rub"].sum()) == frame["paid_rub"].sum()
    assert set(ledger.data_vars) == {"accrued_rub", "paid_rub", "lapsed_rub"}


def test_a_run_is_drawn_by_month(opened: Run, tmp_path: Path) -> None:
    figure = opened.plot("force", "persons", by="state", where={"state": ["combat"]})
    assert is_accessible(figure._repr_svg_())
    assert figure.save(tmp_path / "force.svg").read_text("utf-8") == figure.svg
    assert "SVG" in repr(figure)
    place = {"place": ["RU-MOW"]}
    assert is_accessible(opened.plot("prices", "offer_regional_rub", where=place).svg)
    with pytest.raises(MusterError, match="cannot be added up; say with where="):
        opened.plot("prices", "offer_regional_rub")


def test_prices_are_not_added_up(opened: Run) -> None:
    prices = opened.to_xarray("prices")
    assert prices["offer_regional_rub"].sizes["place"] > 80
    with pytest.raises(MusterError, match="nothing in it adds up"):
        opened.to_xarray("prices", "month")
    assert "median_reservation_bonus_rub" not in opened.to_xarray("flows", "channel")
    with pytest.raises(MusterError, match="'shoe_size' is no key"):
        opened.to_xarray("flows", "shoe_size")


def test_a_changed_byte_is_never_shown(opened: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in opened.path.iterdir():
        if file.is_file():
            (copy / file.name).write_bytes(file.read_bytes())
    content = bytearray((copy / "force.parquet").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "force.parquet").write_bytes(bytes(content))
    with pytest.raises(DamagedError, match="does not match its digest"):
        open_run(copy).table("force")
    with pytest.raises(StorageError):
        open_run(tmp_path)


def test_a_sweep_opens_complete_and_half_done(tmp_path: Path) -> None:
    sweep(tmp_path / "whole", grid(6))
    whole = open_sweep(tmp_path / "whole")
    assert whole.complete
    assert "6 of 6 runs" in repr(whole)
    assert whole.factors == ("federal.bonus",)
    assert set(whole.outputs) == {"inflow", "replacement", "break_month", "missing"}
    assert is_accessible(whole.plot("inflow").svg)
    runs = whole.runs.to_pandas()
    array = whole.to_xarray()
    assert dict(array.sizes) == {"run_id": 6, "month": 12}
    assert "federal.bonus" in array.coords
    broken_off(tmp_path / "partial", grid(6), after=5)
    partial = open_sweep(tmp_path / "partial")
    assert "5 of 6 runs" in repr(partial)
    so_far = partial.runs.to_pandas()
    assert len(so_far) == 5
    assert len(partial.points.to_pandas()) == 6
    assert len(partial.months.to_arrow()) == 60
    kept = runs[runs["run_id"].isin(so_far["run_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, so_far)


def test_a_table_of_a_sweep_is_held_against_its_name(tmp_path: Path) -> None:
    sweep(tmp_path, grid(3))
    (part,) = (tmp_path / "runs.parquet").iterdir()
    part.write_bytes(part.read_bytes() + b"x")
    with pytest.raises(DamagedError):
        open_sweep(tmp_path).runs.to_pandas()
    part.unlink()
    with pytest.raises(DamagedError, match="missing or damaged"):
        open_sweep(tmp_path).runs.to_pandas()


def posterior() -> Draws:
    values = np.array([[0.0, 1.0], [1.0, 1.0], [4.0, 3.0]])
    weight = np.array([0.25, 0.25, 0.5])
    return Draws(("a", "b"), values, weight, ("main",) * 3, ({},) * 3)


def test_the_posterior_says_what_its_weighted_draws_say() -> None:
    summary = posterior().summary()
    assert summary.T["a"].to_dict() == pytest.approx(
        {"mean": 2.25, "sd": 1.7853571, "low": 0.0, "median": 1.0, "high": 4.0}
    )
    drawn = posterior().resampled_values(1024)
    assert drawn["a"].mean() == pytest.approx(2.25, abs=0.01)
    assert "3 weighted draws (as good as 3)" in repr(posterior())
    assert "<table" in posterior()._repr_html_()
    assert list(posterior().to_pandas()) == ["weight", "variant", "a", "b"]


def test_the_posterior_is_inference_data_of_equal_draws() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ArviZ announces its next version
        data = load_posterior().to_arviz(64)
    name = load_posterior().names[0]
    assert data.posterior[name].sizes == {"chain": 1, "draw": 64}


def test_a_bar_counts_runs_in_lines_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    bar = ProgressBar("draws")
    for done in range(3):
        bar(done, 2)
    assert "draws 2/2" in capsys.readouterr().err
    ProgressBar()(Progress(4, 1, 3, 1, 10.0))
    assert "runs 4/4, 1 failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("paid_rub", "RUB"),
        ("rub_per_usd", "RUB/USD"),
        ("service_pay_rub_per_month", "RUB/month"),
        ("flows.signed_persons.RU-MOW", "persons"),
        ("perceived_death_share", "1"),
        ("home", ""),
    ],
)
def test_units_stand_in_names(column: str, unit: str) -> None:
    assert unit_of(column) == unit
