"""The bill: what recruiting and keeping the force costs, who pays it, and for what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from matplotlib.ticker import FuncFormatter

from experiments.figures.fan import Fan, Line, bands_note, fan_chart
from experiments.figures.parts import Chart, Section, Table, csv_text, section
from experiments.figures.run_folder import RunFolder, per_month
from experiments.figures.style import (
    BLUE,
    CYCLE,
    DASHES,
    drawing,
    fitted,
    panel,
    to_png,
    to_svg,
)
from experiments.figures.words import name, number
from experiments.measures.arithmetic import Band, Floats, band, ratio
from experiments.report.yearly import yearly_table
from model.ledger.accounts import ACCOUNTS, BILL_GROUPS

BILLION: Final = 1e9
SHOWN_ACCOUNTS: Final = 11
BILL_ACCOUNTS: Final = tuple(
    account.name for account in ACCOUNTS if account.group in BILL_GROUPS
)
BILL_DEFINITION: Final = (
    "The bill is what the state comes to owe in the month, whenever it pays: signing "
    "bonuses, recruiting costs, pay, and compensation for death and wounds, survivor "
    "pensions at present value. Transfers between budgets, debts written off by "
    "creditors and lost civilian output are left out."
)


def bill_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "bill",
        "The bill",
        "What the arrangement costs the state, who pays and what for.",
        run,
        (_payers, _shares, _accounts, _account_tables),
    )


def by_payer(run: RunFolder) -> dict[str, Floats]:
    """Return roubles accrued by payer, largest first; each of shape (D, T)."""
    return _accrued(run, "payer")


def by_account(run: RunFolder) -> dict[str, Floats]:
    """Return roubles accrued by account, largest first; each of shape (D, T)."""
    return _accrued(run, "account")


def bill(run: RunFolder) -> Floats:
    """Return the whole bill in roubles; shape (D, T)."""
    whole: Floats = np.sum(list(by_payer(run).values()), axis=0)
    return whole


def _accrued(run: RunFolder, by: str) -> dict[str, Floats]:
    where = {"account": BILL_ACCOUNTS}
    rows = run.sums("ledger", ["month", by, "draw"], ["accrued_rub"], where)
    found = {
        str(key): per_month(part, "accrued_rub", run.calendar)
        for key, part in rows.groupby(by, sort=True)
    }
    return dict(sorted(found.items(), key=lambda item: -float(item[1].sum())))


def _payers(run: RunFolder) -> Iterator[Chart]:
    lines = [
        Line(name(payer).replace(" ", "\n", 1), values / BILLION, colour, dashes)
        for (payer, values), colour, dashes in zip(
            by_payer(run).items(), CYCLE, DASHES, strict=False
        )
        if values.any()
    ]
    fan = Fan(
        "bill-payers",
        "Bill by payer",
        "billion roubles of the day, each month",
        lines,
        BILL_DEFINITION,
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _shares(run: RunFolder) -> Iterator[Chart]:
    whole = bill(run)
    lines = []
    for column, label, colour, dashes in (
        ("federal_spending_rub", "of federal\nspending", CYCLE[0], DASHES[0]),
        ("gdp_rub", "of GDP", CYCLE[2], DASHES[1]),
    ):
        rows = run.sums("economy", ["month", "draw"], [column])
        base = per_month(rows, column, run.calendar, np.nan)
        lines.append(Line(label, 100 * ratio(whole, base), colour, dashes))
    fan = Fan(
        "bill-shares",
        "Bill over federal spending and over GDP",
        "per cent",
        lines,
        "The bill of the month, whoever pays it, over federal budget spending and over "
        "gross domestic product of the same month.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _accounts(run: RunFolder) -> Iterator[Chart]:
    last = run.calendar.last_year
    ordered = _largest(run, last)
    span = run.calendar.span(last)
    title = f"Bill by account, {span}"
    largest = list(ordered.items())[::-1]
    said = "; ".join(f"{label} {number(at.median)}" for label, at in largest)
    alt = f"{title}, billion roubles: {said}."
    with drawing():
        figure, axes = panel(4.4, 0.9 + 0.235 * max(len(ordered), 1))
        _draw_bars(axes, ordered)
        svg, png = to_svg(figure, "bill-accounts", title, alt), to_png(figure)
    caption = (
        f"Roubles accrued from {span}, by what they are owed for. Bars are medians "
        "over draws, whiskers hold 90 % of them."
    )
    if len(run.calendar.draws) == 1:
        caption = caption.replace(
            "Bars are medians over draws, whiskers hold 90 % of them.",
            bands_note(run.calendar).replace("the line carries", "the bars carry"),
        )
    rows = ((label, at.median, at.low, at.high) for label, at in largest)
    data = csv_text(("account", "billion_rub", "low", "high"), rows)
    yield Chart("bill-accounts", title, alt, svg, caption, png=png, csv=data)


def _largest(run: RunFolder, part: slice) -> dict[str, Band]:
    """Return the bands of the largest accounts in billion roubles, smallest first."""
    sums = {
        name(account): values[:, part].sum(axis=1) / BILLION
        for account, values in by_account(run).items()
        if values[:, part].any()
    }
    ranked = sorted(sums, key=lambda account: -float(np.median(sums[account])))
    shown = {account: band(sums[account]) for account in ranked[:SHOWN_ACCOUNTS]}
    rest = [sums[account] for account in ranked[SHOWN_ACCOUNTS:]]
    if rest:
        shown[f"{len(rest)} others"] = band(np.sum(rest, axis=0))
    return dict(reversed(shown.items()))


def _draw_bars(axes: Any, found: dict[str, Band]) -> None:
    at = np.arange(len(found))
    middle = np.array([b.median for b in found.values()])
    low = middle - [b.low for b in found.values()]
    high = np.array([b.high for b in found.values()]) - middle
    axes.barh(at, middle, height=0.62, color=BLUE, alpha=0.55)
    if any(b.draws > 1 for b in found.values()):
        axes.errorbar(
            middle, at, xerr=[low, high], fmt="none", ecolor="#1b1f24", elinewidth=1
        )
    reach = float((middle + high).max()) if len(found) else 1.0
    for y, b in zip(at, found.values(), strict=True):
        axes.text(
            b.high + 0.015 * reach, y, number(b.median), va="center", fontsize=8.5
        )
    axes.set_yticks(at, [fitted(label, 30) for label in found])
    axes.set_ylim(-0.6, len(found) - 0.4)
    axes.set_xlim(0, 1.14 * reach)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.set_xlabel("billion roubles of the day")


def _account_tables(run: RunFolder) -> Iterator[Table]:
    for what, found in (("payer", by_payer(run)), ("account", by_account(run))):
        rows = {name(key): values for key, values in found.items() if values.any()}
        rows["All"] = bill(run)
        yield yearly_table(
            f"Bill by {what} and year, billion RUB accrued: median (90 % of draws)",
            rows,
            run.calendar,
            lambda value: number(value / BILLION),
            note=BILL_DEFINITION,
        )
