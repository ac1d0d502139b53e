"""What one line of an evidence table says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calibration.evidence.vocabulary import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One published figure, or one documented mechanism.

    Attributes:
        id: stable name by which scenarios and targets cite the figure.
        quantity: what is counted or measured.
        geography: ISO 3166-2 region, ISO 3166-1 country, or a group (see the note).
        channel: recruitment channel; `all` for the whole, `none` where none applies.
        period_start: first day the figure covers.
        period_end: last day the figure covers.
        value: the figure, in `unit`; shares and rates are fractions.
        low: lower end of the range given or implied by the source.
        high: upper end of that range.
        unit: a word of `vocabulary.UNITS`.
        kind: who stands behind it.
        confidence: from 1 (an assumption) to 5 (counted and published).
        publisher: who published it.
        title: what it was published as.
        published: YYYY, YYYY-MM, YYYY-MM-DD or empty.
        url: where it was read; empty if the source has no stable address.
        note: definition, caveats, corrections.
        table: table that holds the row.
    """

    id: str
    quantity: str
    geography: str
    channel: str
    period_start: date
    period_end: date
    value: float
    low: float | None
    high: float | None
    unit: str
    kind: Kind
    confidence: int
    publisher: str
    title: str
    published: str
    url: str
    note: str
    table: str


Evidence = Mapping[str, EvidenceRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRow:
    """One of the 85 regions of Russia's statistics.

    Wages are means before tax in roubles of the day, budget revenue is consolidated
    and in billion roubles, rates and shares are fractions. `source_note` says per
    column whether the figure was published or derived; places of regional capitals, in
    degrees north and east, are common knowledge.
    """

    iso: str
    name_en: str
    federal_district: str
    population_total: int
    population_year: int
    male_18_59: int
    average_monthly_wage_2021_rub: float
    average_monthly_wage_2022_rub: float
    average_monthly_wage_2023_rub: float
    average_monthly_wage_2024_rub: float
    unemployment_rate_2023: float
    poverty_rate_2022: float
    urban_share: float
    regional_budget_revenue_2023_rub_bn: float
    capital_latitude: float
    capital_longitude: float
    source_note: str

    @property
    def occupied(self) -> bool:
        """Whether the region is Ukrainian territory that Russia's statistics count.

        Crimea and Sevastopol: their ISO codes begin with UA. Men there are recruited
        like others, so the model keeps them; totals for Russia proper leave them out.
        """
        return self.iso.startswith("UA-")


def grade(row: EvidenceRow) -> Kind:
    """Return what a figure may be called in a report.

    That is its kind, except that a measurement held with the lowest confidence counts
    as an assumption. A claim stays a claim: there the point is who makes it.
    """
    measured = row.kind in ("documented", "independent_estimate")
    return "assumption" if measured and row.confidence == 1 else row.kind
