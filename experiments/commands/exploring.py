"""Commands that explore: the page in a browser, finished sweeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import Json, Posterior, draw_from, print_json

Folder = Annotated[Path, typer.Argument(help="A sweep folder.")]
Output = Annotated[str, typer.Argument(help="A headline measure.")]
At = Annotated[
    list[str] | None,
    typer.Option(
        "--at", metavar="NAME=VALUE", help="Only points with this; repeatable."
    ),
]
FigureFolder = Annotated[
    Path | None,
    typer.Option(help="Folder for table and figures; default: FOLDER/analysis."),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (dashboard, sensitivity, discover, figures):
        app.command()(command)


def dashboard(
    host: Annotated[str, typer.Option(help="Address to bind.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8765,
    draws: Annotated[
        int, typer.Option(min=1, max=64, help="Posterior draws behind the ranges.")
    ] = 8,
    link: Annotated[
        str,
        typer.Option(
            "--open", metavar="LINK", help="Open a page as it was shared, or its query."
        ),
    ] = "",
    no_open: Annotated[
        bool, typer.Option("--no-open", help="Open no browser.")
    ] = False,
    posterior: Posterior = None,
) -> None:
    """Explore scenarios in a browser; works offline."""
    draw_from(posterior)
    from experiments.dashboard import serve

    serve(host=host, port=port, open_browser=not no_open, draws=draws, link=link)


def sensitivity(
    folder: Folder,
    output: Annotated[
        str | None, typer.Argument(help="A headline measure; all, if none.")
    ] = None,
    at: At = None,
    drop_incomplete: Annotated[
        bool, typer.Option(help="Leave failed or non-finite samples out, and say so.")
    ] = False,
    so_far: Annotated[
        bool, typer.Option(help="Take a sweep that is not complete as it stands.")
    ] = False,
    out: FigureFolder = None,
    as_json: Json = False,
) -> None:
    """Which assumption carries the answer: indices, screening, or all measures."""
    from experiments.exploration import printing
    from experiments.exploration.folder import Shelf, keep_drivers, keep_sensitivity
    from experiments.exploration.sensitivity import sensitivity as analyse

    where = printing.settings_of(at or ())
    if output is None:
        from experiments.exploration.drivers import drivers

        driven = drivers(folder, where, so_far=so_far)
        written = keep_drivers(Shelf(folder, out, where), driven)
        if as_json:
            print_json(asdict(driven))
        else:
            printing.print_drivers(driven)
            _print_paths(written)
        return
    found = analyse(
        folder, output, where=where, drop_incomplete=drop_incomplete, so_far=so_far
    )
    written = keep_sensitivity(Shelf(folder, out, where), found)
    if as_json:
        print_json(asdict(found))
    else:
        printing.print_sensitivity(found)
        _print_paths(written)


def discover(
    folder: Folder,
    output: Output,
    below: Annotated[float | None, typer.Option(help="Cases lie below this.")] = None,
    above: Annotated[float | None, typer.Option(help="Cases lie above this.")] = None,
    at: At = None,
    out: FigureFolder = None,
    as_json: Json = False,
) -> None:
    """Find which combinations of assumptions lead to a break."""
    from experiments.exploration import printing
    from experiments.exploration.discovery import discover as boxes
    from experiments.exploration.folder import Shelf, keep_discovery

    where = printing.settings_of(at or ())
    found = boxes(folder, output, below=below, above=above, where=where)
    written = keep_discovery(Shelf(folder, out, where), found)
    if as_json:
        print_json(asdict(found))
    else:
        printing.print_discovery(found)
        _print_paths(written)


def figures(
    folder: Folder,
    measure: Annotated[
        str, typer.Argument(help="A headline measure.")
    ] = "replacement_ratio",
    x: Annotated[
        str | None, typer.Option("--x", metavar="FACTOR", help="Factor to the right.")
    ] = None,
    y: Annotated[
        str | None, typer.Option("--y", metavar="FACTOR", help="Factor upwards.")
    ] = None,
    level: Annotated[
        float | None, typer.Option(help="Heavy line here; 1 for a replacement ratio.")
    ] = None,
    months: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Monthly column; repeatable; default all."),
    ] = None,
    at: At = None,
    out: FigureFolder = None,
    as_json: Json = False,
) -> None:
    """Draw a sweep: heat map and contour of a measure, fan charts of its months."""
    from experiments.exploration.folder import Shelf, keep_map, keep_months
    from experiments.exploration.grids import axes_of, edge_of
    from experiments.exploration.printing import settings_of

    shelf = Shelf(folder, out, settings_of(at or ()))
    axes = axes_of(folder, x, y, shelf.where)
    edge = edge_of(measure) if level is None else level
    written = keep_map(shelf, measure, axes, edge) if axes else []
    written += keep_months(shelf, months or ())
    if as_json:
        print_json([str(path) for path in written])
    else:
        _print_paths(written)


def _print_paths(paths: Iterable[Path]) -> None:
    for path in paths:
        print(path)
