"""A data package keeps the rules of its profile, and its tables those of their schemas.

The rules are those of Frictionless Data Package and Tabular Data Resource, version 1.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from experiments.results.package import DESCRIPTOR, Resource, write_package
from experiments.results.shipped import package_run, package_shipped
from experiments.runs.run import run
from model.errors import OutputError, StorageError
from tests.experiments.small_country import SHORT, settle

NAME = re.compile(r"[-a-z0-9._/]+")
READ = {"integer": "Int64", "number": "float64", "string": "str"}
TRUTH = {"True", "False"}


def problems(folder: Path) -> list[str]:
    """Return what in a package breaks the rules of the profile or its own schemas."""
    told = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    found = []
    if told["profile"] != "tabular-data-package" or not NAME.fullmatch(told["name"]):
        found.append("profile or name")
    for license_ in told["licenses"]:
        found += [] if {"name", "path"} & set(license_) else ["license"]
    found += ["source" for source in told["sources"] if not source["title"]]
    names = [each["name"] for each in told["resources"]]
    found += ["names"] if len(set(names)) != len(names) or not names else []
    for each in told["resources"]:
        found += [f"{each['name']}: {what}" for what in _of(each, folder)]
    return found


def _of(resource: Mapping[str, Any], folder: Path) -> list[str]:
    path = folder / resource["path"]
    content = path.read_bytes()
    found = []
    if resource["profile"] != "tabular-data-resource":
        found.append("profile")
    if not NAME.fullmatch(resource["name"]) or path.parent != folder:
        found.append("name or path")
    if resource["bytes"] != len(content):
        found.append("bytes")
    if resource["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
        found.append("hash")
    schema = resource["schema"]
    fields = {each["name"]: each["type"] for each in schema["fields"]}
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    if list(frame) != list(fields):
        return [*found, "columns"]
    for name, kind in fields.items():
        values = frame[name].dropna()
        if kind == "boolean":
            found += [] if TRUTH.issuperset(values) else [f"{name} is no boolean"]
            continue
        try:
            values.astype(READ[kind])
        except (ValueError, TypeError):
            found.append(f"{name} is no {kind}")
    key = schema.get("primaryKey", [])
    if key and (frame.duplicated(key).any() or frame[key].isna().any().any()):
        found.append(f"{key} is no key")
    return found


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return package_shipped(tmp_path_factory.mktemp("out") / "package")


def test_the_shipped_results_make_a_package(shipped: Path) -> None:
    assert problems(shipped) == []
    told = json.loads((shipped / DESCRIPTOR).read_text(encoding="utf-8"))
    names = {each["name"] for each in told["resources"]}
    assert {"evidence", "targets", "posterior-draws", "back-tests", "monthly-bands",
            "scenario-measures", "scenario-effects", "forecasts"} <= names  # fmt: skip
    assert told["licenses"][0]["name"] == "MIT"
    assert told["version"] in told["citation"]
    assert len(told["sources"]) > 50


def test_every_number_has_a_unit_or_a_meaning_or_a_column_of_units(
    shipped: Path,
) -> None:
    told = json.loads((shipped / DESCRIPTOR).read_text(encoding="utf-8"))
    for resource in told["resources"]:
        names = {each["name"] for each in resource["schema"]["fields"]}
        assert resource["description"]
        if "unit" in names or resource["name"].startswith("posterior"):
            continue
        bare = [
            each["name"]
            for each in resource["schema"]["fields"]
            if each["type"] == "number" and not {"unit", "description"} & set(each)
        ]
        assert bare == [], resource["name"]


def test_a_changed_table_breaks_the_package(shipped: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in shipped.iterdir():
        (copy / path.name).write_bytes(path.read_bytes())
    table = copy / "targets.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("fit", "fitt", 1))
    assert "targets: hash" in problems(copy)


def test_a_column_of_the_wrong_kind_and_a_key_that_is_none_are_seen(
    tmp_path: Path,
) -> None:
    frame = pd.DataFrame({"id": ["a", "a"], "paid_rub": [1.5, None]})
    out = tmp_path / "package"
    table = Resource("table", "A table.", frame, ["id"])
    write_package(out, "small", "Small", [table], [{"title": "me"}])
    assert problems(out) == ["table: ['id'] is no key"]
    told = json.loads((out / DESCRIPTOR).read_text(encoding="utf-8"))
    paid = told["resources"][0]["schema"]["fields"][1]
    assert paid == {"name": "paid_rub", "type": "number", "unit": "RUB"}


def test_what_is_not_ours_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(OutputError):
        package_shipped(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_run_of_ones_own_makes_a_package(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.MonkeyPatch.context() as patch:
        settle(patch)
        run("baseline", draws=2, settings=SHORT, workers=1, out=folder, report=False)
    out = package_run(folder, tmp_path / "package")
    assert problems(out) == []
    told = json.loads((out / DESCRIPTOR).read_text(encoding="utf-8"))
    by_name = {each["name"]: each for each in told["resources"]}
    assert {"flows", "ledger", "prices", "measures"} <= set(by_name)
    units = {f["name"]: f.get("unit") for f in by_name["ledger"]["schema"]["fields"]}
    assert units["paid_rub"] == "RUB"
    with pytest.raises(StorageError):
        package_run(tmp_path / "package", tmp_path / "other")
