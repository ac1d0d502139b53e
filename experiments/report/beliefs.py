"""Beliefs against truth: the risk men reckon with and the risk they run."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from calibration.evidence import load_regions
from experiments.figures.fan import Fan, Line, fan_chart
from experiments.figures.parts import Chart, Section, Table, section
from experiments.figures.run_folder import RunFolder, per_month
from experiments.figures.style import BLUE, DASHES, VERMILION
from experiments.figures.words import percent
from experiments.measures.arithmetic import Floats, ratio
from experiments.report.yearly import mean, yearly_table

DEFINITION = (
    "Probability of being killed within one month of service: as men at home perceive "
    "it, averaged over Russia's regions by their men aged 18 to 59, and as it is, "
    "deaths over the force."
)


def beliefs_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "beliefs",
        "Beliefs against truth",
        "Men decide on the risk they perceive. Where perceived and true risk part, "
        "recruiting lives on the difference or pays for it.",
        run,
        (_chart, _table),
    )


def risks(run: RunFolder) -> dict[str, Floats]:
    """Return perceived and true monthly death probability; each of shape (D, T)."""
    men = {region.iso: region.male_18_59 for region in load_regions()}
    columns = ["perceived_death_share", "true_death_share"]
    where = {"home": list(men)}
    rows = run.rows("beliefs", ["month", "home", "draw", *columns], where)
    rows["men"] = rows["home"].map(men).astype(float)
    return {
        "Perceived": _mean(run, rows, columns[0]),
        "True": _mean(run, rows, columns[1]),
    }


def _mean(run: RunFolder, rows: pd.DataFrame, value: str) -> Floats:
    known = rows[rows[value].notna()]
    weighted = known.assign(product=known[value] * known["men"])
    sums = weighted.groupby(["month", "draw"], as_index=False)[["product", "men"]].sum()
    above = per_month(sums, "product", run.calendar)
    return ratio(above, per_month(sums, "men", run.calendar))


def _chart(run: RunFolder) -> Iterator[Chart]:
    found = risks(run)
    lines = [
        Line("Perceived", 100 * found["Perceived"], BLUE, DASHES[0]),
        Line("True", 100 * found["True"], VERMILION, DASHES[1]),
    ]
    fan = Fan(
        "beliefs-risk",
        "Perceived and true risk of death",
        "per cent a month",
        lines,
        DEFINITION,
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _table(run: RunFolder) -> Iterator[Table]:
    yield yearly_table(
        "Monthly risk of death, mean of the year's months: median (90 % of draws)",
        risks(run),
        run.calendar,
        percent,
        mean,
        note=DEFINITION,
    )
