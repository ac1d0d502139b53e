"""The answer to a target: price, bill against the base, cost of an extra man. ODD II.x.

A sentence states a median and the range that holds 90 % of the draws. A draw in which
no price up to the highest sought does it counts as an infinite price.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.comparisons.answer import certainty, is_certain
from experiments.figures.tabular import print_long, print_table
from experiments.figures.words import bare, number, roubles, span, titled
from experiments.measures.arithmetic import Floats, quantiles
from experiments.measures.effects import agreement
from experiments.prices.level import FREE
from experiments.prices.question import UNITS
from experiments.storage.durable import plain
from model.clearing import Target

LEVELS: Final = {
    "mean_bonus_rub": ("Bonus of a volunteer, mean", "RUB"),
    "inflow_persons_per_month": ("Inflow", "persons per month"),
    "recruiting_bill_rub": ("Bonuses and recruiting", "RUB"),
    "bill_rub": ("Manpower bill", "RUB"),
}
"""Columns that stand beside the base's, with title and unit."""
BROUGHT: Final = {
    "inflow": ("{} persons a month", "inflow a month"),
    "replacement": ("an inflow of {} times its permanent losses", "replacement ratio"),
    "force": ("a force in theatre of {} men at its end", "force in theatre at its end"),
    "budget": ("{} RUB of bonuses a month", "bonuses a month, RUB"),
}
"""How a target is said, and what it is called."""


