"""Documented figures looked up: by id, by words in any column, by where they are used.

The Python twin of `muster evidence`:

    from experiments.evidence_search import search
    search("signing bonus Samara")
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from calibration.evidence import EvidenceRow, grade
from calibration.evidence.tables import FOLDER_NAME, all_evidence
from experiments.figures.tabular import print_table
from model.errors import EvidenceError
from scenarios.format.places import find_place
from scenarios.format.report import shown


def own_folder() -> Path | None:
    """Return the folder `evidence` of the working folder, if there is one."""
    folder = Path(FOLDER_NAME)
    # The package itself has such a folder, which holds no tables.
    return folder if any(folder.glob("*.csv")) else None


def search(words: str, own: Path | None = None) -> list[EvidenceRow]:
    """Return the rows that hold every word in some column, or under a place's names.

    Args:
        words: words, of which each may be the beginning of one.
        own: folder of own evidence, searched as well.

    Raises:
        EvidenceError: the own evidence cannot be read.
    """
    wanted = _words(words)
    return [
        row
        for row in all_evidence(own).values()
        if all(any(known.startswith(word) for known in _told(row)) for word in wanted)
    ]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold().replace("_", " "))


def _told(row: EvidenceRow) -> set[str]:
    """Return all words that are said of a row, in small letters."""
    place = find_place(row.geography)
    names = [place.name_en, place.name_ru, *place.also] if place else []
    told = [str(value) for value in asdict(row).values()] + [grade(row), *names]
    return set(_words(" ".join(told)))


def print_matches(words: str, own: Path | None, *, as_json: bool) -> None:
    """Print the row of an id in full, or a line for each row that holds the words.

    Raises:
        EvidenceError: no row does.
    """
    known = all_evidence(own)
    if words in known:
        _print_row(known[words], as_json=as_json)
        return
    rows = search(words, own)
    if not rows:
        near = get_close_matches(words, list(known), n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        told = f"{shown(words)!r} is no evidence id, and no row holds these words"
        raise EvidenceError(f"{told}{hint}")
    if as_json:
        _print_json([_fields(row) for row in rows])
        return
    lines = [
        (r.id, r.quantity, r.geography, f"{r.period_start} to {r.period_end}",
         f"{r.value:.15g}", r.unit, grade(r), r.publisher)
        for r in rows
    ]  # fmt: skip
    header = (
        "id",
        "quantity",
        "place",
        "period",
        "value",
        "unit",
        "grade",
        "publisher",
    )
    print_table(header, lines)


def _fields(row: EvidenceRow) -> dict[str, str]:
    told = {key: v for key, v in asdict(row).items() if v not in ("", None)}
    return {key: str(v) for key, v in told.items()} | {"grade": grade(row)}


def _print_row(row: EvidenceRow, *, as_json: bool) -> None:
    fields = _fields(row)
    if as_json:
        _print_json(fields)
        return
    for key, value in fields.items():
        print(f"{key:13} {value}")


def print_tables(own: Path | None, *, as_json: bool) -> None:
    """Print how many rows of which kind each table holds."""
    counted = Counter((row.table, row.kind) for row in all_evidence(own).values())
    rows = [(table, kind, count) for (table, kind), count in sorted(counted.items())]
    header = ("table", "kind", "rows")
    if as_json:
        _print_json([dict(zip(header, row, strict=True)) for row in rows])
    else:
        print_table(header, rows)


def print_coverage(*, as_json: bool) -> None:
    """Print where each founding figure and mechanism is used."""
    from calibration.validation.coverage import coverage

    rows = coverage()
    if as_json:
        _print_json([asdict(row) for row in rows])
    else:
        cells = [(r.id, r.use, r.where, r.reason) for r in rows]
        print_table(("id", "use", "where", "reason"), cells)


def _print_json(content: Any) -> None:
    print(json.dumps(content, indent=2, ensure_ascii=False))
