"""Documents that could be found: every series of the targets, in periods without one.

A document is worth looking for if a source of its kind exists. So each series of
`targets.csv` (one observer, asked of one thing) is taken over into the half-years that
it has no figure for, with the errors of its latest fitted figure: counts of all since
the start to the end of the half-year, levels at its end, dead as they are read some
months later. What is known of a few regions only (contracts signed there, listed dead)
is asked of all of them, and a count of men by channel of every channel, though nobody
publishes one: its error is an assumption.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from calibration.documented.world import documented_world
from calibration.observation.history import CHANNELS
from calibration.observation.targets import Target, load_targets
from model.fields.months import Month, format_month, parse_month
from scenarios.format.places import find_place

HALF_YEARS: Final = (
    ("2023-01", "2023-06"),
    ("2023-07", "2023-12"),
    ("2024-01", "2024-06"),
    ("2024-07", "2024-12"),
    ("2025-01", "2025-06"),
    ("2025-07", "2025-12"),
    ("2026-01", "2026-06"),
    ("2026-07", "2026-12"),
)
REGIONAL_HALF_YEARS: Final = HALF_YEARS[4:7]
REGIONAL: Final = ("signed_at", "listed_rate")
"""Observers of one region that are asked of all regions."""
UNHEARD_SD: Final = 0.25
"""Error of a count that nobody publishes: like lists kept by consulates."""
LEVELS: Final = frozenset(
    {
        "absent",
        "bonus_paid",
        "force",
        "force_channel",
        "force_in_units",
        "force_wide",
        "leading_bonus",
        "mean_bonus",
    }
)
"""Observers of one month: read at the end of a half-year."""
ONCE: Final = frozenset({"channel_killed_ratio", "swing", "paid_in_theatre"})
"""Figures that nobody counts again and again."""
FIRST: Final = "2022-09"
LONG_MONTHS: Final = 12
_READ_LATE: Final = {"killed": 2, "listed": 5}
"""Months after a period in which a count of its dead is usually read."""
NATIONAL: Final = "Russia"


@dataclass(frozen=True, slots=True)
class Observable:
    """A document that could be found, and where it speaks of."""

    target: Target
    """Its figure is unknown; `documented` is that of the document it is like."""
    place: str
    """A region or a country abroad by its name, or Russia."""

    @property
    def period(self) -> str:
        """Its months, and the month of reading if it has one."""
        first, last = self.target.period_start, self.target.period_end
        told = last if first == last else f"{first} to {last}"
        read = self.target.known > self.target.last
        return f"{told}, read {self.target.of}" if read else told


def observables(targets: Sequence[Target] | None = None) -> tuple[Observable, ...]:
    """Return the documents that could be found, by series and period.

    Args:
        targets: what is known; by default `targets.csv`.
    """
    known = load_targets() if targets is None else targets
    series: dict[tuple[str, str, bool], list[Target]] = {}
    for each in sorted(known, key=lambda own: (own.use == "fit", own.last)):
        if each.observer not in ONCE:
            series.setdefault(_series(each), []).append(each)
    wanted = [
        own
        for figures in series.values()
        for own in _later(figures[-1])
        if not _known(own, figures)
    ]
    for observer in REGIONAL:
        like = next(f[-1] for key, f in series.items() if key[0] == observer)
        wanted += _elsewhere(like, _asked(series, observer))
    like = next(f[-1] for key, f in series.items() if key[0] == "channel")
    counted = _asked(series, "channel") | _asked(series, "channel_per_month")
    wanted += _channels(like, counted)
    return tuple(Observable(each, place_of(each)) for each in wanted)


def _asked(series: Iterable[tuple[str, str, bool]], observer: str) -> set[str]:
    return {of for own, of, _ in series if own == observer}


def place_of(target: Target) -> str:
    """Return where a document speaks of: a region, a country abroad, or Russia."""
    # A country's code may be the short one of a region, as CU and IN are.
    place = find_place(target.of, "region" if "-" in target.of else "country")
    return place.name_en if place else NATIONAL


def _series(target: Target) -> tuple[str, str, bool]:
    """Return what makes a series: observer, what it is asked of, whether of all so far.

    A date of reading makes none.
    """
    of = "" if target.observer in _READ_LATE else target.of
    return target.observer, of, _whole(target)


def _whole(target: Target) -> bool:
    """Whether a figure counts all since the start, as lists of names do."""
    from_start = target.period_start == FIRST
    return from_start and target.last - target.first >= LONG_MONTHS


def _known(wanted: Target, figures: Sequence[Target]) -> bool:
    """Whether figures of its series fill a period, or stand in its last month."""
    if _whole(wanted):
        return any(each.last == wanted.last for each in figures)
    filled = {m for each in figures for m in range(each.first, each.last + 1)}
    return filled.issuperset(range(wanted.first, wanted.last + 1))


def _later(like: Target) -> Iterator[Target]:
    for first, last in HALF_YEARS:
        if like.observer in LEVELS:
            yield _at(like, last, last)
        elif _whole(like):
            yield _at(like, like.period_start, last)
        else:
            yield _at(like, first, last)


def _elsewhere(like: Target, known: Collection[str]) -> Iterator[Target]:
    """Yield the same of every region that has no series of its own."""
    for iso in documented_world().regions.iso:
        if iso in known:
            continue
        name = place_of(replace(like, of=iso))
        quantity, source = _in_place(like, name)
        here = replace(like, of=iso, quantity=quantity, source=source)
        for first, last in REGIONAL_HALF_YEARS:
            yield _at(here, FIRST if _whole(like) else first, last)


def _in_place(like: Target, name: str) -> tuple[str, str]:
    """Return what is counted in a place, and who would count it."""
    if like.observer == "signed_at":
        return f"contracts signed in {name}", "regional authorities"
    return f"listed dead of {name} per 10 000 men", like.source


def _channels(like: Target, known: Collection[str]) -> Iterator[Target]:
    """Yield counts of the men of channels that no document counts."""
    for channel in CHANNELS:
        if channel in known:
            continue
        words = channel.replace("_", " ")
        count = replace(
            like,
            source="nobody yet",
            quantity=f"signed through the channel {words}",
            of=channel,
            sd=UNHEARD_SD,
        )
        yield from _later(count)


def _at(like: Target, first: str, last: str) -> Target:
    of = like.of
    if like.observer in _READ_LATE:
        of = format_month(Month(parse_month(last) + _READ_LATE[like.observer]))
    name = "_".join(part for part in (like.observer, of, first, last) if part)
    return replace(like, name=name, of=of, period_start=first, period_end=last)
