"""What the model is held against: one documented figure a row, with its error.

`targets.csv` names the source, what the observation layer must return (`observer`,
`of`, period), the documented value, its error `sd` and the model's own `discrepancy`
(what a model of this kind is not expected to get right even with the best parameters);
both are standard deviations of the natural logarithm, or of the value where `scale` is
linear.

`use` is `fit` (outcomes to 2025-09), `held_out` (never fitted; none at present, since
back-tests by origin hold out every later document in turn) or `shown` (no weight, with
the reason in `basis`). `untargeted.csv` gives
the reason for every figure of the same kinds that is no target.
"""

from __future__ import annotations

import csv
import fnmatch
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from calibration.evidence import EvidenceRow, load_evidence
from model.fields.months import Month, parse_month

Floats = NDArray[np.float64]
Scale = Literal["log", "linear"]
Use = Literal["fit", "held_out", "shown"]

PATH: Final = Path(__file__).parents[1] / "targets.csv"
UNTARGETED_PATH: Final = Path(__file__).parents[1] / "untargeted.csv"
LAST_IN_SAMPLE: Final = "2025-09"
NORMAL_95: Final = 1.6448536269514722
_MONTH: Final = re.compile(r"\d{4}-\d{2}")
HALF_A_MAN: Final = 0.5
"""What stands for nobody where a logarithm is taken."""

OBSERVABLE: Final = frozenset(
    {
        "casualty_compensation_spending",
        "bonus_spending_federal",
        "bonus_spending_total",
        "contracts_signed",
        "contracts_signed_foreign",
        "contracts_signed_per_day",
        "contracts_signed_per_month",
        "deserters_estimated",
        "deserters_listed",
        "discharged_cumulative",
        "foreign_troops_deployed_cumulative",
        "force_size_in_theatre",
        "force_size_in_theatre_mobilised",
        "killed_documented",
        "killed_documented_per_10k_men",
        "killed_documented_share",
        "killed_estimated",
        "killed_and_wounded_estimated",
        "killed_confirmed_in_month",
        "killed_share_of_cohort",
        "manpower_cost_total",
        "naturalised_sent_to_front",
        "prisoners_of_war_taken_weekly",
        "recruits",
        "recruits_foreign",
        "recruits_per_month",
        "service_pay_spending",
        "wounded_to_killed_ratio",
    }
)
"""Quantities of the evidence that the model produces: a target, or a reason why not."""


@dataclass(frozen=True, slots=True)
class Target:
    """One documented figure the model must reproduce, or is shown beside.

    Attributes:
        name: unique short name.
        source: who counted.
        quantity: what, in words.
        observer: function of the observation layer that stands for the source.
        of: its argument (place, channel, country, date of reading), or empty.
        period_start: first month.
        period_end: last month.
        documented: the figure, in `unit`.
        sd: error of the source.
        discrepancy: error allowed to the model.
        scale: whether both errors are of the logarithm or of the value.
        unit: unit of the figure.
        use: part it plays.
        evidence: ids of the rows behind it.
        basis: how the figure follows from them.
    """

    name: str
    source: str
    quantity: str
    observer: str
    of: str
    period_start: str
    period_end: str
    documented: float
    sd: float
    discrepancy: float
    scale: Scale
    unit: str
    use: Use
    evidence: tuple[str, ...]
    basis: str

    @property
    def first(self) -> Month:
        """First month of the period."""
        return parse_month(self.period_start)

    @property
    def last(self) -> Month:
        """Last month of the period."""
        return parse_month(self.period_end)

    @property
    def known(self) -> Month:
        """Month at whose end the figure could be read: its last, or a later reading."""
        read = parse_month(self.of) if _MONTH.fullmatch(self.of) else self.last
        return max(read, self.last)

    @property
    def in_sample(self) -> bool:
        """Whether the period lies before the hold-out."""
        return self.last <= parse_month(LAST_IN_SAMPLE)

    @property
    def total_sd(self) -> float:
        """Error of source and model together."""
        return float(np.hypot(self.sd, self.discrepancy))

    @property
    def range(self) -> tuple[float, float]:
        """The documented figure's own 90 % range."""
        low, high = (self.transform(self.documented) + s * self.sd for s in _SIDES)
        return self.inverse_transform(low), self.inverse_transform(high)

    def transform(self, value: float) -> float:
        """Return a value on the scale where errors are normal."""
        if self.scale == "linear":
            return value
        return float(np.log(max(value, min(HALF_A_MAN, self.documented / 1000))))

    def inverse_transform(self, value: float) -> float:
        """Return the value at a point of that scale."""
        return float(np.exp(value)) if self.scale == "log" else value


_SIDES: Final = (-NORMAL_95, NORMAL_95)


@cache
def load_targets(path: Path = PATH) -> tuple[Target, ...]:
    """Read the targets, in the table's order."""
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(_target(row) for row in csv.DictReader(lines))


def fitted(targets: tuple[Target, ...]) -> tuple[Target, ...]:
    """Return the targets that carry weight."""
    return tuple(target for target in targets if target.use == "fit")


def targets_hash(path: Path = PATH) -> str:
    """Return the SHA-256 of the table, as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def unexplained(path: Path = UNTARGETED_PATH) -> list[str]:
    """Return the ids of observable figures that are neither target nor explained."""
    used = {row_id for target in load_targets() for row_id in target.evidence}
    reasons = untargeted(path)
    return [
        row.id
        for row in load_evidence().values()
        if row.quantity in OBSERVABLE and row.id not in used and not why(row, reasons)
    ]


def untargeted(path: Path = UNTARGETED_PATH) -> dict[str, str]:
    """Return reasons by pattern of evidence id, as in `fnmatch`."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["evidence"]: row["reason"] for row in csv.DictReader(lines)}


def why(row: EvidenceRow, reasons: Mapping[str, str]) -> str:
    """Return why a figure is no target; empty if nobody says."""
    found = (
        why for pattern, why in reasons.items() if fnmatch.fnmatch(row.id, pattern)
    )
    return next(found, "")


def _target(row: dict[str, str]) -> Target:
    uses: dict[str, Use] = {"fit": "fit", "held_out": "held_out", "shown": "shown"}
    return Target(
        name=row["name"],
        source=row["source"],
        quantity=row["quantity"],
        observer=row["observer"],
        of=row["of"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        documented=float(row["documented"]),
        sd=float(row["sd"]),
        discrepancy=float(row["discrepancy"]),
        unit=row["unit"],
        basis=row["basis"],
        scale="log" if row["scale"] == "log" else "linear",
        use=uses[row["use"]],
        evidence=tuple(row["evidence"].split()),
    )
