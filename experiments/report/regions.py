"""The regions: what each pays, how many of its men sign, what its budget bears."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from calibration.evidence import RegionRow, load_regions
from experiments.figures.districts import draw_districts
from experiments.figures.parts import (
    Chart,
    Column,
    Part,
    Section,
    Table,
    csv_text,
    section,
)
from experiments.figures.run_folder import Absent, RunFolder
from experiments.figures.style import drawing, panel, to_png, to_svg
from experiments.figures.words import number
from experiments.measures.arithmetic import Band, bands
from experiments.report.yearly import cell
from model.fields.months import format_month
from model.ledger.accounts import ACCOUNTS

REGIONAL_ACCOUNTS: Final = tuple(
    account.name
    for account in ACCOUNTS
    if account.by_place
    and account.payer == "regional_budget"
    and account.group not in ("transfer", "memo")
)
_KEY: Final = ["place", "draw"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One regional quantity: bands by federal district and by region ISO."""

    slug: str
    title: str
    unit: str
    definition: str
    districts: dict[str, Band]
    bands: dict[str, Band]
    """Only regions where something is known."""


Maker = Callable[[RunFolder, Sequence[RegionRow]], Measure]


def regions_section(run: RunFolder) -> Section:
    """Build the section."""
    regions = load_regions()
    makers = (_bonus, _share, _signers, _attraction)
    maps: tuple[Part, ...] = tuple(_map(make, regions) for make in makers)
    return section(
        "regions",
        "The federal districts",
        "Where the money is offered, where the men come from, and which budgets feel "
        "it. Single regions stand in the table: their order is not to be trusted. "
        "Crimea and Sevastopol are internationally recognised as Ukraine and appear "
        "because Russia's statistics and recruiters count them in the south.",
        run,
        (*maps, lambda of: _table(of, regions, makers)),
    )


def _map(make: Maker, regions: Sequence[RegionRow]) -> Part:
    def part(run: RunFolder) -> Iterator[Chart]:
        measure = make(run, regions)
        said = "; ".join(
            f"{district} {number(at.median)}"
            for district, at in measure.districts.items()
        )
        alt = f"Map of the federal districts: {measure.title}, {measure.unit}. {said}."
        with drawing():
            figure, axes = panel(4.4, 2.62)
            draw_districts(axes, measure.districts, measure.unit)
            svg = to_svg(figure, measure.slug, measure.title, alt)
            png = to_png(figure)
        rows = (
            (level, place, at.median, at.low, at.high, measure.unit)
            for level, found in (
                ("district", measure.districts),
                ("region", measure.bands),
            )
            for place, at in found.items()
        )
        data = csv_text(("level", "place", "value", "low", "high", "unit"), rows)
        caption = f"{measure.definition} Median over draws."
        yield Chart(measure.slug, measure.title, alt, svg, caption, png=png, csv=data)

    return part


def _bonus(run: RunFolder, regions: Sequence[RegionRow]) -> Measure:
    columns = ["month", "place", "draw", "offer_federal_rub", "offer_regional_rub"]
    rows = run.rows("prices", columns)
    month = format_month(run.calendar.months[-1])
    rows = rows[rows["month"] == month].copy()
    men = {region.iso: region.male_18_59 for region in regions}
    rows["below"] = rows["place"].map(men)
    offer = (rows["offer_federal_rub"] + rows["offer_regional_rub"]) / 1e6
    rows["above"] = offer * rows["below"]
    return _measure(
        "regions-bonus",
        f"Signing bonus, {month}",
        "million roubles",
        "Federal, regional and municipal signing bonus together, offered in the last "
        "month of the run to whoever signs there; in a district the mean of its "
        "regions, weighted with their men aged 18 to 59.",
        rows,
        regions,
    )


def _signers(run: RunFolder, regions: Sequence[RegionRow]) -> Measure:
    men = {region.iso: region.male_18_59 for region in regions}
    span = _last_year(run)
    where = {"channel": ["volunteer_contract"], "home": list(men), "month": span}
    rows = run.sums("flows", ["home", "draw"], ["signed_persons"], where)
    rows = rows.rename(columns={"home": "place"})
    rows = _complete(rows, run, "signed_persons")
    rows["above"] = 1e4 * rows["signed_persons"]
    rows["below"] = rows["place"].map(men)
    return _measure(
        "regions-signers",
        f"Volunteers by home, {_period(span)}",
        "signers per 10,000 men 18 to 59",
        "Men from there who signed a volunteer contract, wherever they signed, per "
        "10,000 men aged 18 to 59 who live there.",
        rows,
        regions,
    )


def _attraction(run: RunFolder, regions: Sequence[RegionRow]) -> Measure:
    names = [region.iso for region in regions]
    span = _last_year(run)
    where = {"channel": ["volunteer_contract"], "month": span}
    here = run.sums("flows", _KEY, ["signed_persons"], {**where, "place": names})
    from_here = run.sums(
        "flows", ["home", "draw"], ["signed_persons"], {**where, "home": names}
    ).rename(columns={"home": "place"})
    rows = here.merge(from_here, on=_KEY, how="outer", suffixes=("", "_home"))
    rows["above"] = rows["signed_persons"].fillna(0)
    rows["below"] = rows["signed_persons_home"].fillna(0)
    return _measure(
        "regions-attraction",
        f"Signed here for each man from here, {_period(span)}",
        "ratio",
        "Volunteers who signed there, over volunteers whose home it is: above 1 it "
        "draws men from elsewhere, below 1 it loses them to better offers.",
        rows,
        regions,
    )


