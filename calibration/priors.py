"""What is believed of the free parameters before the targets are seen. ODD III.iii.

Every scenario field that declares a prior is free, and so are the sources' reporting
parameters (`NUISANCE`): lag of payments, bias of claims, reach of the list of names.
All are handled on a common scale, a standard normal coordinate z by parameter:

    x = Q(Phi(z))   with Q the quantile of the prior, cut at the field's allowed range

so that the joint prior is the unit normal in as many dimensions. A prior is given by
its median and 90 % range; the two sides may differ in width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from scipy.special import expit, logit, ndtr, ndtri

from model.fields.parameter import Prior
from model.scenario import Scenario

Floats = NDArray[np.float64]

NORMAL_95: Final = 1.6448536269514722
PREFIX: Final = "observation."
"""Parameters under this prefix describe a source; they are in no scenario."""
_GRID: Final = 2401
FURTHEST: Final = 6.0
"""Coordinates beyond this many standard deviations are taken as this many."""

_SCALES: Final[Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]]] = {
    "lognormal": (np.log, np.exp),
    "logit_normal": (logit, expit),
    "normal": (np.asarray, np.asarray),
}


@dataclass(frozen=True, slots=True)
class FreeParameter:
    """One parameter the calibration may move.

    Attributes:
        name: dotted name in the scenario, or `observation.` and a name.
        prior: median and 90 % range.
        low: smallest value allowed; none: unbounded.
        high: largest value allowed; none: unbounded.
        grade: kind of evidence behind the prior.
        source: evidence id behind the prior.
    """

    name: str
    prior: Prior
    low: float | None = None
    high: float | None = None
    grade: str = "assumption"
    source: str | None = None

    def value(self, z: Floats) -> Floats:
        """Return values for standard normal coordinates of any shape."""
        share = ndtr(np.clip(z, -FURTHEST, FURTHEST))
        first, last = self._mass_below(self.low, 0.0), self._mass_below(self.high, 1.0)
        inner = ndtri(first + share * (last - first))
        to_line, from_line = _SCALES[self.prior.kind]
        middle, below, above = self._shape(to_line)
        where = middle + np.where(inner < 0, below, above) * inner
        value: Floats = np.clip(from_line(where), self.low, self.high)
        return value

    def coordinate(self, value: float) -> float:
        """Return the standard normal coordinate of a value: the inverse of `value`."""
        first, last = self._mass_below(self.low, 0.0), self._mass_below(self.high, 1.0)
        share = (self._mass_below(value, 0.0) - first) / (last - first)
        return float(np.clip(ndtri(np.clip(share, 0, 1)), -FURTHEST, FURTHEST))

    def coordinates(self, found: Floats) -> Floats:
        """Return the coordinates of many values, to a hundredth, in the same shape."""
        z = np.linspace(-FURTHEST, FURTHEST, _GRID)
        return np.interp(found, self.value(z), z)

    def _shape(self, to_line: Callable[[Any], Any]) -> tuple[float, float, float]:
        """Median and the two spreads on the line where the prior is normal."""
        prior = self.prior
        middle = float(to_line(prior.median))
        below = (middle - float(to_line(prior.low))) / NORMAL_95
        above = (float(to_line(prior.high)) - middle) / NORMAL_95
        return middle, below, above

    def _mass_below(self, bound: float | None, otherwise: float) -> float:
        """Prior mass below a value, the allowed range aside."""
        if bound is None:
            return otherwise
        if self.prior.kind != "normal" and bound <= 0:
            return 0.0
        if self.prior.kind == "logit_normal" and bound >= 1:
            return 1.0
        to_line, _ = _SCALES[self.prior.kind]
        middle, below, above = self._shape(to_line)
        depth = float(to_line(bound)) - middle
        return float(ndtr(depth / (below if depth < 0 else above)))


def _source(
    name: str, kind: Any, median: float, low: float, high: float, source: str | None
) -> FreeParameter:
    grade = "independent_estimate" if source else "assumption"
    prior = Prior(kind, median, low, high)
    return FreeParameter(PREFIX + name, prior, grade=grade, source=source)


NUISANCE: Final = (
    _source("payment_lag_months", "lognormal", 0.8, 0.3, 2.0, None),
    _source("convicts_in_budget_share", "logit_normal", 0.3, 0.05, 0.8, None),
    _source("sample_bias", "lognormal", 1.0, 0.9, 1.11, "klu-2025-01-05v1"),
    _source(
        "claim_bias_2023",
        "lognormal",
        1.4,
        1.15,
        1.6,
        "fed-ratio-overstatement-2024-04",
    ),
    _source("claim_bias_2024", "lognormal", 1.15, 1.0, 1.4, "off-2024"),
    _source("claim_bias_2025", "lognormal", 1.15, 1.0, 1.4, "off-2025-0528"),
    _source("list_share", "logit_normal", 0.7, 0.5, 0.9, "bbc-coverage"),
    _source("list_delay_2023_months", "lognormal", 4.0, 1.5, 10.0, "mz-2023"),
    _source("list_delay_2024_months", "lognormal", 10.0, 4.0, 22.0, "mz-2024-vint2026"),
    _source("list_step_2026", "lognormal", 1.3, 1.05, 1.6, "mz-2024-vint2026"),
    _source("list_volunteer_ratio", "lognormal", 0.9, 0.6, 1.3, None),
    _source("list_prisoner_ratio", "lognormal", 0.8, 0.5, 1.2, None),
    _source("foreign_list_share", "logit_normal", 0.8, 0.5, 0.95, "by-2025h1"),
)


SHARED: Final[Mapping[str, str]] = {
    "force.claim_bias": "general_staff_bias",
    "force.missing_share": "missing_share",
    "force.missing_declared_delay_months": "missing_delay_months",
}
"""Scenario values that an observer needs as well, and their names among theirs."""

YEARS: Final = ("2022-09", "2023-01", "2024-01", "2025-01")
"""First months of the years that have an error of their own."""

BY_YEAR: Final = (
    *(
        FreeParameter(
            f"force.casualties.scale.{month}",
            Prior("lognormal", 1.0, 1 / 1.12, 1.12),
            grade="independent_estimate",
            source="kw-gsu-probate-2023",
        )
        for month in YEARS
    ),
    *(
        FreeParameter(
            f"force.wounded_factor.scale.{month}",
            Prior("lognormal", factor, factor / 1.39, factor * 1.39),
            grade="independent_estimate",
            source=source,
        )
        for month, factor, source in zip(
            YEARS,
            (1.24, 1.33, 0.9, 0.9),
            (
                "kw-gsu-probate-2022",
                "kw-gsu-probate-2023",
                "kw-gsu-probate-2024",
                "kw-csis-2025-06",
            ),
            strict=True,
        )
    ),
)
"""The only free values that no field of the schema stands for: dated factors.

