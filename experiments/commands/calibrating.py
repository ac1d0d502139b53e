"""Commands that tie the model to documents: calibrate, validate."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from calibration.processes.runner import worker_count
from experiments.commands.options import (
    Json,
    Posterior,
    Quiet,
    Workers,
    print_json,
)

if TYPE_CHECKING:
    from calibration.remaking import Work
    from calibration.validation.backtests import Backtests
    from calibration.validation.validate import Scoreboard


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (calibrate, validate):
        app.command()(command)


def calibrate(
    quick: Annotated[
        bool, typer.Option(help="Minutes instead of half an hour; a rough posterior.")
    ] = False,
    workers: Workers = None,
    out: Annotated[Path, typer.Option(help="Where the posterior goes.")] = Path(
        "runs/posterior"
    ),
    install: Annotated[
        bool,
        typer.Option("--install", help="Also make it the packaged one."),
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Fit the posterior to the documents; the same command resumes."""
    from calibration.fit.storage import install as package
    from calibration.remaking import remake
    from experiments.runs.repeatable import provenance
    from experiments.storage.staging import staged

    work = _work(workers, quick=quick, quiet=quiet)
    with staged(out, "posterior") as made:
        fits = remake(work, made.path)
        draws = round(sum(fit.notes["effective_draws"] for fit in fits))
        made.about |= provenance(
            "Posterior", seed=work.settings.seed, draws=draws, posterior_rows=[]
        )
    if install:
        package(out)
    if not quiet:
        print(f"{draws} effective draws: {out}")


def _work(workers: int | None, *, quick: bool, quiet: bool) -> Work:
    """Return what a fit is given: how much work, by whom, and who is told."""
    from calibration.fit.fit import QUICK, FitSettings
    from calibration.remaking import Work

    work = Work(QUICK, 16, 8) if quick else Work(FitSettings())
    work.workers = worker_count(workers)
    work.report = _silent if quiet else _Clock(work.runs)
    return work


class _Clock:
    """Tells stage and runs done, and how long the rest will take at this pace.

    Args:
        total: runs of all stages.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._done: dict[str, int] = {}
        self._found: dict[str, int] = {}
        self._started = time.monotonic()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Note that `done` of a stage's runs are there."""
        self._found.setdefault(stage, done)
        self._done[stage] = done
        if done % 50 and done != total:
            return
        ready = sum(self._done.values())
        made = ready - sum(self._found.values())
        passed = time.monotonic() - self._started
        left = passed / made * max(self._total - ready, 0) if made else 0.0
        told = f"{stage}: {done}/{total}; {ready} of {self._total} runs"
        more = f", about {left / 60:.0f} min left" if made else ""
        print(told + more, file=sys.stderr, flush=True)


def validate(
    figure: Annotated[
        Path | None, typer.Option(help="Write the figure there (SVG).")
    ] = None,
    studies: Annotated[
        bool,
        typer.Option(
            "--studies",
            help="First remake the studies that need further runs: poverty, regions, "
            "rivals, grades of evidence (minutes).",
        ),
    ] = False,
    origins: Annotated[
        bool,
        typer.Option(
            "--origins",
            help="Back-tests instead: what was foretold from four origins, beside what "
            "was documented later and what persistence would have said.",
        ),
    ] = False,
    refit: Annotated[
        bool,
        typer.Option("--refit", help="With --origins: fit and forecast anew first."),
    ] = False,
    workers: Workers = None,
    as_json: Json = False,
    posterior: Posterior = None,
) -> None:
    """Score simulated against documented figures, in and out of sample."""
    from calibration.validation.validate import validate as scored

    if refit and not origins:
        raise typer.BadParameter("--refit goes with --origins")
    if studies and posterior is not None:
        raise typer.BadParameter("--studies are those of the packaged posterior")
    if origins:
        _validate_origins(workers, posterior, figure, refit=refit, as_json=as_json)
        return
    if studies:
        _remake_studies(workers)
    board = scored(posterior) if posterior is not None else scored()
    if figure is not None:
        from experiments.documents.scoreboard import scoreboard_figure

        scoreboard_figure(board).savefig(figure, format="svg")
    if as_json:
        print_json(_board(board))
    else:
        _print_board(board)


def _validate_origins(
    workers: int | None,
    posterior: Path | None,
    figure: Path | None,
    *,
    refit: bool,
    as_json: bool,
) -> None:
    from calibration.posterior import FOLDER
    from calibration.validation.backtests import load_backtests

    folder = posterior or FOLDER
    if refit:
        from calibration.remaking import remake_backtests

        remake_backtests(_work(workers, quick=False, quiet=as_json), folder)
    found = load_backtests(folder)
    if figure is not None:
        from experiments.documents.backtest_blocks import origins_figure

        origins_figure(found).savefig(figure, format="svg")
    if as_json:
        print_json(found.as_dict())
    else:
        _print_backtests(found)


def _remake_studies(workers: int | None) -> None:
    from calibration.validation.studies import save_studies
    from experiments.documents.studies import study

    found = study(workers=worker_count(workers), report=_tell)
    print(f"stored: {save_studies(found)}", file=sys.stderr)


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total


def _tell(stage: str, done: int, total: int) -> None:
    end = "\r" if sys.stderr.isatty() and done < total else "\n"
    if end == "\r" or done % 50 == 0 or done == total:
        print(f"{stage}: {done}/{total}", file=sys.stderr, end=end, flush=True)


def _board(board: Scoreboard) -> dict[str, Any]:
    found = asdict(board)
    for row, score in zip(found["scores"], board.scores, strict=True):
        row["inside"] = score.inside
    return found


def _print_board(board: Scoreboard) -> None:
    from experiments.figures.tabular import print_table

    rows = [
        (
            score.target.name,
            score.target.use,
            f"{score.target.documented:,.4g}",
            f"{score.median:,.4g}",
            f"{score.half.low:,.4g} to {score.half.high:,.4g}",
            f"{score.report.low:,.4g} to {score.report.high:,.4g}",
            f"{score.z:+.1f}",
            "" if score.inside else "miss",
        )
        for score in board.scores
    ]
    header = ("target", "use", "documented", "median", "50 %", "90 %", "z", "")
    print_table(header, rows, "Simulated against documented")
    for part in board.coverage:
        print(f"{part.use}: {part.report:.0%} of {part.targets} in their 90 % bands")
    print(
        f"width of 90 % bands, upper over lower: yearly inflow "
        f"{board.inflow_width_factor:.2f}, deaths {board.deaths_width_factor:.2f}"
    )


def _print_backtests(found: Backtests) -> None:
    from experiments.figures.tabular import print_table

    rows = [
        (
            row.origin,
            row.series,
            f"{row.horizon_months}",
            f"{row.documented:,.4g}",
            f"{row.median:,.4g}",
            f"{row.low:,.4g} to {row.high:,.4g}",
            f"{row.crps:.3f}",
            f"{row.crps_persistence:.3f}",
            f"{row.crps_trend:.3f}",
            "" if row.inside else "miss",
        )
        for row in found.rows
    ]
    header = ("origin", "series", "months", "documented", "median", "90 %")
    scores = ("CRPS", "persistence", "trend", "")
    print_table((*header, *scores), rows, "Foretold from an origin against documented")
    for line in found.told():
        print(line)
