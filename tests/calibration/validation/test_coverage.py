"""No figure of the founding articles is lost, and what is said of its use is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from ruamel.yaml import YAML

import calibration
import scenarios
from calibration.evidence import EvidenceError, load_evidence
from calibration.validation.coverage import PATH, USES, coverage
from model.scenario import Scenario

ROOT = Path(calibration.__file__).parent.parent
BASELINE = YAML(typ="safe", pure=True).load(
    Path(scenarios.__file__).with_name("baseline.yaml").read_text(encoding="utf-8")
)


def names_a_scenario_value(dotted: str) -> bool:
    """Whether a dotted name leads to a value of the documented baseline."""
    node: Any = Scenario.model_validate(BASELINE)
    for name in dotted.split("."):
        if isinstance(node, BaseModel) and name in type(node).model_fields:
            node = getattr(node, name)
        elif isinstance(node, dict) and name in node:
            node = node[name]
        else:
            return False
    return True


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = PATH.read_text(encoding="utf-8")
    assert old in text
    copy = tmp_path / "coverage.csv"
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def test_every_row_of_the_founding_articles_is_accounted_for() -> None:
    seeds = [row.id for row in load_evidence().values() if row.table == "seeds"]
    assert [row.id for row in coverage()] == seeds
    assert len(seeds) == 96


def test_every_use_occurs() -> None:
    assert {row.use for row in coverage()} == set(USES)


def test_where_names_an_existing_module_or_scenario_value() -> None:
    lost = [
        f"{row.id}: {row.where}"
        for row in coverage()
        if row.where
        and not (
            (ROOT / row.where).is_file()
            if row.where.endswith(".py")
            else names_a_scenario_value(row.where)
        )
    ]
    assert lost == []


def test_a_documented_mechanism_is_modelled_or_its_absence_explained() -> None:
    rows = {row.id: row for row in coverage()}
    for row in load_evidence().values():
        if row.table == "seeds" and row.quantity.startswith("mechanism_"):
            assert rows[row.id].use in {"mechanism", "input", "prior", "not_used"}
    unused = [
        row.id
        for row in rows.values()
        if row.quantity.startswith("mechanism_") and row.use == "not_used"
    ]
    assert unused == ["s0-cn-early"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("s4-unknowns,prior", "s4-unknown,prior", "is unaccounted for"),
        ("s4-unknowns,prior", "s4-unknowns,hope", "use 'hope' is unknown"),
        ("s0-cn-pow,not_used,,", "s0-cn-pow,not_used,networks,", "exactly for what"),
        ("s1-cn-pow,", "s0-cn-pow,", "occurs twice"),
        ("id,use,where,reason", "id,use,why,reason", "header must be"),
    ],
)
def test_a_wrong_line_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(EvidenceError, match=message):
        coverage(changed(tmp_path, old, new))
