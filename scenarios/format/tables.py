"""Tables from outside: CSV and its kin, spreadsheets, JSON, Parquet, as lines of cells.

What a table is written in (encoding, delimiter, the line its header stands on) is
declared or seen, and always told; what a cell means is left to `series.py`. Nothing in
a file can run, and a file is read in bounded time and memory. ODD III.i.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NoReturn

from model.errors import Problem, ScenarioError
from scenarios.format.report import shown, shown_file
from scenarios.format.suggestions import did_you_mean, one_of

MOST_BYTES: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 500
DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS: Final = {
    b"\xef\xbb\xbf": ("utf-8-sig", "UTF-8 with a byte order mark"),
    b"\xff\xfe": ("utf-16", "UTF-16"),
    b"\xfe\xff": ("utf-16", "UTF-16"),
}
_TITLES = 30
"""Most lines above the header."""
ENCODINGS: Final = ("utf-8", "cp1251", "utf-16", "koi8-r", "cp866", "latin-1")
"""Encodings a scenario may name; none has to be imported when a file is read."""
for _name in ENCODINGS:
    codecs.lookup(_name)
_LOOKED_AT = 200
"""Lines by which the delimiter is known."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table; `line` counts from 1, records of JSON as lines."""

    line: int
    cells: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in its file, blank lines and columns left out."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    header_line: int = 1
    told: tuple[str, ...] = ()
    """How it was read, in words."""

    def column(self, name: str) -> int:
        """Return the place of a column.

        Raises:
            ScenarioError: no column is called so.
        """
        if name in self.header:
            return self.header.index(name)
        near = did_you_mean(name, self.header)
        refuse(
            self,
            self.header_line,
            f"no column {shown(name)!r}; {one_of(self.header)}{near}",
        )

    def where(self, chosen: dict[str, str]) -> Table:
        """Return the rows that hold the chosen text in each named column."""
        kept = self.rows
        for name, wanted in chosen.items():
            at = self.column(name)
            kept = tuple(row for row in kept if text_of(row.cells[at]) == wanted)
            if not kept:
                held = {text_of(row.cells[at]) for row in self.rows}
                near = did_you_mean(wanted, held)
                told = (
                    f"no row has {name}={shown(wanted)}; {one_of(sorted(held))}{near}"
                )
                refuse(self, self.header_line, told)
        return replace(self, rows=kept)


def refuse(table: Table, line: int, message: str) -> NoReturn:
    """Raise what is wrong with a table as a whole, at a line.

    Raises:
        ScenarioError: always.
    """
    problem = Problem(shown_file(table.file), max(line, 1), 1, "", message)
    raise ScenarioError(problems=(problem,))


