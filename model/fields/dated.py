"""Values that change on dates: steps, scaling and growth, each step with its source.

A dated value names its unit as its key, so a reader of the file never has to ask:

    signing_bonus:
      rub:
        2022-09: {value: 195000, source: fed-bonus-2022-09}
        2024-08: {value: 400000, source: fed-bonus-2024-08}
      scale: {2026-01: 0.5}

The first step holds before its own date; each step holds until the next. `scale`
multiplies from its date on, `growth_per_year` compounds monthly from its date on.
A plain number, or a plain mapping of dates, is short for the steps alone.
ODD III.iii (input data).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from model.errors import ScenarioError
from model.fields.months import LONGEST_MONTHS, parse_month

Floats = NDArray[np.float64]


class Frozen(BaseModel):
    """Base of every scenario block: immutable, and unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def _is_number(given: object) -> bool:
    return isinstance(given, int | float) and not isinstance(given, bool)


def _month_text(given: str) -> str:
    try:
        parse_month(given)
    except ScenarioError as error:
        raise ValueError(str(error)) from None
    return given


def _looks_dated(key: object) -> bool:
    return re.match(r"\d{4}-", str(key)) is not None


MonthText = Annotated[str, AfterValidator(_month_text)]
ALWAYS = "2022-01"


class Cited(Frozen):
    """One value with the evidence id it rests on (none: an assumption)."""

    value: float
    source: str | None = None
    note: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_number(cls, given: Any) -> Any:
        return {"value": given} if _is_number(given) else given


class CitedAmount(Cited):
    """A value that cannot be negative."""

    value: Annotated[float, Field(ge=0, le=1e13)]


MOST_PERSONS = 10_000_000
"""More men than any army of a country of this size has had."""


class CitedPersons(CitedAmount):
    """A number of persons; a run holds every one of them in memory."""

    value: Annotated[float, Field(ge=0, le=MOST_PERSONS)]


class CitedRate(Cited):
    """Roubles for one US dollar."""

    value: Annotated[float, Field(ge=1, le=10_000)]


class CitedMonths(Cited):
    """A duration in months, at most the longest a scenario may state."""

    value: Annotated[float, Field(ge=0, le=LONGEST_MONTHS)]


class CitedShare(Cited):
    """A share between 0 and 1."""

    value: Annotated[float, Field(ge=0, le=1)]


class CitedMultiplier(Cited):
    """A factor between 0 and 100."""

    value: Annotated[float, Field(ge=0, le=100)]


def _always(given: Any) -> Any:
    return {ALWAYS: given} if _is_number(given) else given


Factors = Annotated[
    dict[MonthText, Annotated[float, Field(ge=0, le=100)]], BeforeValidator(_always)
]
Growths = Annotated[
    dict[MonthText, Annotated[float, Field(ge=-0.9, le=5)]], BeforeValidator(_always)
]


class DatedValue(Frozen):
    """A path through time in one unit; each subclass names its unit as a field."""

    unit: ClassVar[str]

    scale: Factors = Field(default_factory=dict)
    growth_per_year: Growths = Field(default_factory=dict)
    shape: Literal["steps", "linear"] = "steps"

    @model_validator(mode="before")
    @classmethod
    def _expand_short_forms(cls, given: Any) -> Any:
        if _is_number(given):
            return {cls.unit: {ALWAYS: given}}
        if isinstance(given, dict) and given and all(map(_looks_dated, given)):
            return {cls.unit: given}
        if isinstance(given, dict) and _is_number(given.get(cls.unit)):
            return {**given, cls.unit: {ALWAYS: given[cls.unit]}}
        return given

    @classmethod
    def constant(cls, value: float) -> Self:
        """Return the path that never changes."""
        return cls.model_validate(value)

    @property
    def steps(self) -> Mapping[str, Cited]:
        """The dated steps, in the unit of the class."""
        return cast("Mapping[str, Cited]", getattr(self, self.unit))

    @property
    def sources(self) -> set[str]:
        """Evidence ids the steps cite."""
        return {step.source for step in self.steps.values() if step.source}

    def over(self, first: int, months: int) -> Floats:
        """Return the value in each of `months` months from `first`; shape (months,).

        A path without steps, which only changes another, has none (`laid_over`).
        """
        if not self.steps:
            return np.full(months, np.nan)
        at = np.arange(first, first + months)
        raw = self._interpolate(at) if self.shape == "linear" else self._hold(at)
        return raw * _step_factors(self.scale, at) * _growth(self.growth_per_year, at)

    def laid_over(self, base: Floats, first: int) -> Floats:
        """Return the path from its first step on, and another before it; (months,).

        Scale and growth act on both.

        Args:
            base: what holds before the first step, or always where there is none.
            first: month of the first entry of `base`.
        """
        at = np.arange(first, first + len(base))
        factors = _step_factors(self.scale, at) * _growth(self.growth_per_year, at)
        if not self.steps:
            return base * factors
        raw = self._interpolate(at) if self.shape == "linear" else self._hold(at)
        begun = at >= min(map(parse_month, self.steps))
        return np.where(begun, raw, base) * factors

    def _ordered(self) -> tuple[NDArray[np.int64], Floats]:
        pairs = sorted((int(parse_month(d)), c.value) for d, c in self.steps.items())
        dates, values = zip(*pairs, strict=True)
        return np.array(dates), np.array(values, dtype=float)

    def _hold(self, at: NDArray[np.int64]) -> Floats:
        dates, values = self._ordered()
        return values[np.clip(np.searchsorted(dates, at, "right") - 1, 0, None)]

    def _interpolate(self, at: NDArray[np.int64]) -> Floats:
        dates, values = self._ordered()
        return np.interp(at, dates, values)


