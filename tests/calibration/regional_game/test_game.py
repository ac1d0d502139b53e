"""The game fitted to dated levels: what is at risk when, and what comes back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit
from scipy.stats import norm

from calibration.posterior import load_draws, load_game
from calibration.regional_game.hazards import _Data, fit
from calibration.regional_game.panel import FIRST, Level, Panel, panel
from calibration.regional_game.paths import game_of, simulated
from calibration.regional_game.scales import NAMES, PRIORS, natural
from calibration.regional_game.sizes import moves_of
from calibration.regional_game.storage import PREFIX
from calibration.regional_game.stretches import is_autumn_cut, stretches
from model.fields.months import parse_month
from model.institutions.annual_game import SMALLEST_RISE_LOG
from scenarios import load_scenario


@pytest.fixture(scope="module")
def known() -> Panel:
    return panel("2025-06")


def levels(*pairs: tuple[str, float], dated: bool = True) -> tuple[Level, ...]:
    return tuple(Level(int(parse_month(month)), rub, dated) for month, rub in pairs)


def one(known: Panel, *found: Level) -> Panel:
    """Return the panel with the documents of a single region."""
    return replace(known, levels={"RU-SAR": found})


def test_saratov_is_known_to_the_day(known: Panel) -> None:
    path = {level.month: level.rub for level in panel().levels["RU-SAR"]}
    assert path[parse_month("2025-09")] == 2_200_000
    assert path[parse_month("2026-02")] == 2_000_000
    assert all(x.month <= known.until for each in known.levels.values() for x in each)


def test_a_move_that_is_not_dated_may_have_come_in_any_month_between(
    known: Panel,
) -> None:
    told = levels(("2024-01", 3e5), ("2024-06", 9e5), dated=False)
    between, after = stretches(one(known, *told))
    assert (between.kind, between.end - between.start + 1) == ("rise", 5)
    assert not between.dated
    assert (after.kind, after.end - after.start + 1) == ("silent", 12)


def test_long_silence_tells_of_no_single_move(known: Panel) -> None:
    told = levels(("2022-10", 3e5), ("2024-12", 9e5))
    assert [each.kind for each in stretches(one(known, *told))] == ["silent"]


def test_a_region_that_cut_for_the_year_is_not_at_risk_until_march(
    known: Panel,
) -> None:
    told = levels(("2024-06", 2e6), ("2024-10", 4e5), ("2025-01", 2e6))
    found = stretches(one(known, *told))
    assert [each.kind for each in found] == ["cut", "silent"]
    assert found[1].start == parse_month("2025-03") - parse_month("2022-09")
    assert is_autumn_cut(told[0], told[1])
    assert not is_autumn_cut(told[0], levels(("2024-06", 4e5))[0])


def test_rarer_moves_are_likelier_where_nothing_moved(known: Panel) -> None:
    told = levels(("2024-01", 9e5), ("2025-05", 9e5))
    data = _Data.of(one(known, *told))
    point = np.array([mean for mean, _ in PRIORS.values()])
    rare, often = point.copy(), point.copy()
    rare[NAMES.index("raise_base")], often[NAMES.index("raise_base")] = -5, -1
    still = [
        data.by_node(natural(p))[known.regions.iso.index("RU-SAR")].max()
        for p in (rare, often)
    ]
    assert still[0] > still[1] + 0.5


def test_the_chance_of_a_dated_move_is_the_product_of_its_months(known: Panel) -> None:
    """By hand: four months without a move, then a rise in the fifth."""
    told = levels(("2024-01", 9e5), ("2024-06", 1.8e6))
    alone = one(known, *told)
    alone = replace(alone, until=int(parse_month("2024-06")))
    data = _Data.of(alone)
    v = natural(np.array([mean for mean, _ in PRIORS.values()]))
    v |= {"raise_spread": 0.0, "cut_base": -40.0, "cut_above": 0.0}
    flat = dict.fromkeys(
        ("raise_gap", "raise_shortfall", "raise_january", "raise_autumn",
         "raise_mandate", "raise_revenue", "raise_metropolis", "raise_2024"), 0.0,
    )  # fmt: skip
    v |= {**flat, "raise_base": -2.0}
    chance = 1 / (1 + np.exp(2.0))
    expected = 4 * np.log(1 - chance) + np.log(chance)
    found = data.by_node(v)[known.regions.iso.index("RU-SAR")]
    assert found == pytest.approx(np.full(len(found), expected), rel=1e-6)


def test_the_chance_of_a_dated_cut_counts_only_months_without_a_rise(
    known: Panel,
) -> None:
    """By hand: four months with neither, then a cut and no rise in the fifth."""
    told = levels(("2024-01", 1.8e6), ("2024-06", 9e5))
    alone = replace(one(known, *told), until=int(parse_month("2024-06")))
    v = natural(np.array([mean for mean, _ in PRIORS.values()]))
    flat = [name for name in v if name.startswith(("raise_", "cut_"))]
    v |= {**dict.fromkeys(flat, 0.0), "raise_base": -2.0, "cut_base": -1.0}
    still = -np.log1p(np.exp(-2.0)) - np.log1p(np.exp(-1.0))
    expected = 5 * still - 1.0
    found = _Data.of(alone).by_node(v)[known.regions.iso.index("RU-SAR")]
    assert found == pytest.approx(np.full(len(found), expected), rel=1e-6)


def test_a_new_level_is_normal_above_the_old_one(known: Panel) -> None:
    """By hand, of a region whose level is the common one."""
    told = levels(("2024-01", 9e5), ("2024-06", 1.8e6))
    data = _Data.of(one(known, *told))
    v = natural(np.array([mean for mean, _ in PRIORS.values()]))
    v |= {"level_spread": 0.0, "level_revenue": 0.0, "level_metropolis": 0.0}
    going = known.nation.log_going[parse_month("2024-06") - FIRST]
    revenue = known.nation.log_revenue[parse_month("2024-06") - FIRST]
    follows, noise = v["level_following"], v["level_noise"]
    money = np.log(v["appropriation_share"]) + revenue
    aim = follows * going + (1 - follows) * money + v["level_base"] + v["level_2024"]
    mean = np.log(9e5) + v["level_closing"] * (aim - np.log(9e5))
    expected = norm.logpdf(np.log(1.8e6), mean, noise) + 0.5 * np.log(2 * np.pi)
    expected -= norm.logsf(np.log(9e5) + SMALLEST_RISE_LOG, mean, noise)
    found = data.levels_by_node(v)[known.regions.iso.index("RU-SAR")]
    assert found == pytest.approx(np.full(len(found), expected), rel=1e-9)


def test_counts_hold_regions_without_documents_to_what_they_leave() -> None:
    now = panel()
    assert now.others.log_bonus[-1] < now.nation.log_going[now.others.month[-1]] - 0.5
    data = _Data.of(now)
    v = natural(np.array([mean for mean, _ in PRIORS.values()]))
    low, high = ({**v, "level_undocumented": each} for each in (-0.4, 0.6))
    assert data._counts(low) > data._counts(high)
    names, values = load_game()
    middle = {
        name.rpartition(".")[2]: float(np.median(values[:, at]))
        for at, name in enumerate(names)
        if name.startswith(PREFIX + "level_effect.")
    }
    assert middle.keys() == set(now.regions.iso)
    own = [middle[iso] for iso in now.levels]
    others = [middle[iso] for iso in middle if iso not in now.levels]
    assert np.mean(others) < np.mean(own) - 0.1


def test_the_share_spent_is_read_only_once_it_was_published() -> None:
    assert _Data.of(panel("2024-12")).spent_share is None
    assert _Data.of(panel("2025-06")).spent_share == 0.03


def test_sizes_of_cuts_and_restorations_are_those_of_the_documents() -> None:
    rng = np.random.default_rng(1)
    drawn = [moves_of(panel(), rng) for _ in range(300)]
    middle = {name: float(np.median([d[name] for d in drawn])) for name in drawn[0]}
    assert 0.3 < middle["cut_floor_share"] < 0.6
    assert -0.9 < middle["cut_log"] < -0.4
    assert middle["restored_share"] > 0.75
    assert -0.3 < middle["restored_log"] < 0.05


@pytest.mark.slow
def test_a_fit_is_a_function_of_documents_and_seed(known: Panel) -> None:
    found = fit(known, draws=40)
    assert found.effective > 5
    assert np.isfinite(found.values).all()
    assert (found.values == fit(known, draws=40).values).all()
    game = game_of(found, 0, load_scenario("baseline").scenario)
    assert game.raise_effect.keys() == known.levels.keys()
    paths = simulated(known, found, 9)
    assert paths.bonus_rub.shape == (40, len(known.regions.iso), 9)
    first = paths.bonus_rub[:, :, 0] != paths.start_rub
    assert 0.01 < first.mean() < 0.25, "no synchronous jump"


@pytest.mark.slow
def test_known_odds_of_a_rise_are_found_again(known: Panel) -> None:
    """Forty regions that rise with known chances, above all in January.

    What does not move is documented every half-year, to the end: in silence after a
    last document the fit counts on moves that nobody reported, and here there are none.
    """
    rng = np.random.default_rng(3)
    usual, january = 0.03, 0.3
    made: dict[str, tuple[Level, ...]] = {}
    for iso in known.regions.iso[:40]:
        found = [Level(int(parse_month("2022-12")), 3e5, dated=True)]
        for month in range(found[0].month + 1, known.until + 1):
            last = found[-1].rub
            if rng.random() < (january if month % 12 == 0 else usual):
                higher = last * float(np.exp(rng.uniform(0.1, 0.5)))
                found.append(Level(month, higher, dated=True))
            elif month % 6 == 5:
                found.append(Level(month, last, dated=True))
        made[iso] = tuple(found)
    game = fit(replace(known, levels=made), draws=150)
    planted = {
        "raise_base": logit(usual),
        "raise_january": logit(january) - logit(usual),
        "raise_autumn": 0.0,
    }
    for name, truth in planted.items():
        column = game.values[:, game.names.index(name)]
        low, high = np.quantile(column, [0.05, 0.95])
        assert low < truth < high, name
        assert high - low < 2


def test_draws_of_the_posterior_bring_draws_of_the_game() -> None:
    names, values = load_game()
    assert len(values) > 100
    draws = load_draws(4)
    for draw in draws:
        played = {name: draw[name] for name in names}
        assert all(name.startswith(PREFIX) for name in played)
        load_scenario("baseline", draw=draw)
    assert len({draw[PREFIX + "raise_base"] for draw in draws}) > 1


def test_who_is_given_a_mandate_is_given_the_sum_it_names() -> None:
    known = panel("2024-06")
    game = fit(known, draws=4, seed=1)
    given = simulated(known, game, 2, context=panel()).bonus_rub
    blind = simulated(known, game, 2).bonus_rub
    august = 1
    assert given[:, :, august].min() == 400_000
    assert blind[:, :, august].min() < 400_000
