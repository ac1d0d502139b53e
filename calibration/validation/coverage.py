"""Where each figure and mechanism of the founding articles is used, or why it is not.

`coverage.csv` accounts for every row of the evidence table `seeds`: as an input, a
target of the fit, a prior, a mechanism, or not at all with a reason.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args

from calibration.evidence import Evidence, EvidenceError, load_evidence

Use = Literal["input", "target", "prior", "mechanism", "not_used"]
USES: Final = get_args(Use)
TABLE: Final = "seeds"
PATH: Final = Path(__file__).parents[1] / "coverage.csv"
COLUMNS: Final = ("id", "use", "where", "reason")


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What becomes of one figure or mechanism.

    Attributes:
        id: the evidence row.
        quantity: what the row counts or describes.
        use: what it serves as.
        where: module (a path) or scenario key (a dotted name) that uses it; empty if
            none does.
        reason: how it is used, or why it is not.
    """

    id: str
    quantity: str
    use: Use
    where: str
    reason: str


def coverage(path: Path = PATH) -> list[CoverageRow]:
    """Account for every row of the table of founding articles, in its order.

    Raises:
        EvidenceError: a row is unaccounted for, unknown, given twice, or without use
            and reason.
    """
    evidence = load_evidence()
    wanted = [row.id for row in evidence.values() if row.table == TABLE]
    given = _read(path)
    problems = [
        *_problems(given, path),
        *(
            f"{path.name}: {row_id!r} is unaccounted for"
            for row_id in wanted
            if row_id not in given
        ),
        *(
            f"{path.name}: {row_id!r} is no row of {TABLE}.csv"
            for row_id in given
            if row_id not in wanted
        ),
    ]
    if problems:
        raise EvidenceError("\n".join(problems))
    return [_row(evidence, row_id, given[row_id]) for row_id in wanted]


def _read(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise EvidenceError(f"{path.name}:1: header must be {', '.join(COLUMNS)}")
        rows = list(reader)
    found = {row["id"]: row for row in rows}
    if len(found) < len(rows):
        raise EvidenceError(f"{path.name}: an id occurs twice; account for it once")
    return found


def _problems(given: Mapping[str, Mapping[str, str]], path: Path) -> Iterator[str]:
    """Yield what is wrong with single lines."""
    for row_id, row in given.items():
        place = f"{path.name}: {row_id}"
        if row["use"] not in USES:
            yield f"{place}: use {row['use']!r} is unknown; allowed: {', '.join(USES)}"
        if not row["reason"]:
            yield f"{place}: reason is empty; say how it is used or why it is not"
        if (row["use"] == "not_used") == bool(row["where"]):
            yield f"{place}: where is given exactly for what is used"


def _row(evidence: Evidence, row_id: str, line: Mapping[str, str]) -> CoverageRow:
    return CoverageRow(
        id=row_id,
        quantity=evidence[row_id].quantity,
        use=cast("Use", line["use"]),
        where=line["where"],
        reason=line["reason"],
    )
