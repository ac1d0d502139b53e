"""Commands on figures others give: claims in words, and what a document is worth."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from experiments.commands.options import (
    Json,
    Posterior,
    Quiet,
    Workers,
    print_json,
    progress_bar,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.validation.claims import Checked, Claims
    from calibration.validation.worth import Worth
    from model.fields.months import Month

SHOWN = 20
APART = 1.25
"""Ratio of densities from which claims are said to bear on each other."""


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (claim, worth):
        app.command()(command)


def claim(
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CLAIM...",
            help="In plain words: '210 000 contracts in the first half of 2025'.",
        ),
    ] = None,
    file: Annotated[
        Path | None, typer.Option(help="File with one claim a line, scored together.")
    ] = None,
    known: Annotated[
        bool, typer.Option("--list", help="List the quantities that can be claimed.")
    ] = False,
    as_json: Json = False,
    posterior: Posterior = None,
) -> None:
    """Say where a figure lies in what sources would print, and what it would take."""
    from calibration.posterior import FOLDER
    from calibration.validation.claims import check_claims, check_file
    from model.errors import EvidenceError

    if known:
        _print_quantities(as_json=as_json)
        return
    if bool(texts) == (file is not None):
        raise EvidenceError(
            "give claims, or a file of them with --file; as in"
            " muster claim '210 000 contracts in the first half of 2025'"
        )
    folder = posterior or FOLDER
    found = check_file(file, folder) if file else check_claims(texts or [], folder)
    if as_json:
        print_json(found.as_dict())
    else:
        _print_claims(found, scored=file is not None)


def worth(
    measure: Annotated[
        str,
        typer.Argument(
            help="Measure to be narrowed, with a year if you like: replacement_ratio, "
            "killed_persons_2025 (docs/measures.md)."
        ),
    ],
    targets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="Documents of your own beside them, in the columns of "
            "calibration/targets.csv.",
        ),
    ] = None,
    known_by: Annotated[
        str | None,
        typer.Option(
            metavar="YYYY-MM", help="Only documents that could be read by then."
        ),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every period, not the best of each series.")
    ] = False,
    figure: Annotated[
        Path | None, typer.Option(help="Write the figure there (SVG).")
    ] = None,
    renew: Annotated[
        bool,
        typer.Option(
            "--renew", help="First run the posterior's draws again (minutes)."
        ),
    ] = False,
    workers: Workers = None,
    as_json: Json = False,
    quiet: Quiet = False,
    posterior: Posterior = None,
) -> None:
    """Rank documents by how far they would narrow a measure, were they known."""
    from calibration.posterior import FOLDER

    folder = posterior or FOLDER
    if renew:
        _renew(folder, workers, quiet=quiet or as_json)
    rows, best = _ranked(measure, folder, targets, known_by)
    if figure is not None:
        from experiments.documents.worth_blocks import worth_figure

        worth_figure(measure, best).savefig(figure, format="svg")
    if as_json:
        print_json({"measure": measure, "documents": [asdict(row) for row in rows]})
    else:
        _print_worth(measure, rows if every else best, every=every)


def _renew(folder: Path, workers: int | None, *, quiet: bool) -> None:
    from experiments.runs.measured_draws import measure_draws

    with progress_bar("draws", quiet=quiet) as progress:
        kept = Path("runs") / "measured"
        measure_draws(folder, kept, workers=workers, progress=progress)


def _ranked(
    measure: str, folder: Path, targets: Path | None, known_by: str | None
) -> tuple[list[Worth], list[Worth]]:
    """Return all documents, and the best of each series."""
    from calibration.observation.own_targets import read_own_targets
    from calibration.validation.worth import best_of_series
    from calibration.validation.worth import worth as worth_of
    from experiments.runs.measured_draws import measured

    month = _month(known_by)
    own = [each.target for each in read_own_targets(targets)] if targets else []
    rows = worth_of(measured(measure, folder), folder, own, month)
    return rows, best_of_series(rows)


def _month(given: str | None) -> Month | None:
    from model.errors import EvidenceError
    from model.fields.months import parse_month

    if given is None:
        return None
    try:
        return parse_month(given)
    except ValueError:
        raise EvidenceError(f"--known-by {given}: write YYYY-MM") from None


def _print_worth(measure: str, rows: Sequence[Worth], *, every: bool) -> None:
    from experiments.figures.tabular import print_table
    from experiments.runs.measured_draws import in_words

    shown = rows if every else [r for at, r in enumerate(rows) if at < SHOWN or r.own]
    header = ("narrows by", "error", "document", "source", "place", "period")
    print_table(
        header,
        [
            (
                f"{row.narrowing:.1%}",
                f"{row.error:.1%}",
                row.name if row.own else row.quantity,
                row.source,
                row.place,
                row.period,
            )
            for row in shown
        ],
        f"Worth of documents for: {in_words(measure)}",
    )
    print("share of the variance a document is expected to take away, were it known")
    if not every:
        print(f"best period of each series; --all lists every one, {len(rows)} series")


def _print_quantities(*, as_json: bool) -> None:
    from calibration.validation.claim_quantities import QUANTITIES
    from experiments.figures.tabular import print_table

    rows: list[Mapping[str, Any]] = [
        {
            "quantity": each.name,
            "unit": each.unit,
            "said as": list(each.words),
            "counted by": [r.source for r in each.readings],
            "by": list(each.places),
        }
        for each in QUANTITIES
    ]
    if as_json:
        print_json(rows)
        return
    header = ("quantity", "unit", "said as", "counted by", "by")
    print_table(
        header,
        [
            tuple(v if isinstance(v, str) else ", ".join(v) for v in row.values())
            for row in rows
        ],
        "What can be claimed",
    )


def _print_claims(found: Claims, *, scored: bool) -> None:
    from experiments.figures.printable import printable
    from experiments.figures.tabular import print_table

    rows = [
        (
            printable(each.text) if at == 0 else "",
            band.source,
            f"{band.median:,.4g}",
            f"{band.low:,.4g} to {band.high:,.4g}",
            f"{band.share_below:.0%}",
            _probability(each, band.share_of_claim),
            f"{band.z:+.1f}",
        )
        for each in found.claims
        for at, band in enumerate(each.bands)
    ]
    header = ("claim", "as counted by", "median", "90 %", "lie below it", "", "z")
    print_table(header, rows, "Claims against the posterior")
    for each in found.claims:
        print(_would_take(each))
    if found.together is not None:
        print(f"together: {_compatible(found.together)}")
    if scored:
        print(f"{found.coverage:.0%} of {len(found.claims)} in their 90 % bands")
        print(f"mean absolute log error: {found.mean_abs_log_error:.3f}")
    print(
        f"read off {found.draws} draws (as good as {found.effective_draws:.0f}) by"
        " straight lines; each assumption by itself"
    )


def _probability(claim: Checked, share: float) -> str:
    words = {"about": "as far off", "at least": "so many", "at most": "so few"}
    told = "within" if claim.low < claim.high else words[claim.bound]
    return f"{told}: {share:.0%}"


def _would_take(claim: Checked) -> str:
    if not claim.takes:
        inside = 0.05 <= claim.bands[0].share_below <= 0.95
        told = "nothing out of the ordinary" if inside else (
            "more than any one assumption carries in these draws"
        )  # fmt: skip
        return f"{claim.text}: it would take {told}"
    moves = ", or ".join(
        f"{move.parameter} {move.needed:.3g} instead of {move.median:.3g}"
        f" ({move.posterior_sds:+.1f} sd{', beyond every draw' * move.beyond_draws})"
        for move in claim.takes
    )
    return f"{claim.text}: it would take {moves}"


def _compatible(ratio: float) -> str:
    if 1 / APART < ratio < APART:
        return f"neither speaks for or against the other ({ratio:.2f})"
    if ratio >= 1:
        return f"they support each other ({ratio:.2g} times as likely as apart)"
    return f"one speaks against the other ({ratio:.2g} times as likely as apart)"
