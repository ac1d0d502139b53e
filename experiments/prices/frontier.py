"""Bought or drafted, and what replacement costs: two grids of solved prices.

    from experiments.prices.frontier import least_bill, voluntary_frontier
    voluntary_frontier("baseline")    # cost of a mix, from all bought to all drafted
    least_bill("baseline")            # bill by casualty factor and replacement ratio

Frontier: a share of one total inflow is drawn by decree every month, volunteers are
bought at the price that clears the rest, and the cost counts what no budget shows: the
output of men who serve and of those who flee the draft. Costs are compared at equal
inflow only. Nobody who would serve for the pay alone is turned away, so from some share
on more come than were asked, and beyond the highest price sought fewer do: there the
frontier stops, `held_share` says in how many draws, and its costs are left empty.

Least bill: the price that clears a replacement ratio, at common factors on the combat
hazard; it is the least with one price for all, at the schedule's relative bonuses.
ODD III.iv (market clearing), III.iv (ledger).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.comparisons.edits import scaled_from, set_from
from experiments.figures.tabular import long_table, print_long, print_table
from experiments.figures.words import number, quantity
from experiments.prices.substitution import window
from experiments.runs.paired import (
    PairedResult,
    PairedRun,
    band_table,
    measures_frame,
    paired_runs,
    posterior,
    run_paired,
    scenario_draws,
    simulate_paired,
)
from experiments.runs.repeatable import provenance
from experiments.runs.run import SEED, Progress
from experiments.storage.durable import plain, write_json
from experiments.storage.staging import Staged, staged
from experiments.storage.tables import write_frame
from model.clearing import Target
from model.fields.months import parse_month
from model.scenario import Scenario

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
CASUALTY_FACTORS: Final = (0.5, 1.0, 1.5)
REPLACEMENT_RATIOS: Final = (0.8, 1.0, 1.2)
DRAWS: Final = 2
DECREES: Final = "channels.mobilised.decrees"
HELD: Final = 0.01
"""Inflow within this share of what was asked is equal to it."""
ANSWERS: Final = {
    "held_share": ("inflow held", "share"),
    "inflow_asked_persons_per_month": ("inflow asked", "persons per month"),
    "inflow_persons_per_month": ("inflow", "persons per month"),
    "volunteers_persons": ("volunteers", "persons"),
    "mobilised_persons": ("drafted", "persons"),
    "replacement_ratio": ("replacement", "ratio"),
    "mean_signing_bonus_rub": ("bonus", "RUB"),
    "bonus_bill_rub": ("bonuses", "RUB"),
    "bill_rub": ("bill", "RUB"),
    "lost_output_rub": ("output lost", "RUB"),
    "whole_cost_rub": ("bill and output", "RUB"),
    "bill_per_soldier_month_rub": ("bill a soldier-month", "RUB"),
    "whole_cost_per_soldier_month_rub": ("both a soldier-month", "RUB"),
    "force_in_theatre_persons": ("force in theatre", "persons"),
}
"""Answers with title and unit, in the order in which they are printed."""
ANSWERS_BY: Final = {
    "mobilised_share": "drafted share",
    "casualty_factor": "casualties x",
    "replacement_asked": "replacement",
}
_KNOWN_ANYWAY: Final = (
    "mobilised_share",
    "draw",
    "inflow_persons_per_month",
    "volunteers_persons",
    "mobilised_persons",
    "replacement_ratio",
    "force_in_theatre_persons",
)


@dataclass(frozen=True)
class CostGrid:
    """Answers over a grid of questions; twelve months from the start."""

    title: str
    start: str
    by: tuple[str, ...]
    """Columns that name a point of the grid."""
    table: pd.DataFrame
    """`by`, draw, and the answers."""

    def bands(self) -> pd.DataFrame:
        """Return median and 90 % band of every answer by point.

        `held_share`, where the inflow was to be held equal, is a share of draws.
        """
        left_out = {*self.by, "draw", "held_share"}
        answers = [str(name) for name in self.table if name not in left_out]
        found = band_table(self.table, self.by, answers)
        if "held_share" in self.table:
            held = self.table.groupby(list(self.by), sort=False)["held_share"].mean()
            found.insert(len(self.by), "held_share", held.to_numpy())
        return found

    @property
    def stops(self) -> str:
        """Say where the inflow could not be held equal; empty if it could."""
        if "held_share" not in self.table:
            return ""
        missed = self.table[self.table["held_share"] == 0]
        if missed.empty:
            return ""
        told = []
        for share, rows in missed.groupby("mobilised_share", sort=True):
            of = self.table["mobilised_share"] == share
            off = (
                rows["inflow_persons_per_month"]
                / rows["inflow_asked_persons_per_month"]
                - 1
            )
            way = "too many" if off.median() > 0 else "too few"
            told.append(
                f"{100 * float(str(share)):.0f} % drafted: {way} come in"
                f" {100 * len(rows) / of.sum():.0f} % of draws ({off.median():+.0%})"
            )
        return (
            "Where the inflow cannot be held equal no cost is told: "
            + "; ".join(told)
            + ". Volunteers who come for the pay alone are not turned away."
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the grid as plain data for scripts."""
        found = {"title": self.title, "from": self.start, "by": self.by}
        cleaned: dict[str, Any] = plain(
            {**found, "points": self.bands().to_dict("records")}
        )
        return cleaned


