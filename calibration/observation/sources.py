"""What single sources do to the truth: one function a source. ODD II.x (observation).

Each takes a `History`, the sources' reporting parameters and a target, and returns the
number the source would have printed; `observation.py` beside it says which does what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from calibration.documented.world import documented_world
from calibration.observation.history import (
    CHANNELS,
    CONTRACTS,
    GROUPS,
    LOSSES,
    OURS,
    STATES,
    History,
)
from calibration.observation.prices import bonus_paid, leading_bonus, mean_bonus
from calibration.observation.targets import Target
from model.fields.months import parse_month
from model.parameters.propensity import GROUP_OF

Floats = NDArray[np.float64]
Reporting = Mapping[str, float]
Observer = Callable[[History, Reporting, Target], float]

CONVICT_BONUS: Final = (parse_month("2023-02"), parse_month("2024-12"))
"""Months in which convicts were paid the federal bonus (fed-bonus-prisoner-2025)."""

HOME_BEFORE_START: Final = 20_000.0
"""Men who had come home for good by September 2022: hurt ones, and those who refused or
whose contracts ended (an assumption; official returns count from February)."""

DEAD_BEFORE_START: Final = 7_300.0
"""Listed dead who fell from February to August 2022, nearly all of them regulars
(mzchart-2022-02, -04, and two thirds of -07)."""

NEW_METHOD: Final = parse_month("2026-01")
"""From then on the list finds names by other means than obituaries, all at once."""

MEN_18_59_PER_16_61: Final = 0.9337
"""Rates of the list are per man of 16 to 61 (see the notes of regions.csv)."""

TERM_MONTHS: Final = 6.0
"""Term of Wagner's convicts (wag-terms): those signed later had not yet served it."""

LONG_AFTER: Final = 120
"""Months after which nothing more is found."""

_BIAS: Final = "claim_bias_"
VOLUNTEERS: Final = CONTRACTS
IN_THEATRE: Final = ("combat", "support")
WIDE: Final = (*IN_THEATRE, "rear", "wounded")
"""Men under arms for the war whose units count them: all but those in training."""
AFRICA: Final = frozenset({"EG", "DZ", "MA"})
"""Counted as African by the leaked list, as Middle Eastern by the office's."""


def _period(run: History, target: Target) -> slice:
    return slice(run.at(target.first), run.at(target.last) + 1)


def _rows(names: Sequence[str]) -> list[int]:
    return [CHANNELS.index(name) for name in names]


def _contracts(run: History) -> Floats:
    """Ministry contracts a month, convicts' first ones aside, (M,).

    New men, and men in service who sign anew: both are paid and counted.
    """
    persons: Floats = run.signed[_rows(CONTRACTS)].sum(axis=0)
    again: Floats = run.re_signed.sum(axis=0)
    return persons + again


def _budget_count(run: History, reporting: Reporting, target: Target) -> float:
    first, last = (run.at(month) for month in CONVICT_BONUS)
    month = np.arange(run.months)
    convicts = run.signed[CHANNELS.index("prisoner")]
    convicts = np.where((month >= first) & (month <= last), convicts, 0.0)
    paid = run.federal_bonus_rub * (
        _contracts(run) + reporting["convicts_in_budget_share"] * convicts
    )
    cash = np.convolve(paid, _lag_shares(reporting["payment_lag_months"], run.months))
    count = cash[: run.months] / np.maximum(run.federal_bonus_rub, 1.0)
    return float(count[_period(run, target)].sum())


def _lag_shares(mean_months: float, months: int) -> Floats:
    """Share of what falls due that is paid 0, 1, 2, ... months later (geometric)."""
    keep = mean_months / (1 + mean_months)
    shares: Floats = (1 - keep) * keep ** np.arange(months, dtype=float)
    return shares


def _regional_sample(run: History, reporting: Reporting, target: Target) -> float:
    return reporting["sample_bias"] * float(_contracts(run)[_period(run, target)].sum())


