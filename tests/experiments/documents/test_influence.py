import json

import pytest

from calibration.posterior import load_draws
from experiments.documents.influence import (
    UNMOVED,
    _raised,
    raised_value,
    strongest,
)
from experiments.documents.parameter_page import INFLUENCE_FILE, parameter_rows
from experiments.runs.paired import scenario_draws
from model.scenario import Scenario
from scenarios import load_scenario
from scenarios.format.layout import Value


@pytest.fixture(scope="module")
def raised() -> dict[str, Scenario]:
    (base,) = scenario_draws(load_scenario("baseline"), load_draws(1))
    return dict(_raised(base))


@pytest.mark.parametrize(
    ("value", "kind", "higher"),
    [
        (0.5, Value("number", 0, 1), 0.55),
        (0.95, Value("number", 0, 1), 0.855),
        (-2.0, Value("number"), -1.8),
        (3, Value("whole"), 4),
        (60, Value("whole", 1, 60), 59),
        (True, Value("switch"), False),
        ("a", Value("choice", choices=("a", "b")), "b"),
        ("words", Value("text"), None),
    ],
)
def test_a_value_is_raised_by_a_tenth_or_the_nearest_thing(
    value: object, kind: Value, higher: object
) -> None:
    assert raised_value(value, kind) == pytest.approx(higher)


def test_the_measure_that_changes_most_in_relation_to_itself_is_named() -> None:
    plain = {"killed_persons": 1000.0, "rent_share": 0.5, "deceived_persons": 20.0}
    moved = {"killed_persons": 1010.0, "rent_share": 0.48, "deceived_persons": 40.0}
    assert strongest(plain, moved) == "Rent share of the bonus -4 %"
    then = "killed_persons_documented_year"
    said = strongest({then: 1000.0}, {then: 900.0})
    assert said == "Killed (last twelve documented months) -10 %"
    assert strongest(plain, plain) == UNMOVED


def test_one_parameter_is_raised_and_nothing_else(raised: dict[str, Scenario]) -> None:
    path = raised["federal.signing_bonus"].federal.signing_bonus
    (base,) = scenario_draws(load_scenario("baseline"), load_draws(1))
    before = base.federal.signing_bonus.over(24276, 30)
    assert path.over(24276, 30) == pytest.approx(1.1 * before)
    assert raised["federal.signing_bonus"].force == base.force


def test_nearly_every_parameter_can_be_raised(raised: dict[str, Scenario]) -> None:
    rows = {row["parameter"].strip("`") for row in parameter_rows()}
    assert set(raised) <= rows
    assert len(raised) > 0.8 * len(rows)


def test_what_is_stored_is_of_parameters_that_are_there() -> None:
    stored = json.loads(INFLUENCE_FILE.read_text(encoding="utf-8"))
    rows = {row["parameter"].strip("`") for row in parameter_rows()}
    assert set(stored) <= rows


def test_nearly_every_parameter_has_its_stored_influence() -> None:
    stored = json.loads(INFLUENCE_FILE.read_text(encoding="utf-8"))
    rows = {row["parameter"].strip("`") for row in parameter_rows()}
    assert len(stored) > 0.8 * len(rows)
