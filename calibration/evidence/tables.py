"""The evidence tables, read strictly: a malformed row is an error with its place.

Every problem of every table is reported at once, as
`file:line: column: what is wrong; what is allowed`.

An analyst's own tables have the same form and stand in a folder `evidence` beside a
scenario, or in a folder that is named. An id that the packaged tables have is refused
there, so that a cited id never means two things.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from calibration.evidence.fields import CellError, Reader
from calibration.evidence.rows import Evidence, EvidenceRow, RegionRow, columns
from model.errors import EvidenceError
from scenarios.format.report import shown

FOLDER: Final = Path(__file__).parent
FOLDER_NAME: Final = "evidence"
"""Of own tables, beside a scenario."""
REGIONS: Final = "regions"
FIRST_DAY: Final = date(1950, 1, 1)

EVIDENCE_COLUMNS: Final[Mapping[str, Reader]] = columns(EvidenceRow)
REGION_COLUMNS: Final[Mapping[str, Reader]] = columns(RegionRow)

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


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _refuse(problems: list[str]) -> None:
    if problems:
        raise EvidenceError("\n".join(problems))
