"""A comparison: scenarios against the first, draw by draw, with bands. ODD II.x."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from experiments.comparisons.scenario_diff import Step
from experiments.measures import described
from experiments.measures.arithmetic import quantiles
from experiments.measures.breaks import Break
from experiments.measures.effects import BY_NAME, MEN, Window, agreement, has_price
from experiments.runs.paired import band_table
from experiments.storage.durable import plain
from model.fields.months import format_month
from scenarios import Resolved
from scenarios.format.layout import parameters, scenario_layout

_LONGEST: Final = 60
"""Characters of a parameter's description that stand for its name."""


@dataclass(frozen=True)
class Comparison:
    """Scenarios held against the first of them, draw by draw."""

    base: str
    titles: dict[str, str]
    """Title of every scenario by its label, the base first."""
    resolved: dict[str, Resolved]
    measures: pd.DataFrame
    """label, draw, measure, base, value, difference."""
    parts: pd.DataFrame
    """label, draw, period, quantity, by, item, base, value, difference."""
    steps: pd.DataFrame
    """label, step, measure, draw, level, contribution, alone, interaction."""
    changes: dict[str, tuple[Step, ...]]
    """What differs from the base, by label."""
    series: pd.DataFrame
    """label, draw, month, series, value; of every scenario, the base among them."""
    effects: pd.DataFrame
    """label, effect, draw, value: what each scenario does from its change on."""
    windows: dict[str, Window | None]
    """Months over which each is held against the base; none: nothing differs."""
    breaks: dict[str, tuple[Break, Break]]
    """How force and bill hold in every scenario, the base among them."""
    phases: dict[str, list[Window]]
    """Parts of the window between turns of a scenario, by label; none: one part."""
    phase_effects: pd.DataFrame
    """label, phase (0, 1, ...), effect, draw, value."""
    seed: int
    folder: Path | None = None

    @property
    def labels(self) -> list[str]:
        """The scenarios held against the base."""
        return [label for label in self.titles if label != self.base]

    def differences(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return median and 90 % band of base, value and difference by measure."""
        chosen = self.measures
        if measures is not None:
            chosen = chosen[chosen["measure"].isin(measures)]
        keys = ["label", "measure"]
        return band_table(chosen, keys, ["base", "value", "difference"])

    def measure_rows(self, label: str) -> list[dict[Any, Any]]:
        """Return the banded differences of one scenario, a mapping a measure."""
        table = self.differences()
        return table[table["label"] == label].to_dict("records")

    def split(self, quantity: str, by: str, period: str = "") -> pd.DataFrame:
        """Return the banded differences of a quantity's items in one period."""
        parts = self.parts
        at = (parts["quantity"] == quantity) & (parts["by"] == by)
        chosen = parts[at & (parts["period"] == period)]
        return band_table(chosen, ["label", "item"], ["base", "value", "difference"])

    def contributions(self, measures: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the banded contribution of every step, effect alone, interaction."""
        if self.steps.empty:
            return self.steps
        chosen = self.steps[self.steps["step"] != "base"]
        if measures is not None:
            chosen = chosen[chosen["measure"].isin(measures)]
        columns = ["contribution", "alone", "interaction"]
        return band_table(chosen, ["label", "measure", "step"], columns)

    def effect_rows(self, label: str) -> list[dict[str, Any]]:
        """Return band, P(sign) and direction of every effect of one scenario.

        A cost per man that may not be told (see `has_price`) is not a number.
        """
        chosen = self.effects[self.effects["label"] == label]
        return list(
            _banded_effects(
                chosen,
                self.window_words(label),
                self.window_words(label, whole=True),
            )
        )

    def phase_rows(self, label: str) -> list[list[dict[str, Any]]]:
        """Return the same of men, money and cost per man for each part of the window.

        Returns:
            one list a phase, in the order of time; empty where nothing turns.
        """
        first = self.resolved[label].scenario.time.first
        rows = self.phase_effects
        of = rows[rows["label"] == label] if len(rows) else rows
        return [
            list(_banded_effects(of[of["phase"] == at], phase.words(first)))
            for at, phase in enumerate(self.phases.get(label, ()))
        ]

    def window_words(self, label: str, *, whole: bool = False) -> str:
        """Say over which months a scenario is held against the base."""
        window, time = self.windows[label], self.resolved[label].scenario.time
        if window is None:
            return "no month differs"
        if whole:
            return f"from {format_month(time.first + window.first)} on"
        return window.words(time.first)

    def as_dict(self) -> dict[str, Any]:
        """Return the result as plain data for scripts."""
        found = {
            "base": {"label": self.base, "title": self.titles[self.base]},
            "scenarios": [self._of(label) for label in self.labels],
            "folder": str(self.folder) if self.folder else None,
        }
        cleaned: dict[str, Any] = plain(found)
        return cleaned

    def _break(self, given: Break) -> dict[str, Any]:
        return {
            "kind": given.kind,
            "lasting_share": given.lasting_share,
            "passing_share": given.passing_share,
            "median_month_after_history": given.median_month,
            "median_depth": float(np.median(given.depth)),
            "at_other": {str(at): share for at, share in given.at_other.items()},
        }

    def _of(self, label: str) -> dict[str, Any]:
        def of(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
            if frame.empty:
                return []
            rows = frame[frame["label"] == label].drop(columns="label")
            return rows.to_dict("records")

        measures = of(self.differences())
        for row in measures:
            measure, period = described(row["measure"])
            row |= {"unit": measure.unit, "period": period}
        keys = ["label", "period", "quantity", "by", "item"]
        parts = band_table(self.parts, keys, ["base", "value", "difference"])
        return {
            "label": label,
            "title": self.titles[label],
            "changes": [step.name for step in self.changes[label]],
            "window": self.window_words(label),
            "effects": self.effect_rows(label),
            "phases": self.phase_rows(label),
            "breaks": [self._break(each) for each in self.breaks[label]],
            "measures": measures,
            "parts": of(parts),
            "steps": of(self.contributions()),
        }


def _banded_effects(
    chosen: pd.DataFrame, window: str, whole: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield band, P(sign) and direction of each effect of one scenario.

    Args:
        chosen: rows of effect, draw, value.
        window: the months over which they were worked out, in words.
        whole: what is said where an effect is counted to the end.
    """
    men = chosen.loc[chosen["effect"] == MEN, "value"].to_numpy(float)
    for name, values in chosen.groupby("effect", sort=False)["value"]:
        effect, found = BY_NAME[str(name)], values.to_numpy(float)
        if effect.price and not has_price(men, found):
            found = np.full_like(found, np.nan)
        finite = np.where(np.isfinite(found), found, np.nan)
        low, median, high = quantiles(finite).tolist()
        share, sign = agreement(found)
        yield {
            "effect": effect.name,
            "title": effect.title,
            "unit": effect.unit,
            "value": median,
            "low": low,
            "high": high,
            "p_sign": share,
            "sign": sign,
            "draws": int(np.isfinite(found).sum()),
            "window": whole if effect.whole else window,
            "definition": effect.definition,
        }


def change_in_words(found: Comparison, label: str, step: str) -> str:
    """Return what a change is called: as its author calls it, where that is clear.

    Args:
        found: the comparison.
        label: scenario in which the change is made.
        step: name of the change, a dotted name or several; `base` for none.

    Returns:
        the author's words where the file has one change; else what the parameters are,
        by their descriptions.
    """
    if step == "base":
        return found.titles[found.base]
    said = found.resolved[label].scenario.changes
    if len(said) == 1 and len(found.changes[label]) == 1:
        return said[0]
    return "; ".join(_described(name) for name in step.split(" and "))


def _described(name: str) -> str:
    """Return a parameter's description up to its first stop, else its name in words."""
    known = _descriptions().get(name, "")
    short = known.partition(";")[0].partition(".")[0].partition(":")[0].strip()
    if short and len(short) <= _LONGEST:
        return short
    block, _, member = name.partition(".")
    words = f"{block} {member}".replace(".", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


@cache
def _descriptions() -> dict[str, str]:
    return {
        ".".join(path): member.info.description or ""
        for path, member in parameters(scenario_layout())
    }
