"""Commands that explain: which event, which channel, which mix, which bill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import (
    Json,
    Out,
    OwnEvidence,
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
    evidence: OwnEvidence = None,
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
            evidence=evidence,
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
    evidence: OwnEvidence = None,
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
            evidence=evidence,
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
    evidence: OwnEvidence = None,
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
            evidence=evidence,
        )
    if as_json:
        print_json(found.as_dict())
    elif not quiet:
        pricing.print_grid(found)


def bill(
    folder: Annotated[Path, typer.Argument(help="A run folder.")],
    as_json: Json = False,
) -> None:
    """Hold the simulated bill against the published ones, part by part."""
    from experiments.comparisons.bill_check import (
        bill_check,
        bill_reasons,
        print_bill,
    )

    if as_json:
        tables = {"parts": bill_check(folder), "reasons": bill_reasons(folder)}
        print_json({k: t.to_dict("records") for k, t in tables.items()})
    else:
        print_bill(folder)
