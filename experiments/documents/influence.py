"""What each parameter moves most: every parameter raised alone, all else the same.

The baseline is run once as it stands under the middle draw of the posterior, and once
for every parameter with that parameter a tenth higher (a switch turned, another choice
taken, a whole number one up), on common random numbers. Recorded is the headline
measure of the run's last twelve months or of the last documented year that changes most
in relation to itself. Effects of a tenth say nothing of larger steps or of what two
parameters do together; `muster sensitivity` does. ODD II.x.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any, Final

from calibration.posterior import load_draws
from experiments.documents.parameter_page import INFLUENCE_FILE
from experiments.measures import described
from experiments.report.cards import HEADLINE
from experiments.runs.paired import PairedRun, run_paired, scenario_draws
from experiments.runs.run import Progress, replication_seed
from model.errors import ScenarioError
from model.scenario import Scenario
from scenarios import load_scenario
from scenarios.format.layout import (
    HEADER,
    ByMonth,
    Dated,
    Kind,
    Step,
    Value,
    parameters,
    scenario_layout,
)

Tree = dict[str, Any]
Path = tuple[str, ...]

STEP: Final = 0.1
LEAST_CHANGE: Final = 5e-4
"""Smaller changes are those of single men."""
LEAST_LEVEL: Final = 200.0
"""Measures of fewer persons change by chance."""
PERIODS: Final = ("", "_documented_year")
LEFT_OUT: Final = frozenset(
    {"break_month", "regions_above_3_percent", "regions_above_5_percent"}
)
"""Months and small counts: one more is a large change by chance."""
UNMOVED: Final = "none by 0.05 %"


def influences(
    workers: int | None = None, progress: Progress | None = None
) -> dict[str, str]:
    """Return what each parameter that can be raised moves most, by dotted name."""
    (base,) = scenario_draws(load_scenario("baseline"), load_draws(1))
    raised = dict(_raised(base))
    seed = replication_seed(1, 0)
    runs = [
        PairedRun(name, each, 0, seed) for name, each in {"": base, **raised}.items()
    ]
    found = [_kept(run.measures) for run in run_paired(runs, workers, progress)]
    plain = found[0]
    return {
        name: strongest(plain, moved)
        for name, moved in zip(raised, found[1:], strict=True)
    }


def strongest(plain: Mapping[str, float], moved: Mapping[str, float]) -> str:
    """Say which measure changed most in relation to itself, and by how much."""
    changes = {
        name: moved[name] / plain[name] - 1 for name in plain if _solid(plain[name])
    }
    most = max(changes, key=lambda name: abs(changes[name]), default="")
    if not most or abs(changes[most]) < LEAST_CHANGE:
        return UNMOVED
    measure, period = described(most)
    when = f" ({period})" if "documented" in period else ""
    return f"{measure.title}{when} {100 * changes[most]:+.2g} %"


def write_influences(path: File = INFLUENCE_FILE) -> File:
    """Run everything and store what the parameter page reads."""
    text = json.dumps(influences(), indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def _kept(found: Mapping[str, float]) -> dict[str, float]:
    names = [name + end for name in HEADLINE for end in PERIODS if name not in LEFT_OUT]
    return {name: found[name] for name in names if name in found}


def _solid(value: float) -> bool:
    """Whether a level is a ratio, or large enough not to change by chance."""
    large = abs(value) >= LEAST_LEVEL or 1e-6 < abs(value) < 10
    return math.isfinite(value) and large


def _raised(base: Scenario) -> Iterator[tuple[str, Scenario]]:
    for path, member in parameters(scenario_layout()):
        tree = base.model_dump(exclude_none=True)
        if path[0] in HEADER or not _raise_at(tree, path, member.kind):
            continue
        try:
            yield ".".join(path), Scenario.model_validate(tree)
        except (ValueError, ScenarioError):
            continue


def _raise_at(tree: Any, path: Path, kind: Kind) -> bool:
    """Raise what stands at a path, all rows of a table together; whether it did."""
    key, *rest = path
    if key == "*":
        keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    else:
        keys = [key] if key in tree else []
    if rest:
        return any([_raise_at(tree[each], tuple(rest), kind) for each in keys])
    return any([_raise_one(tree, each, kind) for each in keys])


def _raise_one(tree: Any, key: Any, kind: Kind) -> bool:
    match kind:
        case Dated():
            scale = tree[key].get("scale") or {"1990-01": 1.0}
            tree[key]["scale"] = {at: (1 + STEP) * by for at, by in scale.items()}
            return True
        case ByMonth(item=item):
            return any([_raise_one(tree[key], month, item) for month in tree[key]])
        case Step():
            return _raise_one(tree[key], "value", kind.members["value"].kind)
        case Value():
            now = raised_value(tree[key], kind)
            changed = now is not None and now != tree[key]
            tree[key] = now if changed else tree[key]
            return changed
    return False


def raised_value(value: Any, kind: Value) -> Any:
    """Return a value a tenth higher, or the nearest thing to it; None: no such thing.

    At the upper end of its range a number is lowered instead.
    """
    match kind.form:
        case "switch":
            return not value
        case "choice":
            return next(each for each in kind.choices if each != value)
        case "whole":
            higher = value + max(1, round(STEP * abs(value)))
            return higher if kind.high is None or higher <= kind.high else value - 1
        case "number":
            higher = value + STEP * abs(value)
            fits = kind.high is None or higher <= kind.high
            return higher if fits else value - STEP * abs(value)
    return None


if __name__ == "__main__":
    print(write_influences())
