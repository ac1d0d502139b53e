"""Names that scenario files once used, so that an old file is told what to write.

A name that leaves the schema gets a line here in the same change: its dotted path, the
dotted path that took its place (none: nothing did), and the version that removed it.
ODD III.i.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from scenarios.format.nodes import Path


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of a name."""

    new: str | None
    version: str

    @property
    def told(self) -> str:
        """What became of it, in words."""
        if self.new is None:
            return f"was removed in version {self.version}; delete it"
        return f"was renamed in version {self.version}; write {self.new}"


REMOVED: Mapping[str, Removed] = MappingProxyType(
    {
        "channels.state_deployment.payment_usd_per_head_month": Removed(
            "costs.sending_state_pay", "0.1.0"
        ),
        # Each is a factor on a documented series, though it read as the series itself.
        **{
            f"economy.{old}": Removed(f"economy.{new}", "0.1.0")
            for old, new in (
                ("wages", "wage_factor"),
                ("unemployment", "unemployment_factor"),
                ("federal_spending", "federal_spending_factor"),
                ("regional_revenue", "regional_revenue_factor"),
            )
        },
        "economy.rub_per_usd.multiplier": Removed("economy.rub_per_usd.scale", "0.1.0"),
    }
)


def removed_name(path: Path) -> str | None:
    """Return what became of the name at `path`, or None if it never existed."""
    found = REMOVED.get(".".join(path))
    return found.told if found else None
