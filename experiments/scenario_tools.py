"""Scenario files for analysts: check, show, compare, start a new one, editor schema.

Each function is the Python twin of a `muster` command and writes nothing, but for
`write_schema` and `write_new`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from calibration.documented.world import documented_world
from calibration.evidence.tables import all_evidence
from experiments.storage.durable import storage_faults
from model.errors import Problem, ScenarioError
from scenarios import Known, load_scenario, packaged_names
from scenarios.format.doubts import doubts
from scenarios.format.json_schema import scenario_schema
from scenarios.format.resolve import evidence_beside
from scenarios.format.silence import without_effect
from scenarios.format.suggestions import did_you_mean
from scenarios.format.writing import flow, resolved_text

SCHEMA_NAME = "scenario.schema.json"
SCHEMA_FILE = Path(__file__).parents[1] / "scenarios" / SCHEMA_NAME


@cache
def known_names(own: Path | None = None) -> Known:
    """Return the evidence ids, regions and countries that exist.

    Args:
        own: folder of own evidence, whose ids exist as well.
    """
    world = documented_world()
    return Known(
        evidence_ids=frozenset(all_evidence(own)),
        macro=world.macro,
    )


def check(files: Iterable[str | Path], evidence: Path | None = None) -> list[Problem]:
    """Return every problem of every file and of what it extends; none: all are fine.

    Args:
        files: scenario files, or names of packaged ones.
        evidence: folder of own evidence; by default `evidence` beside each file.

    Raises:
        EvidenceError: the own evidence cannot be read.
    """
    problems: list[Problem] = []
    for file in files:
        try:
            load_scenario(file, known=known_names(evidence or evidence_beside(file)))
        except ScenarioError as error:
            problems += (found for found in error.problems if found not in problems)
    return problems


def notes(
    file: str | Path, overrides: Sequence[str] = (), evidence: Path | None = None
) -> list[Problem]:
    """Return what an acceptable scenario says that may not be what was meant.

    Raises:
        ScenarioError: the file is not acceptable.
    """
    known = known_names(evidence or evidence_beside(file))
    resolved = load_scenario(file, overrides, known=known)
    return [
        *resolved.notes,
        *doubts(resolved, known.macro),
        *without_effect(resolved),
    ]


def show(file: str | Path, *, places: bool = True) -> str:
    """Return the resolved scenario as YAML, each value with its source and its place.

    Args:
        file: a scenario file, or the name of a packaged scenario.
        places: whether a comment says in which file and line a value was set.

    Raises:
        ScenarioError: the file is not acceptable.
    """
    return resolved_text(load_scenario(file), places=places)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of scenario files."""
    return scenario_schema()


def schema_text() -> str:
    """Return the JSON Schema as the text of its file."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def write_schema(path: Path = SCHEMA_FILE) -> Path:
    """Write the JSON Schema for editors and return where it is."""
    path.write_text(schema_text(), encoding="utf-8")
    return path


def new(name: str, extends: str = "baseline", file: str = "FILE") -> str:
    """Return the text of a first own scenario, ready to be edited.

    Args:
        name: what the scenario is called.
        extends: the scenario it starts from.
        file: the file it will stand in, as the commands it tells of name it.
    """
    return f"""\
# yaml-language-server: $schema={SCHEMA_NAME}
title: {flow(name)}
question: {flow("What does this change?")}
extends: {flow(extends)}
changes: []

# Below stands only what differs. Take the # away from what you need, then run
#   muster check {file}
#   muster diff {extends} {file}
#   muster compare {extends} {file}
#
# regions:
#   signing_bonus:
#     scale: {{2026-01: 0.5}}        # every regional bonus halved from then on
# federal:
#   signing_bonus: {{2026-01: 800000}}   # steps by month, here in roubles
"""


def write_new(path: Path, extends: str = "baseline") -> Path:
    """Write the template of an own scenario, and the schema its first line names.

    Args:
        path: the file to be written; `.yaml` is added where it is missing.
        extends: the scenario it starts from.

    Raises:
        ScenarioError: the file exists, or `extends` is no packaged scenario.
        StorageError: the file cannot be written.
    """
    # Always `.yaml`, as only such files can be extended.
    file = path if path.suffix == ".yaml" else path.with_name(f"{path.name}.yaml")
    if file.exists():
        raise ScenarioError(f"{file} exists; choose another name")
    if (
        extends not in packaged_names()
        and not file.with_name(f"{extends}.yaml").exists()
    ):
        names = packaged_names()
        raise ScenarioError(
            f"{extends!r} is no scenario to extend; packaged: {', '.join(names)}"
            f"{did_you_mean(extends, names)}"
        )
    with storage_faults(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        told = new(file.stem.replace("_", " "), extends, shlex.quote(str(file)))
        file.write_text(told, encoding="utf-8")
        if not file.with_name(SCHEMA_NAME).exists():
            write_schema(file.with_name(SCHEMA_NAME))
    return file
