"""Who signs, who dies and who is paid, by decile of civilian wages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from experiments.figures.parts import (
    Chart,
    Column,
    Section,
    Table,
    csv_text,
    section,
)
from experiments.figures.run_folder import RunFolder
from experiments.figures.style import (
    BLUE,
    GREEN,
    MUTED,
    VERMILION,
    drawing,
    panel,
    to_png,
    to_svg,
)
from experiments.figures.words import percent
from experiments.measures.arithmetic import Floats, band
from experiments.report.yearly import cell

DECILES: Final = 10
SHOWN: Final = (
    ("signed_persons", "signed", BLUE, "o"),
    ("killed_persons", "killed by the end of the run", VERMILION, "s"),
    ("bonus_rub", "bonus promised", GREEN, "^"),
)
DEFINITION: Final = (
    "Volunteers by decile of the civilian wage within their region, 1 the poorest: "
    "share of each decile in those who signed during the run, in those of them who "
    "were killed or went missing by its end, and in the bonuses promised them."
)


def deciles_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "deciles",
        "Who signs, who dies, who is paid",
        "A flat sum up front buys most where wages are low; if income played no part, "
        "every decile would have a tenth of everything.",
        run,
        (_chart, _table),
    )


def shares(run: RunFolder) -> dict[str, Floats]:
    """Return the share of each decile in what is shown, by column; each (D, 10)."""
    columns = [name for name, *_ in SHOWN]
    rows = run.sums("deciles", ["draw", "income_decile"], columns)
    found = {}
    for name in columns:
        table = rows.pivot_table(
            index="draw", columns="income_decile", values=name, fill_value=0.0
        ).reindex(columns=range(1, DECILES + 1), fill_value=0.0)
        values = table.to_numpy(float)
        total = values.sum(axis=1, keepdims=True)
        found[name] = np.divide(
            values, total, out=np.full_like(values, np.nan), where=total > 0
        )
    return found


def _chart(run: RunFolder) -> Iterator[Chart]:
    found = shares(run)
    title = "Share of each income decile"
    with drawing():
        figure, axes = panel()
        for at, (name, label, colour, marker) in enumerate(SHOWN):
            of_decile = [band(found[name][:, place]) for place in range(DECILES)]
            x = np.arange(1, DECILES + 1) + 0.2 * (at - 1)
            middle = np.array([100 * each.median for each in of_decile])
            low = np.array([100 * each.low for each in of_decile])
            high = np.array([100 * each.high for each in of_decile])
            axes.errorbar(
                x,
                middle,
                yerr=[middle - low, high - middle],
                fmt=marker,
                color=colour,
                markersize=4,
                linewidth=1,
                label=label,
            )
        axes.axhline(100 / DECILES, color=MUTED, linewidth=0.8, linestyle=":")
        axes.set_xticks(range(1, DECILES + 1))
        axes.set_xlabel("decile of the civilian wage within the region")
        axes.set_ylabel("per cent")
        axes.set_ylim(bottom=0)
        axes.legend(frameon=False)
        poorest = band(found["signed_persons"][:, :2].sum(axis=1))
        alt = (
            f"{title}. The poorest fifth of men are {percent(poorest.median)} of those "
            "who sign."
        )
        svg, png = to_svg(figure, "deciles", title, alt), to_png(figure)
    rows = (
        (place + 1, name, at.median, at.low, at.high)
        for name, *_ in SHOWN
        for place in range(DECILES)
        for at in (band(found[name][:, place]),)
    )
    data = csv_text(("decile", "quantity", "share", "low", "high"), rows)
    yield Chart("deciles", title, alt, svg, DEFINITION, png=png, csv=data)


def _table(run: RunFolder) -> Iterator[Table]:
    found = shares(run)
    rows = tuple(
        (
            f"{place + 1}",
            *(cell(band(found[name][:, place]), percent) for name, *_ in SHOWN),
        )
        for place in range(DECILES)
    )
    head = (
        Column("Decile", numeric=False),
        *(Column(label, "share of all") for _, label, *_ in SHOWN),
    )
    yield Table(
        "Shares by decile of civilian wages: median (90 % of draws)",
        head,
        rows,
        DEFINITION,
    )