def text_of(cell: Any) -> str:
    """Return what a cell says as text; nothing for an empty one."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return " ".join(str(cell).split())


def read_table(
    path: Path,
    data: bytes | None = None,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    most_rows: int = MOST_ROWS,
) -> Table:
    """Read a table by the ending of its name.

    Args:
        path: the file; `.csv`, `.tsv`, `.txt`, `.xlsx`, `.json` or `.parquet`.
        data: its content, if it was read already.
        encoding: of a text file; without one UTF-8, or Windows-1251 where that fails.
        delimiter: of a text file; without one the one that parts its lines evenly.
        sheet: name of a spreadsheet's sheet; without one the first.
        most_rows: how many lines it may have.

    Raises:
        ScenarioError: it cannot be read as a table.
    """
    given = Table(str(path), (), ())
    try:
        content = path.read_bytes() if data is None else data
    except OSError as error:
        refuse(given, 1, f"cannot be read: {error.strerror}")
    if len(content) > MOST_BYTES:
        refuse(given, 1, f"is larger than {MOST_BYTES // 1024 // 1024} MiB")
    match path.suffix.lower():
        case ".csv" | ".tsv" | ".txt" | ".tab":
            rows, told = _delimited(given, content, encoding, delimiter)
        case ".json":
            rows, told = _records(given, content)
        case ".xlsx" | ".xlsm":
            rows, told = _spreadsheet(given, content, sheet)
        case ".parquet":
            rows, told = _parquet(given, content)
        case other:
            allowed = "allowed: .csv, .tsv, .txt, .xlsx, .json, .parquet"
            refuse(given, 1, f"{other or 'no ending'} is no table; {allowed}")
    if len(rows) > most_rows:
        refuse(given, rows[most_rows].line, f"has more than {most_rows} lines")
    return _headed(replace(given, told=tuple(told)), rows)


def _delimited(
    table: Table, data: bytes, encoding: str | None, delimiter: str | None
) -> tuple[list[Row], list[str]]:
    text, told = _decoded(table, data, encoding)
    lines = text.splitlines()
    if delimiter is None:
        delimiter = _delimiter(lines[:_LOOKED_AT])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for cells in reader:
            if len(rows) >= MOST_ROWS:
                refuse(table, reader.line_num, f"has more than {MOST_ROWS} lines")
            rows.append(Row(reader.line_num, tuple(cells)))
    except csv.Error as error:
        refuse(table, reader.line_num, f"{error}; quote the cell")
    name = DELIMITERS.get(delimiter, repr(delimiter))
    return rows, [*told, f"cells parted by {name}"]


def _decoded(table: Table, data: bytes, encoding: str | None) -> tuple[str, list[str]]:
    for mark, (codec, name) in _MARKS.items():
        if encoding is None and data.startswith(mark):
            encoding, told = codec, name
            break
    else:
        told = encoding or "UTF-8"
    try:
        return data.decode(encoding or "utf-8"), [f"text in {told}"]
    except LookupError:
        refuse(table, 1, f"{shown(encoding)!r} is no encoding; as in utf-8, cp1251")
    except UnicodeDecodeError as error:
        if encoding is None:
            try:
                return data.decode("cp1251"), [
                    "text in Windows-1251, as it is no UTF-8"
                ]
            except UnicodeDecodeError:
                pass
        line = data.count(b"\n", 0, error.start) + 1
        refuse(table, line, f"is not text in {told}; name another encoding")
    raise AssertionError("refused above")


def _delimiter(lines: Sequence[str]) -> str:
    """Return the sign that parts most lines into the same number of several cells."""

    def evenness(sign: str) -> tuple[float, int]:
        try:
            counts = Counter(
                len(row) for row in csv.reader(lines, delimiter=sign) if row
            )
        except csv.Error:  # a cell beyond the reader's own limit
            return 0.0, 0
        several = {width: n for width, n in counts.items() if width > 1}
        if not several:
            return 0.0, 0
        width, lines_of_it = max(several.items(), key=lambda item: item[1])
        return lines_of_it / counts.total(), width

    return max(DELIMITERS, key=evenness)


def _records(table: Table, data: bytes) -> tuple[list[Row], list[str]]:
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        refuse(table, line, f"is not JSON: {shown(error)}")
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list)]
        content = lists[0] if len(lists) == 1 else content
    if not isinstance(content, list) or not all(isinstance(r, dict) for r in content):
        refuse(table, 1, "is no list of records {column: value}")
    header = tuple(dict.fromkeys(str(key) for record in content for key in record))
    rows = [Row(0, header)] + [
        Row(number, tuple(record.get(key) for key in header))
        for number, record in enumerate(content[:MOST_ROWS], start=1)
    ]
    return rows, ["records of JSON, counted from 1"]


def _spreadsheet(
    table: Table, data: bytes, sheet: str | None
) -> tuple[list[Row], list[str]]:
    import pandas as pd

    try:
        book = pd.read_excel(
            io.BytesIO(data),
            sheet_name=None,
            header=None,
            dtype=object,
            engine="openpyxl",
            nrows=MOST_ROWS,
        )
    except Exception as error:  # openpyxl and zipfile raise many kinds
        refuse(table, 1, f"is no spreadsheet that can be read: {shown(error)}")
    names = list(map(str, book))
    chosen = names[0] if sheet is None else sheet
    if chosen not in names:
        near = did_you_mean(chosen, names)
        refuse(table, 1, f"no sheet {shown(chosen)!r}; {one_of(names)}{near}")
    others = f" of {len(names)} ({', '.join(map(shown, names))})" * (len(names) > 1)
    return _frame_rows(book[chosen]), [f"sheet {shown(chosen)}{others}"]


def _parquet(table: Table, data: bytes) -> tuple[list[Row], list[str]]:
    import pandas as pd

    try:
        frame = pd.read_parquet(io.BytesIO(data)).reset_index(drop=True)
    except Exception as error:  # pyarrow raises many kinds
        refuse(table, 1, f"is no Parquet that can be read: {shown(error)}")
    header = Row(0, tuple(map(str, frame.columns)))
    return [header, *_frame_rows(frame.head(MOST_ROWS))], ["Parquet, rows from 1"]


def _frame_rows(frame: Any) -> list[Row]:
    cells = frame.astype(object).where(frame.notna(), None)
    return [
        Row(number, tuple(row))
        for number, row in enumerate(cells.itertuples(index=False, name=None), start=1)
    ]


def _headed(table: Table, rows: Iterable[Row]) -> Table:
    """Return the table below its header: the first line as wide as any below it."""
    filled = [row for row in rows if any(text_of(cell) for cell in row.cells)]
    if not filled:
        refuse(table, 1, "holds no line with anything in it")
    # Titles above a header are narrower than what stands below them.
    widest = max(map(_width, filled[1:]), default=0)
    at = next((i for i, row in enumerate(filled) if _width(row) >= widest), 0)
    titles = filled[:at]
    are_narrow = all(_width(row) <= max(2, widest // 2) for row in titles)
    if at >= min(len(filled) - 1, _TITLES) or not are_narrow:
        at = 0
    head, below = filled[at], filled[at + 1 :]
    used = max((_width(row) for row in (head, *below)), default=0)
    if used > MOST_COLUMNS:
        refuse(table, head.line, f"has more than {MOST_COLUMNS} columns")
    header = tuple(text_of(cell) for cell in head.cells[:used])
    for row in below:
        if _width(row) > len(header):
            rule = f"the header on line {head.line} has {len(header)}"
            refuse(table, row.line, f"has {_width(row)} cells; {rule}")
    twice = [name for name, count in Counter(header).items() if name and count > 1]
    if twice:
        refuse(table, head.line, f"two columns are called {shown(twice[0])!r}")
    filler = (None,) * len(header)
    kept = tuple(
        replace(row, cells=(*row.cells, *filler)[: len(header)]) for row in below
    )
    told = table.told
    if at:
        told = (
            *told,
            f"header on line {head.line}, {at} filled lines above it left out",
        )
    return replace(table, header=header, rows=kept, header_line=head.line, told=told)


def _width(row: Row) -> int:
    """Return how many cells a line has up to its last that says anything."""
    return max((i + 1 for i, c in enumerate(row.cells) if text_of(c)), default=0)


def cell_problem(table: Table, line: int, column: int, message: str) -> Problem:
    """Return what is wrong with one cell, with its line and column."""
    name = shown(table.header[column]) if column < len(table.header) else ""
    return Problem(shown_file(table.file), line, column + 1, name, message)


def raise_all(problems: list[Problem]) -> None:
    """Raise problems, if there are any, as one error.

    Raises:
        ScenarioError: there are.
    """
    if problems:
        raise ScenarioError(problems=tuple(problems[:200]))