def _claim(run: History, reporting: Reporting, target: Target) -> float:
    """Contracts times the bias of the year, or of the last year that has one."""
    biases = {
        name[-4:]: reporting[name] for name in reporting if name.startswith(_BIAS)
    }
    year = max((y for y in biases if y <= target.period_end[:4]), default=min(biases))
    return biases[year] * float(_contracts(run)[_period(run, target)].sum())


def _signed_at(run: History, reporting: Reporting, target: Target) -> float:
    place = documented_world().regions.iso.index(target.of)
    return float(run.signed_by_place[place, _period(run, target)].sum())


def _nonlocal_share(run: History, reporting: Reporting, target: Target) -> float:
    place = documented_world().regions.iso.index(target.of)
    period = _period(run, target)
    all_men = run.signed_by_place[place, period].sum()
    return float(1 - run.signed_local[place, period].sum() / max(all_men, 1.0))


def _channel(run: History, reporting: Reporting, target: Target) -> float:
    row = CHANNELS.index(target.of)
    return float(run.signed[row, _period(run, target)].sum())


def _swing(run: History, reporting: Reporting, target: Target) -> float:
    """Amplitude of a zigzag: 0.1 for men who sign 10 % more and less in turn.

    A quarter of the root mean square of second differences of the logarithm.
    """
    signed = run.signed[CHANNELS.index(target.of), _period(run, target)]
    bend = np.diff(np.log(np.maximum(signed, 1.0)), n=2)
    return float(np.sqrt(np.mean(bend**2)) / 4)


def _channel_killed_ratio(run: History, reporting: Reporting, target: Target) -> float:
    row, period = CHANNELS.index(target.of), _period(run, target)
    killed = run.losses[LOSSES.index("killed"), row, period].sum()
    served = np.arange(target.last - target.first, -1, -1) + 0.5
    terms = run.signed[row, period] @ np.minimum(served / TERM_MONTHS, 1.0)
    return float(killed / max(terms, 1.0))


def _loss(run: History, kind: str) -> Floats:
    """A loss a month, troops of other states aside, (M,)."""
    ours = _rows(OURS)
    persons: Floats = run.losses[LOSSES.index(kind), ours].sum(axis=0)
    return persons


def _killed(run: History, reporting: Reporting, target: Target) -> float:
    """Citizens' deaths of a period that are declared by the end of month `of`."""
    regions, period = documented_world().region_count, _period(run, target)
    dead = run.killed_by_home[:regions, period].sum(axis=0)
    age = _read(target) - (np.arange(run.months)[period] + run.first) + 0.5
    found = -np.expm1(-np.maximum(age, 0) / reporting["missing_delay_months"])
    undeclared = reporting["missing_share"] * (1 - found)
    return float(dead @ (1 - undeclared))


def _staff_claim(run: History, reporting: Reporting, target: Target) -> float:
    lost = _loss(run, "killed") + _loss(run, "wounded")
    return reporting["general_staff_bias"] * float(lost[_period(run, target)].sum())


def _wounded_per_killed(run: History, reporting: Reporting, target: Target) -> float:
    period = _period(run, target)
    killed = _loss(run, "killed")[period].sum()
    return float(_loss(run, "wounded")[period].sum() / max(killed, 1.0))


def _listed_by_month(
    run: History, reporting: Reporting, period: slice, read: int
) -> Floats:
    """Deaths of a period in the list at the end of month `read`, (K, m)."""
    killed = run.losses[LOSSES.index("killed"), :, period]
    known = _known_share(run, reporting, period, read)
    share = np.minimum(known * _list_shares(reporting)[:, None], 1.0)
    listed: Floats = killed * share
    return listed


def _known_share(
    run: History, reporting: Reporting, period: slice, read: int
) -> Floats:
    """Of those the list will find, the share found by the end of month `read`, (m,)."""
    month = np.arange(run.months)[period] + run.first
    early = month < parse_month("2024-01")
    delay = np.where(
        early, reporting["list_delay_2023_months"], reporting["list_delay_2024_months"]
    )
    known: Floats = -np.expm1(-np.maximum(read - month + 0.5, 0) / delay)
    return known * (reporting["list_step_2026"] if read >= NEW_METHOD else 1.0)