@dataclass(frozen=True)
class SolvedLevel:
    """The level that meets a target over a period, draw by draw.

    `table` has one row a draw: draw, met, factor on the schedule, what it brought,
    price and bills, the same for the base (`base_...`), and the effects over the period
    (see `experiments.measures.effects`). Where no price does it (`met` false) the row
    is that of the highest price sought.
    """

    title: str
    target: Target
    start: str
    until: str
    most: float
    """Highest factor sought."""
    table: pd.DataFrame
    folder: Path
    scenario_file: Path | None
    """The median level as a scenario; none where half of the draws have no price."""

    @property
    def met_share(self) -> float:
        """Share of draws in which a price does it."""
        return float(self.table["met"].mean())

    @property
    def free_share(self) -> float:
        """Share of draws in which more come even without any bonus."""
        return float((self.table["factor"] <= FREE).mean())

    def band(self, column: str, *, met: bool = True) -> tuple[float, float, float]:
        """Return low, median and high over draws.

        Args:
            column: of the table.
            met: whether a draw without a price counts as infinite, for prices and
                bills; else its value at the highest price sought is taken.
        """
        values = self.table[column].to_numpy(float)
        if met:
            values = np.where(self.table["met"], values, np.inf)
        low, middle, high = quantiles(values).tolist()
        return low, middle, high

    def rows(self) -> list[dict[str, Any]]:
        """Return price, inflow and bills: solved, base, difference, each with a band.

        The difference is paired, draw by draw, over draws in which a price does it.
        """
        met = self.table[self.table["met"]]
        made = []
        for column, (title, unit) in LEVELS.items():
            row: dict[str, Any] = {"measure": column, "title": title, "unit": unit}
            solved, base = met[column], met[f"base_{column}"]
            for name, values in (
                ("solved", solved),
                ("base", base),
                ("difference", solved - base),
            ):
                low, middle, high = _band(values.to_numpy(float))
                row |= {name: middle, f"{name}_low": low, f"{name}_high": high}
            row["p_sign"], row["sign"] = agreement((solved - base).to_numpy(float))
            made.append(row)
        return made

    def sentences(self) -> list[str]:
        """Answer in words: price, bill against the base, cost of an extra man."""
        asked, called = BROUGHT[self.target.kind]
        goal = asked.format(number(self.target.value, 4))
        period = f"From {self.start} to {self.until}"
        low, middle, high = self.band("brought", met=False)
        none = 1 - self.met_share
        if not math.isfinite(self.band("factor")[1]):
            return [
                f"{period} no price up to {number(self.most)} times the schedule brings"
                f" {goal} in {100 * none:.0f} % of draws; {called} at that price:"
                f" {number(middle)} (90 % of draws: {number(low)} to {number(high)})."
            ]
        made = [self._price(period, goal), self._bill()]
        if none:
            made.append(
                f"In {100 * none:.0f} % of draws no price up to {number(self.most)}"
                " times the schedule does it; the bill is told without them."
            )
        if self.free_share:
            made.append(
                f"In {100 * self.free_share:.0f} % of draws more than that come without"
                " any bonus."
            )
        return made

    def _price(self, period: str, goal: str) -> str:
        low, middle, high = self.band("factor")
        price, base = self.band("mean_bonus_rub"), self.band("base_mean_bonus_rub")
        brought = self.band("base_brought", met=False)[1]
        written = (
            f"{number(price[1] / 1e6)} million RUB a volunteer (90 % of draws:"
            f" {_upto(price[0] / 1e6)} to {_upto(price[2] / 1e6)})"
        )
        return (
            f"{period} “{self.title}” brings {goal} if every bonus is"
            f" {number(middle)} times its schedule ({_upto(low)} to {_upto(high)}):"
            f" {written}, where it pays {roubles(base[1])} and brings"
            f" {number(brought)} by its own rules."
        )

    def _bill(self) -> str:
        rows = {row["measure"]: row for row in self.rows()}
        bill, men = rows["recruiting_bill_rub"], rows["inflow_persons_per_month"]
        more = "more" if bill["difference"] >= 0 else "less"
        ends = (roubles(bill[f"difference_{end}"]) for end in ("low", "high"))
        said = (
            f"Bonuses and recruiting come to {roubles(bill['solved'])},"
            f" {roubles(abs(bill['difference']))} {more} than by its own rules"
            f" ({span(*ends)}){certainty(bill | {'draws': self._met_draws})}"
        )
        low, price, high = _band(
            self.table.loc[self.table["met"], "cost_per_extra_man_rub"].to_numpy(float)
        )
        if is_certain(bill) and is_certain(men) and math.isfinite(price):
            of = "each extra man" if men["sign"] > 0 else "each man forgone"
            return (
                f"{said}: {roubles(price)} for {of}"
                f" ({span(roubles(low), roubles(high))})."
            )
        apart = is_certain(bill) and is_certain(men)
        why = "men and money move apart" if apart else "with a sign that is open"
        return f"{said}; {why}, no price of an extra man can be named."

    @property
    def _met_draws(self) -> int:
        return int(self.table["met"].sum())

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as plain data for scripts."""
        low, middle, high = self.band("factor")
        found = {
            "title": self.title,
            "asked": {
                "kind": self.target.kind,
                "value": self.target.value,
                "unit": UNITS[self.target.kind],
                "from": self.start,
                "until": self.until,
            },
            "answer": " ".join(self.sentences()),
            "met_share": self.met_share,
            "free_share": self.free_share,
            "factor": {"value": middle, "low": low, "high": high},
            "rows": self.rows(),
            "folder": str(self.folder),
            "scenario_file": str(self.scenario_file) if self.scenario_file else None,
        }
        cleaned: dict[str, Any] = plain(found)
        return cleaned


def print_level(found: SolvedLevel) -> None:
    """Print the answer: sentences and a table, or long lines in a pipe."""
    about = f"{found.title}; {found.target.kind} {found.target.value:g}; "
    about += f"{found.start} to {found.until}"
    factor = dict(zip(("low", "solved", "high"), found.band("factor"), strict=True))
    if print_long(_long(found, factor), "\n".join((about, *found.sentences()))):
        return
    print("\n".join(found.sentences()))
    header = ("over the period", "at that price", "by its own rules", "difference")
    print_table(header, [_cells(row) for row in found.rows()], "")
    if found.scenario_file is not None:
        print(f"the median level as a scenario: {found.scenario_file}")
        print(f"what it does: muster brief baseline {found.scenario_file}")


def _long(found: SolvedLevel, factor: dict[str, float]) -> pd.DataFrame:
    rows = [
        {"measure": row["measure"], "of": of, "value": row[of],
         "low": row[f"{of}_low"], "high": row[f"{of}_high"], "unit": row["unit"]}
        for row in found.rows()
        for of in ("solved", "base", "difference")
    ]  # fmt: skip
    first = {"measure": "factor", "of": "solved", "value": factor["solved"],
             "low": factor["low"], "high": factor["high"], "unit": "ratio"}  # fmt: skip
    met = {"measure": "met_share", "of": "solved", "value": found.met_share,
           "low": math.nan, "high": math.nan, "unit": "share"}  # fmt: skip
    return pd.DataFrame([first, met, *rows])


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    unit = row["unit"]
    cells = [
        f"{bare(row[of], unit)}\n"
        + span(bare(row[f"{of}_low"], unit), bare(row[f"{of}_high"], unit))
        for of in ("solved", "base", "difference")
    ]
    return titled(row["title"], unit), *cells


def _band(values: Floats) -> tuple[float, float, float]:
    if not len(values):
        return math.nan, math.nan, math.nan
    low, middle, high = quantiles(values).tolist()
    return low, middle, high


def _upto(value: float) -> str:
    return number(value) if math.isfinite(value) else "none does it"
