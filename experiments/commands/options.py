"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from experiments.figures.remaining import Remaining
from model.errors import Problem

ScenarioArgument = Annotated[
    str, typer.Argument(help="A scenario file, or the name of a packaged scenario.")
]
Draws = Annotated[
    int,
    typer.Option(
        min=1, max=100_000, help="Draws of the posterior; more make firmer bands."
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        min=0, max=2**31, help="The same seed repeats the same random numbers."
    ),
]
Until = Annotated[
    str | None, typer.Option(metavar="YYYY-MM", help="Last month to simulate.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Set one value, as force.return_share=0.7; may be repeated.",
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, max=1024, help="Processes; by default one a core.")
]
Out = Annotated[
    Path | None, typer.Option(help="Folder to write; by default one below runs/.")
]
Posterior = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of a posterior (muster calibrate); else packaged."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
NoReport = Annotated[
    bool,
    typer.Option("--no-report", help="Write no HTML report; muster report makes it."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]


OwnEvidence = Annotated[
    Path | None,
    typer.Option(
        "--evidence", help="Folder of own evidence; default: evidence/ beside a file."
    ),
]


def overrides(settings: list[str] | None, until: str | None) -> list[str]:
    """Return `--set` texts, `--until` among them."""
    return [*(settings or []), *([f"time.until={until}"] if until else [])]


def draw_from(posterior: Path | None) -> None:
    """Take draws from a folder; none: from the packaged posterior."""
    from calibration.posterior import use_posterior

    use_posterior(posterior)


def print_json(content: Any) -> None:
    """Print data as JSON; sets become lists, what is not finite null."""
    from experiments.storage.durable import plain

    print(json.dumps(plain(content), indent=2, ensure_ascii=False))


def tell_notes(
    scenarios: Iterable[str | Path],
    settings: list[str] | None = None,
    evidence: Path | None = None,
    *,
    quiet: bool = False,
) -> None:
    """Print what scenarios say that does nothing or may not be meant.

    Raises:
        ScenarioError: one of them is not acceptable.
    """
    from experiments import scenario_tools

    given = settings or []
    found = [
        note
        for each in scenarios
        for note in scenario_tools.notes(each, given, evidence)
    ]
    if not quiet:
        print_notes(found)


def print_notes(notes: Iterable[Problem]) -> None:
    """Print what may not be meant on the error stream, each once."""
    for note in dict.fromkeys(notes):
        print(f"warning: {note}", file=sys.stderr)


@contextmanager
def progress_bar(what: str, *, quiet: bool) -> Iterator[Any]:
    """Yield a callable `(done, total)`: a bar on a terminal, a line in a pipe.

    Quiet also keeps what is only worth knowing, as that an older run is replaced.

    Args:
        what: what is being done, as `simulating baseline, draws`.
        quiet: whether nothing is shown.
    """
    logging.getLogger("muster").setLevel(logging.ERROR if quiet else logging.WARNING)
    if quiet:
        yield lambda done, total: None
        return
    remaining = Remaining()
    if sys.stderr.isatty():
        with _bar(what, remaining) as update:
            yield update
        return

    def line(done: int, total: int) -> None:
        left = remaining.words(done, total)
        told = f", {left}" if left else ""
        print(f"{what} {done}/{total}{told}", file=sys.stderr)

    yield line


@contextmanager
def _bar(what: str, remaining: Remaining) -> Iterator[Any]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None, left="")

        def update(done: int, total: int) -> None:
            left = remaining.words(done, total)
            bar.update(task, completed=done, total=total, left=left)

        yield update
