"""Generated parts on back-tests and the fit itself, and the picture of the former."""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.posterior import DIAGNOSTICS, FOLDER
from calibration.validation.backtests import (
    BACKTESTS,
    ORIGINS,
    Backtests,
    Row,
    load_backtests,
)
from experiments.documents.blocks import table
from experiments.figures.style import BLUE, FAINT, INK, VERMILION, drawing
from model.fields.months import parse_month

NO_BACKTESTS: Final = (
    "No back-tests are stored; `muster validate --origins --refit` makes them."
)
NO_DIAGNOSTICS: Final = "Not stored for this posterior; `muster calibrate` makes them."
NO_R_HAT: Final = "not known: chains keep fewer than 4 states"
LISTED: Final = 12
RELIABLE: Final = 0.7
"""Pareto k below which an importance sampling estimate can be relied on."""


def skill() -> str:
    """Return what the back-tests say in four lines."""
    if not (FOLDER / BACKTESTS).exists():
        return NO_BACKTESTS
    return "\n".join(f"- {line}" for line in load_backtests().told())


def back_tests() -> str:
    """Return every document foretold, with its scores."""
    if not (FOLDER / BACKTESTS).exists():
        return NO_BACKTESTS
    rows = [
        (row.origin, row.series.replace("_", " "), str(row.horizon_months),
         f"`{row.name}`", f"{row.documented:,.3g}", f"{row.median:,.3g}",
         f"{row.low:,.3g} to {row.high:,.3g}", f"{row.crps:.2f}",
         f"{row.crps_persistence:.2f}", f"{row.crps_trend:.2f}",
         "yes" if row.inside else "no")
        for row in load_backtests().rows
    ]  # fmt: skip
    head = ("origin", "series", "months", "document", "documented", "median", "90 %",
            "CRPS", "last document", "trend", "inside")  # fmt: skip
    return table(head, rows)


def stack() -> str:
    """Return what each variant holds, and how far bands are widened."""
    if not (FOLDER / BACKTESTS).exists():
        return NO_BACKTESTS
    found = load_backtests()
    held = [
        (f"variant: {name}", f"{share:.2f}") for name, share in found.shares.items()
    ]
    wide = [
        (f"width: {series.replace('_', ' ')}", f"{factor:.2f}")
        for series, factor in found.widening.items()
    ]
    return table(("share of the posterior, or factor on bands", ""), [*held, *wide])


def fit_quality() -> str:
    """Return chains, weights and emulator of every fit in one table."""
    rows = []
    for fit in _diagnostics():
        hats = [each for each in fit["r_hat"].values() if np.isfinite(each)]
        sizes = np.array(list(fit["effective_size"].values()))
        of_targets = list(fit["targets"].values())
        errors = np.array([each["emulator_error"] for each in of_targets])
        tails = np.array([each["loo_pareto_k"] for each in of_targets])
        rows += [
            ("fit", fit["variant"]),
            ("largest R-hat of a parameter", f"{max(hats):.2f}" if hats else NO_R_HAT),
            ("smallest effective size of a parameter", f"{sizes.min():.0f}"),
            ("Pareto k of the weights at power 1", f"{fit['pareto_k_at_power_1']:.2f}"),
            ("power of the weights used", f"{fit['power']:.2f}"),
            ("effective draws", f"{fit['effective_draws']:.0f}"),
            ("median error of the emulator, over all errors",
             f"{np.median(errors):.2f}"),
            ("PSIS-LOO log density of all documents", f"{fit['loo_log_density']:.1f}"),
            ("documents whose LOO can be relied on (k < 0.7)",
             f"{np.sum(tails < RELIABLE)} of {len(tails)}"),
        ]  # fmt: skip
    return table(("", ""), rows) if rows else NO_DIAGNOSTICS


def worst_targets() -> str:
    """Return the documents the emulator, chance or the posterior serve worst."""
    rows = []
    for fit in _diagnostics():
        by_density = sorted(
            fit["targets"].items(), key=lambda each: each[1]["loo_log_density"]
        )
        rows += [
            (f"`{name}`", f"{told['loo_log_density']:.2f}",
             f"{told['loo_pareto_k']:.2f}", f"{told['emulator_error']:.2f}",
             f"{told['chance']:.2f}")
            for name, told in by_density[:LISTED]
        ]  # fmt: skip
    head = ("document", "LOO log density", "Pareto k",
            "emulator's error over all errors", "chance over all errors")  # fmt: skip
    return table(head, rows) if rows else NO_DIAGNOSTICS


def uninformed() -> str:
    """Return the parameters of which the documents say least, by name."""
    from calibration.validation.ridges import learned

    found = [each for each in learned() if each.spread_ratio > 0.95]
    names = ", ".join(f"`{each.parameter}`" for each in found)
    return (
        f"{len(found)} parameters keep 95 % or more of their prior's spread: the"
        f" documents do not inform them. {names}."
    )


def origins_figure(found: Backtests) -> Figure:
    """Draw what was foretold from each origin, over what was documented.

    A bar is a 90 % band and its dot the median, both over the document (1 is a hit); a
    cross is the last document carried on. One pane a series, horizon across.
    """
    names = list(dict.fromkeys(row.series for row in found.rows))
    with drawing():
        figure = Figure(
            figsize=(8.2, 2.1 * ((len(names) + 1) // 2)), layout="constrained"
        )
        axes = figure.subplots((len(names) + 1) // 2, 2, squeeze=False).ravel()
        for pane, name in zip(axes, names, strict=False):
            _pane(pane, name, [row for row in found.rows if row.series == name])
        for pane in axes[len(names) :]:
            pane.set_axis_off()
    return figure


def _pane(axes: Axes, name: str, rows: list[Row]) -> None:
    axes.set_title(name.replace("_", " "))
    axes.axhline(1.0, color=INK, linewidth=0.8)
    start = parse_month(ORIGINS[0])
    for row in rows:
        colour = BLUE if row.inside else VERMILION
        after = parse_month(row.origin) - start
        at = after + row.horizon_months + 0.5 * ORIGINS.index(row.origin)
        band = [row.low / row.documented, row.high / row.documented]
        axes.plot([at, at], band, color=colour, linewidth=2.5, solid_capstyle="butt")
        axes.plot(at, row.median / row.documented, "o", color=colour, markersize=4)
    axes.set_yscale("log")
    axes.set_ylim(0.3, 3.5)
    axes.set_yticks([0.5, 1, 2], ["0.5", "1", "2"])
    axes.minorticks_off()
    ticks = [parse_month(month) - start for month in (*ORIGINS, "2025-12")]
    axes.set_xticks(ticks, [*ORIGINS, "2025-12"], fontsize=7)
    axes.axvspan(-1, 0, color=FAINT, alpha=0.2)
    axes.set_ylabel("foretold over documented", fontsize=7)


def _diagnostics() -> list[dict[str, Any]]:
    path = FOLDER / DIAGNOSTICS
    if not path.exists():
        return []
    fits: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["fits"]
    return fits
