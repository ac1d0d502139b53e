"""The simulated manpower bill beside Re:Russia's, part by part, and why they differ.

    from experiments.comparisons.bill_check import bill_check, bill_reasons
    bill_check(folder)      # documented, simulated (owed and paid), difference
    bill_reasons(folder)    # men x pay, contracts x bonus, deaths x payment, ...

Nothing is fitted here. Where the source says how it got its figure (contracts, men on
the payroll), the difference is split exactly into one of numbers and one of rates:

    s q_s - d q_d = (q_s - q_d) d + q_s (s - d)

with q the number, s and d the rates. The source counts no recruiting costs (referral
fees, advertising, kit); they are shown and left out of the total. ODD III.iv (ledger).
Sources: rr-2023-24-*, rr-2025h1-*, force-rerussia-2025h1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from calibration.evidence import load_evidence
from experiments.figures.tabular import print_long, print_table
from experiments.figures.words import quantity, roubles, span
from experiments.measures.facts import THEATRE, VOLUNTEERS
from experiments.runs.paired import band_table
from experiments.storage.durable import DamagedError
from experiments.storage.folder import StoredFolder
from model.errors import StorageError
from model.fields.months import month_range, parse_month
from model.ledger.accounts import accounts_of
from model.ledger.postings import PAID_IN_THE_REAR

BILLION: Final = 1e9
_AT: Final = {"month": str, "draw": int}
_COLUMNS: Final[Mapping[str, Mapping[str, type]]] = {
    "ledger": {**_AT, "account": str, "accrued_rub": int, "paid_rub": int},
    "flows": {**_AT, "channel": str, "signed_persons": int},
    "force": {**_AT, "state": str, "persons": int},
    "losses": {
        **_AT,
        "killed_persons": int,
        "wounded_persons": int,
        "disabled_persons": int,
    },
}
BONUS, PAY = accounts_of("bonus"), accounts_of("pay")
COMPENSATION, RECRUITING = accounts_of("compensation"), accounts_of("recruiting")


@dataclass(frozen=True, slots=True)
class PublishedPart:
    """One figure of the source: a period, the accounts it covers, its evidence id."""

    first: str
    last: str
    part: str
    accounts: tuple[str, ...]
    source: str | None
    """None: the source leaves it out."""


FIGURES: Final = (
    PublishedPart(
        "2023-07", "2024-06", "pay and bonuses", (*PAY, *BONUS), "rr-2023-24-pay"
    ),
    PublishedPart(
        "2023-07", "2024-06", "compensation", COMPENSATION, "rr-2023-24-dead"
    ),
    PublishedPart(
        "2023-07", "2024-06", "total", (*PAY, *BONUS, *COMPENSATION), "rr-2023-24-total"
    ),
    PublishedPart("2023-07", "2024-06", "recruiting", RECRUITING, None),
    PublishedPart("2025-01", "2025-06", "bonuses", BONUS, "rr-2025h1-bonus"),
    PublishedPart("2025-01", "2025-06", "pay", PAY, "rr-2025h1-pay"),
    PublishedPart("2025-01", "2025-06", "compensation", COMPENSATION, "rr-2025h1-dead"),
    PublishedPart(
        "2025-01", "2025-06", "total", (*PAY, *BONUS, *COMPENSATION), "rr-2025h1-total"
    ),
    PublishedPart("2025-01", "2025-06", "recruiting", RECRUITING, None),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """A number and the accounts it drives; the source's own number, if it says one."""

    item: str
    unit: str
    accounts: tuple[str, ...]
    source_amount: str | None = None
    source_number: str | None = None


def _named(*parts: str) -> tuple[str, ...]:
    return tuple(name for name in COMPENSATION if name.startswith(parts))


REASONS: Final = (
    Reason("contracts", "persons", BONUS, "rr-2025h1-bonus", "rr-2025h1"),
    Reason("payroll", "man-months", PAY, "rr-2025h1-pay", "force-rerussia-2025h1"),
    Reason("deaths", "persons", _named("death_")),
    Reason("wounds", "persons", _named("wound_")),
    Reason("disabled", "persons", _named("disability")),
    Reason("survivor pensions", "persons", _named("survivor_")),
)
PERIODS: Final = tuple(dict.fromkeys((each.first, each.last) for each in FIGURES))


