"""An analyst's own evidence: tables of the same form, beside the packaged ones.

They stand in a folder `evidence` beside a scenario, or in a folder that is named. The
same loader reads them, and an id that the packaged tables have is refused, so that a
cited id never means two things.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from calibration.evidence.rows import Evidence, EvidenceRow
from calibration.evidence.tables import EVIDENCE_COLUMNS, REGIONS, load_evidence
from model.errors import EvidenceError

FOLDER_NAME: Final = "evidence"


def own_evidence(folder: Path | None) -> Evidence:
    """Return the rows of a folder of own tables; none without a folder.

    Raises:
        EvidenceError: a row is malformed, or its id is one of the packaged tables.
    """
    if folder is None:
        return MappingProxyType({})
    if not folder.is_dir():
        raise EvidenceError(f"{folder}: is no folder of evidence tables (*.csv)")
    if (folder / f"{REGIONS}.csv").exists():
        raise EvidenceError(f"{folder}/{REGIONS}.csv: regions are not for own evidence")
    rows, packaged = load_evidence(folder), load_evidence()
    taken = [
        f"{row.table}.csv: id: {row.id!r} is taken in the packaged {known.table}.csv"
        for row in rows.values()
        if (known := packaged.get(row.id))
    ]
    if taken:
        raise EvidenceError("\n".join(taken))
    return rows


def all_evidence(folder: Path | None) -> Evidence:
    """Return the packaged rows and an analyst's own together, by id.

    Raises:
        EvidenceError: an own row is malformed, or its id is taken.
    """
    return MappingProxyType({**load_evidence(), **own_evidence(folder)})


def write_rows(path: Path, rows: Iterable[EvidenceRow]) -> None:
    """Write rows as a table that the loader reads."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(EVIDENCE_COLUMNS)
        for row in rows:
            told = asdict(row)
            writer.writerow([_cell(told[name]) for name in EVIDENCE_COLUMNS])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
