"""What documents would be worth: tables, a figure, and the check against refits."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from matplotlib.figure import Figure

from calibration.observation.targets import fitted as fitted_targets
from calibration.observation.targets import load_targets
from calibration.posterior import FOLDER, load_rows, provenance
from calibration.posterior.forward import load_forward
from calibration.validation.observables import observables
from calibration.validation.refits import load_refits
from calibration.validation.worth import (
    Worth,
    best_of_series,
    chance_share,
    dropped,
    nested,
    seen,
    transformed,
    worth,
)
from experiments.documents.blocks import table
from experiments.figures.style import BLUE, FAINT, drawing, fitted, panel, to_svg
from experiments.runs.measured_draws import in_words, measured
from model.fields.months import Month, parse_month

SHOWN: Final = {
    "replacement_ratio": "replacement ratio",
    "bonus_per_contract_rub": "price, the bonus per contract",
    "killed_persons": "deaths",
    "deceived_persons": "deceived men",
}
LISTED: Final = 5
IMAGE: Final = "worth.svg"
NO_REFITS: Final = (
    "Not made for this posterior; `python -m experiments.documents.refits` makes it."
)
CERTAIN: Final = 2.5
"""Errors above 0 from which a narrowing is told from luck."""
DROPPED: Final = (
    "replacement_ratio",
    "killed_persons_2025",
    "force_in_theatre_persons_2025",
    "inflow_persons_per_month_2025",
    "deceived_persons_2025",
)
EFFECTIVE: Final = 0.7
"""Share of draws that must be effective without a document for it to be told."""
_NESTED: Final = 40
"""Documents of a measure that the nested estimate is held beside."""


@cache
def _all(measure: str) -> tuple[Worth, ...]:
    return tuple(worth(measured(measure)))


@cache
def _known() -> dict[str, Month]:
    return {each.target.name: each.target.known for each in observables()}


def _rows(measure: str, known_by: str) -> list[Worth]:
    last = parse_month(known_by) if known_by else None
    kept = [row for row in _all(measure) if last is None or _known()[row.name] <= last]
    return best_of_series(kept)


def worth_table(measure: str, known_by: str = "") -> str:
    """Return the most valuable documents for a measure.

    Args:
        measure: headline measure.
        known_by: last month of the documents that count; empty: all.
    """
    rows = [
        (
            row.quantity,
            row.source,
            row.place,
            row.period,
            f"{row.narrowing:.0%}",
            f"{row.error:.0%}",
            "yes" if row.narrowing > CERTAIN * row.error else "no",
        )
        for row in _rows(measure, known_by)[:LISTED]
    ]
    head = (
        "document", "source", "place", "period", "narrows by", "error", "beyond luck",
    )  # fmt: skip
    return table(head, rows)


def worth_limits() -> str:
    """Return what chance makes of each measure, and how two estimates agree."""
    draws = load_forward(FOLDER)
    rows = np.array(load_rows(len(draws)))
    cells = []
    for name, words in SHOWN.items():
        values = transformed(measured(name))
        best = _rows(name, "")[:_NESTED]
        by_name = {each.target.name: each.target for each in observables()}
        targets = [by_name[row.name] for row in best]
        figures = seen(load_forward(FOLDER), targets)
        told = np.array(
            [
                nested(values, column, target.total_sd, rows)
                for column, target in zip(figures.T, targets, strict=True)
            ]
        )
        line = np.array([row.narrowing for row in best])
        apart = float(np.sqrt(np.mean((line - told) ** 2)))
        cells.append(
            (
                words,
                f"{np.std(values):.2f}",
                f"{chance_share(values, rows):.0%}",
                f"{np.corrcoef(line, told)[0, 1]:.2f}",
                f"{apart:.2f}",
            )
        )
    head = (
        "measure, 2026",
        "spread (sd of the logarithm)",
        "of its variance by chance alone",
        "line against nested: correlation",
        "root mean square difference",
    )
    return table(head, cells)


def worth_dropped() -> str:
    """Return what fitted documents brought, by weights without them."""
    draws, targets = load_forward(FOLDER), fitted_targets(load_targets())
    rows = np.array(load_rows(len(draws)))
    figures = seen(draws, targets)
    power = float(np.mean([fit["power"] for fit in provenance()["fits"].values()]))
    cells = []
    for name in DROPPED:
        values = transformed(measured(name))
        found = [
            each
            for each in dropped(values, figures, targets, rows, power)
            if each.effective >= EFFECTIVE
        ]
        expected = np.array([each.expected for each in found])
        brought = np.array([each.found for each in found])
        apart = float(np.sqrt(np.mean((expected - brought) ** 2)))
        best = max(found, key=lambda each: each.expected)
        cells.append(
            (
                in_words(name),
                f"{len(found)} of {len(targets)}",
                f"{expected.mean():.1%}",
                f"{brought.mean():.1%}",
                f"{apart:.1%}",
                f"`{best.name}`: {best.expected:.0%} (error {best.error:.0%})",
                f"{best.found:.0%}",
            )
        )
    head = (
        "measure", "documents", "expected, mean", "found, mean",
        "root mean square difference", "of most worth: expected", "found",
    )  # fmt: skip
    return table(head, cells)


def worth_refits() -> str:
    """Return dropped documents: what was expected of each, and what refits found."""
    found = load_refits()
    if not found:
        return NO_REFITS
    ordered = sorted(found, key=lambda each: -max(each.expected, each.found))
    rows = [
        (
            f"`{each.document}`",
            each.measure,
            f"{each.expected:.0%}",
            f"{each.found:.0%}",
            f"{each.error:.0%}",
        )
        for each in ordered[: 2 * LISTED]
    ]
    head = ("document dropped", "measure", "expected", "found", "error of found")
    expected = np.array([each.expected for each in found])
    brought = np.array([each.found for each in found])
    documents = len({each.document for each in found})
    measures = len({each.measure for each in found})
    agreement = (
        f"Over {documents} documents and {measures} measures: correlation of expected"
        f" and found {np.corrcoef(expected, brought)[0, 1]:.2f}, means"
        f" {expected.mean():.1%} and {brought.mean():.1%}, root mean square difference"
        f" {np.sqrt(np.mean((expected - brought) ** 2)):.1%}."
    )
    return "\n\n".join([agreement, table(head, rows)])


def worth_figure(measure: str, rows: Sequence[Worth]) -> Figure:
    """Draw the most valuable documents for a measure with their errors."""
    with drawing():
        figure, axes = panel(7.4, 3.6)
        shown = list(rows[: 2 * LISTED])[::-1]
        at = np.arange(len(shown))
        share = [100 * row.narrowing for row in shown]
        error = [100 * row.error for row in shown]
        axes.barh(at, share, color=BLUE, alpha=0.75)
        axes.errorbar(share, at, xerr=error, fmt="none", ecolor=FAINT, capsize=2)
        labels = [fitted(f"{row.quantity}\n{row.period}", 44) for row in shown]
        axes.set_yticks(at, labels, fontsize=7)
        axes.set_xlim(0, 100)
        axes.set_xlabel("per cent of the variance taken away")
        axes.set_title(fitted(f"Worth of documents: {in_words(measure)}", 70))
    return figure


def write_worth_image(folder: Path) -> Path:
    """Draw the worth of documents for the replacement ratio; return the file."""
    measure = next(iter(SHOWN))
    title = f"Worth of documents for the {SHOWN[measure]}"
    with drawing():
        figure = worth_figure(measure, _rows(measure, ""))
        svg = to_svg(figure, "worth", title, f"{title}, best first, with errors")
    path = folder / IMAGE
    path.write_text(svg, encoding="utf-8")
    return path