def _list_shares(reporting: Reporting) -> Floats:
    """Share of each channel's dead that the list finds in the end, (K,)."""
    ratio = np.ones(len(CHANNELS))
    ratio[_rows(VOLUNTEERS)] = reporting["list_volunteer_ratio"]
    ratio[CHANNELS.index("prisoner")] = reporting["list_prisoner_ratio"]
    ratio[[at for at, name in enumerate(CHANNELS) if name not in OURS]] = 0.0
    return np.minimum(reporting["list_share"] * ratio, 1.0)


def _listed(run: History, reporting: Reporting, target: Target) -> float:
    read = _read(target)
    return float(_listed_by_month(run, reporting, _period(run, target), read).sum())


def _read(target: Target) -> int:
    """Month in which a count was read; without one, when all has come to light."""
    return parse_month(target.of) if target.of else target.last + LONG_AFTER


def _listed_share(run: History, reporting: Reporting, target: Target) -> float:
    period = _period(run, target)
    listed = _listed_by_month(run, reporting, period, target.last).sum(axis=1)
    listed[CHANNELS.index("regular")] += DEAD_BEFORE_START
    names = VOLUNTEERS if target.of == "volunteer" else (target.of,)
    return float(listed[_rows(names)].sum() / max(listed.sum(), 1.0))


def _listed_rate(run: History, reporting: Reporting, target: Target) -> float:
    """Listed dead of a region per 10,000 men, those before the run included.

    The list reaches the dead of a month alike in all regions.
    """
    regions, period = documented_world().regions, _period(run, target)
    place = regions.iso.index(target.of)
    killed = run.losses[LOSSES.index("killed"), :, period].sum(axis=0)
    listed = _listed_by_month(run, reporting, period, target.last).sum(axis=0)
    dead = run.killed_by_home[place, period] @ (listed / np.maximum(killed, 1.0))
    men = regions.men_18_59_persons
    before = DEAD_BEFORE_START * regions.service_tradition[place] / men.sum()
    return _per_10k(float(dead / men[place] + before))


def _listed_rate_contract(run: History, reporting: Reporting, target: Target) -> float:
    """The same of men who had signed for pay, none of whom fell before the run."""
    regions, period = documented_world().regions, _period(run, target)
    place = regions.iso.index(target.of)
    reach = _list_shares(reporting)[CHANNELS.index("volunteer_contract")]
    known = reach * _known_share(run, reporting, period, target.last)
    dead = run.contract_killed_by_home[place, period] @ known
    return _per_10k(float(dead / regions.men_18_59_persons[place]))


def _per_10k(dead_per_man: float) -> float:
    return 10_000 * MEN_18_59_PER_16_61 * dead_per_man


def _stock(run: History, channels: Sequence[str], states: Sequence[str]) -> Floats:
    where = [STATES.index(state) for state in states]
    stock: Floats = run.force[np.ix_(_rows(channels), where)].sum(axis=(0, 1))
    return stock


def _force(run: History, reporting: Reporting, target: Target) -> float:
    return float(_stock(run, OURS, IN_THEATRE)[run.at(target.last)])


def _force_wide(run: History, reporting: Reporting, target: Target) -> float:
    """Men raised for the war whose units count them, be it in hospital."""
    return _raised(run, WIDE, target)


def _force_in_units(run: History, reporting: Reporting, target: Target) -> float:
    """Who stands in theatre and in the operational and strategic reserves behind it.

    No document parts the two reserves, so their sum is observed and no share is free.
    """
    return _raised(run, (*IN_THEATRE, "rear"), target)


def _raised(run: History, states: Sequence[str], target: Target) -> float:
    """Conscripts who sign and stay in the rear take posts that the army had before."""
    raised = _stock(run, OURS, states) - _stock(run, ("conscript",), ("rear",))
    return float(raised[run.at(target.last)])


