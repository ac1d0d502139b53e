"""How a scenario declares a parameter: default, range, prior, source and grade.

The declaration is the only place where these stand; the JSON Schema, the parameter
page, the calibration's priors and the evidence grade of every output read it.
ODD II.i, III.iii.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import Field

Grade = Literal[
    "documented",
    "independent_estimate",
    "official_claim",
    "intelligence_claim",
    "press_report",
    "assumption",
]


@dataclass(frozen=True, slots=True)
class Prior:
    """A prior by its median and 90 % range.

    `kind` is `lognormal` (positive values), `logit_normal` (shares strictly between
    0 and 1) or `normal`.
    """

    kind: Literal["lognormal", "logit_normal", "normal"]
    median: float
    low: float
    high: float


def parameter(
    default: Any,
    text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    source: str | None = None,
    grade: Grade = "assumption",
    prior: Prior | None = None,
) -> Any:
    """Declare a scenario field.

    Args:
        default: value when a file says nothing, in the unit of the field's name.
        text: what it is, in one sentence.
        low: smallest value allowed.
        high: largest value allowed.
        source: evidence id the default or prior rests on.
        grade: kind of evidence behind it.
        prior: what calibration believes before it sees the targets.
    """
    extra: dict[str, Any] = {"source": source, "grade": grade}
    if prior is not None:
        extra["prior"] = asdict(prior)
    factory = (
        {"default_factory": default} if callable(default) else {"default": default}
    )
    return Field(**factory, ge=low, le=high, description=text, json_schema_extra=extra)