def voluntary_frontier(
    scenario: str | Path = "baseline",
    *,
    shares: Sequence[float] = SHARES,
    inflow: float | None = None,
    start: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> CostGrid:
    """Return the cost of mixes of bought and drafted men at equal inflow.

    Args:
        scenario: a scenario file or the name of a packaged one.
        shares: parts of the inflow drawn by decree, 0 to 1.
        inflow: persons a month; by default what the scenario brings without a decree,
            draw by draw.
        start: first month of the mix; by default the first after the history.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: folder for `frontier.parquet` and `.json`; none: nothing is written.
        progress: called with (runs done, runs).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Returns:
        by `mobilised_share` asked for: the inflow asked, who came, whether the inflow
        was held equal, and where it was bonus, bill, lost output (of men who serve and
        who fled), their sum, and both costs for each soldier-month.
    """
    resolved, month = window(scenario, start, settings, evidence)
    index = parse_month(month) - resolved.scenario.time.first
    with staged(out, "frontier") as made:
        base = scenario_draws(resolved, posterior(draws))
        asked = [inflow] * draws if inflow is not None else _inflow(base, seed, workers)
        targets = [Target("inflow", each, index) for each in asked]
        mixes = {
            f"{share!r}": [
                set_from(one, DECREES, month, share * each)
                for one, each in zip(base, asked, strict=True)
            ]
            for share in shares
        }
        table = _costs(
            simulate_paired(mixes, seed, workers, progress, made.draws, targets)
        )
        table.insert(0, "mobilised_share", table.pop("label").astype(float))
        table = _at_equal_inflow(table, asked)
        found = CostGrid(resolved.scenario.title, month, ("mobilised_share",), table)
        _write(found, made, draws, seed)
    return found


def least_bill(
    scenario: str | Path = "baseline",
    *,
    casualty_factors: Sequence[float] = CASUALTY_FACTORS,
    replacement_ratios: Sequence[float] = REPLACEMENT_RATIOS,
    start: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> CostGrid:
    """Return the bill that clears each replacement ratio at each level of casualties.

    Args:
        scenario: a scenario file or the name of a packaged one.
        casualty_factors: factors on the combat hazard from the start on.
        replacement_ratios: inflow over last month's permanent losses.
        start: first month; by default the first after the history.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: folder for `frontier.parquet` and `.json`; none: nothing is written.
        progress: called with (runs done, runs).
        evidence: folder of own evidence; by default `evidence` beside the scenario.
    """
    resolved, month = window(scenario, start, settings, evidence)
    index = parse_month(month) - resolved.scenario.time.first
    with staged(out, "frontier") as made:
        base = scenario_draws(resolved, posterior(draws))
        runs: list[PairedRun] = []
        for factor in casualty_factors:
            harder = [scaled_from(one, "force.tempo", month, factor) for one in base]
            for ratio in replacement_ratios:
                target = Target("replacement", ratio, index)
                label = f"{factor!r} {ratio!r}"
                runs += paired_runs(label, harder, seed, target)
        table = _costs(run_paired(runs, workers, progress, made.draws))
        point = table.pop("label").str.split(" ", expand=True).astype(float)
        table.insert(0, "casualty_factor", point[0])
        table.insert(1, "replacement_asked", point[1])
        by = ("casualty_factor", "replacement_asked")
        found = CostGrid(resolved.scenario.title, month, by, table)
        _write(found, made, draws, seed)
    return found


def print_grid(found: CostGrid) -> None:
    """Print the answers of a grid, point by point; long in a pipe."""
    table = found.bands()
    about = f"{found.title}; twelve months from {found.start}"
    units = {name: unit for name, (_, unit) in ANSWERS.items() if name in table}
    if print_long(long_table(table, found.by, units), about):
        return
    rows = [
        (
            ", ".join(f"{ANSWERS_BY[by]} {number(row[by])}" for by in found.by),
            *(quantity(row[name], unit) for name, unit in units.items()),
        )
        for row in table.to_dict("records")
    ]
    header = ("point", *(ANSWERS[name][0] for name in units))
    print_table(header, rows, f"{about}, medians of draws")
    if found.stops:
        print(found.stops)


def _at_equal_inflow(table: pd.DataFrame, asked: Sequence[float]) -> pd.DataFrame:
    """Say where the inflow asked was held, and leave costs out where it was not."""
    wanted = table["draw"].map(dict(enumerate(asked)))
    came = table["inflow_persons_per_month"]
    held = (came / wanted - 1).abs() <= HELD
    costs = [str(name) for name in table if str(name) not in _KNOWN_ANYWAY]
    out = table.copy()
    out.insert(2, "inflow_asked_persons_per_month", wanted)
    out.insert(3, "held_share", held.astype(float))
    out[costs] = out[costs].where(held)
    return out


def _write(found: CostGrid, made: Staged, draws: int, seed: int) -> None:
    write_frame(made.path / "frontier.parquet", found.table)
    write_json(made.path / "frontier.json", found.as_dict())
    made.about |= provenance(found.title, seed=seed, draws=draws)


def _inflow(base: Sequence[Scenario], seed: int, workers: int | None) -> list[float]:
    """Return what each draw's scenario brings a month over its last twelve months."""
    free = simulate_paired({"free": base}, seed, workers)
    return [result.measures["inflow_persons_per_month"] for result in free]


def _costs(results: Sequence[PairedResult]) -> pd.DataFrame:
    """Return label, draw and the costs of the last twelve months of every run."""
    frame = measures_frame(results)
    wide = frame.pivot(index=["label", "draw"], columns="measure", values="value")
    bill, lost = wide["manpower_bill_rub"], wide["civilian_output_lost_rub"]
    per_month = wide["cost_per_effective_soldier_month_rub"]
    table = pd.DataFrame(
        {
            "inflow_persons_per_month": wide["inflow_persons_per_month"],
            "volunteers_persons": wide["signed_persons_volunteer_contract"],
            "mobilised_persons": wide["signed_persons_mobilised"],
            "replacement_ratio": wide["replacement_ratio"],
            "mean_signing_bonus_rub": wide["mean_signing_bonus_rub"],
            "bonus_bill_rub": wide["bonus_bill_rub"],
            "bill_rub": bill,
            "lost_output_rub": lost,
            "whole_cost_rub": bill + lost,
            "bill_per_soldier_month_rub": per_month,
            "whole_cost_per_soldier_month_rub": per_month * (1 + lost / bill),
            "force_in_theatre_persons": wide["force_in_theatre_persons"],
        }
    ).reset_index()
    order = list(dict.fromkeys(result.label for result in results))
    rank = table["label"].map(order.index)
    return table.iloc[rank.argsort(kind="stable")].reset_index(drop=True)
