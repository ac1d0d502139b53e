from pathlib import Path

import pytest
from ruamel.yaml import YAML

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
FAULTS = YAML(typ="safe").load(HERE / "mutants.yaml")


@pytest.mark.parametrize("fault", FAULTS, ids=[each["fault"] for each in FAULTS])
def test_every_fault_can_be_planted_in_exactly_one_place(fault: dict[str, str]) -> None:
    text = (PROJECT / fault["file"]).read_text(encoding="utf-8")
    assert text.count(fault["find"]) == 1
    assert fault["replace"] != fault["find"]
    assert all((PROJECT / t.split("::")[0]).exists() for t in fault["tests"].split())
