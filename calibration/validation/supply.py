"""What parameters of supply imply: elasticity of inflow, share signing for no bonus.

Priors stand on slope, spread of reluctance and length of service, which nobody has
measured; what documents speak of is the response of national inflow to the sum up
front. So the prior is judged by what it implies at one documented month (wages and
offers of January 2025, risk as men saw it then). `at_elasticity` goes the other way,
for studies that plant a truth. ODD III.iii.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from calibration.documented.world import documented_world
from calibration.priors import free_parameters, scenario_part, values
from model.fields.months import parse_month
from model.parameters.behaviour import Behaviour
from model.people.expected import Expected, TypicalMen
from model.people.population import layout
from model.people.reluctance import bands
from model.people.reservation import terms
from model.timeline import timeline_of
from scenarios import load_scenario

Floats = NDArray[np.float64]

MONTH: Final = "2025-01"
PERCEIVED_DEATH_PER_MONTH: Final = 0.0045
"""What men of Russia's regions take it for in the baseline's January 2025."""
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
WANTED: Final = {"low": 0.1, "median": 0.3, "high": 0.8}
"""What is believed of the elasticity, its 90 % range: raw arc of 2023-24 .10, less
re-signings .43, with controls .4 to .8, the first three quarters of 2025 .24
(el-nat-*, e26-el-nat-2025)."""
SLOPE: Final = "behaviour.slope"
STEEPEST: Final[Mapping[str, float]] = {
    SLOPE: 4.0,
    "behaviour.horizon_months": 12.0,
    "behaviour.reluctance.willing_share": 0.003,
    "behaviour.reluctance.log_odds_sd": 2.0,
}
"""Steeper slopes saturate: whom they move at all is sure to sign."""
_FLATTEST: Final = 0.05
_LEVEL: Final = ("attention.base_per_month", "attention.advertising_per_month")
_BEHAVIOUR: Final = "behaviour."


@dataclass(frozen=True, slots=True)
class Implied:
    """What draws imply, each (N,)."""

    bonus_elasticity: Floats
    """Of national inflow to the signing bonus of all levels."""
    zero_bonus_share: Floats
    """Share of signers who would sign for no bonus."""

    def quantiles(self) -> dict[str, list[float]]:
        """Return the 5, 25, 50, 75 and 95 % quantiles by name."""
        return {
            name: np.quantile(getattr(self, name), QUANTILES).tolist()
            for name in ("bonus_elasticity", "zero_bonus_share")
        }


def implied(draws: Sequence[Mapping[str, float]]) -> Implied:
    """Return what draws, each dotted name to value, imply."""
    found = [expected_supply(draw) for draw in draws]
    return Implied(
        np.array([each.bonus_elasticity for each in found]),
        np.array([each.zero_bonus_share for each in found]),
    )


def prior_predictive(n: int = 400, seed: int = 1) -> Implied:
    """Return what `n` draws of the prior imply."""
    parameters = free_parameters()
    z = np.random.default_rng(seed).standard_normal((n, len(parameters)))
    rows = values(z, parameters)
    return implied([scenario_part(row, parameters) for row in rows])


def expected_supply(draw: Mapping[str, float]) -> Expected:
    """Return the supply of `MONTH` under a draw, all men still at home."""
    places = documented_world().regions
    given = _behaviour(draw)
    month = _month()
    reluctance = bands(given.reluctance, places, given.slope)
    strata = layout(places, given, reluctance)
    package = terms(
        given,
        perceived_death_per_month=np.full(len(places.iso), PERCEIVED_DEATH_PER_MONTH),
        service_pay_rub_per_month=month["pay"],
        topup_rub_per_month=month["topup"],
        death_payment_rub=month["death"],
        mean_wage_rub=month["wage"],
        national_wage_rub=month["national_wage"],
        debt_relief_cap_rub=month["debt_relief"],
    )
    typical = TypicalMen(strata, reluctance, given)
    return typical.supply(package, month["bonus"], strata.size_persons)


def at_elasticity(draw: Mapping[str, float], asked: float) -> dict[str, float]:
    """Return the draw moved so that it implies an asked elasticity.

    The slope moves first; where the steepest does not reach, the other parameters that
    carry the elasticity move towards `STEEPEST` together. Consideration is scaled so
    that the month's inflow stays: only the response differs.

    Args:
        draw: dotted scenario name to value; what it leaves out is the baseline's.
        asked: elasticity of national inflow to the bonus.

    Raises:
        ValueError: no such draw implies it.
    """
    full = {**{name: _default(name) for name in (*STEEPEST, *_LEVEL)}, **draw}
    steep = {**full, SLOPE: STEEPEST[SLOPE]}
    if expected_supply(steep).bonus_elasticity > asked:
        low, high = {**full, SLOPE: _FLATTEST}, steep
    else:
        low, high = steep, {**full, **STEEPEST}
    moved = _between(low, high, asked)
    before, after = expected_supply(full), expected_supply(moved)
    for name in _LEVEL:
        moved[name] *= before.willing_persons.sum() / after.willing_persons.sum()
    return {name: float(value) for name, value in moved.items()}


def _between(
    low: Mapping[str, float], high: Mapping[str, float], asked: float
) -> dict[str, float]:
    """Return the draw that implies `asked` on the way, straight in logarithms."""

    def at(part: float) -> dict[str, float]:
        return {
            name: float(low[name] * (high[name] / low[name]) ** part)
            if high[name] != low[name]
            else low[name]
            for name in low
        }

    def excess(part: float) -> float:
        return expected_supply(at(part)).bonus_elasticity - asked

    if excess(0.0) > 0 or excess(1.0) < 0:
        raise ValueError(f"no parameters within reach imply an elasticity of {asked}")
    return at(float(brentq(excess, 0.0, 1.0, xtol=1e-9)))


def _default(name: str) -> float:
    """Return the baseline's value of a parameter by its dotted name."""
    part: Any = load_scenario("baseline").scenario
    for step in name.split("."):
        part = getattr(part, step)
    return float(part)


def _behaviour(draw: Mapping[str, float]) -> Behaviour:
    """Return the baseline's behaviour under a draw."""
    tree: dict[str, Any] = _baseline_behaviour()
    for name, value in draw.items():
        if name.startswith(_BEHAVIOUR):
            *blocks, last = name.removeprefix(_BEHAVIOUR).split(".")
            inner = tree
            for block in blocks:
                inner = inner[block]
            inner[last] = value
    return Behaviour.model_validate(tree)


@cache
def _documented_behaviour() -> Behaviour:
    return load_scenario("baseline").scenario.behaviour


def _baseline_behaviour() -> dict[str, Any]:
    return _documented_behaviour().model_dump()


@cache
def _month() -> dict[str, Any]:
    """Return the documented offers and wages of `MONTH`."""
    scenario = load_scenario("baseline", [f"time.until={MONTH}"]).scenario
    world = documented_world()
    timeline = timeline_of(scenario, world)
    at = parse_month(MONTH) - scenario.time.first
    compensation, regions = timeline.compensation, timeline.regions
    mean = float(timeline.macro.national_wage_rub[at])
    return {
        "bonus": timeline.federal.signing_bonus[at] + regions.documented_bonus[:, at],
        "pay": float(timeline.federal.service_pay[at]),
        "topup": regions.topup[:, at],
        "death": sum(
            float(getattr(compensation, f"death_{part}")[at])
            for part in ("presidential", "statutory", "insurance", "regional")
        ),
        "wage": mean * world.regions.relative_wage[:, -1],
        "national_wage": mean,
        "debt_relief": float(timeline.federal.debt_relief_cap[at]),
    }
