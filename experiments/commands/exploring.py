"""Commands that look things up: evidence, and the page in a browser."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from experiments.commands.options import Json, print_json


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command()(evidence)
    app.command()(dashboard)


def evidence(
    row_id: Annotated[str | None, typer.Argument(help="Id of one figure.")] = None,
    coverage: Annotated[
        bool, typer.Option(help="Where each founding figure and mechanism is used.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Look a documented figure up, or see where the figures are used."""
    if coverage:
        _print_coverage(as_json)
    elif row_id is None:
        _print_tables(as_json)
    else:
        _print_row(row_id, as_json)


def dashboard(
    host: Annotated[str, typer.Option(help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8765,
    draws: Annotated[
        int, typer.Option(min=1, max=64, help="Posterior draws behind the ranges.")
    ] = 8,
    open_browser: Annotated[bool, typer.Option("--open/--no-open")] = True,
) -> None:
    """Explore scenarios in a browser; works offline."""
    from experiments.dashboard import serve

    serve(host=host, port=port, open_browser=open_browser, draws=draws)


def _print_row(row_id: str, as_json: bool) -> None:
    from calibration.evidence import grade, load_evidence
    from model.errors import EvidenceError

    table = load_evidence()
    if row_id not in table:
        raise EvidenceError(_unknown(row_id, table))
    row = table[row_id]
    told = {key: v for key, v in asdict(row).items() if v not in ("", None)}
    fields = {key: str(v) for key, v in told.items()} | {"grade": grade(row)}
    if as_json:
        print_json(fields)
        return
    for key, value in fields.items():
        print(f"{key:13} {value}")


def _unknown(row_id: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(row_id, list(known), n=3)
    hint = f"; did you mean {', '.join(near)}" if near else ""
    return f"{row_id!r} is no evidence id{hint}"


def _print_tables(as_json: bool) -> None:
    from collections import Counter

    from calibration.evidence import load_evidence
    from experiments.tabular import print_table

    counted = Counter((row.table, row.kind) for row in load_evidence().values())
    rows = [(table, kind, count) for (table, kind), count in sorted(counted.items())]
    if as_json:
        print_json([dict(zip(("table", "kind", "rows"), r, strict=True)) for r in rows])
    else:
        print_table(("table", "kind", "rows"), rows)


def _print_coverage(as_json: bool) -> None:
    from calibration.coverage import coverage
    from experiments.tabular import print_table

    rows = coverage()
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        cells = [(r.id, r.use, r.where, r.reason) for r in rows]
        print_table(("id", "use", "where", "reason"), cells)
