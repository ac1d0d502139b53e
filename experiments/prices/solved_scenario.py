"""A solved price path as a scenario file, so that it can be run, changed and sent.

The file extends the scenario that was asked and adds the median factor of each month as
`scale` on the bonuses of all levels, with the governments' rules at rest. Price moves
of a scenario are news, those of a solved path are not; `attention.effort.scale` takes
the news out again, exactly where the schedule is level (as after the history):

    effort_t = exp(-L_t)
    L_t      = max(nu (ln f_t - ln max(f_(t-6) .. f_(t-1))), kept L_(t-1), 0)

With one draw the file gives back the solved run man by man; with several it gives the
inflow of the median path, draw by draw around the target.
"""

from __future__ import annotations

import io
import math
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from experiments.storage.durable import storage_faults, write_durably
from model.parameters.behaviour import Attention
from model.people.attention import NEWS_MEMORY_MONTHS, log_news
from scenarios import Resolved
from scenarios.format.files import packaged_folder
from scenarios.format.nodes import MappingNode, Node, plain
from scenarios.format.overrides import set_layers
from scenarios.format.report import Report

FOLDER: Final = "solved"
# A millionth is a rouble or two of a bonus; rounded up, so the last man still signs.
_FACTOR_STEP: Final = 1e-6

Tree = dict[str, Any]


def write_solved_scenario(
    folder: Path,
    resolved: Resolved,
    settings: Sequence[str],
    told: str,
    factors: Mapping[str, float],
    *,
    announced: bool = False,
    window_months: int | None = None,
) -> Path:
    """Write solved factors as a scenario below a folder and return the file.

    Args:
        folder: folder of the solution.
        resolved: the scenario that was asked, its settings included.
        settings: the `--set` texts it was loaded with.
        told: what was solved for, in words.
        factors: factor on every level of the bonus from a month on, by month.
        announced: whether men hear of it as of any raise; else its news is taken out.
        window_months: months from the first over which its effect is to be measured.
    """
    below = folder / FOLDER
    with storage_faults(below):
        below.mkdir(exist_ok=True)
    parent = _copy_parents(resolved, below)
    tree = _joined(_settings_tree(settings), _delta(resolved, factors, announced))
    head: Tree = {
        "title": f"{resolved.scenario.title}, solved"[:200],
        "question": "Does the solved price meet its target?",
        "extends": parent,
        "changes": [told],
    }
    if window_months is not None:
        head["measure_window"] = {"start": min(factors), "months": window_months}
    file = below / f"{parent}_solved.yaml"
    write_durably(file, _yaml({**head, **tree}).encode())
    return file


def median_factors(path: pd.DataFrame) -> dict[str, float]:
    """Return the median factor over draws of each month, rounded up."""
    median = path.groupby("month")["factor"].median()
    return {
        str(month): math.ceil(factor / _FACTOR_STEP) * _FACTOR_STEP
        for month, factor in median.items()
    }


def _delta(resolved: Resolved, factors: Mapping[str, float], announced: bool) -> Tree:
    scenario = resolved.scenario
    tree: Tree = {
        "federal": {
            "rule": "fixed",
            "signing_bonus": {
                "scale": _times(scenario.federal.signing_bonus.scale, factors)
            },
        },
        "regions": {
            "rule": "fixed",
            "signing_bonus": {
                "scale": _times(scenario.regions.signing_bonus.scale, factors)
            },
            "municipal_bonus": {
                "scale": _times(scenario.regions.municipal_bonus.scale, factors)
            },
        },
    }
    if not announced:
        attention = scenario.attention
        quiet = _quiet(factors, attention)
        tree["attention"] = {"effort": {"scale": _times(attention.effort.scale, quiet)}}
    return tree


def _quiet(factors: Mapping[str, float], attention: Attention) -> dict[str, float]:
    """Return the effort that takes the news of a price path out, by month."""
    found: dict[str, float] = {}
    lift, before = np.zeros(1), [1.0]
    for month, factor in factors.items():
        highest = max(before[-NEWS_MEMORY_MONTHS:])
        rise = np.array([math.log(max(factor, 1e-9) / max(highest, 1e-9))])
        lift = log_news(rise, lift, attention)
        found[month] = math.exp(-lift[0])
        before.append(factor)
    return found


def _times(scale: Mapping[str, float], factors: Mapping[str, float]) -> Tree:
    """Multiply the scale by the factor that holds in each month in which either moves.

    Steps of the scale before the first factor stay what they are.
    """
    first = min(factors)
    later = {date[:7] for date in scale if date[:7] > first}
    return {
        month: _held(scale, month) * _held(factors, month)
        for month in sorted({*factors, *later})
    }


def _held(scale: Mapping[str, float], month: str) -> float:
    dates = [date for date in scale if date[:7] <= month]
    return float(scale[max(dates)]) if dates else 1.0


def _copy_parents(resolved: Resolved, below: Path) -> str:
    """Copy the analyst's own files beside the solved one; return what it extends."""
    files = [Path(layer.name) for layer in resolved.layers if layer.is_file]
    for file in files:
        if file.resolve().parent != packaged_folder().resolve():
            with storage_faults(below):
                shutil.copyfile(file, below / file.name)
    return files[-1].stem


def _settings_tree(settings: Sequence[str]) -> Tree:
    """Return `--set` texts as the nested mapping a file would hold."""
    tree: Tree = {}
    for layer in set_layers(settings, Report()):
        tree = _joined(tree, _plain_layer(layer.tree))
    return tree


def _plain_layer(node: Node) -> Any:
    """Return a layer as plain data; what replaces a path keeps the short form."""
    if not isinstance(node, MappingNode):
        return plain(node)
    if node.replaces:
        return _number_within(node)
    return {key: _plain_layer(entry.node) for key, entry in node.entries.items()}


def _number_within(node: MappingNode) -> Any:
    """Return `{unit: number}` or the number that a short form was spelled out from."""
    (key, entry), *_ = node.entries.items()
    below = entry.node
    if isinstance(below, MappingNode) and "value" not in below.entries:
        return {key: _number_within(below)}
    return plain(below)["value"] if isinstance(below, MappingNode) else plain(below)


def _joined(one: Tree, other: Mapping[str, Any]) -> Tree:
    """Lay one tree over another, mappings key by key."""
    out = dict(one)
    for key, value in other.items():
        under = out.get(key)
        if isinstance(under, dict) and isinstance(value, Mapping):
            out[key] = _joined(under, value)
        else:
            out[key] = value
    return out


def _yaml(tree: Tree) -> str:
    writer = YAML(pure=True)
    writer.default_flow_style = False
    stream = io.StringIO()
    writer.dump(tree, stream)
    return stream.getvalue()
