"""Commands that explain: which event, which channel, which mix, which assumption."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import (
    Json,
    Out,
    Quiet,
    ScenarioArgument,
    Seed,
    Settings,
    Workers,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from experiments.prices.frontier import Grid

Folder = Annotated[Path, typer.Argument(help="A sweep folder.")]
FewDraws = Annotated[int, typer.Option(min=1, max=100_000, help="Posterior draws.")]
From = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (events, substitute, frontier, bill, sensitivity, discover):
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
) -> None:
    """Say which documented event did what, by switching each off."""
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
) -> None:
    """Close each channel in turn and price the gap it leaves."""
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
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Cost bought against drafted men at equal inflow, lost output included."""
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
    from experiments.bill_check import bill_check, bill_reasons

    tables = {"parts": bill_check(folder), "reasons": bill_reasons(folder)}
    if as_json:
        print_json({k: t.to_dict("records") for k, t in tables.items()})
        return
    from experiments.tabular import print_table

    for title, table in tables.items():
        rows = [tuple(map(_cell, row)) for row in table.itertuples(index=False)]
        print_table([str(name) for name in table.columns], rows, title)


def sensitivity(
    folder: Folder,
    output: Annotated[str, typer.Argument(help="A headline measure.")],
    drop_incomplete: Annotated[
        bool, typer.Option(help="Leave failed or non-finite samples out, and say so.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Sobol indices or screening: which assumption carries the answer."""
    from experiments.exploration.sensitivity import SobolAnalysis
    from experiments.exploration.sensitivity import sensitivity as analyse

    found = analyse(folder, output, drop_incomplete=drop_incomplete)
    if as_json:
        print_json(asdict(found))
    elif isinstance(found, SobolAnalysis):
        rows = [(f.factor, *_index(f.first), *_index(f.total)) for f in found.factors]
        header = ("factor", "first", "interval", "total", "interval")
        _print_analysis(found, header, rows)
    else:
        effects = [tuple(map(_cell, asdict(f).values())) for f in found.factors]
        names = tuple(asdict(found.factors[0])) if found.factors else ("factor",)
        _print_analysis(found, names, effects)


def discover(
    folder: Folder,
    output: Annotated[str, typer.Argument(help="A headline measure.")],
    below: Annotated[float | None, typer.Option(help="Cases lie below this.")] = None,
    above: Annotated[float | None, typer.Option(help="Cases lie above this.")] = None,
    as_json: Json = False,
) -> None:
    """Find which combinations of assumptions lead to a break."""
    from experiments.exploration.discovery import discover as boxes

    found = boxes(folder, output, below=below, above=above)
    if as_json:
        print_json(asdict(found))
        return
    print(f"{found.question}: {found.cases} of {found.points} points")
    for box in found.boxes:
        share = f"{box.density:.0%} of its {box.points} points are cases"
        print(f"box: {share}, {box.coverage:.0%} of all cases")
        for limit in box.limits:
            print(f"  {limit.factor}: {limit.bound} (by chance: {limit.chance:.2g})")


def _print_grid(found: Grid) -> None:
    from experiments.tabular import print_table

    table = found.banded()
    rows = [tuple(map(_cell, row)) for row in table.itertuples(index=False)]
    title = f"{found.title}, twelve months from {found.start}"
    print_table([str(name) for name in table.columns], rows, title)


def _print_analysis(found: Any, header: tuple[str, ...], rows: list[Any]) -> None:
    from experiments.tabular import print_table

    print(f"{found.output}: {found.used} of {found.planned} samples {found.left_out}")
    if found.constant:
        print("the output is constant: there is nothing to explain")
        return
    print_table(header, rows)


def _index(index: Any) -> tuple[str, str]:
    return f"{index.value:.3f}", f"{index.low:.3f} to {index.high:.3f}"


def _cell(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)