def bill_check(folder: Path) -> pd.DataFrame:
    """Return each part of the bill documented and simulated, in roubles.

    Args:
        folder: a run folder.

    Returns:
        one row a period and part: `documented_rub` with `documented_low_rub` and
        `documented_high_rub`, `source`, medians and 90 % bands of `accrued_rub` and
        `paid_rub`, and `difference_rub` (owed less documented); periods that the run
        does not cover are left out.

    Raises:
        StorageError: the folder lacks a table.
    """
    ledger = _table(folder, "ledger")
    rows = []
    for figure in FIGURES:
        inside = _within(ledger, figure.first, figure.last)
        if inside.empty:
            continue
        chosen = inside[inside["account"].isin(figure.accounts)]
        columns = ["accrued_rub", "paid_rub"]
        sums = chosen.groupby("draw")[columns].sum().reset_index().assign(all=0)
        bands = band_table(sums, ["all"], columns).drop(columns="all").iloc[0]
        rows.append(
            _documented(figure) | {str(key): float(bands[key]) for key in bands.index}
        )
    table = pd.DataFrame(rows)
    if not table.empty:
        table["difference_rub"] = table["accrued_rub"] - table["documented_rub"]
    return table


def bill_reasons(folder: Path) -> pd.DataFrame:
    """Return what drives each part: a number, a rate, and their part in the difference.

    Args:
        folder: a run folder.

    Returns:
        one row a period and item, medians over draws: `number` (in `unit`), `rate_rub`
        and `amount_rub` owed; where the source gives them `documented_number`,
        `documented_rate_rub`, and the difference split into `of_number_rub` and
        `of_rate_rub`.

    Raises:
        StorageError: the folder lacks a table.
    """
    ledger = _table(folder, "ledger")
    numbers = {
        "flows": _table(folder, "flows"),
        "force": _table(folder, "force"),
        "losses": _table(folder, "losses"),
    }
    rows = []
    for first, last in PERIODS:
        inside = _within(ledger, first, last)
        if inside.empty:
            continue
        counted = _numbers({k: _within(t, first, last) for k, t in numbers.items()})
        for reason in REASONS:
            chosen = inside[inside["account"].isin(reason.accounts)]
            amount = chosen.groupby("draw")["accrued_rub"].sum()
            rows.append(
                {"first": first, "last": last, "item": reason.item, "unit": reason.unit}
                | _split(reason, first, counted[reason.item], amount)
            )
    return pd.DataFrame(rows)


def print_bill(folder: Path) -> None:
    """Print the bill beside the published ones, by period; long in a pipe.

    Raises:
        StorageError: the folder lacks a table, or all months of a published bill.
    """
    parts, reasons = bill_check(folder), bill_reasons(folder)
    if parts.empty:
        known = ", ".join(f"{first} to {last}" for first, last in PERIODS)
        raise StorageError(f"{folder}: covers none of the published bills ({known})")
    if print_long(_long(parts, reasons), f"{folder}; owed and paid, medians of draws"):
        return
    for (first, last), rows in parts.groupby(["first", "last"], sort=False):
        cells = [
            (
                row["part"],
                roubles(row["documented_rub"]),
                roubles(row["accrued_rub"]),
                span(roubles(row["accrued_rub_low"]), roubles(row["accrued_rub_high"])),
                roubles(row["paid_rub"]),
            )
            for row in rows.to_dict("records")
        ]
        header = ("part", "documented", "owed", "90 % of draws", "paid")
        print_table(header, cells, f"Manpower bill, {first} to {last}")
    for (first, last), rows in reasons.groupby(["first", "last"], sort=False):
        drivers = [
            (
                row["item"],
                quantity(row["number"], row["unit"]),
                roubles(row["rate_rub"]),
                quantity(row.get("documented_number"), row["unit"]),
                roubles(row.get("of_number_rub", float("nan"))),
                roubles(row.get("of_rate_rub", float("nan"))),
            )
            for row in rows.to_dict("records")
        ]
        why = ("what drives it", "number", "rate", "documented number",
                  "difference by number", "by rate")  # fmt: skip
        print_table(why, drivers, f"Why, {first} to {last}")


