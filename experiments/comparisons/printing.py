"""A comparison on the terminal, and as one long tidy table in a pipe. ODD II.x."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pandas as pd

from experiments.comparisons.answer import answers, bands_doubt, effect_cells
from experiments.comparisons.comparison import Comparison, change_in_words
from experiments.figures.tabular import print_long, print_table
from experiments.figures.words import bare, span, titled
from experiments.measures import described

SHOWN: Final = (
    "inflow_persons_per_month",
    "permanent_losses_persons_per_month",
    "replacement_ratio",
    "net_force_change_persons_per_month",
    "force_in_theatre_persons",
    "mean_signing_bonus_rub",
    "bonus_bill_rub",
    "manpower_bill_rub",
    "manpower_bill_share_of_federal_spending",
    "cost_per_effective_soldier_month_rub",
    "civilian_output_lost_rub",
    "killed_persons",
    "deceived_persons",
    "coerced_persons",
)
"""Measures on the terminal, over the last twelve months of the run."""
PAGES: Final = ("brief", "report")
STEPPED: Final = (
    "inflow_persons_per_month",
    "net_force_change_persons_per_month",
    "manpower_bill_rub",
)
"""Measures whose steps are drawn; `steps` holds all of them."""


def print_comparison(result: Comparison) -> None:
    """Print what each scenario does, differences, and steps; long in a pipe."""
    told = [
        f"{result.titles[label]} against {result.titles[result.base]};"
        f" {result.window_words(label)}"
        for label in result.labels
    ]
    told += [said for label in result.labels for said in answers(result, label)]
    told += bands_doubt(result)
    if result.folder:
        told += [f"{page}: {result.folder / page}.html" for page in PAGES]
    if print_long(long_comparison(result), "\n".join(told)):
        return
    for label in result.labels:
        title = result.titles[label]
        for sentence in answers(result, label):
            print(sentence)
        if result.windows[label] is None:
            continue
        # Sorted by window, stable otherwise: what is counted to the end comes last.
        by_window = itemgetter("window")
        effects = sorted(result.effect_rows(label), key=by_window)
        for window, rows in groupby(effects, by_window):
            print_table(
                ("effect", "value", "90 % of draws", "sign held by"),
                [effect_cells(row)[:4] for row in rows],
                f"“{title}” against “{result.titles[result.base]}”, {window}",
            )
        for phase in result.phase_rows(label):
            print_table(
                ("effect", "value", "90 % of draws", "sign held by"),
                [effect_cells(row)[:4] for row in phase],
                f"Of this, {phase[0]['window']}",
            )
        chosen = {row["measure"]: row for row in result.measure_rows(label)}
        print_table(
            ("last twelve months", "base", "scenario", "difference", "90 % of draws"),
            [_row(key, chosen[key]) for key in SHOWN if key in chosen],
            f"Levels under “{title}”",
        )
        _print_steps(result, label)
    for sentence in bands_doubt(result):
        print(sentence)
    if result.folder:
        for page in PAGES:
            print(f"{page}: {result.folder / page}.html")


def long_comparison(result: Comparison) -> pd.DataFrame:
    """Return everything a comparison found with one row a value.

    Returns:
        columns scenario, kind (`effect`, `base`, `level`, `difference` or
        `contribution` of a change), measure, change, window, value, low, high, p_sign
        and unit.
    """
    rows: list[dict[str, Any]] = []
    for label in result.labels:
        phased = [row for phase in result.phase_rows(label) for row in phase]
        for row in (*result.effect_rows(label), *phased):
            rows.append(
                {"scenario": label, "kind": "effect", "measure": row["effect"]}
                | {key: row[key] for key in ("window", "value", "low", "high", "p_sign",
                                             "unit")}
            )  # fmt: skip
        for row in result.measure_rows(label):
            measure, period = described(row["measure"])
            rows += [
                {"scenario": label, "kind": kind, "measure": row["measure"],
                 "window": period, "value": row[of], "low": row[f"{of}_low"],
                 "high": row[f"{of}_high"], "unit": measure.unit}
                for kind, of in (("base", "base"), ("level", "value"),
                                 ("difference", "difference"))
            ]  # fmt: skip
    steps = result.contributions()
    for step in steps.to_dict("records"):
        measure, period = described(step["measure"])
        rows.append(
            {"scenario": step["label"], "kind": "contribution",
             "measure": step["measure"], "change": step["step"],
             "window": period, "value": step["contribution"],
             "low": step["contribution_low"], "high": step["contribution_high"],
             "unit": measure.unit}
        )  # fmt: skip
    columns = ["scenario", "kind", "measure", "change", "window", "value", "low",
               "high", "p_sign", "unit"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _print_steps(result: Comparison, label: str) -> None:
    steps = result.contributions(STEPPED)
    if steps.empty or label not in set(steps["label"]):
        return
    chosen = steps[steps["label"] == label]
    for key, rows in chosen.groupby("measure", sort=False):
        measure, _ = described(str(key))
        cells = [
            (
                change_in_words(result, label, row["step"]),
                *(bare(row[of], measure.unit)
                  for of in ("contribution", "alone", "interaction")),
            )
            for row in rows.to_dict("records")
        ]  # fmt: skip
        header = ("change", "adds", "alone", "together with those before")
        title = titled(measure.title, measure.unit)
        print_table(header, cells, f"{title}: one change after another")


def _row(key: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    measure, _ = described(key)
    ends = (bare(row[f"difference_{end}"], measure.unit) for end in ("low", "high"))
    columns = ("base", "value", "difference")
    numbers = (bare(row[column], measure.unit) for column in columns)
    return (titled(measure.title, measure.unit), *numbers, span(*ends))
