"""Commands on documents to come and documents of one's own: forecast, score."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import Json, Posterior, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.validation.register import ScoredForecast
    from calibration.validation.scoring import Scores


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (score, forecast):
        app.command()(command)


def score(
    table: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv",
            help="Documents in the columns of calibration/targets.csv; a column "
            "`naive` may follow.",
        ),
    ],
    as_json: Json = False,
    posterior: Posterior = None,
) -> None:
    """Score documents of your own by the posterior."""
    from calibration.posterior import FOLDER
    from calibration.validation.scoring import score_file

    found = score_file(table, posterior or FOLDER)
    if as_json:
        print_json(found.as_dict())
    else:
        _print_scores(found)


def forecast(
    score: Annotated[
        bool,
        typer.Option(
            "--score",
            help="Score what was forecast once its document is in the tables.",
        ),
    ] = False,
    register: Annotated[
        Path | None,
        typer.Option(help="Folder of registered forecasts; default: runs/forecasts."),
    ] = None,
    as_json: Json = False,
    posterior: Posterior = None,
) -> None:
    """Register the predictive bands of coming documents, dated and hashed."""
    from calibration.posterior import FOLDER
    from calibration.validation.register import (
        REGISTERED,
        make_forecast,
        register_forecast,
        score_register,
    )

    own = register or Path("runs") / "forecasts"
    if score:
        scored = score_register([REGISTERED, own])
        if as_json:
            print_json({"forecasts": [asdict(each) for each in scored]})
        else:
            _print_register(scored)
        return
    made = make_forecast(posterior or FOLDER)
    path = register_forecast(made, own)
    if as_json:
        print_json(made)
    else:
        _print_forecast(made)
        print(f"registered: {path}")


def _print_scores(found: Scores) -> None:
    from experiments.figures.tabular import print_table

    rows = [
        (
            each.name,
            f"{each.documented:,.4g}",
            f"{each.simulated:,.4g}",
            f"{each.low:,.4g} to {each.high:,.4g}",
            f"{each.z:+.1f}",
            f"{each.crps:.3f}",
            "" if each.naive is None else f"{each.naive:,.4g}",
        )
        for each in found.targets
    ]
    header = ("document", "documented", "median", "90 %", "z", "CRPS", "naive")
    print_table(header, rows, "Documents against the posterior")
    print(f"{found.coverage:.0%} of {len(rows)} in their 90 % bands")
    if found.mean_abs_log_error is not None:
        print(f"mean absolute log error of the medians: {found.mean_abs_log_error:.3f}")
    if found.mean_abs_log_error_naive is not None:
        print(f"the same of the naive values: {found.mean_abs_log_error_naive:.3f}")


def _print_forecast(made: Mapping[str, Any]) -> None:
    from experiments.figures.tabular import print_table

    rows = [
        (
            each["quantity"],
            f"{each['period_start']} to {each['period_end']}",
            f"{each['median']:,.4g}",
            f"{each['low']:,.4g} to {each['high']:,.4g}",
            each["unit"],
        )
        for each in made["documents"]
    ]
    header = ("document to come", "period", "median", "90 %", "unit")
    print_table(header, rows, f"Forecast of {made['date']}, {made['hash'][:12]}")


def _print_register(scored: Sequence[ScoredForecast]) -> None:
    from experiments.figures.tabular import print_table

    rows = [
        (
            each.date,
            each.name,
            f"{each.documented:,.4g}",
            f"{each.median:,.4g}",
            f"{each.low:,.4g} to {each.high:,.4g}",
            f"{each.crps:.3f}",
            "" if each.inside else "miss",
        )
        for each in scored
    ]
    if not rows:
        print("no document that was forecast has entered the tables yet")
        return
    header = ("forecast of", "document", "documented", "median", "90 %", "CRPS", "")
    print_table(header, rows, "Forecasts whose documents are in")
