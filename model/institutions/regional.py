"""Regional governments: a bonus each, moved in steps, against neighbours and a budget.

While a region is documented, or the scenario gives it a value of its own, it follows
that path (`known_months`); a rule goes on from there. The default rule is the annual
game, which all regions play together (`regional_year`). The older rules are kept as
variants: a region aims at a bonus A and lets its bonus B follow in (s,S) steps
(ODD II.ii, II.iv, II.vi, III.iv):

    d ln A = a max(0, 1 - N/Q) - e max(0, N/Q - 1)
             + k (ln B_nb - ln A - custom) - f stress

N is what it signed, Q its quota, B_nb what its neighbours offer, `custom` the distance
it kept from them at the end of history: it chases their moves, not their wealth. Once A
is a step away from B it announces a move of whole steps, which takes effect some months
later; until then it waits and sees. No decision cuts more than a largest share, since a
cut also thins the crowd that made the bonus dear. `chase_and_fill` never offers more
than its cap on the share of revenue buys; `budget_first` does not chase and keeps to
the share at which bonuses begin to hurt; `fixed` stays on the path. The decision is a
pure function; the agent keeps its aim, its announced move and its bonus. A rule from
outside the package (`register_rule`, `regions.own_rule`) takes the place of all these.
Sources: us-fiscal-reaction-case, ru-regional-budget-share-2025 (see scenario fields).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import mesa
import numpy as np
from numpy.typing import NDArray

from model import extensions
from model.fields.dated import Multiplier
from model.fields.months import parse_month
from model.institutions.federal import stepped
from model.institutions.institution import Institution
from model.parameters.state import Regions
from model.scenario import Scenario
from model.world import RegionTable

Floats = NDArray[np.float64]

LEAST_AIM_RUB = 10_000.0
"""Regions that pay nothing start from here: a logarithm needs a start."""
HUBS = 5
"""How many of the best offers make up the country's hub."""


@dataclass(frozen=True, slots=True)
class RegionalView:
    """What a region sees before it decides; flows are means over recent months."""

    fill_rate: float
    """Signed in the region over its quota."""
    signed_persons: float
    """Signed in the region a month."""
    neighbours_bonus_rub: float
    """What its neighbours offer (`neighbour_bonuses`)."""
    stress: float
    """Fiscal stress: 0 none, 1 at the cap."""
    revenue_rub: float
    """Own revenue a month."""
    transfer_share: float
    """Share of its bonuses that Moscow refunds."""


Rule = Callable[["RegionalGovernment", int, RegionalView], float]
"""A rule from outside: the bonus in roubles, before the scenario's scale, that a region
pays in the month of this index after what it saw; called once a month in order."""


def register_rule(name: str, rule: Rule) -> None:
    """Let scenarios name a rule from anywhere as `regions.own_rule`."""
    extensions.add(extensions.RULES, name, rule)


class RegionalGovernment(Institution):
    """One region's bonus, month by month.

    Args:
        model: the model it acts in.
        scenario: rule, responses and limits.
        path_rub: documented bonus by month, (T,), before the scenario's scale.
        scale: what the scenario multiplies its offer by, (T,) (`scale_paths`).
        known: months in which it follows the path whatever its rule, (T,); by default
            those up to `history_until`.

    `bonus_rub` and `aim_rub` leave out the scenario's scale, which multiplies what is
    offered under every rule; `offered_rub` is what a signer is promised.
    """

    def __init__(
        self,
        model: mesa.Model,
        scenario: Scenario,
        path_rub: Floats,
        scale: Floats,
        known: Floats | None = None,
    ) -> None:
        super().__init__(model)
        self._rules = scenario.regions
        own = extensions.extensions(extensions.RULES)
        self._own_rule: Rule | None = own.get(scenario.regions.own_rule or "")
        self._path = path_rub
        self._scale = scale
        if known is None:
            months = np.arange(scenario.time.months)
            known = (months < scenario.time.history_months).astype(float)
        self._known = known
        self.bonus_rub = float(path_rub[0])
        self.aim_rub = max(self.bonus_rub, LEAST_AIM_RUB)
        self.offered_rub = self.bonus_rub * float(self._scale[0])
        self.announced: tuple[int, float] | None = None
        """Month index and size of the move under way."""
        self._custom: float | None = None
        self._seen: RegionalView | None = None

    def observe(self, seen: RegionalView) -> None:
        """Take in last month's outcome."""
        self._seen = seen

    def decide(self, index: int, played_rub: float | None = None) -> float:
        """Return the offer of month `index` in roubles; call once a month in order.

        Args:
            index: the month.
            played_rub: its decision in the annual game, under that rule.
        """
        known = self._known[index] > 0
        if not known and self._own_rule is not None and self._seen is not None:
            self.bonus_rub = self._own_rule(self, index, self._seen)
        elif known or self._rules.rule == "fixed":
            self.bonus_rub = float(self._path[index])
            self.aim_rub = max(self.bonus_rub, LEAST_AIM_RUB)
            self.announced = None
        elif played_rub is not None:
            self.bonus_rub = played_rub
        else:
            self._rule(index)
        self.offered_rub = self.bonus_rub * float(self._scale[index])
        return self.offered_rub

    def take(self, bonus_rub: float, index: int) -> None:
        """Pay what the scenario's own mean leaves to it in month `index`."""
        self.bonus_rub = bonus_rub
        self.aim_rub = max(bonus_rub, LEAST_AIM_RUB)
        self.announced = None
        self.offered_rub = bonus_rub * float(self._scale[index])

    def _rule(self, index: int) -> None:
        """Consider a move unless one is under way, and make the one that is due."""
        if self.announced is None and self._seen is not None:
            self._consider(index, self._seen)
        if self.announced is not None and index >= self.announced[0]:
            self.bonus_rub = self.announced[1]
            self.announced = None

    def _consider(self, index: int, seen: RegionalView) -> None:
        """Move the aim, and announce a new bonus if the aim is far enough away."""
        if self._custom is None:
            self._custom = log_gap(seen.neighbours_bonus_rub, self.aim_rub)
        scale = float(self._scale[index])
        self.aim_rub = aim(self.aim_rub, seen, self._rules, self._custom, scale)
        wanted = stepped(self.bonus_rub, self.aim_rub, self._rules.step_rub)
        if wanted != self.bonus_rub:
            self.announced = (index + self._rules.lag_months, max(0.0, wanted))


