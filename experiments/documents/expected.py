"""The stored expected summary of every shipped scenario, and how it is refreshed.

    python -m experiments.documents.expected            rewrite them all
    python -m experiments.documents.expected NAME ...   some of them
        --draws 64        how many draws; a test holds one cheap draw against them
        --kept FOLDER     draws that are done stay there: the same command resumes

A summary holds the headline measures of some draws of the posterior with seed 1, each
draw's value in full, so that a test can hold one cheap draw against it, and what the
scenario does against the baseline from its change on (`experiments.measures.effects`),
draw by draw. A change of the model moves them on purpose; they are then refreshed, and
review sees the change.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

import scenarios
from experiments.measures import described, summarise
from experiments.measures.effects import EFFECTS, window_of
from experiments.report.cards import DOCUMENTED, HEADLINE
from experiments.runs.paired import (
    PairedResult,
    PairedRun,
    paired_runs,
    posterior,
    run_paired,
    scenario_draws,
)
from experiments.runs.run import SEED
from experiments.storage.durable import plain, storage_faults, write_durably
from model.channels import channel_names
from scenarios import load_scenario, packaged_names

DRAWS: Final = 64
BASELINE: Final = "baseline"
FOLDER: Final = Path(scenarios.__file__).parent / "expected"
KEPT: Final = (
    *HEADLINE,
    *(f"{name}{DOCUMENTED}" for name in HEADLINE),
    *(f"signed_persons_{channel}" for channel in channel_names()),
)


def expected_summary(
    name: str, base: Sequence[PairedResult], results: Sequence[PairedResult]
) -> dict[str, Any]:
    """Return the summary of a packaged scenario as it is stored.

    Args:
        name: name of a packaged scenario.
        base: the baseline in as many draws.
        results: the scenario in draws of the posterior; fewer are the first of more.
    """
    found = summary_of(name, [_kept(result.measures) for result in results])
    scenario = load_scenario(name).scenario
    series = [result.series for result in base]
    other = [result.series for result in results]
    window = window_of(series, other, scenario)
    effects = {
        effect.name: [
            _rounded(effect.formula(one, two, window))
            for one, two in zip(series, other, strict=True)
        ]
        for effect in EFFECTS
        if window is not None
    }
    told: dict[str, Any] = plain(
        {
            **found,
            "window": None if window is None else window.words(scenario.time.first),
            "effects": effects,
        }
    )
    return told


def by_draw(name: str, chosen: Sequence[int], draws: int = DRAWS) -> list[Measures]:
    """Return the kept measures of some of a scenario's draws.

    Args:
        name: name of a packaged scenario.
        chosen: which of the draws.
        draws: how many draws of the posterior they are chosen from.
    """
    runs = _runs(name, draws)
    results = run_paired([runs[at] for at in chosen])
    return [_kept(result.measures) for result in results]


def summary_of(name: str, draws: Sequence[Measures]) -> dict[str, Any]:
    """Return a summary: title, and value, band and every draw of each measure."""
    bands = summarise(draws)
    measures = {
        key: {
            "unit": described(key)[0].unit,
            **{part: bands[key][part] for part in ("value", "low", "high")},
            "by_draw": [draw[key] for draw in draws],
        }
        for key in draws[0]
    }
    title = load_scenario(name).scenario.title
    found = {"title": title, "seed": SEED, "draws": len(draws), "measures": measures}
    cleaned: dict[str, Any] = plain(found)
    return cleaned


def stored(name: str) -> dict[str, Any]:
    """Return the stored summary of a packaged scenario."""
    path = FOLDER / f"{name}.json"
    with storage_faults(path):
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def refresh(
    names: Sequence[str],
    folder: Path = FOLDER,
    draws: int = DRAWS,
    kept: Path | None = None,
) -> None:
    """Simulate packaged scenarios and rewrite their stored summaries.

    Args:
        names: names of packaged scenarios.
        folder: of the summaries.
        draws: draws of the posterior.
        kept: folder of draws that are done, from which the same call goes on; it can
            be removed afterwards.
    """
    folder.mkdir(exist_ok=True)
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    wanted = list(dict.fromkeys([BASELINE, *names]))
    # All in one call: under one draw, scenarios share the months before they part.
    ended = iter(run_paired([r for n in wanted for r in _runs(n, draws)], kept=kept))
    results = {name: list(islice(ended, draws)) for name in wanted}
    for name in names:
        found = expected_summary(name, results[BASELINE], results[name])
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        write_durably(folder / f"{name}.json", text.encode())
        print(name, flush=True)


Measures = Mapping[str, float]


def _runs(name: str, draws: int) -> list[PairedRun]:
    drawn = scenario_draws(load_scenario(name), posterior(draws))
    return paired_runs(name, drawn, SEED)


def _kept(measures: Measures) -> dict[str, float]:
    """Return the kept measures to nine digits; later ones differ between machines."""
    return {key: _rounded(measures[key]) for key in KEPT if key in measures}


def _rounded(value: float) -> float:
    return float(f"{value:.9g}") if math.isfinite(value) else value


if __name__ == "__main__":
    given = argparse.ArgumentParser(description="Rewrite the stored summaries.")
    given.add_argument("names", nargs="*", metavar="NAME")
    given.add_argument("--draws", type=int, default=DRAWS)
    given.add_argument("--kept", type=Path, metavar="FOLDER")
    asked = given.parse_args()
    refresh(asked.names or packaged_names(), draws=asked.draws, kept=asked.kept)
