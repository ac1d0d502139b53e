"""The evidence tables, read strictly: a malformed row is an error with its place.

Every problem of every table is reported at once, as
`file:line: column: what is wrong; what is allowed`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from calibration.evidence.fields import (
    CellError,
    Reader,
    between,
    day,
    known_place,
    matching,
    number,
    one_of,
    optional_number,
    optional_text,
    text,
    whole,
)
from calibration.evidence.rows import Evidence, EvidenceRow, RegionRow
from calibration.evidence.vocabulary import CHANNELS, KINDS, UNITS
from model.errors import EvidenceError
from scenarios.format.report import shown

FOLDER: Final = Path(__file__).parent
REGIONS: Final = "regions"
FIRST_DAY: Final = date(1950, 1, 1)

EVIDENCE_COLUMNS: Final[Mapping[str, Reader]] = {
    "id": matching(r"[A-Za-z0-9][A-Za-z0-9_-]*", "an id of letters, digits, - and _"),
    "quantity": matching(r"[a-z0-9_]+", "a quantity of small letters, digits and _"),
    "geography": known_place,
    "channel": one_of(CHANNELS),
    "period_start": day,
    "period_end": day,
    "value": number,
    "low": optional_number,
    "high": optional_number,
    "unit": one_of(UNITS),
    "kind": one_of(KINDS),
    "confidence": whole(1, 5),
    "publisher": text,
    "title": text,
    "published": matching(
        r"(\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?)?", "YYYY, YYYY-MM, YYYY-MM-DD or empty"
    ),
    "url": matching(r"(https?://\S+)?", "an address that starts http(s)://, or empty"),
    "note": optional_text,
}

REGION_COLUMNS: Final[Mapping[str, Reader]] = {
    "iso": matching(
        r"(RU|UA)-[A-Z0-9]{2,3}", "an ISO 3166-2 code of Russia or Ukraine"
    ),
    "name_en": text,
    "federal_district": text,
    "population_total": whole(1, 20_000_000),
    "population_year": whole(2010, 2030),
    "male_18_59": whole(1, 10_000_000),
    "average_monthly_wage_2021_rub": between(1_000, 1_000_000),
    "average_monthly_wage_2022_rub": between(1_000, 1_000_000),
    "average_monthly_wage_2023_rub": between(1_000, 1_000_000),
    "average_monthly_wage_2024_rub": between(1_000, 1_000_000),
    "unemployment_rate_2023": between(0, 1),
    "poverty_rate_2022": between(0, 1),
    "urban_share": between(0, 1),
    "regional_budget_revenue_2023_rub_bn": between(0, 100_000),
    "capital_latitude": between(41, 82),
    "capital_longitude": between(19, 180),
    "source_note": text,
}

Record = dict[str, Any]
Check = Callable[[Record], Iterator[str]]


def load_evidence(folder: Path = FOLDER) -> Evidence:
    """Read every table but the regions; a read-only mapping from id to row.

    Raises:
        EvidenceError: if rows are malformed or an id occurs twice; all problems,
            with their places.
    """
    problems: list[str] = []
    rows: dict[str, EvidenceRow] = {}
    for path in table_paths(folder):
        if path.stem == REGIONS:
            continue
        for place, record in _records(path, EVIDENCE_COLUMNS, _figure_check, problems):
            row = EvidenceRow(table=path.stem, **record)
            if row.id in rows:
                known = rows[row.id].table
                problems.append(
                    f"{place}: id: {row.id!r} is taken in {known}.csv; an id is unique"
                    " over all tables"
                )
            rows[row.id] = row
    _refuse(problems)
    return MappingProxyType(rows)


def load_regions(folder: Path = FOLDER) -> tuple[RegionRow, ...]:
    """Read the regions, in the table's order.

    Raises:
        EvidenceError: if rows are malformed or a region occurs twice; all problems,
            with their places.
    """
    problems: list[str] = []
    regions: dict[str, RegionRow] = {}
    path = folder / f"{REGIONS}.csv"
    for place, record in _records(path, REGION_COLUMNS, _region_check, problems):
        if record["iso"] in regions:
            problems.append(f"{place}: iso: {record['iso']!r} occurs twice")
        regions[record["iso"]] = RegionRow(**record)
    _refuse(problems)
    return tuple(regions.values())


def evidence_hash(folder: Path = FOLDER) -> str:
    """Return the SHA-256 of all tables, names included, as hexadecimal digits."""
    digest = hashlib.sha256()
    for path in table_paths(folder):
        content = path.read_bytes()
        digest.update(f"{path.name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def table_paths(folder: Path = FOLDER) -> list[Path]:
    """Return the tables' paths by name.

    Raises:
        EvidenceError: if the folder holds none.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise EvidenceError(f"{folder}: holds no evidence table (*.csv)")
    return paths