def _long(parts: pd.DataFrame, reasons: pd.DataFrame) -> pd.DataFrame:
    """Return both tables with one row a value; what is not known is left out."""
    at = ["first", "last", "item", "measure"]
    bands = pd.DataFrame(
        [
            {**{"first": row["first"], "last": row["last"], "item": row["part"]},
             "measure": name, "value": row[name],
             "low": row.get(f"{name.removesuffix('_rub')}_low_rub",
                            row.get(f"{name}_low", float("nan"))),
             "high": row.get(f"{name.removesuffix('_rub')}_high_rub",
                             row.get(f"{name}_high", float("nan"))),
             "unit": "RUB"}
            for row in parts.to_dict("records")
            for name in ("documented_rub", "accrued_rub", "paid_rub", "difference_rub")
        ]
    )  # fmt: skip
    known = [str(name) for name in reasons if name not in ("first", "last", "item",
                                                           "unit")]  # fmt: skip
    why = reasons.melt(["first", "last", "item", "unit"], known, "measure")
    why.loc[why["measure"].str.endswith("_rub"), "unit"] = "RUB"
    found = pd.concat([bands, why], ignore_index=True).dropna(subset=["value"])
    return found[[*at, "value", "low", "high", "unit"]]


def _numbers(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.Series]:
    """Return the drivers of a period by draw."""
    flows, force, losses = tables["flows"], tables["force"], tables["losses"]
    paid_states = {*THEATRE, *(state.label for state in PAID_IN_THE_REAR)}

    def of(table: pd.DataFrame, column: str) -> pd.Series:
        found: pd.Series = table.groupby("draw")[column].sum()
        return found

    killed = of(losses, "killed_persons")
    return {
        "contracts": of(flows[flows["channel"] == VOLUNTEERS], "signed_persons"),
        "payroll": of(force[force["state"].isin(paid_states)], "persons"),
        "deaths": killed,
        "wounds": of(losses, "wounded_persons"),
        "disabled": of(losses, "disabled_persons"),
        "survivor pensions": killed,
    }


def _split(
    reason: Reason, first: str, number: pd.Series, amount: pd.Series
) -> dict[str, float]:
    rate = float((amount / number).median())
    found = {
        "number": float(number.median()),
        "rate_rub": rate,
        "amount_rub": float(amount.median()),
    }
    known = _source_number(reason, first)
    if known is None:
        return found
    count, documented_rate = known
    return found | {
        "documented_number": count,
        "documented_rate_rub": documented_rate,
        "of_number_rub": (found["number"] - count) * documented_rate,
        "of_rate_rub": found["amount_rub"] - found["number"] * documented_rate,
    }


def _source_number(reason: Reason, first: str) -> tuple[float, float] | None:
    """Return the source's number and rate in the period it gives them for."""
    if reason.source_amount is None or reason.source_number is None:
        return None
    evidence = load_evidence()
    amount, number = evidence[reason.source_amount], evidence[reason.source_number]
    if f"{amount.period_start:%Y-%m}" != first:
        return None
    months = _months(f"{amount.period_start:%Y-%m}", f"{amount.period_end:%Y-%m}")
    count = number.value * (len(months) if reason.unit == "man-months" else 1)
    return count, amount.value * BILLION / count


def _documented(figure: PublishedPart) -> dict[str, object]:
    head: dict[str, object] = {
        "first": figure.first,
        "last": figure.last,
        "part": figure.part,
        "source": figure.source or "",
    }
    names = ("documented_rub", "documented_low_rub", "documented_high_rub")
    if figure.source is None:
        return head | dict.fromkeys(names, float("nan"))
    row = load_evidence()[figure.source]
    ends = (row.value, row.low, row.high)
    values = (row.value if end is None else end for end in ends)
    return head | dict(zip(names, (v * BILLION for v in values), strict=True))


def _within(table: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    """Return the rows of a period; none if the table does not cover all of it."""
    months = _months(first, last)
    inside = table[table["month"].isin(months)]
    whole = inside["month"].nunique() == len(months)
    return inside if whole else inside.iloc[:0]


def _months(first: str, last: str) -> list[str]:
    return month_range(parse_month(first), parse_month(last))


def _table(folder: Path, name: str) -> pd.DataFrame:
    """Return a table of a run folder; whoever made it up is told what it lacks."""
    columns = _COLUMNS[name]
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise StorageError(f"{path}: missing; name the folder that muster run wrote")
    found = StoredFolder(folder).read_table(path.name, list(columns))
    for column, kind in columns.items():
        of = found.schema.field(column).type
        if kind is int and not (pa.types.is_integer(of) or pa.types.is_floating(of)):
            raise DamagedError(f"{path}: damaged, {column} are no numbers")
    frame: pd.DataFrame = found.to_pandas()
    return frame.astype({name: str for name, kind in columns.items() if kind is str})