What the General Staff claims drifts from year to year by some 7 %. For each man dead
fewer are wounded than at first: claims over deaths by records, the undeclared added,
give 4.1, 4.4 and 2.8 for 2022 to 2024, and judgements of 2025 2.4 to 2.8; each year's
level may be some 20 % off. The last year's values hold afterwards.
"""

FIXED: Final[Mapping[str, float]] = {}
"""Values that go with the free ones into every draw."""


@cache
def free_parameters() -> tuple[FreeParameter, ...]:
    """Return all free parameters: the scenario's in the schema's order, then others."""
    declared = tuple(_declared(Scenario(title="priors"), ""))
    return (*declared, *BY_YEAR, *NUISANCE)


def _declared(block: Any, path: str) -> Iterator[FreeParameter]:
    """Yield the fields below `block` that declare a prior."""
    if isinstance(block, BaseModel):
        for name, field in type(block).model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and "prior" in extra:
                yield _declared_field(path + name, field.metadata, extra)
            else:
                yield from _declared(getattr(block, name), f"{path}{name}.")
    elif isinstance(block, dict):
        for name, below in block.items():
            yield from _declared(below, f"{path}{name}.")


def _declared_field(
    name: str, limits: Sequence[Any], extra: Mapping[str, Any]
) -> FreeParameter:
    low = next((limit.ge for limit in limits if hasattr(limit, "ge")), None)
    high = next((limit.le for limit in limits if hasattr(limit, "le")), None)
    return FreeParameter(
        name,
        Prior(**extra["prior"]),
        None if low is None else float(low),
        None if high is None else float(high),
        extra["grade"],
        extra["source"],
    )


def values(z: Floats, parameters: Sequence[FreeParameter]) -> Floats:
    """Map coordinates, (..., P), to parameter values of the same shape."""
    columns = [each.value(z[..., at]) for at, each in enumerate(parameters)]
    return np.stack(columns, axis=-1)


def scenario_part(row: Floats, parameters: Sequence[FreeParameter]) -> dict[str, float]:
    """Return the values of one draw, (P,), that a scenario takes, by dotted name."""
    pairs = zip(parameters, row.tolist(), strict=True)
    free = {p.name: value for p, value in pairs if not p.name.startswith(PREFIX)}
    return {**free, **FIXED}


def source_part(row: Floats, parameters: Sequence[FreeParameter]) -> dict[str, float]:
    """Return the values of one draw, (P,), that observers read, by name."""
    pairs = zip(parameters, row.tolist(), strict=True)
    return reporting_in({p.name: value for p, value in pairs})


def reporting_in(draw: Mapping[str, float]) -> dict[str, float]:
    """Return the reporting parameters in a draw: the sources' own and the shared."""
    own = {
        name.removeprefix(PREFIX): value
        for name, value in draw.items()
        if name.startswith(PREFIX)
    }
    return {**own, **{SHARED[n]: draw[n] for n in SHARED if n in draw}}
