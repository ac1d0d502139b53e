"""The annual game of regional bonuses: its equations, over regions at once. ODD III.iv.

    going rate  M = mean of the 24 highest bonuses, those cut for the year as before
    rise        P = logit^-1(a0 + a_r + a1 ln M/B + a2 missing + season + year + order)
                ln T = f ln M + (1 - f) ln W + u_r + u_y
                ln B' = ln B + c (ln T - ln B) + e, above ln B
    cut         P = logit^-1(b0 + b1 ln N/Q + b2 ln S/A + b3 (ln B/M)+ + season + Volga)
                to the floor with probability p, else by a factor
    restored    what was cut from August to December, in January or February

B is a region's bonus, N its contracts of the year and Q its plan, S what it paid in
bonuses this year and A what it had set aside; T is the level it aims at, W what the
median region's money buys of its plan. A region follows its rivals only in part (f
below 1), since what it pays is its own money: were f 1, each rise would lift the going
rate at which the next one aims. A rise goes no further than the appropriation buys of
the plan, and a region whose plan is met or whose money is spent does not raise. Some
years are hot: all odds of a rise share the year's own, and all levels what its budgets
add. Under a mandate nobody stays below the floor. Levels are whole 100,000 roubles. The
rooms of the model and of the fit use the same functions: what is fitted outside the
simulator is what the simulator does. Sources: recruitment.csv, `bon-*`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from model.parameters.game import Game
from model.world import RegionTable

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

LEAST_RUB: Final = 20_000.0
"""Bonuses below it count as this much: a logarithm needs a start."""
ROUNDED_RUB: Final = 100_000.0
SMALLEST_RISE_LOG: Final = 0.04
"""Levels closer than this are the same level: a rise goes further."""
LEADING: Final = 24
"""Regions whose mean is the going rate, as in `avg-2025-10-top24`."""
METROPOLIS: Final = ("RU-MOW", "RU-MOS", "RU-SPE", "RU-LEN")
VOLGA: Final = "Volga"
PRESSURE: Final = (-1.5, 0.7)
"""Log contracts over plan, and money over appropriation, count within these bounds."""
JANUARY, FEBRUARY, AUGUST, OCTOBER, DECEMBER = 1, 2, 8, 10, 12


@dataclass(frozen=True, slots=True)
class Effects:
    """What sets regions apart; arrays (R,)."""

    raise_log_odds: Floats
    level_log: Floats
    money: Floats
    """Standard normal: its place among appropriations of its revenue."""
    volga: Floats


@dataclass(frozen=True, slots=True)
class Standing:
    """Where regions stand; arrays (R,)."""

    bonus_rub: Floats
    before_cut_rub: Floats
    """Bonus before a cut for the rest of the year; nan: none is under way."""


@dataclass(frozen=True, slots=True)
class Year:
    """What regions see of the year so far; arrays (R,)."""

    month: int
    """Calendar month of the decision, 1 to 12."""
    affordable_rub: Floats
    """Highest bonus it may pay: what its appropriation buys of the plan."""
    revenue_per_contract_rub: float
    """A year's own revenue of all regions for each contract of the nation's plan."""
    shortfall: Floats
    """Share of the contracts due since January that are missing, 0 to 1."""
    log_filled: Floats
    """Log contracts since January over the year's plan."""
    log_spent: Floats
    """Log bonuses paid since January over the appropriation."""
    mandate: float
    floor_rub: float
    heat: float
    """The year's own log-odds of a rise."""
    level_log: float
    """What the year adds to log levels: budgets are made once a year."""

    @property
    def used_up(self) -> Truths:
        """Whether the plan is met or the money spent, (R,)."""
        over: Truths = (self.log_filled >= 0) | (self.log_spent >= 0)
        return over


@dataclass(frozen=True, slots=True)
class Shocks:
    """Random numbers of a month's decisions, each (R,)."""

    move: Floats
    """Uniform: whether it rises or restores."""
    cut: Floats
    """Uniform: whether it cuts."""
    floor: Floats
    """Uniform: whether a cut goes to the floor."""
    size: Floats
    """Standard normal: how far."""