Amounts = Annotated[dict[MonthText, CitedAmount], Field(min_length=1)]
Counts = Annotated[dict[MonthText, CitedPersons], Field(min_length=1)]
Durations = Annotated[dict[MonthText, CitedMonths], Field(min_length=1)]
Shares = Annotated[dict[MonthText, CitedShare], Field(min_length=1)]
Multipliers = Annotated[dict[MonthText, CitedMultiplier], Field(min_length=1)]


class Rub(DatedValue):
    """A sum in roubles."""

    unit = "rub"
    rub: Amounts


class RubPerMonth(DatedValue):
    """A monthly sum in roubles."""

    unit = "rub_per_month"
    rub_per_month: Amounts


class Usd(DatedValue):
    """A sum in US dollars."""

    unit = "usd"
    usd: Amounts


class RubPerUsd(DatedValue):
    """An exchange rate, roubles for one US dollar; laid over the documented rate."""

    unit = "rub_per_usd"
    rub_per_usd: dict[MonthText, CitedRate] = Field(default_factory=dict)


class Persons(DatedValue):
    """A number of persons."""

    unit = "persons"
    persons: Counts


class PersonsPerMonth(DatedValue):
    """A flow of persons a month."""

    unit = "persons_per_month"
    persons_per_month: Counts


class ImpressionsPerMonth(DatedValue):
    """A flow of advertising impressions a month."""

    unit = "impressions_per_month"
    impressions_per_month: Amounts


class Months(DatedValue):
    """A duration in months."""

    unit = "months"
    months: Durations


class Share(DatedValue):
    """A share between 0 and 1; 0 and 1 also serve as off and on."""

    unit = "share"
    share: Shares


class Multiplier(DatedValue):
    """A factor on something else; 1 changes nothing."""

    unit = "multiplier"
    multiplier: Multipliers


class Ruled(Frozen):
    """A path that documents carry for a while and a rule afterwards."""

    documented_until: MonthText | None = Field(
        None,
        description="Last month the documents cover; a rule goes on after it, and a "
        "later step acts from its month on. None: the last step that history_until "
        "lets in.",
    )

    def known(
        self, steps: Mapping[str, Cited], at: NDArray[np.int64], ceiling: int
    ) -> Known:
        """Tell which months of `at`, (T,), documents or the scenario's own steps hold.

        Between two of its own steps after the documents a path is held, too: what a
        file states from one month to another is not for a rule to move.

        Args:
            steps: the path's steps.
            at: months of the run, (T,).
            ceiling: last month of which anybody could know, `time.history_until`.
        """
        months = sorted(int(parse_month(month)) for month in steps)
        if not months:
            return Known(*np.zeros((2, len(at)), bool))
        none = np.zeros(len(at), dtype=bool)
        if not months:
            return Known(documented=none, own=none)
        stated = self.documented_until
        seen = [month for month in months if month <= ceiling]
        last = parse_month(stated) if stated else max(seen, default=int(at[0]) - 1)
        last = min(int(last), ceiling)
        own = [month for month in months if month > last]
        held = (at >= min(own)) & (at <= max(own)) if own else none
        return Known(documented=(at >= months[0]) & (at <= last), own=held)


@dataclass(frozen=True, slots=True)
class Known:
    """Months in which a path is not for a rule to move, each (T,)."""

    documented: NDArray[np.bool_]
    """From the first step to the end of its documents."""
    own: NDArray[np.bool_]
    """Later, from the scenario's first own step to its last."""


class RuledRub(Ruled, Rub):
    """A sum in roubles that a government sets."""


class RegionalRub(Ruled, DatedValue):
    """A sum in roubles that a region sets, or a factor alone on what it would set."""

    unit = "rub"
    rub: dict[MonthText, CitedAmount] = Field(default_factory=dict)


class RuledPersonsPerMonth(Ruled, PersonsPerMonth):
    """A flow of persons a month that a government asks for."""


def _step_factors(scale: dict[str, float], at: NDArray[np.int64]) -> Floats:
    factor = np.ones(len(at))
    for date, value in sorted(scale.items()):
        factor[at >= parse_month(date)] = value
    return factor


def _growth(growth_per_year: dict[str, float], at: NDArray[np.int64]) -> Floats:
    factor = np.ones(len(at))
    dates = sorted(growth_per_year)
    for date, upto in zip(dates, [*dates[1:], "9999-12"], strict=False):
        elapsed = np.clip(at, parse_month(date), parse_month(upto)) - parse_month(date)
        factor *= (1 + growth_per_year[date]) ** (elapsed / 12)
    return factor
