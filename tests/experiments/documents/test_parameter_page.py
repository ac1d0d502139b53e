from __future__ import annotations

import json
import re
from pathlib import Path

from experiments.documents.parameter_page import (
    PAGE_FILE,
    parameter_page,
    parameter_rows,
)
from model.fields.dated import DatedValue
from model.fields.months import LONGEST_MONTHS
from scenarios.format.layout import HEADER, parameters, scenario_layout


def test_every_parameter_has_its_line() -> None:
    page = parameter_page()
    for path, _ in parameters(scenario_layout()):
        if path[0] not in HEADER:
            assert f"| `{'.'.join(path)}` |" in page


def test_a_line_holds_unit_range_default_prior_source_and_grade() -> None:
    (line,) = (
        line
        for line in parameter_page().splitlines()
        if line.startswith("| `behaviour.reluctance.willing_share` |")
    )
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[2:4] == ["share", "0.0001 to 0.5"]
    assert cells[5].startswith("logit-normal 0.02; 0.004 to")
    assert cells[6:8] == ["`ru-willing-unconditional-case`", "assumption"]
    assert re.fullmatch(r"[A-Z].* [+-][\d.e+]+ %", cells[8])


def test_every_parameter_says_what_it_is_not_what_its_type_is() -> None:
    said = {row["parameter"]: row["what it is"] for row in parameter_rows()}
    types = {
        (kind.__doc__ or "").splitlines()[0] for kind in DatedValue.__subclasses__()
    }
    assert [name for name, text in said.items() if not text or text in types] == []
    assert [name for name, text in said.items() if not text.endswith(".")] == []


def test_parameters_of_one_block_are_told_apart() -> None:
    blocks: dict[str, list[str]] = {}
    for row in parameter_rows():
        block = row["parameter"].rpartition(".")[0]
        blocks.setdefault(block, []).append(row["what it is"])
    assert [b for b, texts in blocks.items() if len(set(texts)) < len(texts)] == []


def test_no_duration_is_without_a_sensible_end() -> None:
    durations = [row for row in parameter_rows() if row["unit"].startswith("months")]
    assert len(durations) > 15
    ends = [float(row["range"].rpartition(" to ")[2]) for row in durations]
    assert max(ends) <= LONGEST_MONTHS


def test_every_line_has_as_many_cells_as_the_head() -> None:
    rows = [line for line in parameter_page().splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {10}


def test_what_a_parameter_moves_most_comes_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "influence.json"
    path.write_text(json.dumps({"behaviour.slope": "inflow per month"}))
    assert "inflow per month |" in parameter_page(path)


def test_the_page_in_the_repository_is_the_one_of_this_model() -> None:
    assert PAGE_FILE.read_text(encoding="utf-8") == parameter_page(), (
        "write it anew with experiments.documents.parameter_page.write_parameter_page()"
    )