def effects(
    game: Game, regions: RegionTable, raising: Floats, level: Floats, money: Floats
) -> Effects:
    """Return what sets regions apart.

    Args:
        game: parameters, with the effects that documents tell.
        regions: the documented regions.
        raising: standard normals for regions whose documents do not tell, (R,).
        level: the same for their level, (R,).
        money: standard normals of their appropriations, (R,).
    """
    score, city = revenue_score(regions), metropolis(regions)

    def own(told: Mapping[str, float], spread: float, normal: Floats) -> Floats:
        pairs = zip(regions.iso, (spread * normal).tolist(), strict=True)
        return np.array([told.get(iso, drawn) for iso, drawn in pairs])

    return Effects(
        raise_log_odds=own(game.raise_effect, game.raise_spread, raising)
        + game.raise_revenue * score
        + game.raise_metropolis * city,
        level_log=own(game.level_effect, game.level_spread, level)
        + game.level_revenue * score
        + game.level_metropolis * city,
        money=money,
        volga=volga(regions),
    )


def decided(
    game: Game, apart: Effects, now: Standing, year: Year, shocks: Shocks
) -> Standing:
    """Return where regions stand after this month's decisions.

    A region that cut for the rest of the year decides nothing until it restores its
    bonus in January or February, or does not.
    """
    bonus, month = now.bonus_rub, year.month
    logs = log_level(bonus)
    log_going = float(np.log(going_rate_rub(now)))
    gap = log_going - logs
    waits = np.isfinite(now.before_cut_rub)
    # Two months in which to restore: each with the chance that makes the share.
    chance = (1 - (1 - game.restored_share) ** 0.5) * (month in (JANUARY, FEBRUARY))
    restores = waits & (shocks.move < chance)
    odds = raise_log_odds(
        game,
        gap=gap,
        shortfall=year.shortfall,
        month=month,
        mandate=year.mandate,
        effect=apart.raise_log_odds + year.heat,
    )
    rises = ~waits & ~year.used_up & (shocks.move < expit(odds))
    odds = cut_log_odds(
        game,
        gap=gap,
        log_filled=year.log_filled,
        log_spent=year.log_spent,
        month=month,
        volga=apart.volga,
    )
    cuts = ~waits & ~rises & (shocks.cut < expit(odds))
    log_revenue = float(np.log(year.revenue_per_contract_rub))
    anchor = log_anchor(game, log_going, log_revenue) + year.level_log
    higher = np.exp(raised(game, logs, anchor, apart.level_log, shocks.size))
    higher = np.minimum(higher, year.affordable_rub)
    shrunk = np.exp(game.cut_log + game.cut_noise * shocks.size)
    lower = np.where(
        shocks.floor < game.cut_floor_share,
        year.floor_rub,
        bonus * np.minimum(shrunk, 1),
    )
    again = game.restored_log + game.restored_noise * shocks.size
    back = np.where(waits, now.before_cut_rub, bonus) * np.exp(np.minimum(again, 0.7))
    new = np.where(rises, np.maximum(rounded(higher), bonus), bonus)
    lower = np.maximum(rounded(lower), year.floor_rub)
    new = np.where(cuts, np.minimum(lower, bonus), new)
    back = np.minimum(back, year.affordable_rub)
    new = np.where(restores, np.maximum(rounded(back), bonus), new)
    if year.mandate > 0:
        new = np.maximum(new, year.floor_rub)
    for_the_year = cuts & (new < bonus) & (AUGUST <= month <= DECEMBER)
    still = waits & ~restores & (month != FEBRUARY)
    before = np.where(for_the_year, bonus, np.where(still, now.before_cut_rub, np.nan))
    return Standing(new, before)


def appropriations_rub(
    game: Game, money: Floats, revenue_rub: Floats, shown_rub: Floats
) -> Floats:
    """Return what regions set aside for a year's bonuses, (R,).

    Shares of revenue are lognormal between regions, and none is below what documents
    show: a region known to have paid 8 % of its revenue is one of those that can.

    Args:
        game: median share and spread.
        money: standard normals, the places of the regions, (R,).
        revenue_rub: own revenue of a year, (R,).
        shown_rub: what the plan costs at the highest bonus documents tell of, (R,).
    """
    spread = max(game.appropriation_spread, 1e-6)
    least = np.log(np.maximum(shown_rub, 1.0) / revenue_rub)
    beyond = ndtr((np.log(game.appropriation_share) - least) / spread) * ndtr(-money)
    share = game.appropriation_share * np.exp(
        -spread * ndtri(np.maximum(beyond, 1e-300))
    )
    money_rub: Floats = np.maximum(share * revenue_rub, shown_rub)
    return money_rub


