"""Channel substitution: close each channel in turn and price the gap it leaves.

    from experiments.prices.substitution import substitution
    print_substitution(substitution("baseline", draws=4))

Two pairs of runs a channel, on common random numbers. Men lost: all channels open less
the channel closed, at the governments' scheduled bonuses. Price needed: both runs
again, each month's bonus cleared so that total inflow is the mean of the open run, draw
by draw; the price with all channels open is cleared in the same way, so the difference
is the closure's alone. No price replaces the volunteers, for they are who is bought.
ODD III.iv (market clearing).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.comparisons.edits import set_from
from experiments.figures.tabular import long_table, print_long, print_table
from experiments.figures.words import name, quantity
from experiments.measures.facts import VOLUNTEERS
from experiments.prices.question import FIXED_RULES, WIDE, first_index
from experiments.runs.paired import (
    PairedResult,
    band_table,
    posterior,
    scenario_draws,
    simulate_paired,
)
from experiments.runs.repeatable import provenance
from experiments.runs.run import SEED, Progress
from experiments.storage.durable import plain, write_json
from experiments.storage.staging import staged
from experiments.storage.tables import write_frame
from model.channels import channel_names
from model.clearing import Target
from model.fields.months import format_month, parse_month
from model.scenario import Scenario
from scenarios import Resolved, load_scenario

DRAWS: Final = 4
WINDOW_MONTHS: Final = 12
OPEN: Final = "all open"
COLUMNS: Final = (
    "men_lost_per_month",
    "price_open_rub",
    "price_needed_rub",
    "price_rise_share",
    "bill_change_rub",
    "short_per_month",
)
UNITS: Final = {
    "men_lost_per_month": "persons per month",
    "price_open_rub": "RUB",
    "price_needed_rub": "RUB",
    "price_rise_share": "share",
    "bill_change_rub": "RUB",
    "short_per_month": "persons per month",
}
TITLES: Final = (
    "men lost a month",
    "price, all open",
    "price needed",
    "rise",
    "bill of twelve months",
    "men short a month",
)


@dataclass(frozen=True)
class Substitution:
    """What closing each channel costs in men, price and money a year."""

    title: str
    start: str
    table: pd.DataFrame
    """channel, draw and the columns below, over the twelve months from the start.

    men_lost_per_month   inflow lost if nothing else moves
    price_open_rub       mean bonus that clears the inflow with all channels open
    price_needed_rub     mean bonus that clears it with the channel closed
    price_rise_share     the rise of that price
    bill_change_rub      manpower bill of twelve months, closed less open, both cleared
    short_per_month      men still missing at ten times the schedule
    """

    def by_channel(self) -> pd.DataFrame:
        """Return median and 90 % band of every column by channel."""
        return band_table(self.table, ["channel"], list(COLUMNS))

    def as_dict(self) -> dict[str, Any]:
        """Return the table as plain data for scripts."""
        rows = self.by_channel().to_dict("records")
        found = {"title": self.title, "from": self.start, "channels": rows}
        cleaned: dict[str, Any] = plain(found)
        return cleaned


def substitution(
    scenario: str | Path = "baseline",
    *,
    start: str | None = None,
    channels: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Substitution:
    """Close each channel from a month on and price the gap it leaves.

    Args:
        scenario: a scenario file or the name of a packaged one.
        start: first closed month; by default the first after the documented history.
        channels: the channels to close; by default all.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides; the run ends twelve months after the start.
        workers: processes; by default one a core.
        out: folder for `substitution.parquet` and `.json`; none: nothing is written.
        progress: called with (runs done, runs), once for each of the two rounds.
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Raises:
        ScenarioError: the scenario, a setting or the start is not acceptable.
        OutputError: the folder holds something else than a substitution.
        StorageError: the folder cannot be written.
    """
    resolved, month = window(scenario, start, settings, evidence)
    closed = tuple(channels) if channels is not None else channel_names()
    with staged(out, "substitution") as made:
        by_label = _scenarios(scenario_draws(resolved, posterior(draws)), closed, month)
        free = simulate_paired(by_label, seed, workers, progress, made.draws)
        inflow = [
            r.measures["inflow_persons_per_month"] for r in free if r.label == OPEN
        ]
        index = parse_month(month) - resolved.scenario.time.first
        targets = [Target("inflow", value, index) for value in inflow]
        priced = {name: each for name, each in by_label.items() if name != VOLUNTEERS}
        cleared = simulate_paired(priced, seed, workers, progress, made.draws, targets)
        table = _table(free, cleared, inflow)
        found = Substitution(resolved.scenario.title, month, table)
        write_frame(made.path / "substitution.parquet", found.table)
        write_json(made.path / "substitution.json", found.as_dict())
        made.about |= provenance(found.title, seed=seed, draws=draws)
    return found


def print_substitution(found: Substitution) -> None:
    """Print the table, medians over draws; long in a pipe."""
    table = found.by_channel()
    about = f"{found.title}; each channel closed, twelve months from {found.start}"
    if print_long(long_table(table, ["channel"], UNITS), about):
        return
    rows = [
        (
            name(row["channel"]),
            *(_text(column, row[column]) for column in COLUMNS),
        )
        for row in table.to_dict("records")
    ]
    print_table(("channel closed", *TITLES), rows, about)


def window(
    scenario: str | Path,
    start: str | None,
    settings: Sequence[str],
    evidence: Path | None = None,
) -> tuple[Resolved, str]:
    """Return the scenario, ending twelve months after the start, rules at rest.

    Returns:
        the scenario and the first month of the window.
    """
    given = [WIDE, *settings, *FIXED_RULES]
    asked = load_scenario(scenario, given, evidence=evidence)
    first = asked.scenario.time.first + first_index(asked, start)
    until = format_month(first + WINDOW_MONTHS - 1)
    ending = [*given, f"time.until={until}"]
    resolved = load_scenario(scenario, ending, evidence=evidence)
    return resolved, format_month(first)


def _scenarios(
    base: Sequence[Scenario], closed: Sequence[str], month: str
) -> dict[str, list[Scenario]]:
    shut = {
        name: [set_from(one, f"channels.{name}.open", month, 0.0) for one in base]
        for name in closed
    }
    return {OPEN: list(base), **shut}


def _table(
    free: Sequence[PairedResult],
    cleared: Sequence[PairedResult],
    inflow: Sequence[float],
) -> pd.DataFrame:
    """Hold each closed run against the open one of the same draw."""
    lost = {(result.label, result.draw): result.measures for result in free}
    price = {(result.label, result.draw): result.measures for result in cleared}
    rows = []
    for channel, draw in lost:
        if channel == OPEN:
            continue
        came = "inflow_persons_per_month"
        gone = lost[OPEN, draw][came] - lost[channel, draw][came]
        row: dict[str, Any] = {"channel": channel, "draw": draw}
        row |= dict.fromkeys(COLUMNS, math.nan) | {"men_lost_per_month": gone}
        if channel != VOLUNTEERS:
            row |= _priced(price[OPEN, draw], price[channel, draw], inflow[draw])
        rows.append(row)
    return pd.DataFrame(rows)


def _priced(
    before: Mapping[str, float], after: Mapping[str, float], inflow: float
) -> dict[str, float]:
    paid, bill = "mean_signing_bonus_rub", "manpower_bill_rub"
    return {
        "price_open_rub": before[paid],
        "price_needed_rub": after[paid],
        "price_rise_share": after[paid] / before[paid] - 1,
        "bill_change_rub": after[bill] - before[bill],
        "short_per_month": max(0.0, inflow - after["inflow_persons_per_month"]),
    }


def _text(column: str, value: float) -> str:
    return "none" if math.isnan(value) else quantity(value, UNITS[column])
