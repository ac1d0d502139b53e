"""What one line of an evidence table says, and what each of its cells may hold.

A column is declared once: its field, with the reader of its cells beside the type. The
loader takes a table's columns, and their order, from the fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, get_type_hints

from calibration.evidence.fields import (
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
from calibration.evidence.vocabulary import CHANNELS, KINDS, UNITS, Kind


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

    id: Annotated[
        str, matching(r"[A-Za-z0-9][A-Za-z0-9_-]*", "an id of letters, digits, - and _")
    ]
    quantity: Annotated[
        str, matching(r"[a-z0-9_]+", "a quantity of small letters, digits and _")
    ]
    geography: Annotated[str, known_place]
    channel: Annotated[str, one_of(CHANNELS)]
    period_start: Annotated[date, day]
    period_end: Annotated[date, day]
    value: Annotated[float, number]
    low: Annotated[float | None, optional_number]
    high: Annotated[float | None, optional_number]
    unit: Annotated[str, one_of(UNITS)]
    kind: Annotated[Kind, one_of(KINDS)]
    confidence: Annotated[int, whole(1, 5)]
    publisher: Annotated[str, text]
    title: Annotated[str, text]
    published: Annotated[
        str,
        matching(
            r"(\d{4}(-(0[1-9]|1[0-2])(-[0-3]\d)?)?)?",
            "YYYY, YYYY-MM, YYYY-MM-DD or empty",
        ),
    ]
    url: Annotated[
        str, matching(r"(https?://\S+)?", "an address that starts http(s)://, or empty")
    ]
    note: Annotated[str, optional_text]
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

    iso: Annotated[
        str,
        matching(r"(RU|UA)-[A-Z0-9]{2,3}", "an ISO 3166-2 code of Russia or Ukraine"),
    ]
    name_en: Annotated[str, text]
    federal_district: Annotated[str, text]
    population_total: Annotated[int, whole(1, 20_000_000)]
    population_year: Annotated[int, whole(2010, 2030)]
    male_18_59: Annotated[int, whole(1, 10_000_000)]
    average_monthly_wage_2021_rub: Annotated[float, between(1_000, 1_000_000)]
    average_monthly_wage_2022_rub: Annotated[float, between(1_000, 1_000_000)]
    average_monthly_wage_2023_rub: Annotated[float, between(1_000, 1_000_000)]
    average_monthly_wage_2024_rub: Annotated[float, between(1_000, 1_000_000)]
    unemployment_rate_2023: Annotated[float, between(0, 1)]
    poverty_rate_2022: Annotated[float, between(0, 1)]
    urban_share: Annotated[float, between(0, 1)]
    regional_budget_revenue_2023_rub_bn: Annotated[float, between(0, 100_000)]
    capital_latitude: Annotated[float, between(41, 82)]
    capital_longitude: Annotated[float, between(19, 180)]
    source_note: Annotated[str, text]

    @property
    def occupied(self) -> bool:
        """Whether the region is Ukrainian territory that Russia's statistics count.

        Crimea and Sevastopol: their ISO codes begin with UA. Men there are recruited
        like others, so the model keeps them; totals for Russia proper leave them out.
        """
        return self.iso.startswith("UA-")


def columns(row: type[EvidenceRow | RegionRow]) -> dict[str, Reader]:
    """Return the readers of a table's columns by name, in the table's order.

    A field without a reader is no column.
    """
    hints = get_type_hints(row, include_extras=True)
    return {
        name: hint.__metadata__[0]
        for name, hint in hints.items()
        if hasattr(hint, "__metadata__")
    }


def grade(row: EvidenceRow) -> Kind:
    """Return what a figure may be called in a report.

    That is its kind, except that a measurement held with the lowest confidence counts
    as an assumption. A claim stays a claim: there the point is who makes it.
    """
    measured = row.kind in ("documented", "independent_estimate")
    return "assumption" if measured and row.confidence == 1 else row.kind
