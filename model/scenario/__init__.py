"""The front door: what a scenario file may say, and how it is read."""

from model.scenario.schema import Scenario, Time

__all__ = ["Scenario", "Time"]
