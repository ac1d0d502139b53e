"""Stretches of months in which a region's bonus may have moved. ODD III.iii."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from calibration.regional_game.panel import AUTUMN, FIRST, LAST, SAME, Level, Panel

LONGEST_GAP: Final = 18
"""Months between documents beyond which more than one move is likely."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The months between two documents of a region, or after its last."""

    region: int
    start: int
    """First month in which a move may have come, counted from `FIRST`."""
    end: int
    """Last one."""
    log_bonus: float
    kind: str
    """`same`, `rise`, `cut`, `silent` (after the last document)."""
    log_after: float
    dated: bool
    """Whether the move came in the last of these months."""


def stretches(panel: Panel) -> list[Stretch]:
    """Return the stretches of all regions, in the order of the table of regions."""
    found = []
    last = min(panel.until, LAST)
    for iso, levels in panel.levels.items():
        region = panel.regions.iso.index(iso)
        frozen_until = int(FIRST)
        for before, after in pairwise(levels):
            start = max(before.month + 1, int(FIRST), frozen_until)
            move = after.log - before.log
            kind = "same" if abs(move) < SAME else "rise" if move > 0 else "cut"
            restored = before.month < frozen_until and kind == "rise"
            end = after.month
            short = end - before.month <= LONGEST_GAP
            if end >= start and not restored and short:
                found.append(
                    Stretch(
                        region, start - FIRST, end - FIRST, before.log, kind,
                        after.log, after.dated,
                    )
                )  # fmt: skip
            if is_autumn_cut(before, after):
                # Nothing is decided until the region restores its bonus or does not.
                frozen_until = after.month + 15 - (after.month % 12 + 1)
        start = max(levels[-1].month + 1, frozen_until, int(FIRST))
        if start <= last:
            found.append(
                Stretch(
                    region, start - FIRST, last - FIRST, levels[-1].log, "silent",
                    np.nan, False,
                )
            )  # fmt: skip
    return found


def is_autumn_cut(before: Level, after: Level) -> bool:
    """Whether a region cut from August to December, when cuts are for the year."""
    return after.log < before.log - SAME and after.month % 12 + 1 in AUTUMN
