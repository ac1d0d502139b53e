"""What the definition of one headline measure holds. ODD II.x (observation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from experiments.measures.facts import Facts

Formula = Callable[[Facts, slice], float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One headline measure.

    `needs` are the columns it reads beyond `flows`, `force`, `losses` and `ledger`, as
    `table.column`; `whole_run` says that it describes the run and not a period.
    """

    name: str
    title: str
    unit: str
    formula: Formula
    definition: str
    is_not: str
    needs: tuple[str, ...] = ()
    whole_run: bool = False
