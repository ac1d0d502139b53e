"""Quota to price and back: the bonus path that meets a target, and its bill.

The Python twin of `muster solve --monthly`:

    from experiments.prices.monthly import clear
    from experiments.prices.question import asked
    solution = clear("baseline", asked(inflow=35_000))

Each month the least common factor on all bonuses is found at which the market clears
(`model.clearing`); nothing is searched for or fitted. The rules of the governments
rest: their documented offers are the schedule that the factor multiplies. What is
solved for is a price without an announcement effect: men do not consider more often
because the solved price moved. ODD III.iv (market clearing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.figures.tabular import print_table
from experiments.prices.price_path import price_path
from experiments.prices.question import FIXED_RULES, UNITS, WIDE, first_index
from experiments.prices.solved_scenario import median_factors, write_solved_scenario
from experiments.runs.paired import band_table
from experiments.runs.run import DRAWS, RUNS, SEED, Progress, run_into
from experiments.storage.durable import plain, write_json
from experiments.storage.reading import read_json
from experiments.storage.staging import folder_named, staged
from experiments.storage.tables import write_frame
from model.clearing import Target
from model.fields.months import format_month
from scenarios import Resolved, load_scenario

SHOWN: Final = (
    "factor",
    "mean_bonus_rub",
    "inflow_persons",
    "bonus_bill_rub",
    "bill_rub",
)
"""Columns of the price path on the terminal."""


@dataclass(frozen=True)
class Solution:
    """The price path that answers a target, over draws."""

    title: str
    target: Target
    start: str
    path: pd.DataFrame
    """See `experiments.prices.price_path`; one row a month from the start and draw."""
    measures: dict[str, dict[str, Any]]
    """Headline measures of the run at that price."""
    folder: Path
    scenario_file: Path | None
    """The median path as a scenario; none where prices differ by home region."""

    def by_month(self) -> pd.DataFrame:
        """Return median and 90 % band of every column of the path, by month."""
        left_out = ("month", "draw", "met")
        columns = [str(name) for name in self.path if name not in left_out]
        return band_table(self.path, ["month"], columns)

    @property
    def met_share(self) -> float:
        """Share of months and draws in which the target was met.

        Short months are those in which nobody more was to be had at the highest price
        sought; a budget counts as met where it is not exceeded.
        """
        return float(self.path["met"].mean())

    def as_dict(self) -> dict[str, Any]:
        """Return the solution as plain data for scripts."""
        found = {
            "title": self.title,
            "asked": {
                "kind": self.target.kind,
                "value": self.target.value,
                "unit": UNITS[self.target.kind],
                "from": self.start,
            },
            "met_share": self.met_share,
            "path": self.by_month().to_dict("records"),
            "measures": self.measures,
            "folder": str(self.folder),
            "scenario_file": str(self.scenario_file) if self.scenario_file else None,
        }
        cleaned: dict[str, Any] = plain(found)
        return cleaned


def clear(
    scenario: str | Path,
    target: Target,
    *,
    start: str | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Solution:
    """Find the bonus path that meets a target in every month, and its bill.

    Args:
        scenario: a scenario file or the bare name of a packaged one.
        target: what `asked` returns.
        start: first month of solved prices, `YYYY-MM`; by default the first month
            after the documented history.
        draws: draws of the posterior; each has its own price path.
        seed: replication.
        settings: `a.b.c=value` overrides.
        workers: processes; by default one a core.
        out: the run folder; by default `runs/<scenario>-<target>-monthly`.
        progress: called with (draws done, draws).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Returns:
        the solution; its folder is a run folder with `path.parquet`, `solution.json`
        and, for a national price, `solved/<scenario>_solved.yaml` besides.

    Raises:
        ScenarioError: the scenario, a setting or the start is not acceptable.
        OutputError: the folder holds something else than a solution.
        StorageError: the folder cannot be written.
    """
    given = [WIDE, *settings, *FIXED_RULES]
    resolved = load_scenario(scenario, given, evidence=evidence)
    dated = replaced(target, first_index=first_index(resolved, start))
    own = folder_named(RUNS, f"{Path(scenario).stem}-{target.kind}-monthly")
    folder = out if out is not None else own
    with staged(folder, "solution") as made:
        run_into(made, resolved, draws, seed, dated, workers, progress)
        found = _written(made.path, folder, resolved, given, dated)
    return found


def _written(
    made: Path, folder: Path, resolved: Resolved, given: Sequence[str], dated: Target
) -> Solution:
    """Read the price path off a run and write what was solved beside it."""
    path = price_path(made, resolved.scenario, dated)
    file = None
    # A scenario lets men sign away from home: it cannot keep regions' prices apart.
    if dated.kind != "inflow_by_region":
        told = f"bonuses set month by month to clear {dated.kind} {dated.value:g}"
        file = write_solved_scenario(made, resolved, given, told, median_factors(path))
    solution = Solution(
        resolved.scenario.title,
        dated,
        format_month(resolved.scenario.time.first + dated.first_index),
        path,
        read_json(made / "summary.json"),
        folder,
        folder / file.relative_to(made) if file is not None else None,
    )
    write_frame(made / "path.parquet", path)
    write_json(made / "solution.json", solution.as_dict())
    return solution


def print_solution(found: Solution) -> None:
    """Print the price path month by month and what it costs."""
    unit = UNITS[found.target.kind]
    title = f"{found.title}: {found.target.value:,.6g} {unit}, from {found.start}"
    rows = [
        (row["month"], *(_text(name, row) for name in SHOWN))
        for row in found.by_month().to_dict("records")
    ]
    print_table(("month", *SHOWN), rows, title)
    print(f"target met in {found.met_share:.0%} of months and draws")
    if found.scenario_file is not None:
        print(f"the median path as a scenario: {found.scenario_file}")
    print(f"report: {found.folder / 'report.html'}")


def _text(name: str, row: dict[Any, Any]) -> str:
    value, low, high = (row[f"{name}{end}"] for end in ("", "_low", "_high"))
    if pd.isna(value):
        return ""
    form = ".3f" if name == "factor" else ",.0f"
    told = format(value, form)
    return told if low == high else f"{told} ({low:{form}} to {high:{form}})"