def aim(
    aim_rub: float,
    seen: RegionalView,
    rules: Regions,
    custom: float,
    scale: float = 1.0,
) -> float:
    """Return the bonus a region aims at after what it saw (formula above).

    Args:
        aim_rub: what it aimed at so far.
        seen: last month's outcome.
        rules: responses and limits.
        custom: customary log distance of the neighbours.
        scale: what the scenario multiplies every offer by.
    """
    change = (
        rules.fill_response * max(0.0, 1 - seen.fill_rate)
        - rules.overfill_response * max(0.0, seen.fill_rate - 1)
        - rules.stress_response * seen.stress
    )
    limit = rules.stress_revenue_share
    if rules.rule == "chase_and_fill":
        gap = log_gap(seen.neighbours_bonus_rub, aim_rub) - custom
        change += rules.chase_response * gap
        limit = rules.cap_revenue_share
    wanted = aim_rub * math.exp(change)
    most = affordable_bonus(seen, limit) / max(scale, 1e-9)
    least = max(LEAST_AIM_RUB, aim_rub * (1 - rules.largest_cut_share))
    return max(least, min(wanted, most))


def affordable_bonus(seen: RegionalView, revenue_share: float) -> float:
    """Return the bonus whose cost, after Moscow's refund, is that share of revenue."""
    own_share = 1 - seen.transfer_share
    if own_share <= 0 or seen.signed_persons <= 0:
        return math.inf
    return revenue_share * seen.revenue_rub / (own_share * seen.signed_persons)


def log_gap(other_rub: float, own_rub: float) -> float:
    """Return how far, in logs, another's bonus lies above one's own."""
    return math.log(max(other_rub, LEAST_AIM_RUB) / max(own_rub, LEAST_AIM_RUB))


def neighbour_bonuses(
    bonus_rub: Floats, districts: tuple[str, ...], hub_weight: float
) -> Floats:
    """Return what each region's neighbours offer: geometric means, (R,).

    Neighbours are the other regions of the federal district; the best offers of the
    country count with `hub_weight`, since men sign where they are paid most. A region
    alone in its district looks at the whole country instead.

    Args:
        bonus_rub: last month's regional bonuses, (R,).
        districts: federal district of each region.
        hub_weight: weight of the hub, 0 to 1.
    """
    logs = np.log(np.maximum(bonus_rub, LEAST_AIM_RUB))
    codes = np.unique(np.array(districts), return_inverse=True)[1]
    count = np.bincount(codes)[codes]
    sums = np.bincount(codes, logs)[codes]
    others = (sums - logs) / np.maximum(count - 1, 1)
    near = np.where(count > 1, others, logs.mean())
    hub = np.sort(logs)[-HUBS:].mean()
    offers: Floats = np.exp((1 - hub_weight) * near + hub_weight * hub)
    return offers


def regional_views(
    *,
    signed_persons: Floats,
    quotas_persons: Floats,
    neighbours_rub: Floats,
    stress: Floats,
    revenue_rub: Floats,
    transfer_share: float,
) -> list[RegionalView]:
    """Return what each region sees, from arrays over regions, each (R,)."""
    fill = signed_persons / np.maximum(quotas_persons, 1.0)
    return [
        RegionalView(
            fill_rate=float(fill[region]),
            signed_persons=float(signed_persons[region]),
            neighbours_bonus_rub=float(neighbours_rub[region]),
            stress=float(stress[region]),
            revenue_rub=float(revenue_rub[region]),
            transfer_share=transfer_share,
        )
        for region in range(len(fill))
    ]


