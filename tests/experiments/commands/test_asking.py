import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from calibration.posterior import FOLDER
from calibration.posterior.forward import load_forward
from experiments.commands.cli import app
from experiments.runs.measured_draws import MEASURED, in_words, measured
from model.errors import MusterError, StorageError

CLAIM = "210 000 contracts in the first half of 2025"


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


def test_worth_ranks_documents_as_json() -> None:
    told = json.loads(said("worth", "killed_persons", "--json"))
    assert told["measure"] == "killed_persons"
    rows = told["documents"]
    wanted = {"source", "quantity", "place", "period", "narrowing", "error"}
    assert wanted <= set(rows[0])
    shares = [row["narrowing"] for row in rows]
    assert shares == sorted(shares, reverse=True)
    dead = ("killed", "dead", "death", "wounded")
    assert any(word in rows[0]["quantity"] for word in dead)


def test_worth_of_a_document_of_ones_own(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "name,source,quantity,observer,of,period_start,period_end,documented,sd,"
        "discrepancy,scale,unit,use,evidence,basis\n"
        "payouts,a ministry,payouts,paid,compensation,2026-01,2026-12,1,0.02,0.02,"
        "log,RUB,,,\n",
        encoding="utf-8",
    )
    given = ("worth", "killed_persons", "--targets", str(table), "--json")
    rows = json.loads(said(*given))["documents"]
    (own,) = (row for row in rows if row["own"])
    assert own["name"] == "payouts"
    assert own["narrowing"] > 0.1
    assert "payouts" in said(*given[:-1])


def test_a_figure_of_the_ranking(tmp_path: Path) -> None:
    said("worth", "replacement_ratio", "--figure", str(tmp_path / "worth.svg"))
    assert "<svg" in (tmp_path / "worth.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("worth", "kiled_persons"), "did you mean killed_persons"),
        (("worth", "killed_persons", "--known-by", "soon"), "write YYYY-MM"),
    ],
)
def test_what_worth_cannot_answer(given: tuple[str, ...], told: str) -> None:
    error = refused(*given)
    assert told in str(error)
    assert error.exit_code == 2


def test_measures_of_other_runs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="worth --renew"):
        measured("killed_persons", tmp_path)
    for name in ("forward.npz", "draws.parquet"):
        shutil.copy(FOLDER / name, tmp_path)
    table = pq.read_table(FOLDER / MEASURED)
    at = np.arange(table.num_rows)[::-1]
    pq.write_table(table.take(at), tmp_path / MEASURED)
    with pytest.raises(StorageError, match="is of other runs"):
        measured("killed_persons", tmp_path)


def test_the_stored_measures_are_those_of_the_stored_histories() -> None:
    values = measured("killed_persons_2024")
    killed = [
        run.losses[0, :, run.at(12 * 2024) : run.at(12 * 2025)].sum()
        for run, _ in load_forward(FOLDER)
    ]
    assert values == pytest.approx(killed, rel=0.05)
    assert in_words("killed_persons") == "Killed, 2026"
