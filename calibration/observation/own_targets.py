"""A user's own documents, in the columns of `targets.csv`, read strictly.

Every problem of the table is reported at once, as
`file:line: column: what is wrong; what is allowed`. Two liberties: a column `naive` may
follow (somebody's forecast of the same figure), and what scoring does not use may be
left empty (source, quantity, unit, use, evidence, basis; an empty discrepancy is 0). A
reading date in `of` may be left out: all is then taken as declared and found.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from calibration.documented.world import documented_world
from calibration.evidence.fields import CellError, number, one_of
from calibration.observation.history import CHANNELS, GROUPS
from calibration.observation.sources import OBSERVERS
from calibration.observation.targets import Target
from model.errors import EvidenceError
from model.parameters.propensity import GROUP_OF
from scenarios.format.report import shown
from scenarios.format.suggestions import did_you_mean

NAIVE: Final = "naive"
FIRST, LAST = "2022-09", "2026-12"
MOST_ROWS: Final = 10_000
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class OwnTarget:
    """One document, and what somebody would have said of it without a model."""

    target: Target
    naive: float | None


def _text(cell: str) -> str:
    return cell


def _name(cell: str) -> str:
    if not cell:
        raise CellError("is empty; every document has a name of its own")
    return cell


def _month(cell: str) -> str:
    if not _MONTH.fullmatch(cell):
        raise CellError(f"{shown(cell)!r} is no month; write YYYY-MM")
    if not FIRST <= cell <= LAST:
        raise CellError(f"{cell} is not simulated; months run from {FIRST} to {LAST}")
    return cell


def _spread(cell: str) -> float:
    found = float(number(cell)) if cell else 0.0
    if not 0 <= found < 1e15:
        raise CellError(f"{shown(cell)!r} is no standard deviation; write 0 or more")
    return found


def _naive(cell: str) -> float | None:
    if cell and not float(number(cell)) > 0:
        raise CellError(f"{shown(cell)!r} must be above 0")
    return float(number(cell)) if cell else None


def _observer(cell: str) -> str:
    if cell not in OBSERVERS:
        near = did_you_mean(cell, OBSERVERS)
        known = ", ".join(sorted(OBSERVERS))
        raise CellError(f"{shown(cell)!r} is no observer{near}; known: {known}")
    return cell


COLUMNS: Final[Mapping[str, Callable[[str], Any]]] = {
    "name": _name,
    "source": _text,
    "quantity": _text,
    "observer": _observer,
    "of": _text,
    "period_start": _month,
    "period_end": _month,
    "documented": number,
    "sd": _spread,
    "discrepancy": _spread,
    "scale": one_of(("log", "linear")),
    "unit": _text,
    "use": _text,
    "evidence": _text,
    "basis": _text,
}


def read_own_targets(path: Path) -> tuple[OwnTarget, ...]:
    """Read a table of documents.

    Raises:
        EvidenceError: the table cannot be read or rows are not acceptable; all
            problems, with their places.
    """
    problems: list[str] = []
    found: dict[str, OwnTarget] = {}
    for line, cells in _lines(path, problems):
        wrong, own = _read(cells)
        if own is not None and own.target.name in found:
            wrong.append(f"name: {shown(own.target.name)!r} occurs twice")
        problems += [f"{path}:{line}: {each}" for each in wrong]
        if own is not None and not wrong:
            found[own.target.name] = own
    if not found and not problems:
        problems.append(f"{path}:1: holds no document below its header")
    if problems:
        raise EvidenceError("\n".join(problems))
    return tuple(found.values())


def _lines(path: Path, problems: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and cells by column of every line that is not blank."""
    reader = csv.reader(io.StringIO(own_text(path)), strict=True)
    try:
        header = next(reader, [])
        wanted = list(COLUMNS)
        missing = [name for name in wanted if name not in header]
        unknown = [name for name in header if name not in (*wanted, NAIVE)]
        for names, what in ((missing, "is missing"), (unknown, "is unknown")):
            problems += [
                f"{path}:1: column {shown(name)!r} {what}; the columns are those of"
                f" calibration/targets.csv, and {NAIVE} if you like"
                for name in names
            ]
        if len(set(header)) != len(header):
            problems.append(f"{path}:1: a column stands twice")
        for cells in reader if not problems else ():
            if len(cells) == len(header):
                stripped = [cell.strip() for cell in cells]
                yield reader.line_num, dict(zip(header, stripped, strict=True))
            elif any(cells):
                told = f"has {len(cells)} cells; the header has {len(header)}"
                problems.append(f"{path}:{reader.line_num}: {told}")
            if reader.line_num > MOST_ROWS:
                problems.append(f"{path}: more than {MOST_ROWS} lines")
                return
    except csv.Error as error:
        problems.append(f"{path}:{reader.line_num}: {error}; quote the cell")


