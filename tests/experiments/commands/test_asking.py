import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from calibration.observation.history import History
from calibration.posterior import FOLDER
from calibration.posterior.forward import load_forward
from experiments.commands.cli import app
from experiments.runs.measured_draws import (
    MEASURED,
    READ_OFF,
    in_words,
    measure_draws,
    measured,
)
from model.errors import MusterError, StorageError
from model.fields.months import parse_month

CLAIM = "210 000 contracts in the first half of 2025"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged draws, their histories, and two measures read off these."""
    path = tmp_path_factory.mktemp("posterior")
    for name in ("forward.npz", "draws.parquet", "backtests.json", "provenance.json"):
        shutil.copy(FOLDER / name, path)
    runs = [run for run, _ in load_forward(path)]
    columns = {
        "killed_persons": [_of_year(run, run.losses[0], 2026) for run in runs],
        "inflow_persons_per_month_2024": [
            _of_year(run, run.signed, 2024) / 12 for run in runs
        ],
        "replacement_ratio": [
            _of_year(run, run.signed, 2026) / _of_year(run, run.losses, 2026)
            for run in runs
        ],
    }
    pq.write_table(pa.table(columns), path / MEASURED)
    return path


def _of_year(run: History, series: NDArray[np.float64], year: int) -> float:
    first = run.at(parse_month(f"{year}-01"))
    return float(series[..., first : first + 12].sum())


def said(*given: str) -> str:
    done = CliRunner().invoke(app, list(given))
    assert done.exit_code == 0, done.exception
    return done.output


def refused(*given: str) -> MusterError:
    done = CliRunner().invoke(app, list(given))
    assert isinstance(done.exception, MusterError)
    return done.exception


def test_a_claim_in_words_is_placed_in_every_sources_band() -> None:
    told = said("claim", CLAIM)
    assert told.count("210 000 contracts") == 2
    for source in ("officials", "federal budget lines", "regional budgets"):
        assert source in told
    assert "it would take" in told


def test_claims_are_compared_as_json() -> None:
    told = json.loads(said("claim", CLAIM, "over 300k killed by June 2025", "--json"))
    assert [each["figure"] for each in told["claims"]] == [210_000, 300_000]
    assert told["together"] > 0
    assert told["claims"][1]["bound"] == "at least"


def test_what_can_be_claimed_is_listed() -> None:
    told = said("claim", "--list")
    assert "force in theatre" in told
    assert "contracts signed, signed contracts" in told
    rows = json.loads(said("claim", "--list", "--json"))
    assert {"quantity", "unit", "said as", "counted by", "by"} == set(rows[0])


def test_a_claim_that_is_none_is_refused() -> None:
    for given in (("claim",), ("claim", CLAIM, "--file", "x"), ("claim", "10 tanks")):
        assert refused(*given).exit_code == 2


def test_worth_ranks_documents_as_json(folder: Path) -> None:
    given = ("worth", "killed_persons", "--json", "--posterior", str(folder))
    told = json.loads(said(*given))
    assert told["measure"] == "killed_persons"
    rows = told["documents"]
    wanted = {"source", "quantity", "place", "period", "narrowing", "error"}
    assert wanted <= set(rows[0])
    shares = [row["narrowing"] for row in rows]
    assert shares == sorted(shares, reverse=True)
    dead = ("killed", "dead", "death", "wounded")
    assert any(word in rows[0]["quantity"] for word in dead)


def test_worth_of_a_document_of_ones_own(folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "name,source,quantity,observer,of,period_start,period_end,documented,sd,"
        "discrepancy,scale,unit,use,evidence,basis\n"
        "payouts,a ministry,payouts,paid,compensation,2026-01,2026-12,1,0.02,0.02,"
        "log,RUB,,,\n",
        encoding="utf-8",
    )
    given = ["worth", "killed_persons", "--targets", str(table)]
    given += ["--posterior", str(folder)]
    rows = json.loads(said(*given, "--json"))["documents"]
    (own,) = (row for row in rows if row["own"])
    assert own["name"] == "payouts"
    assert own["narrowing"] > 0.1
    assert "payouts" in said(*given)


def test_a_figure_of_the_ranking(folder: Path, tmp_path: Path) -> None:
    drawn = tmp_path / "worth.svg"
    given = ("worth", "replacement_ratio", "--figure", str(drawn))
    said(*given, "--posterior", str(folder))
    assert "<svg" in drawn.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("worth", "kiled_persons"), "did you mean killed_persons"),
        (("worth", "killed_persons", "--known-by", "soon"), "write YYYY-MM"),
    ],
)
def test_what_worth_cannot_answer(
    given: tuple[str, ...], told: str, folder: Path
) -> None:
    error = refused(*given, "--posterior", str(folder))
    assert told in str(error)
    assert error.exit_code == 2


def test_measures_of_other_runs_are_refused(folder: Path, tmp_path: Path) -> None:
    for name in ("forward.npz", "draws.parquet"):
        shutil.copy(folder / name, tmp_path)
    with pytest.raises(StorageError, match="worth --renew"):
        measured("marginal_price_rub", tmp_path)
    table = pq.read_table(folder / MEASURED)
    at = np.arange(table.num_rows)[::-1]
    pq.write_table(table.take(at), tmp_path / MEASURED)
    with pytest.raises(StorageError, match="is of other runs"):
        measured("marginal_price_rub", tmp_path)


@pytest.mark.slow
def test_renewed_measures_are_those_of_the_renewed_histories(tmp_path: Path) -> None:
    for name in ("draws.parquet", "regional_game.parquet"):
        shutil.copy(FOLDER / name, tmp_path)
    measure_draws(tmp_path, tmp_path / "kept", draws=1, workers=1)
    stored = pq.read_table(tmp_path / MEASURED).to_pydict()
    for name in READ_OFF:
        if name in stored:
            read = measured(name, tmp_path)
            assert read == pytest.approx(stored[name]), name
    assert measured("marginal_price_rub", tmp_path) == stored["marginal_price_rub"]
    assert in_words("killed_persons") == "Killed, 2026"
