"""Commands on scenario files: check, show, diff, schema, new."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    Json,
    OwnEvidence,
    ScenarioArgument,
    print_json,
    print_notes,
    print_scenario_notes,
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (check, show, diff, schema, new):
        app.command()(command)


def check(
    files: Annotated[
        list[str], typer.Argument(help="Scenario files, or names of packaged ones.")
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Refuse what is doubtful, too.")
    ] = False,
    evidence: OwnEvidence = None,
) -> None:
    """Check scenario files: every problem with file, line and what is allowed.

    Values that are allowed but probably not meant are told as warnings.
    """
    from experiments import scenario_tools

    problems = scenario_tools.check(files, evidence)
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        raise typer.Exit(2)
    notes = [
        note for file in files for note in scenario_tools.notes(file, (), evidence)
    ]
    print_notes(notes)
    if notes and strict:
        raise typer.Exit(2)
    warned = f", {len(notes)} warning{'s' * (len(notes) != 1)}" if notes else ""
    print(f"{len(files)} scenario{'s' * (len(files) != 1)} fine{warned}")


def show(
    scenario: ScenarioArgument,
    places: Annotated[bool, typer.Option(help="Say where each value was set.")] = True,
) -> None:
    """Print every value of a scenario, and in which file it was set."""
    from experiments import scenario_tools

    print(scenario_tools.show(scenario, places=places), end="")


def diff(
    a: ScenarioArgument,
    b: ScenarioArgument,
    as_json: Json = False,
) -> None:
    """List the inputs in which two scenarios differ."""
    from experiments.comparisons.scenario_diff import diff as differences

    print_scenario_notes([a, b])
    changes = differences(a, b)
    if as_json:
        print_json([asdict(change) for change in changes])
        return
    if not changes:
        print(f"{a} and {b} have the same inputs")
        return
    from experiments.figures.tabular import print_table

    rows = [(c.key, c.month, c.before, c.after, c.unit) for c in changes]
    print_table(("input", "month", a, b, "unit"), rows)


def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from experiments import scenario_tools

    print(scenario_tools.schema_text(), end="")


def new(
    name: Annotated[
        str, typer.Argument(help="File to write; .yaml is added where it is missing.")
    ],
    extends: Annotated[
        str, typer.Option(help="Packaged scenario, or file beside it, to start from.")
    ] = "baseline",
) -> None:
    """Write a scenario file of your own, ready to be edited."""
    from experiments import scenario_tools

    path = scenario_tools.write_new(Path(name), extends)
    print(path)
    schema_file = path.with_name(scenario_tools.SCHEMA_NAME)
    print(
        f"Wrote {path}, which extends {extends} and changes nothing yet, and "
        f"{schema_file}, by which editors complete names.\n"
        f"Edit it, then: muster check {path}; muster compare {extends} {path}",
        file=sys.stderr,
    )
