"""Commands that simulate: run, compare, solve, report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.commands.options import (
    Draws,
    Json,
    NoReport,
    Out,
    OwnEvidence,
    Posterior,
    Quiet,
    ScenarioArgument,
    Seed,
    Settings,
    Until,
    Workers,
    draw_from,
    overrides,
    print_json,
    print_scenario_notes,
    progress_bar,
)

Inflow = Annotated[
    float | None, typer.Option(min=0, help="Persons a month, all channels.")
]
Replacement = Annotated[
    float | None, typer.Option(min=0, help="Inflow over permanent losses.")
]
Force = Annotated[
    float | None, typer.Option(min=0, help="Men in theatre to keep or to end with.")
]
Budget = Annotated[
    float | None, typer.Option(min=0, help="Roubles of bonus a month to spend.")
]
ByRegion = Annotated[
    bool, typer.Option(help="With --monthly: each region's own share.")
]
Monthly = Annotated[
    bool, typer.Option("--monthly", help="Clear every month for itself.")
]
FirstMonth = Annotated[
    str | None, typer.Option("--from", metavar="YYYY-MM", help="First month.")
]
HeldMonths = Annotated[
    int, typer.Option(min=1, max=600, help="Months that one level is to hold.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (run, compare, brief, solve, report):
        app.command()(command)


def run(
    scenario: ScenarioArgument,
    draws: Draws = 16,
    seed: Seed = 1,
    until: Until = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
    evidence: OwnEvidence = None,
    no_report: NoReport = False,
) -> None:
    """Simulate a scenario; tables and report go to one folder."""
    draw_from(posterior)
    import experiments.runs.run as running

    print_scenario_notes([scenario], overrides(settings, until), evidence, quiet=quiet)
    told = f"simulating {Path(scenario).stem}, draws"
    with progress_bar(told, quiet=quiet or as_json) as progress:
        folder = running.run(
            scenario,
            draws=draws,
            seed=seed,
            settings=overrides(settings, until),
            workers=workers,
            out=out,
            progress=progress,
            report=not no_report,
            evidence=evidence,
        )
    _print_summary(folder, as_json=as_json, quiet=quiet)


def compare(
    scenarios: Annotated[
        list[str], typer.Argument(help="Two or more scenarios; the first is the base.")
    ],
    draws: Draws = 16,
    seed: Seed = 1,
    until: Until = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
    evidence: OwnEvidence = None,
) -> None:
    """Compare scenarios draw by draw, and say which change did what."""
    draw_from(posterior)
    import experiments.comparisons.compare as comparing
    from experiments.comparisons.printing import print_comparison

    print_scenario_notes(scenarios, overrides(settings, until), evidence, quiet=quiet)
    told = f"simulating {len(scenarios)} scenarios and their steps, runs"
    with progress_bar(told, quiet=quiet or as_json) as progress:
        result = comparing.compare(
            scenarios,
            draws=draws,
            seed=seed,
            settings=overrides(settings, until),
            workers=workers,
            out=out,
            progress=progress,
            evidence=evidence,
        )
    if as_json:
        print_json(result.as_dict())
    elif not quiet:
        print_comparison(result)


def brief(
    scenarios: Annotated[
        list[str],
        typer.Argument(
            help="A base and others; one alone is held against baseline, and baseline "
            "alone answers its own question."
        ),
    ],
    draws: Draws = 16,
    seed: Seed = 1,
    until: Until = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    quiet: Quiet = False,
    posterior: Posterior = None,
    evidence: OwnEvidence = None,
) -> None:
    """Write two printed pages: question, answer, chart, table, skill, citation."""
    draw_from(posterior)
    import experiments.comparisons.compare as comparing
    from experiments.comparisons.alone import alone
    from experiments.comparisons.answer import answers, own_answers

    print_scenario_notes(scenarios, overrides(settings, until), evidence, quiet=quiet)
    with progress_bar("simulating for the brief, runs", quiet=quiet) as progress:
        given: dict[str, Any] = {
            "draws": draws,
            "seed": seed,
            "settings": overrides(settings, until),
            "workers": workers,
            "out": out,
            "progress": progress,
            "evidence": evidence,
        }
        if scenarios == ["baseline"]:
            found = alone("baseline", **given)
        else:
            held = scenarios if len(scenarios) > 1 else ["baseline", *scenarios]
            found = comparing.compare(held, **given)
    if not quiet and found.folder is not None:
        said = [line for label in found.labels for line in answers(found, label)]
        print("\n".join(said or own_answers(found)))
        print(f"brief: {found.folder / 'brief.html'}")


def solve(
    scenario: ScenarioArgument,
    inflow: Inflow = None,
    replacement: Replacement = None,
    force: Force = None,
    budget: Budget = None,
    by_region: ByRegion = False,
    monthly: Monthly = False,
    start: FirstMonth = None,
    months: HeldMonths = 12,
    draws: Draws = 16,
    seed: Seed = 1,
    until: Until = None,
    settings: Settings = None,
    workers: Workers = None,
    out: Out = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
    evidence: OwnEvidence = None,
) -> None:
    """Find the bonus that meets a quota or uses up a budget, and its bill."""
    draw_from(posterior)
    import experiments.prices.monthly as by_month
    import experiments.prices.solve as solving
    from experiments.prices.answer import SolvedLevel, print_level
    from experiments.prices.question import asked

    print_scenario_notes([scenario], overrides(settings, until), evidence, quiet=quiet)
    target = asked(
        inflow=inflow,
        replacement=replacement,
        force=force,
        budget=budget,
        by_region=by_region,
    )
    with progress_bar("seeking the price, draws", quiet=quiet or as_json) as progress:
        how = partial(
            by_month.clear if monthly else partial(solving.solve, months=months),
            start=start,
            draws=draws,
            seed=seed,
            settings=overrides(settings, until),
            workers=workers,
            out=out,
            progress=progress,
            evidence=evidence,
        )
        found = how(scenario, target)
    if as_json:
        print_json(found.as_dict())
    elif quiet:
        return
    elif isinstance(found, SolvedLevel):
        print_level(found)
    else:
        by_month.print_solution(found)


def report(
    folder: Annotated[Path, typer.Argument(help="Folder that muster run wrote.")],
    quiet: Quiet = False,
) -> None:
    """Rebuild the HTML report of a run folder."""
    from experiments.report import build_report

    page = build_report(folder)
    if not quiet:
        print(page)


def _print_summary(folder: Path, *, as_json: bool, quiet: bool) -> None:
    from rich.console import Console

    from experiments.figures.run_folder import open_run
    from experiments.report.terminal import Form, print_headline

    run = open_run(folder)
    form: Form = "json" if as_json else "quiet" if quiet else "auto"
    period = run.calendar.span(run.calendar.last_year)
    about = f"{run.run.get('title', folder.name)}; {period}"
    print_headline(run.summary, Console(), form, run.history_until, about)
    report = folder / "report.html"
    if form == "auto" and Console().is_terminal and report.exists():
        print(f"\nReport: {report}")
