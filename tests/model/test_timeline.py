"""A run under way goes on under another scenario as if it had begun under it."""

from __future__ import annotations

from typing import Any

import pytest

from model.fields.dated import DatedValue, Frozen
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.timeline import timeline_of
from tests.experiments.small_country import small_world
from tests.model.test_simulation import fingerprint

SEED, MONTHS, LATER = 3, 5, "2024-09"
"""Runs start in April 2024 and part in September."""


def base(**blocks: Any) -> Scenario:
    time = {"start": "2024-04", "history_until": "2024-07", "until": "2024-12"}
    return Scenario.model_validate({"title": "base", "time": time, **blocks})


def scaled_later(block: Any) -> Any:
    """Scale every dated value below a block from the later month on."""
    if isinstance(block, DatedValue):
        return block.model_copy(update={"scale": {**block.scale, LATER: 0.7}})
    if isinstance(block, dict):
        return {key: scaled_later(part) for key, part in block.items()}
    if isinstance(block, Frozen):
        parts = {name: scaled_later(part) for name, part in block}
        if "scale" in parts:
            parts["scale"] = {LATER: 0.7}
        return block.model_copy(update=parts)
    return block


def begun(scenario: Scenario, months: int = MONTHS) -> RecruitmentModel:
    model = RecruitmentModel(scenario, small_world(), SEED)
    for _ in range(months):
        model.step()
    return model


def finished(model: RecruitmentModel) -> str:
    while model.index + 1 < model.scenario.time.months:
        model.step()
    return fingerprint({**model.observers.tables(), "ledger": model.ledger.table()})


def test_every_dated_value_is_read_in_its_month_and_kept_by_nobody() -> None:
    """Whoever keeps a path of his own goes on with the old scenario and is seen."""
    old, new = base(), scaled_later(base())
    model = begun(old)
    assert model.go_on_under(new)
    gone_on = finished(model)
    assert gone_on == finished(begun(new))
    assert gone_on != finished(begun(old))


@pytest.mark.parametrize(
    "other",
    [
        {"force": {"return_share": 0.9}},
        {"federal": {"signing_bonus": 123_456}},
        {"channels": {"conscript": {"spring_draft": {"2024-02": 1, "2024-04": 2}}}},
    ],
    ids=["undated", "in the past", "before the start"],
)
def test_it_does_not_go_on_under_what_it_did_not_begin_with(other: Any) -> None:
    model = begun(base())
    assert not model.go_on_under(base(**other))
    assert model.scenario == base()


def test_a_run_that_has_not_begun_does_not_go_on() -> None:
    assert not begun(base(), 0).go_on_under(scaled_later(base()))


def test_regions_and_documents_are_laid_out_by_month() -> None:
    scenario, world = base(), small_world()
    timeline = timeline_of(scenario, world)
    shape = world.region_count, scenario.time.months
    assert timeline.regions.documented_bonus.shape == shape
    assert timeline.regions.topup.shape == shape
    assert timeline.revenue.shape == shape
    assert timeline.macro.gdp_rub.shape == shape[1:]
