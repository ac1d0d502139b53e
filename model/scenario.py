"""The scenario: everything the model takes from a file, validated and frozen.

A scenario is a state of the world and the policies in it. Every field carries its unit
in its name, its range, its source and its grade (see `parameter.py`). Channels declare
their own blocks beside their mechanism and are collected here. ODD I.ii, III.iii.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, SerializeAsAny

from model.channels import channel_settings
from model.fields.dated import Frozen, MonthText
from model.fields.months import LONGEST_MONTHS, Month, parse_month
from model.fields.time import Time
from model.parameters.abroad import NetworkSettings, Protection, SourceStateSettings
from model.parameters.behaviour import Attention, Behaviour
from model.parameters.economy import Economy
from model.parameters.force import Force
from model.parameters.state import Federal, Regions
from model.parameters.tariffs import Compensation, Costs


def _channel_blocks(given: Any = ()) -> dict[str, Any]:
    return dict(channel_settings(given or {}))


class MeasureWindow(Frozen):
    """Months over which a scenario's effect is measured."""

    start: MonthText = Field(description="First month.")
    months: int = Field(12, ge=1, le=LONGEST_MONTHS, description="How many.")

    @property
    def first(self) -> Month:
        """First month."""
        return parse_month(self.start)


class Scenario(Frozen):
    """A validated scenario; the model takes nothing else from a file."""

    title: str = Field(max_length=200, description="What the scenario is called.")
    question: str = Field(default="", max_length=500, description="What it asks.")
    author: str = Field(default="", max_length=200, description="Who wrote it.")
    extends: str | None = Field(default=None, description="Scenario it starts from.")
    changes: tuple[str, ...] = Field(
        default=(), description="What it changes, in words."
    )
    sources: tuple[str, ...] = Field(default=(), description="Evidence ids behind it.")
    drawn: tuple[str, ...] = Field(
        default=(),
        description="The only parameters that draws of the posterior move, if listed.",
    )
    measure_window: MeasureWindow | None = Field(
        default=None,
        description="Where its effect is measured; by default a year from the change.",
    )
    time: Time = Time()
    federal: Federal = Federal()
    regions: Regions = Regions()
    behaviour: Behaviour = Behaviour()
    attention: Attention = Attention()
    channels: Annotated[
        dict[str, SerializeAsAny[Any]], BeforeValidator(_channel_blocks)
    ] = Field(default_factory=_channel_blocks)
    source_states: dict[str, SourceStateSettings] = Field(
        default_factory=dict, description="Acts of source countries, by country (ISO)."
    )
    networks: dict[str, NetworkSettings] = Field(
        default_factory=dict, description="Recruitment networks, by country (ISO)."
    )
    protection: Protection = Protection()
    force: Force = Force()
    compensation: Compensation = Compensation()
    costs: Costs = Costs()
    economy: Economy = Economy()
