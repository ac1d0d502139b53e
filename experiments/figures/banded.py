"""Bands over paired draws, as tables and as plain data for scripts. ODD II.x."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.measures.over_draws import HIGH, LOW, MEDIAN


def banded(
    frame: pd.DataFrame, by: Sequence[str], values: Sequence[str]
) -> pd.DataFrame:
    """Return median and 90 % band over draws of some columns, group by group.

    Draws without a number are left out.

    Args:
        frame: one row a draw and group.
        by: columns that make a group; groups keep the order in which they come.
        values: columns to summarise.

    Returns:
        one row a group with `<value>`, `<value>_low` and `<value>_high`.
    """
    finite = frame[list(values)].replace([np.inf, -np.inf], np.nan)
    groups = finite.groupby([frame[name] for name in by], sort=False)
    parts = {
        f"{value}{ending}": groups[value].quantile(at)
        for value in values
        for ending, at in (("_low", LOW), ("", MEDIAN), ("_high", HIGH))
    }
    return pd.DataFrame(parts).reset_index()


def paired(
    frame: pd.DataFrame, base: str, keys: Sequence[str], missing: float = math.nan
) -> pd.DataFrame:
    """Return every arm beside the base arm of the same draw.

    Args:
        frame: columns label, draw, value and `keys`.
        base: label of the base arms.
        keys: columns that name what is compared.
        missing: value where one side has no row.

    Returns:
        rows of label, draw, keys, base, value and difference.
    """
    at = ["draw", *keys]
    wide = frame.set_index([*at, "label"])["value"].unstack("label")
    wide = wide if math.isnan(missing) else wide.fillna(missing)
    labels = [label for label in dict.fromkeys(frame["label"]) if label != base]
    tables = [_beside(wide, base, label) for label in labels]
    return pd.concat(tables, ignore_index=True)[
        ["label", *at, "base", "value", "difference"]
    ]


def plain(value: Any) -> Any:
    """Return data as JSON can say it: no numpy numbers, nothing that is not finite."""
    if isinstance(value, dict):
        return {str(key): plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [plain(below) for below in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain mappings."""
    return [plain(row) for row in frame.to_dict("records")]


def _beside(wide: pd.DataFrame, base: str, label: str) -> pd.DataFrame:
    found = pd.DataFrame({"base": wide[base], "value": wide[label]}).reset_index()
    found["difference"] = found["value"] - found["base"]
    found.insert(0, "label", label)
    return found
