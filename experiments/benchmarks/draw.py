"""How fast one draw runs at full scale, beside a plain model of one call per man.

    python -m experiments.benchmarks.draw model|sweep

Both are timed in CPU seconds of one process, one after the other, so what else the
machine does touches both alike. Person-months are those of the men of Russia, 18 to 59.
The plain model lives with the tests that hold the event engine against it; it makes the
volunteers' choice alone, while a draw has all channels, the force and the ledger in it.
So the ratio understates the engine.
"""

from __future__ import annotations

import importlib.util
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

from calibration.documented.world import documented_world
from experiments.benchmarks import sweeps as bench_sweep
from experiments.benchmarks.counters import Counters, counted, peak_bytes
from experiments.benchmarks.yardstick import REPEATS, bare_agent_seconds, in_turn
from model.environment import Environment
from model.people.reluctance import USUAL_PACKAGE_RATIO
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.world import World
from scenarios import load_scenario

PLAIN_MODEL = Path(__file__).parents[2] / "tests" / "reference" / "plain_model.py"
PLAIN_MEN_IN = 2_000
"""One man in so many steps in the plain model."""
PLAIN_MONTHS = 3
_WAYS = ("model", "sweep")


@dataclass(frozen=True, slots=True)
class Timing:
    """CPU seconds of the best of some repeats, and the person-months in them."""

    seconds: float
    person_months: int

    @property
    def seconds_per_person_month(self) -> float:
        """Cost of one man for one month."""
        return self.seconds / self.person_months


@dataclass(frozen=True, slots=True)
class ModelBenchmark:
    """What `make bench` prints."""

    months: int
    draw: Timing
    peak_bytes: int
    """Above what stood before the draw."""
    plain: Timing
    yardstick_seconds: float
    over_yardstick: float
    """Seconds of a draw over those of the yardstick timed beside it, the median."""
    bare_agent_seconds: float
    """One month of one Mesa agent that draws one number."""
    counters: Counters

    @property
    def ratio(self) -> float:
        """How many times dearer a person-month is in the plain model."""
        plain, draw = self.plain, self.draw
        return plain.seconds_per_person_month / draw.seconds_per_person_month


def bench_model(repeats: int = REPEATS) -> ModelBenchmark:
    """Time one draw of the baseline at 1:1, then the plain model on the same offers."""
    world, scenario = documented_world(), load_scenario("baseline").scenario
    months = scenario.time.months
    men = int(world.regions.men_18_59_persons.sum())
    _, now = _timed_draw(scenario, world, 1)
    seconds, fixed, ratio = in_turn(lambda: _timed_draw(scenario, world, 1)[0], repeats)
    return ModelBenchmark(
        months=months,
        draw=Timing(seconds, men * months),
        peak_bytes=peak_bytes(scenario, world),
        plain=_timed_plain(scenario, world, now),
        yardstick_seconds=fixed,
        over_yardstick=ratio,
        bare_agent_seconds=bare_agent_seconds(),
        counters=counted(scenario, world),
    )


def _timed_draw(
    scenario: Scenario, world: World, seed: int
) -> tuple[float, Environment]:
    """Return the CPU seconds of a draw and its last month."""
    started = time.process_time()
    model = RecruitmentModel(scenario, world, seed)
    model.run()
    assert model.last is not None
    return time.process_time() - started, model.last.now


def _timed_plain(scenario: Scenario, world: World, now: Environment) -> Timing:
    """Time the plain model at the wages, offers and attention of a month."""
    reference = _loaded(PLAIN_MODEL)
    men = world.regions.men_18_59_persons // PLAIN_MEN_IN
    regions = [
        reference.Region(int(count), *map(float, terms))
        for count, *terms in zip(
            men,
            now.civilian_wage_rub,
            now.offers.bonus_rub,
            now.consideration_per_month,
            strict=True,
        )
    ]
    plain = reference.PlainModel(_rules(reference, scenario, now), regions, seed=1)
    started = time.process_time()
    for _ in range(PLAIN_MONTHS):
        plain.step()
    return Timing(time.process_time() - started, int(men.sum()) * PLAIN_MONTHS)


def _rules(reference: Any, scenario: Scenario, now: Environment) -> Any:
    behaviour, types = scenario.behaviour, scenario.behaviour.reluctance
    presidential = scenario.compensation.death_presidential.over(now.month, 1)[0]
    return reference.Rules(
        slope=behaviour.slope,
        discount_per_year=behaviour.discount_per_year,
        horizon_months=round(behaviour.horizon_months),
        trust_bonus=behaviour.trust_bonus,
        trust_pay=behaviour.trust_pay,
        pay_rub_per_month=now.offers.service_pay_rub_per_month,
        income_floor_rub=behaviour.income_floor_rub,
        minimum_income_share=behaviour.minimum_income_share,
        wage_log_sd=behaviour.wage_log_sd,
        reluctance_median=behaviour.slope * math.log(USUAL_PACKAGE_RATIO)
        - types.log_odds_sd * NormalDist().inv_cdf(types.willing_share),
        reluctance_sd=types.log_odds_sd,
        death_per_month=float(now.perceived_death_share.mean()),
        optimism=behaviour.own_risk_optimism,
        value_of_life_multiple=behaviour.value_of_life_multiple,
        national_wage_rub=now.national_wage_rub,
        compensation_weight=behaviour.compensation_weight,
        death_payment_rub=float(presidential),
    )


def _loaded(path: Path) -> Any:
    """Load a module that lies outside the packages, by its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path}: the plain model comes with the source tree")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def in_words(found: ModelBenchmark) -> str:
    """Return the benchmark as text."""
    draw, plain, counters = found.draw, found.plain, found.counters
    return "\n".join(
        (
            f"one draw, {found.months} months, 1:1   {draw.seconds:8.2f} s of CPU",
            f"memory above imports       {found.peak_bytes / 2**20:8.0f} MiB",
            f"per person-month           {_nanoseconds(draw):8.2f} ns "
            f"({draw.person_months / 1e9:.2f} bn person-months)",
            f"the same, plain model      {_nanoseconds(plain):8.0f} ns "
            f"({plain.person_months / 1e6:.2f} m person-months)",
            f"ratio                      {found.ratio:8,.0f} x",
            f"the same, bare Mesa agent  {1e9 * found.bare_agent_seconds:8.0f} ns",
            f"yardstick                  {found.yardstick_seconds:8.2f} s of CPU",
            f"draw over yardstick        {found.over_yardstick:8.2f}",
            f"calls a month              {counters.calls_per_month:8,.0f}",
            f"late months over early     {counters.late_over_early:8.2f} x the calls",
            f"points generated per hit   {counters.points_per_hit:8.2f}",
            f"bytes a man on the roll    {counters.bytes_per_man:8.0f}",
        )
    )


def _nanoseconds(timing: Timing) -> float:
    return timing.seconds_per_person_month * 1e9


def main(arguments: list[str]) -> int:
    """Print the benchmark that is asked for."""
    if len(arguments) != 1 or arguments[0] not in _WAYS:
        print(f"bench: {arguments} given; say one of {_WAYS}", file=sys.stderr)
        return 2
    if arguments[0] == "model":
        print(in_words(bench_model()))
    else:
        print(bench_sweep.in_words(bench_sweep.bench_sweep()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