def own_text(path: Path) -> str:
    """Return the text of a user's file.

    Raises:
        EvidenceError: it is no file, cannot be read or is not UTF-8.
    """
    try:
        if not path.is_file():
            raise EvidenceError(f"{path}: is no file")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise EvidenceError(f"{path}:{line}: is not UTF-8 text") from error


def _read(cells: Mapping[str, str]) -> tuple[list[str], OwnTarget | None]:
    """Read the cells of one line; what is wrong, and the document if nothing is."""
    if not any(cells.values()):
        return [], None
    wrong: list[str] = []
    record: dict[str, Any] = {}
    readers = {**COLUMNS, NAIVE: _naive} if NAIVE in cells else COLUMNS
    for column, read in readers.items():
        try:
            record[column] = read(cells[column])
        except CellError as error:
            wrong.append(f"{column}: {error}")
    if wrong:
        return wrong, None
    naive = record.pop(NAIVE, None)
    record["evidence"] = tuple(record["evidence"].split())
    target = Target(**{**record, "use": "shown"})
    wrong = list(_contradictions(target))
    return wrong, None if wrong else OwnTarget(target, naive)


def _contradictions(target: Target) -> Iterator[str]:
    if target.last < target.first:
        yield f"period_end: {target.period_end} lies before {target.period_start}"
    if target.scale == "log" and target.documented <= 0:
        yield f"documented: {target.documented:g} has no logarithm; it must be above 0"
    if target.sd == 0 and target.discrepancy == 0:
        yield "sd: is 0, and so is the discrepancy; every document has some error"
    of, rule = target.of, _OF.get(target.observer)
    if rule is None and of:
        yield f"of: {shown(of)!r} says nothing to {target.observer}; leave it empty"
    if rule is not None and not rule.allows(of):
        yield f"of: {shown(of)!r} is not {rule.words}"


@dataclass(frozen=True, slots=True)
class _Of:
    """What an observer may be asked of."""

    words: str
    allows: Callable[[str], bool]


_PLACE = _Of(
    "a region here (ISO 3166-2, as RU-MOW)",
    lambda of: of in documented_world().regions.iso,
)
_CHANNEL = _Of("a channel: " + ", ".join(CHANNELS), lambda of: of in CHANNELS)
_HOME = _Of(
    "a country abroad (ISO 3166-1), a group of countries or empty",
    lambda of: (
        of in ("", "africa_all", *GROUP_OF.values())
        or of in documented_world().homes[documented_world().region_count :]
    ),
)
_DATE = _Of(
    "the month in which it was read (YYYY-MM), or empty",
    lambda of: not of or bool(_MONTH.fullmatch(of)),
)
_PAID = _Of(
    "groups of payments: " + ", ".join(GROUPS),
    lambda of: bool(of) and all(each in GROUPS for each in of.split()),
)
_OF: Final[Mapping[str, _Of]] = {
    "signed_at": _PLACE,
    "nonlocal_share": _PLACE,
    "listed_rate": _PLACE,
    "listed_rate_contract": _PLACE,
    "channel": _CHANNEL,
    "channel_per_month": _CHANNEL,
    "channel_killed_ratio": _CHANNEL,
    "force_channel": _CHANNEL,
    "swing": _CHANNEL,
    "listed_share": _Of(
        "volunteer or a channel: " + ", ".join(CHANNELS),
        lambda of: of == "volunteer" or of in CHANNELS,
    ),
    "foreign": _HOME,
    "foreign_per_month": _HOME,
    "foreign_moscow": _HOME,
    "killed": _DATE,
    "listed": _DATE,
    "leading_bonus": _Of(
        "the number of leading regions, 1 to 85",
        lambda of: of.isdecimal() and 1 <= int(of) <= 85,
    ),
    "paid": _PAID,
    "paid_in_theatre": _PAID,
}