def _force_channel(run: History, reporting: Reporting, target: Target) -> float:
    return float(_stock(run, (target.of,), WIDE)[run.at(target.last)])


def _absent(run: History, reporting: Reporting, target: Target) -> float:
    return float(_stock(run, OURS, ("absent",))[run.at(target.last)])


def _absent_rise(run: History, reporting: Reporting, target: Target) -> float:
    stock = _stock(run, OURS, ("absent",))
    before = run.at(target.first) - 1
    return float(stock[run.at(target.last)] - (stock[before] if before >= 0 else 0))


def _captured_per_month(run: History, reporting: Reporting, target: Target) -> float:
    return float(_loss(run, "captured")[_period(run, target)].mean())


def _returned(run: History, reporting: Reporting, target: Target) -> float:
    """Men home for good since the invasion, hurt or not; convicts at term included."""
    home = _loss(run, "discharged") + _loss(run, "disabled")
    return HOME_BEFORE_START + float(home[_period(run, target)].sum())


def _home_per_month(run: History, reporting: Reporting, target: Target) -> float:
    """The same a month, of a period by itself."""
    home = _loss(run, "discharged") + _loss(run, "disabled")
    return float(home[_period(run, target)].mean())


def _channel_per_month(run: History, reporting: Reporting, target: Target) -> float:
    return float(run.signed[CHANNELS.index(target.of), _period(run, target)].mean())


def _paid(run: History, reporting: Reporting, target: Target) -> float:
    groups = [GROUPS.index(name) for name in target.of.split()]
    return float(run.paid[groups, _period(run, target)].sum())


def _foreign(run: History, reporting: Reporting, target: Target) -> float:
    # New citizens' homes are regions, so all homes abroad are foreigners.
    homes = np.array(_homes(target.of))
    signed = run.signed_by_home[homes, _period(run, target)]
    return reporting["foreign_list_share"] * float(signed.sum())


def _foreign_per_month(run: History, reporting: Reporting, target: Target) -> float:
    months = target.last - target.first + 1
    return _foreign(run, reporting, target) / months


def _foreign_moscow(run: History, reporting: Reporting, target: Target) -> float:
    homes = np.array(_homes(target.of))
    return float(run.foreign_at_capital[homes, _period(run, target)].sum())


@cache
def _homes(of: str) -> tuple[int, ...]:
    """Numbers of the homes abroad that a country, a group or nothing stands for."""
    world = documented_world()
    numbers = range(world.region_count, len(world.homes))
    return tuple(at for at in numbers if _belongs(world.homes[at], of))


def _belongs(iso: str, of: str) -> bool:
    group = GROUP_OF.get(iso)
    if of == "africa_all":
        return group == "africa" or iso in AFRICA
    return of in ("", iso, group)


OBSERVERS: Final[Mapping[str, Observer]] = {
    "absent": _absent,
    "absent_rise": _absent_rise,
    "bonus_paid": bonus_paid,
    "budget_count": _budget_count,
    "captured_per_month": _captured_per_month,
    "channel": _channel,
    "channel_killed_ratio": _channel_killed_ratio,
    "channel_per_month": _channel_per_month,
    "claim": _claim,
    "discharged_per_month": _home_per_month,
    "force": _force,
    "force_channel": _force_channel,
    "force_wide": _force_wide,
    "force_in_units": _force_in_units,
    "foreign": _foreign,
    "foreign_moscow": _foreign_moscow,
    "foreign_per_month": _foreign_per_month,
    "killed": _killed,
    "leading_bonus": leading_bonus,
    "listed": _listed,
    "listed_rate": _listed_rate,
    "listed_rate_contract": _listed_rate_contract,
    "listed_share": _listed_share,
    "mean_bonus": mean_bonus,
    "nonlocal_share": _nonlocal_share,
    "paid": _paid,
    "paid_in_theatre": _paid,
    "regional_sample": _regional_sample,
    "returned": _returned,
    "signed_at": _signed_at,
    "staff_claim": _staff_claim,
    "swing": _swing,
    "wounded_per_killed": _wounded_per_killed,
}
