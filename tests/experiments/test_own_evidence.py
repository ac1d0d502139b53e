"""Own evidence from the folder beside a scenario to the report, and its search."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.evidence_search import search
from experiments.figures.run_folder import open_run
from experiments.report.sources import evidence_rows, sources
from experiments.runs.run import run
from experiments.scenario_tools import check, notes
from model.errors import EvidenceError
from scenarios import load_scenario
from tests.calibration.test_evidence import write_table
from tests.calibration.test_own_evidence import OWN

SCENARIO = """title: Own
extends: baseline
regions:
  signing_bonus:
    by_region:
      RU-BEL: {rub: {2022-10: {value: 120000, source: my-bonus}}}
"""


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "own.yaml").write_text(SCENARIO)
    (tmp_path / "evidence").mkdir()
    write_table(tmp_path / "evidence", OWN)
    return tmp_path


def test_a_folder_beside_a_scenario_or_a_named_one_is_read(room: Path) -> None:
    assert check([room / "own.yaml"]) == []
    (room / "evidence").rename(room / "elsewhere")
    (problem,) = check([room / "own.yaml"])
    assert (problem.line, "is no evidence id" in problem.message) == (6, True)
    assert check([room / "own.yaml"], room / "elsewhere") == []
    notes(room / "own.yaml", (), room / "elsewhere")
    found = load_scenario(room / "own.yaml", evidence=room / "elsewhere")
    assert found.with_draw({}).own_evidence == room / "elsewhere"


def test_a_broken_own_table_is_refused_where_it_is_broken(room: Path) -> None:
    write_table(room / "evidence", {**OWN, "value": "1_200_000"})
    with pytest.raises(EvidenceError, match=r"bonus\.csv:2: value: .*write 1200000"):
        check([room / "own.yaml"])


def test_a_run_keeps_what_it_cites_and_its_report_shows_the_grade(room: Path) -> None:
    short = ["time.until=2022-10", "time.history_until=2022-10"]
    folder = run(room / "own.yaml", draws=1, settings=short, workers=1, out=room / "r")
    kept = evidence_rows(folder / "evidence")
    cited = sources(open_run(folder).scenario, {row["id"]: row for row in kept})
    (own,) = [source for source in cited if source.id == "my-bonus"]
    assert (own.found, own.grade) == (True, "documented")
    assert "my-bonus" in (folder / "report.html").read_text(encoding="utf-8")
    assert check([folder / "scenario.yaml"]) == []


def test_search_finds_packaged_and_own_rows_by_any_word(room: Path) -> None:
    own = room / "evidence"
    assert "my-bonus" in [row.id for row in search("my bonus", own)]
    assert "my-bonus" in [row.id for row in search("белгородская federal", own)]
    assert "bon-bel-2024-01" in [row.id for row in search("Belgorod signing_bonus")]
    assert {row.publisher for row in search("Rosstat wage")} != set()
    assert search("zebra quagga") == []
