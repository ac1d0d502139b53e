"""Commands on places and documents: regions."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from experiments.commands.options import Json, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (regions,):
        app.command()(command)


def regions(
    words: Annotated[
        list[str] | None,
        typer.Argument(help="Code, name or district, or a part of it."),
    ] = None,
    as_json: Json = False,
) -> None:
    """List regions, federal districts and source countries with codes and names."""
    from model.errors import ScenarioError
    from scenarios.format.places import found, matching, unknown

    text = " ".join(words or [])
    exact = found(text)
    listed = [exact] if exact and exact.kind != "district" else matching(text)
    if not listed:
        raise ScenarioError(unknown(text))
    if as_json:
        print_json([asdict(place) for place in listed])
        return
    from experiments.figures.tabular import print_table

    rows = [(p.code, p.name_en, p.name_ru, p.district, p.kind) for p in listed]
    print_table(("code", "name", "in Russian", "district", "kind"), rows)