def _share(run: RunFolder, regions: Sequence[RegionRow]) -> Measure:
    span = _last_year(run)
    revenue, said = _revenue(run, regions, span)
    where = {"account": REGIONAL_ACCOUNTS, "month": span}
    rows = run.sums("ledger", _KEY, ["accrued_rub"], where)
    rows = _complete(rows, run, "accrued_rub").merge(revenue, on=_KEY)
    rows["above"] = 100 * rows["accrued_rub"]
    rows["below"] = rows["revenue_rub"]
    return _measure(
        "regions-share",
        f"Regional spending over revenue, {_period(span)}",
        "% of regional revenue",
        "What regional budgets came to owe in these months for bonuses, "
        f"supplements, fees and death payments, over {said}.",
        rows,
        regions,
    )


def _measure(
    slug: str,
    title: str,
    unit: str,
    definition: str,
    rows: pd.DataFrame,
    regions: Sequence[RegionRow],
) -> Measure:
    """Divide `above` by `below`, by region and summed over each federal district."""
    where = {region.iso: region.federal_district for region in regions}
    named = rows.assign(district=rows["place"].map(where))
    return Measure(
        slug,
        title,
        unit,
        definition,
        districts=_bands(_ratio(named.dropna(subset=["district"]), "district")),
        bands=_bands(_ratio(named, "place")),
    )


def _ratio(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the ratio of sums by place and draw; nothing where there is no base."""
    sums = rows.groupby([by, "draw"])[["above", "below"]].sum().reset_index()
    sums = sums[sums["below"] > 0]
    value = sums["above"] / sums["below"]
    return sums.assign(place=sums[by], value=value)[[*_KEY, "value"]]


def _revenue(
    run: RunFolder, regions: Sequence[RegionRow], span: list[str]
) -> tuple[pd.DataFrame, str]:
    """Return revenue by place and draw over some months, and what it is."""
    if "revenue_rub" in run.columns("prices"):
        found = run.sums("prices", _KEY, ["revenue_rub"], {"month": span})
        return found[found["revenue_rub"] > 0], "its simulated revenue in them"
    documented = {
        r.iso: r.regional_budget_revenue_2023_rub_bn * 1e9 * len(span) / 12
        for r in regions
        if r.regional_budget_revenue_2023_rub_bn > 0
    }
    index = pd.MultiIndex.from_product([documented, run.calendar.draws], names=_KEY)
    found = index.to_frame(index=False)
    found["revenue_rub"] = found["place"].map(documented)
    return found, (
        "its consolidated revenue of 2023, the last documented year (revenue has grown "
        "since, so the burden is overstated)"
    )


def _last_year(run: RunFolder) -> list[str]:
    calendar = run.calendar
    return [format_month(month) for month in calendar.months[calendar.last_year]]


def _period(months: list[str]) -> str:
    """Write a whole calendar year as that year, other stretches by their ends."""
    first, last = months[0], months[-1]
    whole = first.endswith("-01") and last.endswith("-12") and first[:4] == last[:4]
    return first[:4] if whole else f"{first} to {last}"


def _complete(rows: pd.DataFrame, run: RunFolder, value: str) -> pd.DataFrame:
    """Add the draws in which a place that occurs elsewhere has no row, as 0."""
    places = sorted(set(rows["place"]))
    index = pd.MultiIndex.from_product([places, run.calendar.draws], names=_KEY)
    filled = rows.set_index(_KEY)[[value]].reindex(index, fill_value=0)
    return filled.reset_index()


def _bands(rows: pd.DataFrame) -> dict[str, Band]:
    if rows.empty:
        raise Absent("Not shown: the last months of the run hold no rows for it.")
    wide = rows.pivot(index="draw", columns="place", values="value")
    found = zip(wide.columns, bands(wide.to_numpy(float)), strict=True)
    return {str(place): band for place, band in found if band.draws}


def _table(
    run: RunFolder, regions: Sequence[RegionRow], makers: Sequence[Maker]
) -> Iterator[Table]:
    measures = []
    for make in makers:
        try:
            measures.append(make(run, regions))
        except Absent:
            continue
    if not measures:
        return
    rows = tuple(
        (region.name_en, region.federal_district, *_cells(measures, region.iso))
        for region in sorted(regions, key=lambda r: (r.federal_district, r.name_en))
    )
    yield Table(
        "All regions: median (90 % of draws)",
        (
            Column("Region", numeric=False),
            Column("Federal district", numeric=False),
            *(Column(measure.title, measure.unit) for measure in measures),
        ),
        rows,
        note=" ".join(measure.definition for measure in measures),
        folded=True,
    )


def _cells(measures: Sequence[Measure], iso: str) -> list[str]:
    return [
        cell(measure.bands[iso], number) if iso in measure.bands else "none"
        for measure in measures
    ]
