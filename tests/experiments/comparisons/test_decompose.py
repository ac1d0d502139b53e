from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from experiments.comparisons.decompose import Decomposition, decompose, print_events
from experiments.comparisons.history import EVENTS, without_all, without_race
from model.fields.months import parse_month
from scenarios import load_scenario
from tests.experiments.small_country import SHORT, settle

CHOSEN = tuple(e for e in EVENTS if e.name in ("federal_bonus", "ceasefire_talk"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Decomposition:
    out = tmp_path_factory.mktemp("events") / "out"
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        return decompose(events=CHOSEN, draws=2, settings=SHORT, workers=1, out=out)


def effect(found: Decomposition, event: str, measure: str) -> np.ndarray:
    rows = found.effects[found.effects["event"] == event]
    return rows[rows["measure"] == measure]["effect"].to_numpy(float)


def test_a_doubled_bonus_brought_men_and_cost_money(found: Decomposition) -> None:
    assert (effect(found, "federal_bonus", "inflow_persons_per_month") > 0).all()
    assert (effect(found, "federal_bonus", "bonus_bill_rub") > 0).all()


def test_talk_moved_attention_but_not_the_price(found: Decomposition) -> None:
    assert (effect(found, "ceasefire_talk", "inflow_persons_per_month") != 0).all()
    price = effect(found, "ceasefire_talk", "mean_signing_bonus_rub")
    assert np.abs(price).max() < 50_000


def test_effects_and_interaction_add_up_to_all_events_together(
    found: Decomposition,
) -> None:
    measure = "bonus_bill_rub"
    names = [event.name for event in CHOSEN]
    single = sum(effect(found, name, measure) for name in names)
    together = effect(found, "together", measure)
    assert (single + effect(found, "interaction", measure)).tolist() == (
        together.tolist()
    )


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_every_event_can_be_switched_off_in_the_baseline(event: object) -> None:
    baseline = load_scenario("baseline").scenario
    undone = event.without(baseline)  # type: ignore[attr-defined]  # one of EVENTS
    assert undone != baseline
    assert undone.time == baseline.time


def test_before_the_race_regions_paid_what_they_paid() -> None:
    baseline = load_scenario("baseline").scenario
    still = without_race(baseline)
    at = parse_month("2024-06")
    mean = baseline.regions.signing_bonus.mean
    assert still.regions.signing_bonus.mean.over(at, 20).max() == pytest.approx(
        mean.over(at, 1)[0]
    )
    for path in still.regions.signing_bonus.by_region.values():
        assert len(set(path.over(at, 20))) == 1


def test_without_all_events_nothing_documented_is_left_to_move_the_bonus() -> None:
    bare = without_all(load_scenario("baseline").scenario)
    path = bare.federal.signing_bonus.over(parse_month("2023-01"), 30)
    assert set(path) == {195_000.0}


def test_the_effects_are_written_and_told(
    found: Decomposition, capsys: pytest.CaptureFixture[str]
) -> None:
    json.dumps(found.as_dict(), allow_nan=False)
    print_events(found)
    comment, header, *rows = capsys.readouterr().out.splitlines()
    assert comment.startswith("# Documented baseline; what each event added")
    assert header == "event\tmeasure\tvalue\tlow\thigh\tunit"
    assert any(row.startswith("federal_bonus\tbonus_bill_rub\t") for row in rows)
    assert isinstance(found.table(), pd.DataFrame)
