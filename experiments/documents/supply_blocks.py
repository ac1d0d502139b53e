"""What supply implies, prior beside posterior: a table and a picture of it.

The parameters of supply are believed for what they imply (see
`calibration.validation.supply`), so their prior is shown as that.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from calibration.posterior import load_draws
from calibration.validation.supply import (
    MONTH,
    QUANTILES,
    WANTED,
    Implied,
    implied,
    prior_predictive,
)
from experiments.documents.blocks import table
from experiments.figures.style import BLUE, FAINT, drawing, panel, to_svg

DRAWS: Final = 200
BINS: Final = np.linspace(0, 1, 26)
IMAGE: Final = "supply_prior.svg"
SHOWN: Final = {
    "bonus_elasticity": "elasticity of national inflow to the signing bonus",
    "zero_bonus_share": "share of signers who would sign for no bonus",
}


@cache
def _both() -> dict[str, Implied]:
    return {"prior": prior_predictive(DRAWS), "posterior": implied(load_draws(DRAWS))}


def supply() -> str:
    """Return the quantiles of what prior and posterior imply."""
    head = ("implied", "of", *(f"{100 * share:.0f} %" for share in QUANTILES))
    rows = [
        (label, which, *(f"{value:.2f}" for value in found.quantiles()[name]))
        for name, label in SHOWN.items()
        for which, found in _both().items()
    ]
    spread = (WANTED["low"], WANTED["median"], WANTED["high"])
    low, median, high = (f"{value:.2f}" for value in spread)
    wanted = (SHOWN["bonus_elasticity"], "documents", low, "", median, "", high)
    return table(head, [wanted, *rows])


def write_supply_image(folder: Path) -> Path:
    """Draw both as histograms; return the file."""
    title = f"What supply implies, {MONTH}: prior (grey) and posterior (blue)"
    with drawing():
        figure, _ = panel(7.4, 2.7)
        figure.clear()
        for axes, (name, label) in zip(
            figure.subplots(1, 2), SHOWN.items(), strict=True
        ):
            for which, colour in (("prior", FAINT), ("posterior", BLUE)):
                values = getattr(_both()[which], name)
                axes.hist(
                    values,
                    BINS,
                    weights=np.full(len(values), 100 / len(values)),
                    color=colour,
                    alpha=0.6,
                    label=which,
                )
            axes.set_xlabel(label)
            axes.set_ylabel("per cent of draws")
        figure.axes[0].legend(frameon=False)
        svg = to_svg(figure, "supply-prior", title, title)
    path = folder / IMAGE
    path.write_text(svg, encoding="utf-8")
    return path
