"""Which documented event did what: each switched off under common random numbers.

    from experiments.comparisons.decompose import decompose
    print_events(decompose("baseline", draws=8))

The effect of an event is the documented run less the run without it, so effects of
events that work together need not add up: `together` switches all of them off, and
`interaction` is what the sum of the effects lacks. ODD II.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from experiments.comparisons.history import EVENTS, Event, without_all
from experiments.figures.tabular import print_long, print_table
from experiments.figures.words import quantity, span
from experiments.measures import described
from experiments.runs.paired import (
    band_table,
    measures_frame,
    paired,
    posterior,
    scenario_draws,
    simulate_paired,
)
from experiments.runs.repeatable import provenance
from experiments.runs.run import SEED, Progress
from experiments.storage.durable import plain, write_json
from experiments.storage.staging import staged
from experiments.storage.tables import write_frame
from scenarios import load_scenario

DRAWS: Final = 8
DOCUMENTED: Final = "documented"
TOGETHER: Final = "together"
INTERACTION: Final = "interaction"
MEASURES: Final = (
    "inflow_persons_per_month",
    "signed_persons_volunteer_contract",
    "force_in_theatre_persons",
    "mean_signing_bonus_rub",
    "bonus_bill_rub",
    "manpower_bill_rub",
    "killed_persons",
)
_AS_LONG: Final = {"effect": "value", "effect_low": "low", "effect_high": "high"}


@dataclass(frozen=True)
class Decomposition:
    """Effects of documented events."""

    title: str
    events: tuple[Event, ...]
    effects: pd.DataFrame
    """event, measure, draw, effect; all measures and periods."""

    def table(self, measures: Sequence[str] = MEASURES) -> pd.DataFrame:
        """Return median and 90 % band of effects by event and measure."""
        chosen = self.effects[self.effects["measure"].isin(measures)]
        return band_table(chosen, ["event", "measure"], ["effect"])

    def as_dict(self) -> dict[str, Any]:
        """Return the effects as plain data for scripts."""
        units = {m: described(m)[0].unit for m in self.effects["measure"].unique()}
        found = {
            "title": self.title,
            "events": [
                {"name": e.name, "title": e.title, "since": e.since,
                 "sources": e.sources}
                for e in self.events
            ],
            "units": units,
            "effects": self.table(list(units)).to_dict("records"),
        }  # fmt: skip
        cleaned: dict[str, Any] = plain(found)
        return cleaned


def decompose(
    scenario: str | Path = "baseline",
    *,
    events: tuple[Event, ...] = EVENTS,
    draws: int = DRAWS,
    seed: int = SEED,
    settings: Sequence[str] = (),
    workers: int | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
    evidence: Path | None = None,
) -> Decomposition:
    """Switch each documented event off in turn, and all of them together.

    Args:
        scenario: a scenario file or the name of a packaged one.
        events: the events to tell apart.
        draws: draws of the posterior.
        seed: replication.
        settings: `a.b.c=value` overrides; the run ends with the documented history
            unless one of them sets `time.until`.
        workers: processes; by default one a core.
        out: folder for `effects.parquet` and `events.json`; none: nothing is written.
        progress: called with (runs done, runs).
        evidence: folder of own evidence; by default `evidence` beside the scenario.

    Raises:
        ScenarioError: the scenario or a setting is not acceptable.
        OutputError: the folder holds something else than a decomposition.
        StorageError: the folder cannot be written.
    """
    asked = load_scenario(scenario, settings, evidence=evidence)
    ending = f"time.until={asked.scenario.time.history_until}"
    resolved = load_scenario(scenario, [ending, *settings], evidence=evidence)
    with staged(out, "decomposition") as made:
        base = scenario_draws(resolved, posterior(draws))
        under = {DOCUMENTED: base}
        under |= {event.name: [event.without(one) for one in base] for event in events}
        under[TOGETHER] = [without_all(one, events) for one in base]
        results = simulate_paired(under, seed, workers, progress, made.draws)
        effects = _effects(measures_frame(results))
        found = Decomposition(resolved.scenario.title, events, effects)
        write_frame(made.path / "effects.parquet", effects)
        write_json(made.path / "events.json", found.as_dict())
        made.about |= provenance(found.title, seed=seed, draws=draws)
    return found


def print_events(found: Decomposition) -> None:
    """Print what each event did, measure by measure; long in a pipe."""
    table = found.table()
    titles = {event.name: f"{event.title}, {event.since}" for event in found.events}
    about = f"{found.title}; what each event added, last twelve months of the run"
    units = {measure: described(measure)[0].unit for measure in MEASURES}
    long = table.rename(columns=_AS_LONG).assign(unit=table["measure"].map(units))
    if print_long(long[["event", "measure", "value", "low", "high", "unit"]], about):
        return
    for measure in MEASURES:
        of = described(measure)[0]
        rows = [
            (
                titles.get(row["event"], row["event"].capitalize()),
                quantity(row["effect"], of.unit),
                span(*(quantity(row[f"effect_{e}"], of.unit) for e in ("low", "high"))),
            )
            for row in table[table["measure"] == measure].to_dict("records")
        ]
        title = f"{of.title}, last twelve months of the run"
        print_table(("event", "effect", "90 % of draws"), rows, title)


def _effects(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what each event added, and what their sum lacks or doubles."""
    found = paired(frame, DOCUMENTED, ["measure"])
    found = found.assign(effect=-found["difference"]).rename(columns={"label": "event"})
    found = found[["event", "measure", "draw", "effect"]]
    at = ["measure", "draw"]
    single = found[found["event"] != TOGETHER].groupby(at, sort=False)["effect"].sum()
    whole = found[found["event"] == TOGETHER].set_index(at)["effect"]
    rest = (whole - single).reset_index()
    rest.insert(0, "event", INTERACTION)
    return pd.concat([found, rest], ignore_index=True)
