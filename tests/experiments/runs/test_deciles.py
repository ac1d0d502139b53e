"""Outcomes by income decile are those of the personnel table and the offers."""

from typing import Any

import numpy as np

from experiments.measures import measure_all
from experiments.runs.deciles import outcomes_by_decile
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.model.worlds import world


def ended(**given: Any) -> tuple[RecruitmentModel, dict[str, Any]]:
    scenario = Scenario.model_validate(
        {
            "title": "test",
            "time": {"until": "2023-06"},
            "attention": {"base_per_month": 0.05},
            **given,
        }
    )
    model = RecruitmentModel(scenario, world((40_000, 30_000, 30_000)), 1)
    tables = model.run()
    tables["deciles"] = outcomes_by_decile(model, tables["prices"])
    return model, tables


def test_every_volunteer_stands_in_one_decile_and_month() -> None:
    _, tables = ended()
    deciles, flows = tables["deciles"], tables["flows"]
    mine = flows["channel"] == "volunteer_contract"
    assert deciles["signed_persons"].sum() == flows["signed_persons"][mine].sum() > 500
    months = set(deciles["month"])
    for month in months:
        of_month = deciles["signed_persons"][deciles["month"] == month].sum()
        assert (
            of_month == flows["signed_persons"][mine & (flows["month"] == month)].sum()
        )


def test_bonuses_add_up_to_those_promised_to_volunteers() -> None:
    _, tables = ended()
    flows = tables["flows"]
    mine = flows["channel"] == "volunteer_contract"
    promised = np.nansum(flows["bonus_rub"][mine])
    assert tables["deciles"]["bonus_rub"].sum() == promised


def test_the_dead_are_volunteers_who_died() -> None:
    _, tables = ended()
    losses = tables["losses"]
    mine = losses["channel"] == "volunteer_contract"
    dead = tables["deciles"]["killed_persons"]
    assert dead.sum() == losses["killed_persons"][mine].sum()
    assert np.all(dead <= tables["deciles"]["signed_persons"])


def test_the_poorest_fifth_is_more_than_a_fifth_of_signers() -> None:
    model, tables = ended()
    measures = measure_all(tables, model.scenario)
    deciles = tables["deciles"]
    poor = deciles["income_decile"] <= 2
    share = deciles["signed_persons"][poor].sum() / deciles["signed_persons"].sum()
    assert measures["poorest_fifth_share_of_signers"] == share > 0.2
