"""Structures of the model that documents cannot settle. ODD III.iii.

A draw of the posterior is a variant and its parameters. A variant that acts within the
documented history is fitted by itself; one that acts only after documents end shares
the fit of another and is simulated forward from it. How much of the posterior each
variant holds is decided by how well it foretold documents that came after an origin
(`calibration.validation.origins`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Variant:
    """One structure.

    Attributes:
        name: short, in words.
        settings: dotted scenario name to value, for switches that act in history.
        forward: the same for switches that act only after documents end.
    """

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    forward: Mapping[str, str] = field(default_factory=dict)

    @property
    def overrides(self) -> tuple[str, ...]:
        """`key=value` texts that make the structure within history."""
        return tuple(f"{key}={value}" for key, value in self.settings.items())

    @property
    def all_settings(self) -> dict[str, str]:
        """What a draw of this variant sets in a scenario."""
        return {**self.settings, **self.forward}


MAIN: Final = Variant("main")
VARIANTS: Final = (
    MAIN,
    Variant("prices fixed", forward={"regions.rule": "fixed"}),
    Variant("budget first", forward={"regions.rule": "budget_first"}),
    Variant("mixture", {"behaviour.reluctance.form": "mixture"}),
)
"""All variants; those with the same `settings` share a fit."""


def fitted_variants() -> tuple[Variant, ...]:
    """Return one variant for each fit: the first of those that share it."""
    found: list[Variant] = []
    for each in VARIANTS:
        if not any(each.settings == other.settings for other in found):
            found.append(each)
    return tuple(found)