def _records(
    path: Path, columns: Mapping[str, Reader], check: Check, problems: list[str]
) -> Iterator[tuple[str, Record]]:
    """Yield place and content of the well-formed lines; note the others' problems."""
    for line, cells in _lines(path, columns, problems):
        place = f"{path.name}:{line}"
        record, wrong = _record(cells, columns)
        wrong = wrong or list(check(record))
        problems += [f"{place}: {problem}" for problem in wrong]
        if not wrong:
            yield place, record


def _lines(
    path: Path, columns: Mapping[str, Reader], problems: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every line below a correct header."""
    content = _content(path)
    if content.startswith("\ufeff"):
        told = "starts with a byte order mark; save as UTF-8 without it"
        problems.append(f"{path.name}:1: {told}")
        return
    # Spreadsheets end a table with lines that hold nothing.
    content = re.sub(r"(\n[\s,]*)+\Z", "\n", content)
    reader = csv.reader(io.StringIO(content), strict=True)
    try:
        header = next(reader, [])
        if header == list(columns):
            yield from ((reader.line_num, cells) for cells in reader)
        else:
            problems.append(f"{path.name}:1: {_header_wrong(header, columns)}")
    except csv.Error as error:
        problems.append(f"{path.name}:{reader.line_num}: {error}; quote the cell")


def _header_wrong(header: list[str], columns: Mapping[str, Reader]) -> str:
    joined = "".join(header)
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if joined.split(mark) == list(columns):
            return f"cells are parted by {name}; part them by commas"
    found, wanted = ", ".join(header) or "missing", ", ".join(columns)
    return f"header is {shown(found)}; it must be {wanted}"


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise EvidenceError(f"{path.name}:{line}: is not UTF-8 text") from error


def _record(
    cells: list[str], columns: Mapping[str, Reader]
) -> tuple[Record, list[str]]:
    """Read one line's cells; what was read, and what is wrong with the rest."""
    if not any(cells):
        return {}, ["is blank; delete the line"]
    if len(cells) != len(columns):
        return {}, [f"has {len(cells)} cells; {len(columns)} are required"]
    record: Record = {}
    wrong: list[str] = []
    for (column, read), cell in zip(columns.items(), cells, strict=True):
        try:
            record[column] = read(cell)
        except CellError as error:
            wrong.append(f"{column}: {error}")
    return record, wrong


def _figure_check(record: Record) -> Iterator[str]:
    """Yield what the cells of one figure contradict in each other."""
    start, end = record["period_start"], record["period_end"]
    value, low, high = record["value"], record["low"], record["high"]
    if start < FIRST_DAY:
        yield f"period_start: {start} is before {FIRST_DAY}"
    if end < start:
        yield f"period_end: {end} is before period_start {start}"
    if low is not None and low > value:
        yield f"low: {low:g} is above the value {value:g}"
    if high is not None and high < value:
        yield f"high: {high:g} is below the value {value:g}"


def _region_check(record: Record) -> Iterator[str]:
    """Yield what the cells of one region contradict in each other."""
    men, people = record["male_18_59"], record["population_total"]
    if men >= people:
        yield f"male_18_59: {men:,} is not below population_total {people:,}"


def _refuse(problems: list[str]) -> None:
    if problems:
        raise EvidenceError("\n".join(problems))
