"""Documents in series, as a forecaster meets them: what came before, what came after.

A series is one thing counted again and again: contracts, deaths, casualties, the force,
the mean price, foreigners. Quarters of one source that fill a half-year are joined, so
that a horizon of six months means six months. Documents of an error above `WIDEST` tell
too little to score a forecast by; totals of more than a year mostly hold what was known
before, and are left out.

The naive forecasts are those everybody makes without a model: the last document carried
on (persistence), and the line through the last two (trend), by the month for flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from calibration.observation.targets import Target, load_targets
from model.fields.months import Month

WIDEST: Final = 0.25
"""Largest error of a source, in logarithms, that a back-test takes."""
LONGEST: Final = 12
"""Longest period, in months."""

SERIES: Final[Mapping[str, str]] = {
    "budget_count": "contracts",
    "regional_sample": "contracts",
    "killed": "deaths",
    "staff_claim": "casualties",
    "force": "force",
    "mean_bonus": "mean_price",
    "leading_bonus": "mean_price",
    "bonus_paid": "mean_price",
    "foreign": "foreigners",
    "foreign_per_month": "foreigners",
}
"""Observers whose figures make a series."""
STOCKS: Final = frozenset({"force", "mean_price"})
"""Series of levels; all others are counts over a period."""


@dataclass(frozen=True, slots=True)
class Document:
    """One figure of a series."""

    series: str
    parts: tuple[Target, ...]
    """Targets whose figures add up to it, in the order of their periods."""

    @property
    def target(self) -> Target:
        """The whole as one target; errors of its parts go together."""
        first, last = self.parts[0], self.parts[-1]
        figure = sum(part.documented for part in self.parts)
        shares = [part.documented / figure for part in self.parts]
        sd = sum(s * part.sd for s, part in zip(shares, self.parts, strict=True))
        return replace(last, period_start=first.period_start, documented=figure, sd=sd)

    @property
    def firm(self) -> bool:
        """Whether it tells enough to score a forecast by."""
        return self.target.sd <= WIDEST

    @property
    def span(self) -> int:
        """Months of the period."""
        return self.parts[-1].last - self.parts[0].first + 1

    @property
    def months(self) -> int:
        """Months counted together; 1 for a level or a monthly mean."""
        monthly = self.parts[0].observer.endswith("_per_month")
        return 1 if monthly or self.series in STOCKS else self.span

    @property
    def middle(self) -> float:
        """Middle of the period, in months."""
        return (self.parts[0].first + self.parts[-1].last) / 2

    @property
    def like(self) -> tuple[str, ...]:
        """What earlier documents it may be compared with.

        Prices are averaged in ways that differ by a factor, so each has its own.
        """
        if self.series != "mean_price":
            return (self.series,)
        return (self.series, self.parts[0].observer, self.parts[0].of)


def documents(targets: Sequence[Target] | None = None) -> tuple[Document, ...]:
    """Return the documents of all series, by series and date."""
    known = load_targets() if targets is None else targets
    kept = [
        each
        for each in known
        if each.observer in SERIES
        and each.scale == "log"
        and not (SERIES[each.observer] == "foreigners" and each.of)
    ]
    found = [Document(SERIES[each.observer], (each,)) for each in kept]
    joined = _half_years([each for each in found if each.span <= LONGEST])
    whole = [each for each in joined if not _inside_another(each, joined)]
    order = {name: at for at, name in enumerate(dict.fromkeys(SERIES.values()))}
    return tuple(
        sorted(whole, key=lambda each: (order[each.series], each.like, each.middle))
    )


def before(
    document: Document, all_of_them: Sequence[Document], origin: Month
) -> list[Document]:
    """Return the like documents whose periods were over at the origin, in order.

    Only if there are no firm ones, others.
    """
    found = [
        each
        for each in all_of_them
        if each.like == document.like and each.parts[-1].last <= origin
    ]
    best = [each for each in found if each.firm] or found
    return sorted(best, key=lambda each: each.parts[-1].last)


def persistence(document: Document, known: Sequence[Document]) -> float | None:
    """Return the last known document carried on; none: nothing to carry on."""
    if not known:
        return None
    last = known[-1]
    return last.target.documented / last.months * document.months


def trend(document: Document, known: Sequence[Document]) -> float | None:
    """Return the line through the logarithms of the last two known documents."""
    if len(known) < 2 or known[-1].middle == known[-2].middle:
        return persistence(document, known)
    earlier, last = known[-2:]
    rates = [np.log(each.target.documented / each.months) for each in (earlier, last)]
    slope = (rates[1] - rates[0]) / (last.middle - earlier.middle)
    rate = np.exp(rates[1] + slope * (document.middle - last.middle))
    return float(rate * document.months)


def _half_years(found: Sequence[Document]) -> list[Document]:
    """Join quarters of one source that fill a half-year."""
    quarters = sorted(
        (each for each in found if each.months == 3 and each.firm),
        key=lambda each: (each.parts[0].observer, each.parts[0].first),
    )
    taken: list[Document] = []
    joined = []
    for one, other in pairwise(quarters):
        first, second = one.parts[0], other.parts[0]
        if (
            first.observer == second.observer
            and first.period_start[5:] in ("01", "07")
            and second.first == first.last + 1
        ):
            taken += [one, other]
            joined.append(Document(one.series, (first, second)))
    return [each for each in found if each not in taken] + joined


def _inside_another(document: Document, others: Sequence[Document]) -> bool:
    """Whether a count's period is told more firmly by another of the series."""
    if document.series in STOCKS:
        return False
    start, end = document.parts[0].first, document.parts[-1].last
    mine = document.target.sd
    return any(
        each is not document
        and each.series == document.series
        and each.parts[0].first <= end
        and each.parts[-1].last >= start
        and (each.target.sd, each.months) < (mine, document.months)
        and _covered(document, each)
        for each in others
    )


def _covered(document: Document, other: Document) -> bool:
    start, end = document.parts[0].first, document.parts[-1].last
    return other.parts[0].first <= start and other.parts[-1].last >= end
