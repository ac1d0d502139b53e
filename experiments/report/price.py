"""The price of a signature: what is offered, what the next man asks, and supply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter

from experiments.figures.fan import Fan, Line, fan_chart, unit_above
from experiments.figures.parts import Chart, Section, Table, csv_text, section
from experiments.figures.run_folder import Absent, RunFolder, per_month
from experiments.figures.style import (
    BLUE,
    DASHES,
    MUTED,
    VERMILION,
    drawing,
    panel,
    to_png,
    to_svg,
)
from experiments.figures.words import number, roubles
from experiments.measures.arithmetic import BAND_AND_HALF, Floats, quantiles, ratio
from experiments.report.yearly import mean, yearly_table
from model.fields.months import format_month, parse_month

MILLION: Final = 1e6
VOLUNTEERS: Final = {"channel": ["volunteer_contract"]}
OFFER_DEFINITION: Final = (
    "The bonus is the federal, regional and municipal signing bonus together, averaged "
    "over the "
    "volunteers who signed, each at his place of signing."
)
MARGINAL_DEFINITION: Final = (
    "The marginal price is the lowest bonus at which one more man of a region would "
    "sign at home, averaged over regions by the volunteers they sent; it lies below "
    "the bonus paid where men travel to sign."
)

NO_PRICE: Final = (
    "Not shown: in this run every signing bonus and every marginal price is zero."
)
NO_BONUS: Final = (
    "Not shown: in this run every signing bonus is zero, so none can be put in wages."
)
NO_SUPPLY: Final = (
    "Not shown: in the latest month every signing bonus is zero, so there are no other "
    "bonuses over which to draw a supply curve."
)


def price_section(run: RunFolder) -> Section:
    """Build the section."""
    return section(
        "price",
        "The price of a signature",
        "What a volunteer contract costs at signing, what one more would cost, and how "
        "many would sign at other bonuses.",
        run,
        (_bonus, _wage_months, _supply, _pool, _table),
    )


def bonus(run: RunFolder) -> Floats:
    """Return the mean signing bonus of those who signed, RUB; shape (D, T)."""
    prices = run.rows(
        "prices", ["month", "place", "draw", "offer_federal_rub", "offer_regional_rub"]
    )
    prices["offer"] = prices["offer_federal_rub"] + prices["offer_regional_rub"]
    return _over_signers(run, prices, "offer")


def bonus_in_wages(run: RunFolder) -> Floats:
    """Return that bonus in monthly civilian wages of the place; shape (D, T)."""
    columns = ["month", "place", "draw", "bonus_in_months_of_wage"]
    return _over_signers(run, run.rows("prices", columns), "bonus_in_months_of_wage")


def marginal_price(run: RunFolder) -> Floats:
    """Return the mean marginal price, RUB; nan where nobody signed; shape (D, T)."""
    columns = ["month", "draw", "signed_persons", "marginal_price_rub"]
    price, weight = "marginal_price_rub", "signed_persons"
    sums = [
        _products(rows[rows[price].notna()], price, weight)
        for rows in run.parts("flows", columns, VOLUNTEERS)
    ]
    return _mean(run, pd.concat(sums), weight)


def _over_signers(run: RunFolder, prices: pd.DataFrame, value: str) -> Floats:
    keys = ["month", "place", "draw"]
    signers = run.sums("flows", keys, ["signed_persons"], VOLUNTEERS)
    joined = signers.merge(prices, on=keys, how="left")
    known = joined[joined[value].notna()]
    return _mean(run, _products(known, value, "signed_persons"), "signed_persons")


def _products(rows: pd.DataFrame, value: str, weight: str) -> pd.DataFrame:
    """Return the sums by month and draw that a weighted mean is made of."""
    rows = rows.assign(product=rows[value] * rows[weight])
    return rows.groupby(["month", "draw"], as_index=False)[["product", weight]].sum()


def _mean(run: RunFolder, sums: pd.DataFrame, weight: str) -> Floats:
    above = per_month(sums, "product", run.calendar)
    return ratio(above, per_month(sums, weight, run.calendar))


def _bonus(run: RunFolder) -> Iterator[Chart]:
    offered = bonus(run) / MILLION
    lines = [Line("Bonus", offered, BLUE, DASHES[0])]
    marginal = marginal_price(run) / MILLION
    if np.isfinite(marginal).any():
        lines.append(Line("Marginal\nprice", marginal, VERMILION, DASHES[1]))
    if not any(np.nan_to_num(line.values).any() for line in lines):
        raise Absent(NO_PRICE)
    fan = Fan(
        "price-bonus",
        "Signing bonus and marginal price",
        "million roubles of the day",
        lines,
        f"{OFFER_DEFINITION} {MARGINAL_DEFINITION}",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _wage_months(run: RunFolder) -> Iterator[Chart]:
    months = bonus_in_wages(run)
    if not np.nan_to_num(months).any():
        raise Absent(NO_BONUS)
    fan = Fan(
        "price-wages",
        "Signing bonus in months of civilian wage",
        "monthly mean wages of the place of signing",
        [Line("Bonus", months, BLUE, DASHES[0])],
        "The same bonus over the mean monthly wage of the region where the contract "
        "is signed, so that wage growth shows as erosion.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _supply(run: RunFolder) -> Iterator[Chart]:
    rows = run.sums("supply", ["month", "draw", "bonus_rub"], ["signers_persons"])
    month = max(rows["month"], key=parse_month)
    latest = rows[rows["month"] == month]
    highest = latest["bonus_rub"].quantile(0.98)
    if not highest > 0:
        raise Absent(NO_SUPPLY)
    grid = np.linspace(0, highest, 60)
    curves = np.stack([_curve(part, grid) for _, part in latest.groupby("draw")])
    title = f"Supply curve, {format_month(parse_month(month))}"
    middle = quantiles(curves)[1]
    alt = (
        f"{title}: volunteers who would sign in the month at a mean bonus of"
        f" {roubles(grid[20])}, {number(middle[20])}; at {roubles(grid[40])},"
        f" {number(middle[40])}; at {roubles(grid[59])}, {number(middle[59])}."
    )
    svg, png = _draw_supply(run, grid, curves, title, alt)
    low, middle, high = quantiles(curves).tolist()
    data = csv_text(
        ("bonus_rub", "signers_persons", "low", "high"),
        zip(grid.tolist(), middle, low, high, strict=True),
    )
    yield Chart(
        "price-supply", title, alt, svg,
        "Volunteers who would sign in that month if all signing bonuses moved by one "
        "factor. The horizontal axis is the unweighted mean bonus over regions, the "
        "dashed line the one on offer. Bands hold 50 % and 90 % of draws.",
        png=png, csv=data,
    )  # fmt: skip


def _curve(part: pd.DataFrame, grid: Floats) -> Floats:
    ordered = part.sort_values("bonus_rub")
    found: Floats = np.interp(
        grid,
        ordered["bonus_rub"].to_numpy(float),
        ordered["signers_persons"].to_numpy(float),
    )
    return found


def _draw_supply(
    run: RunFolder, grid: Floats, curves: Floats, title: str, alt: str
) -> tuple[str, bytes]:
    with drawing():
        figure, axes = panel(4.4, 2.95)
        low, low_half, middle, high_half, high = quantiles(curves, BAND_AND_HALF) / 1000
        at = grid / MILLION
        if len(curves) > 1:
            axes.fill_between(at, low, high, color=BLUE, alpha=0.14)
            axes.fill_between(at, low_half, high_half, color=BLUE, alpha=0.25)
        axes.plot(at, middle, color=BLUE)
        axes.set_xlim(0, at[-1])
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axes.set_xlabel("mean signing bonus, million roubles")
        unit_above(axes, "thousand volunteers in the month")
        _mark_offer(run, axes)
        return to_svg(figure, "price-supply", title, alt), to_png(figure)


def _mark_offer(run: RunFolder, axes: Any) -> None:
    try:
        offered = _mean_offer(run) / MILLION
    except Absent:
        return
    if not 0 < offered < axes.get_xlim()[1]:
        return
    axes.axvline(offered, color=MUTED, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.text(
        offered, 0.03, f" offered: {number(offered)}", color=MUTED, fontsize=9,
        transform=axes.get_xaxis_transform(),
    )  # fmt: skip


def _mean_offer(run: RunFolder) -> float:
    """Return the median over draws of the last month's mean bonus over regions."""
    columns = ["month", "draw", "offer_federal_rub", "offer_regional_rub"]
    month = format_month(run.calendar.months[-1])
    rows = run.rows("prices", columns, {"month": [month]})
    rows["offer"] = rows["offer_federal_rub"] + rows["offer_regional_rub"]
    return float(rows.groupby("draw")["offer"].mean().median())


def _pool(run: RunFolder) -> Iterator[Chart]:
    rows = run.sums("pool", ["month", "draw"], ["remaining_willing_persons"])
    pool = per_month(rows, "remaining_willing_persons", run.calendar, np.nan)
    fan = Fan(
        "price-pool",
        "Remaining willing pool",
        "thousand men",
        [Line("Pool", pool / 1000, BLUE, DASHES[0])],
        "Men who have not signed and would sign at the bonus of the day if they came "
        "to consider it.",
    )
    yield fan_chart(fan, run.calendar, run.history_until)


def _table(run: RunFolder) -> Iterator[Table]:
    rows = {
        "Mean signing bonus": bonus(run),
        "Marginal price": marginal_price(run),
    }
    yield yearly_table(
        "Price of a volunteer contract, thousand RUB, mean over the year's months: "
        "median (90 % of draws)",
        rows,
        run.calendar,
        lambda value: number(value / 1000),
        mean,
        note=f"{OFFER_DEFINITION} {MARGINAL_DEFINITION}",
    )
