import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.priors import (
    NUISANCE,
    PREFIX,
    SHARED,
    FreeParameter,
    free_parameters,
    scenario_part,
    source_part,
    values,
)
from model.fields.parameter import Prior
from scenarios.format.resolve import load_scenario

KINDS = {
    "lognormal": FreeParameter("a", Prior("lognormal", 3.0, 1.0, 10.0), 0.0, 50.0),
    "logit_normal": FreeParameter("b", Prior("logit_normal", 0.2, 0.1, 0.5), 0.0, 1.0),
    "normal": FreeParameter("c", Prior("normal", 0.3, -0.2, 0.8), -2.0, 3.0),
}


@pytest.mark.parametrize("parameter", KINDS.values(), ids=KINDS)
def test_median_and_range_are_the_priors_own(parameter: FreeParameter) -> None:
    found = parameter.value(np.array([-1.6448536, 0.0, 1.6448536]))
    prior = parameter.prior
    assert found == pytest.approx([prior.low, prior.median, prior.high], rel=5e-3)


@given(z=st.floats(-5, 5), name=st.sampled_from(sorted(KINDS)))
def test_coordinate_inverts_value(z: float, name: str) -> None:
    parameter = KINDS[name]
    value = float(parameter.value(np.array(z)))
    assert parameter.coordinate(value) == pytest.approx(z, abs=1e-3)


def test_a_prior_is_cut_at_the_allowed_range_without_a_heap_at_its_end() -> None:
    bounded = FreeParameter("d", Prior("normal", 0.3, 0.0, 0.8), 0.0, 3.0)
    low = bounded.value(np.array([-3.0, -2.9, -2.0]))
    assert (low > 0).all()
    assert (np.diff(low) > 0).all()


def test_every_declared_prior_is_free_and_named_once() -> None:
    names = [each.name for each in free_parameters()]
    assert len(names) == len(set(names))
    assert {
        "behaviour.slope",
        "behaviour.discount_per_year",
        "behaviour.value_of_life_multiple",
        "behaviour.small_numbers_weight",
        "behaviour.reluctance.willing_share",
        "attention.base_per_month",
        "attention.effort_response",
        "attention.ceasefire_effect",
        "force.return_share",
        "force.casualties.scale.2024-01",
        "force.channel_risk.prisoner",
        "observation.list_share",
        "observation.claim_bias_2024",
    } <= set(names)


def test_a_scenario_accepts_every_draw_of_the_prior() -> None:
    parameters = free_parameters()
    base = load_scenario("baseline")
    for seed in range(3):
        z = 2 * np.random.default_rng(seed).standard_normal(len(parameters))
        draw = scenario_part(values(z, parameters), parameters)
        assert base.with_draw(draw).scenario.behaviour.slope == pytest.approx(
            draw["behaviour.slope"]
        )


def test_reporting_parameters_never_reach_the_scenario() -> None:
    parameters = free_parameters()
    row = values(np.zeros(len(parameters)), parameters)
    assert not any(name.startswith(PREFIX) for name in scenario_part(row, parameters))
    assert len(source_part(row, parameters)) == len(NUISANCE) + len(SHARED)


@pytest.mark.parametrize("parameter", KINDS.values(), ids=KINDS)
def test_many_coordinates_are_those_found_one_by_one(parameter: FreeParameter) -> None:
    found = parameter.value(np.array([-2.0, 0.1, 2.5]))
    one_by_one = [parameter.coordinate(float(value)) for value in found]
    assert parameter.coordinates(found) == pytest.approx(one_by_one, abs=0.01)
