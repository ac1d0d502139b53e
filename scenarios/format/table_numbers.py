"""The numbers in a table's cells, by the one sign that stands before decimals in it.

A sign is taken for it if no cell contradicts it; if none contradicts either, the table
is refused and both readings are named. ODD III.i.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scenarios.format.columns import Cell, Reading
from scenarios.format.grammar import atom, folded, is_number, readings
from scenarios.format.report import shown
from scenarios.format.tables import Table, cell_problem, raise_all, refuse, text_of


def numbers_of(
    table: Table, cells: list[Cell], reading: Reading, told: list[str]
) -> dict[int, float]:
    """Return the number of every cell that holds one, by its place in the list."""
    texts = {at: text_of(cell.raw) for at, cell in enumerate(cells)}
    written = {
        at: folded(text)
        for at, text in texts.items()
        if text and text not in _MISSING and not is_number(cells[at].raw)
    }
    columns = {cell.column for cell in cells}
    # Rows that are not chosen show how numbers are written as well.
    beside = (
        folded(text)
        for row in table.rows
        for at in columns
        if isinstance(row.cells[at], str)
        and (text := text_of(row.cells[at])) not in ("", *_MISSING)
    )
    decimal = reading.decimal or _decimal(table, dict.fromkeys(beside))
    if any(re.search(r"[ _']\d", text) for text in written.values()):
        told.append("spaces between thousands")
    if decimal == ",":
        told.append("decimals after a comma")
    problems, numbers = [], {}
    for at, cell in enumerate(cells):
        if at not in written:
            if texts[at] and texts[at] not in _MISSING:
                numbers[at] = float(cell.raw)
            continue
        number = _number(written[at], decimal)
        if number is None:
            problem = f"{shown(texts[at])!r} is no number"
            problems.append(cell_problem(table, cell.line, cell.column, problem))
        else:
            numbers[at] = number
    raise_all(problems)
    if any("%" in text for text in written.values()) and reading.unit == "percent":
        refuse(
            table, table.header_line,
            "its values carry a per cent sign, which counts; say --unit share",
        )  # fmt: skip
    return numbers


_MISSING = frozenset(
    {"-", "–", "—", "…", "...", "..", "NA", "n/a", "н/д", "NaN", "null"}
)


def _decimal(table: Table, texts: Iterable[str]) -> str:
    """Return the sign before decimals that no number of a column contradicts."""
    given = list(texts)
    signs = {sign for text in given for sign in ".," if sign in text}
    if not signs:
        return "."
    fits = {
        sign: sum(_number(text, sign) is not None for text in given) for sign in ".,"
    }
    unclear = [t for t in given if _number(t, ".") != _number(t, ",")]
    if fits["."] == fits[","] == len(given) and unclear:
        sample = unclear[0]
        numbers = " or ".join(f"{_number(sample, sign):.15g}" for sign in ".,")
        refuse(
            table, table.header_line,
            f"{sample!r} may be {numbers}; say which sign stands before decimals",
        )  # fmt: skip
    return "," if fits[","] > fits["."] else "."


def _number(text: str, decimal: str) -> float | None:
    """Return a number written with one sign before decimals, the other in thousands."""
    other = "," if decimal == "." else "."
    whole, point, rest = text.partition(decimal)
    if decimal in rest or (point and other in rest):
        return None
    grouped = re.fullmatch(
        rf"([-+]?)(\d+|\d{{1,3}}(?:[ _']\d{{3}})+|\d{{1,3}}(?:\{other}\d{{3}})+)",
        whole.strip(),
    )
    if grouped is None:
        return _with_words(text, decimal) if not point or whole else None
    digits = re.sub(r"\D", "", grouped[2])
    plain = f"{grouped[1]}{digits}{'.' if point else ''}{rest.strip() if point else ''}"
    if rest.strip().isdigit() or not point:
        return float(plain)
    value = atom(f"{digits}.{rest}") if point else None
    return float(value) if isinstance(value, float) else _with_words(text, decimal)


def _with_words(text: str, decimal: str) -> float | None:
    """Return a number with a word or sign behind it, as 5 % or 1,2 млн."""
    found_ = readings(text)
    if len(found_) == 2:
        found_ = found_[1:] if decimal == "," else found_[:1]
    return found_[0] if len(found_) == 1 and re.search(r"[^\d.,\s+-]", text) else None


def plain_number(text: str, decimal: str | None = None) -> str | None:
    """Return a number as scenario files write it, if a text leaves no doubt of it."""
    if is_number(atom(text)):
        return text
    if decimal is not None:
        number = _number(folded(text), decimal)
        return None if number is None else f"{number:.15g}"
    meant = readings(text)
    return f"{meant[0]:.15g}" if len(meant) == 1 else None
