"""The run's calendar: first month, last month of documents, last month. ODD I.ii."""

from __future__ import annotations

from pydantic import Field, model_validator

from model.fields.dated import Frozen, MonthText
from model.fields.months import LONGEST_MONTHS, Month, parse_month


class Time(Frozen):
    """First month, last month of documented policy, last month."""

    start: MonthText = Field(default="2022-09", description="First simulated month.")
    history_until: MonthText = Field(
        "2026-03",
        description="Last month of which anything is known: no documented series is "
        "read beyond it. Each series, and each region's bonus, ends in a month of its "
        "own at or before it.",
    )
    until: MonthText = Field("2027-12", description="Last simulated month.")

    @model_validator(mode="after")
    def _ordered(self) -> Time:
        if not self.first <= parse_month(self.history_until):
            raise ValueError("history_until lies before start")
        if not 1 <= self.months <= LONGEST_MONTHS:
            raise ValueError(
                f"until must lie 0 to {LONGEST_MONTHS - 1} months after start"
            )
        return self

    @property
    def first(self) -> Month:
        """First month."""
        return parse_month(self.start)

    @property
    def months(self) -> int:
        """Number of simulated months."""
        return parse_month(self.until) - self.first + 1

    @property
    def history_months(self) -> int:
        """Number of months in which governments follow documents."""
        return parse_month(self.history_until) - self.first + 1