def regional_quotas(national_persons: float, regions: RegionTable) -> Floats:
    """Share the national quota by men 18-59, (R,)."""
    men = regions.men_18_59_persons
    quotas: Floats = national_persons * men / men.sum()
    return quotas


def scale_paths(scenario: Scenario, regions: RegionTable) -> Floats:
    """Return what the scenario multiplies each region's bonus by, (R, T)."""
    block, time = scenario.regions.signing_bonus, scenario.time

    def path(scale: Mapping[str, float]) -> Floats:
        one = Multiplier.model_validate({"multiplier": 1, "scale": scale})
        return one.over(time.first, time.months)

    factors = np.tile(path(block.scale), (len(regions.iso), 1))
    for iso, own in block.by_region.items():
        factors[regions.iso.index(iso)] *= path(own.scale)
    return factors


def known_months(scenario: Scenario, regions: RegionTable) -> Floats:
    """Return 1 in months in which a region's bonus is not for a rule to move, (R, T).

    Documents tell it, its own or, until these end, the mean of all regions; or the
    scenario does, from its first own value after the documents to its last.
    """
    block, time = scenario.regions.signing_bonus, scenario.time
    at = np.arange(time.first, time.first + time.months)
    ceiling = parse_month(time.history_until)
    mean = block.mean.known(block.mean.steps, at, ceiling).documented
    counted = at <= max(at[mean], default=time.first - 1)
    known = np.tile(counted, (len(regions.iso), 1))
    for iso, path in block.by_region.items():
        own = path.known(path.steps, at, ceiling)
        known[regions.iso.index(iso)] |= own.documented | own.own
    return known.astype(float)


def own_known(scenario: Scenario, regions: RegionTable) -> Floats:
    """Return 1 in months in which the scenario's own value holds a region, (R, T)."""
    block, time = scenario.regions.signing_bonus, scenario.time
    at = np.arange(time.first, time.first + time.months)
    held = np.zeros((len(regions.iso), time.months))
    for iso, path in block.by_region.items():
        known = path.known(path.steps, at, parse_month(time.history_until))
        held[regions.iso.index(iso)] = known.own
    return held


def destination_premiums(scenario: Scenario, regions: RegionTable) -> Floats:
    """Return what the mean signer gets on top for his destination, (R, T).

    Some regions pay more to those who go to reserve units or unmanned forces; the share
    who do is the scenario's option.
    """
    block, time = scenario.regions, scenario.time
    share = block.destination_share.over(time.first, time.months)
    premium = np.zeros((len(regions.iso), time.months))
    for iso, path in block.destination_premium.items():
        premium[regions.iso.index(iso)] = path.over(time.first, time.months)
    return premium * share


def own_means(scenario: Scenario) -> Floats:
    """Return the mean bonus the scenario itself sets after the documents, (T,).

    nan where it sets none. A value holds until the next one, and no rule moves it.
    """
    mean, time = scenario.regions.signing_bonus.mean, scenario.time
    at = np.arange(time.first, time.first + time.months)
    own = mean.known(mean.steps, at, parse_month(time.history_until)).own
    held = mean.model_copy(update={"shape": "steps"}).over(time.first, time.months)
    return np.where(own, held, np.nan)


def documented_bonuses(scenario: Scenario, regions: RegionTable) -> Floats:
    """Return documented regional bonuses by region and month, (R, T), unscaled.

    From its first step on a region pays its own path. The others share what the
    unweighted mean leaves: max(least, (R mean - sum of documented) / others).
    """
    block, time = scenario.regions.signing_bonus, scenario.time
    mean = block.mean.over(time.first, time.months)
    paid = np.full((len(regions.iso), time.months), np.nan)
    for iso, path in block.by_region.items():
        # The region's factor is on what it offers, documented or not (`scale_paths`).
        plain = path.model_copy(update={"scale": {}})
        silent = np.full(time.months, np.nan)
        paid[regions.iso.index(iso)] = plain.laid_over(silent, time.first)
    silent = np.isnan(paid)
    left = len(regions.iso) * mean - np.nansum(paid, axis=0)
    others = np.maximum(block.least_rub, left / np.maximum(silent.sum(axis=0), 1))
    at = np.arange(time.first, time.first + time.months)
    told = block.mean.known(block.mean.steps, at, parse_month(time.history_until))
    if told.documented.any():
        # What documents of single regions leave of a mean that nobody counts any more
        # says nothing: the others stay where its last count left them.
        last = int(np.flatnonzero(told.documented)[-1])
        others[last + 1 :] = others[last]
    return np.where(silent, others, paid)
