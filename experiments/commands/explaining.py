"""Commands that explain: which event, which channel, which mix, which bill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import (
    Json,
    Out,
    Posterior,
    Quiet,
    ScenarioArgument,
    Seed,
    Settings,
    Workers,
    draw_from,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from experiments.prices.frontier import Grid

FewDraws = Annotated[int, typer.Option(min=1, max=100_000, help="Posterior draws.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (events, substitute, frontier, bill):
        app.command()(command)


def events(
    scenario: ScenarioArgument = "baseline",
    draws: FewDraws = 4,
    seed: Seed = 1,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
) -> None:
    """Say which documented event did what, by switching each off."""
    draw_from(posterior)
    import experiments.comparisons.decompose as decomposing

    with progress_bar("runs", quiet=quiet or as_json) as progress:
        found = decomposing.decompose(
            scenario,
            draws=draws,
            seed=seed,
            settings=settings or (),
            workers=workers,
            out=out,
            progress=progress,
        )
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        decomposing.print_events(found)


def substitute(
    scenario: ScenarioArgument = "baseline",
    start: From = None,
    draws: FewDraws = 2,
    seed: Seed = 1,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
) -> None:
    """Close each channel in turn and price the gap it leaves."""
    draw_from(posterior)
    import experiments.prices.substitution as substituting

    with progress_bar("runs", quiet=quiet or as_json) as progress:
        found = substituting.substitution(
            scenario,
            start=start,
            draws=draws,
            seed=seed,
            settings=settings or (),
            workers=workers,
            out=out,
            progress=progress,
        )
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        substituting.print_substitution(found)


def frontier(
    scenario: ScenarioArgument = "baseline",
    least_bill: Annotated[
        bool,
        typer.Option(help="Least bill by casualties and replacement ratio instead."),
    ] = False,
    start: From = None,
    draws: FewDraws = 2,
    seed: Seed = 1,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
) -> None:
    """Cost bought against drafted men at equal inflow, lost output included."""
    draw_from(posterior)
    import experiments.prices.frontier as pricing

    asked = pricing.least_bill if least_bill else pricing.voluntary_frontier
    with progress_bar("runs", quiet=quiet or as_json) as progress:
        found = asked(
            scenario,
            start=start,
            draws=draws,
            seed=seed,
            settings=settings or (),
            workers=workers,
            out=out,
            progress=progress,
        )
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        _print_grid(found)


def bill(
    folder: Annotated[Path, typer.Argument(help="A run folder.")],
    as_json: Json = False,
) -> None:
    """Hold the simulated bill against the published ones, part by part."""
    from experiments.comparisons.bill_check import bill_check, bill_reasons

    tables = {"parts": bill_check(folder), "reasons": bill_reasons(folder)}
    if as_json:
        print_json({k: t.to_dict("records") for k, t in tables.items()})
        return
    from experiments.figures.tabular import print_table

    for title, table in tables.items():
        rows = [tuple(map(_cell, row)) for row in table.itertuples(index=False)]
        print_table([str(name) for name in table.columns], rows, title)


def _print_grid(found: Grid) -> None:
    from experiments.figures.tabular import print_table

    table = found.banded()
    rows = [tuple(map(_cell, row)) for row in table.itertuples(index=False)]
    title = f"{found.title}, twelve months from {found.start}"
    print_table([str(name) for name in table.columns], rows, title)


def _cell(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