def expit(log_odds: Floats) -> Floats:
    """Return the probabilities of log-odds."""
    return 1 / (1 + np.exp(-log_odds))


def log_level(bonus_rub: Floats) -> Floats:
    """Return log bonuses, none below `LEAST_RUB`."""
    logs: Floats = np.log(np.maximum(bonus_rub, LEAST_RUB))
    return logs


def revenue_score(regions: RegionTable) -> Floats:
    """Return log revenue per man in standard deviations, (R,)."""
    per_man = np.log(regions.revenue_2023_rub / regions.men_18_59_persons)
    scores: Floats = (per_man - per_man.mean()) / per_man.std()
    return scores


def metropolis(regions: RegionTable) -> Floats:
    """Return 1 in and around the two capitals, (R,)."""
    return np.isin(regions.iso, METROPOLIS).astype(float)


def volga(regions: RegionTable) -> Floats:
    """Return 1 in the Volga district, (R,)."""
    return np.array([VOLGA in district for district in regions.district], float)


def raise_log_odds(
    game: Game,
    *,
    gap: Floats,
    shortfall: Floats,
    month: int,
    mandate: float,
    effect: Floats,
) -> Floats:
    """Return log-odds of a rise this month, (R,).

    Args:
        game: the responses.
        gap: log going rate over the region's bonus.
        shortfall: share of the contracts due this year that are missing.
        month: calendar month, 1 to 12.
        mandate: strength of Moscow's mandate.
        effect: the region's own log-odds.
    """
    season = game.raise_january * (month == JANUARY)
    season += game.raise_autumn * (AUGUST <= month <= OCTOBER)
    return (
        game.raise_base
        + effect
        + game.raise_gap * gap
        + game.raise_shortfall * shortfall
        + season
        + game.raise_mandate * mandate
    )


def cut_log_odds(
    game: Game,
    *,
    gap: Floats,
    log_filled: Floats,
    log_spent: Floats,
    month: int,
    volga: Floats,
) -> Floats:
    """Return log-odds of a cut this month, (R,).

    Args:
        game: the responses.
        gap: log going rate over the region's bonus.
        log_filled: log contracts of the year over the year's plan.
        log_spent: log bonuses paid this year over the appropriation.
        month: calendar month, 1 to 12.
        volga: 1 in the Volga district.
    """
    return (
        game.cut_base
        + game.cut_filled * np.clip(log_filled, *PRESSURE)
        + game.cut_spent * np.clip(log_spent, *PRESSURE)
        + game.cut_above * np.maximum(-gap, 0.0)
        + game.cut_late * (OCTOBER <= month <= DECEMBER)
        + game.cut_volga * volga
    )


def log_anchor(game: Game, log_going: float, log_revenue_per_contract: float) -> float:
    """Return the log level that regions aim around: between going rate and money."""
    money = np.log(game.appropriation_share) + log_revenue_per_contract
    return float(game.level_following * log_going + (1 - game.level_following) * money)


def raised(
    game: Game, log_bonus: Floats, anchor: float, effect: Floats, normal: Floats
) -> Floats:
    """Return log bonuses after a rise, (R,): most of the way to the region's level.

    Args:
        game: the responses.
        log_bonus: before the rise.
        anchor: log level that regions aim around.
        effect: the region's own distance from it.
        normal: standard normals; they set the place among levels that are rises.
    """
    aim = anchor + game.level_base + effect
    least = log_bonus + SMALLEST_RISE_LOG
    noise = max(game.level_noise, 1e-6)
    mean = log_bonus + game.level_closing * (aim - log_bonus)
    beyond = ndtr(-normal) * ndtr((mean - least) / noise)
    drawn = mean - noise * ndtri(np.maximum(beyond, 1e-300))
    higher: Floats = np.maximum(drawn, least)
    return higher


def going_rate_rub(now: Standing) -> float:
    """Return what regions that recruit in earnest pay: the mean of the leading ones."""
    cut = np.isfinite(now.before_cut_rub)
    usual = np.sort(np.where(cut, now.before_cut_rub, now.bonus_rub))
    return float(max(usual[-LEADING:].mean(), LEAST_RUB))


def rounded(bonus_rub: Floats) -> Floats:
    """Return bonuses in whole 100,000 roubles, none of them rounded to nothing."""
    whole: Floats = ROUNDED_RUB * np.rint(bonus_rub / ROUNDED_RUB)
    return np.where(whole > 0, whole, bonus_rub)
