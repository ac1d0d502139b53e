"""The whole model on a small world: schedule, conservation, replay and limits."""

from __future__ import annotations

import ast
import hashlib
import inspect
import os
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.channels.interface import Intake, plain_intake
from model.channels.prisoner import Channel as Prisoner
from model.environment import Environment
from model.force.roll import State
from model.institutions.regional import RegionalGovernment
from model.people.attention import Attention
from model.results import Tables
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.model.channels import plausible
from tests.model.worlds import world


class Idle(Prisoner):
    """A channel that brings nobody."""

    def recruit(self, now: Environment) -> Intake:
        none = np.zeros(0, dtype=np.int64)
        return plain_intake(none, none, none)


MEN = (60_000, 40_000, 50_000)


def scenario(until: str = "2023-08", **blocks: Any) -> Scenario:
    given = {
        "title": "small",
        "time": {"start": "2022-09", "history_until": "2023-02", "until": until},
        "force": {"initial_force": 3000, **blocks.pop("force", {})},
        "channels": {
            "mobilised": {"decrees": {"2022-09": 400, "2022-10": 0}},
            "state_deployment": {"open": 0},
            **blocks.pop("channels", {}),
        },
        **blocks,
    }
    return Scenario.model_validate(given)


def model(seed: int = 1, **blocks: Any) -> RecruitmentModel:
    return RecruitmentModel(scenario(**blocks), world(MEN), seed)


def fingerprint(tables: Tables) -> str:
    """Hash every byte of every table."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        for column, values in tables[name].items():
            digest.update(f"{name}.{column}".encode())
            plain = values.astype(str) if values.dtype == object else values
            digest.update(np.ascontiguousarray(plain).tobytes())
    return digest.hexdigest()


def test_the_step_makes_the_calls_its_docstring_lists() -> None:
    """The six numbered lines are the schedule; the calls follow in that order."""
    step = RecruitmentModel.step
    text = inspect.getdoc(step) or ""
    listed = re.findall(r"^(\d)\. (.+)$", text, flags=re.MULTILINE)
    tree = ast.parse(textwrap.dedent(inspect.getsource(step)))
    called = [
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    assert [int(number) for number, _ in listed] == [1, 2, 3, 4, 5, 6]
    assert called == [
        "set_offers",
        "update_beliefs_and_wages",
        "recruit",
        "fight",
        "book",
        "record",
    ]
    for name, (_, line) in zip(called, listed, strict=True):
        told = inspect.getdoc(getattr(RecruitmentModel, name)) or ""
        assert told.startswith(line.rstrip(".")), name


def test_steps_hand_the_month_on_and_leave_nothing_behind() -> None:
    run = model()
    born = vars(run).keys() | set()
    run.step()
    assert vars(run).keys() == born


def test_one_step_can_be_tried_alone() -> None:
    """Whoever has hardly any men in reach signs hardly any, whatever else holds."""
    run = model()
    run.steps = 1
    now, economy = run.update_beliefs_and_wages(*run.set_offers())
    nobody = replace(now, consideration_per_month=0 * now.consideration_per_month)
    _, intakes = run.recruit(nobody)
    month = run.fight(nobody, economy, intakes)
    assert month.intakes["volunteer_contract"].persons == 0
    assert month.outcome.volunteers_by_place.sum() == 0
    assert month.outcome.signed_persons > 0


def test_governments_states_and_networks_stand_in_mesas_register() -> None:
    run = RecruitmentModel(scenario(), plausible.world(), 1)
    kinds = {kind.__name__: len(of) for kind, of in run.agents_by_type.items()}
    regions, countries = run.world.region_count, len(run.world.countries.iso)
    assert kinds == {
        "FederalGovernment": 1,
        "RegionalGovernment": regions,
        "SourceState": countries,
        "RecruitmentNetwork": countries,
    }
    numbers = [agent.unique_id for agent in run.agents]
    assert numbers == list(range(1, len(numbers) + 1))


random_scenario = {
    "seed": st.integers(0, 2**20),
    "hazard": st.floats(0, 0.3),
    "returns": st.floats(0, 1),
    "bonus": st.floats(0, 5e6),
    "slope": st.floats(0.3, 3),
    "missing": st.floats(0, 1),
    "open_ended": st.sampled_from([0.0, 1.0]),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(**random_scenario)
def test_persons_and_roubles_are_conserved_in_every_month(
    seed: int,
    hazard: float,
    returns: float,
    bonus: float,
    slope: float,
    missing: float,
    open_ended: float,
) -> None:
    run = model(
        seed,
        behaviour={"slope": slope},
        federal={"signing_bonus": bonus},
        force={
            "casualties": 4300 * hazard,
            "return_share": returns,
            "missing_share": missing,
            "contracts_open_ended": open_ended,
        },
    )
    for _ in range(run.scenario.time.months):
        run.step()
        assert run.last is not None
        assert run.last.outcome.signed_persons >= 0
        assert run.roll.counts.sum() == run.roll.persons
        assert run.roll.counts.min() >= 0
        kept = run.ledger.balances()
        for held in (kept.worth_rub, kept.cash_rub, kept.claims_rub, kept.memo_rub):
            assert held.sum() == 0
    entered = np.bincount(run.roll.channel, minlength=len(run.roll.channels))
    assert np.array_equal(run.roll.counts.sum(axis=1), entered)
    by_state = np.bincount(run.roll.state, minlength=len(State))
    assert np.array_equal(run.roll.counts.sum(axis=0), by_state)


def test_the_same_seed_gives_the_same_bytes_in_another_process() -> None:
    here = fingerprint(model(7).run())
    program = (
        "from tests.model.test_simulation import fingerprint, model;"
        "print(fingerprint(model(7).run()))"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={
            "PYTHONPATH": ".",
            "PYTHONHASHSEED": "12345",
            # As workers inherit it; see `model.arithmetic`.
            "NPY_DISABLE_CPU_FEATURES": os.environ["NPY_DISABLE_CPU_FEATURES"],
        },
    )
    assert there.stdout.strip() == here


def test_another_seed_gives_other_bytes() -> None:
    assert fingerprint(model(7).run()) != fingerprint(model(8).run())


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    short, long = model(3, until="2023-05").run(), model(3).run()
    for table in ("flows", "force", "losses"):
        kept = np.isin(long[table]["month"].astype(str), short[table]["month"])
        for column, values in short[table].items():
            late = long[table][column][kept]
            assert np.array_equal(late.astype(str), values.astype(str)), column


def test_without_hazards_nobody_is_lost() -> None:
    quiet = {
        "casualties": 0,
        "absent_hazard_per_month": 0,
        "discharge_hazard_per_month": 0,
    }
    tables = model(force=quiet, channels={"prisoner": {"open": 0}}).run()
    assert "losses" not in tables


def test_with_every_channel_closed_nobody_signs() -> None:
    names = Scenario(title="any").channels
    shut = {name: {"open": 0} for name in names}
    tables = model(channels=shut).run()
    assert tables["flows"]["signed_persons"].sum() == 0


@pytest.mark.parametrize(
    "column", ["considering_persons", "signed_persons", "rent_rub"]
)
def test_flows_are_counts(column: str) -> None:
    values = model().run()["flows"][column]
    assert values.dtype == np.int64
    assert values.min() >= 0


def test_signers_never_outnumber_those_who_considered_by_much() -> None:
    """Considering is an expectation, signing a draw: within 5 standard errors."""
    flows = model().run()["flows"]
    mine = flows["channel"] == "volunteer_contract"
    considering = flows["considering_persons"][mine].sum()
    signed = flows["signed_persons"][mine].sum()
    assert signed < considering + 5 * np.sqrt(considering)


def test_beliefs_lag_behind_the_truth_and_follow_it() -> None:
    calm = model(force={"casualties": 4.3}).run()["beliefs"]
    bloody = model(force={"casualties": 430}).run()["beliefs"]
    last = calm["month"] == "2023-08"
    assert (
        calm["perceived_death_share"][last].mean()
        < bloody["perceived_death_share"][last].mean()
        < bloody["true_death_share"][last].mean()
    )


def test_a_higher_offer_signs_no_fewer_when_feedbacks_are_held_fixed() -> None:
    held: dict[str, Any] = {
        "behaviour": {"risk_belief": "none", "peer_enlisted_weight": 0.0},
        "attention": {"effort_response": 0.0, "news_elasticity": 0.0},
        "economy": {"shortage_elasticity": 0.0},
        "regions": {"rule": "fixed"},
    }
    low = model(federal={"signing_bonus": 400_000}, **held).run()["flows"]
    high = model(federal={"signing_bonus": 900_000}, **held).run()["flows"]

    def cumulative(flows: dict[str, np.ndarray]) -> np.ndarray:
        mine = flows["channel"] == "volunteer_contract"
        _, at = np.unique(flows["month"][mine].astype(str), return_inverse=True)
        return np.cumsum(np.bincount(at, flows["signed_persons"][mine]))

    assert np.all(cumulative(high) >= cumulative(low))


def test_recruiters_hear_how_full_last_months_quota_was() -> None:
    """A far quota makes them work harder, a tiny one slackens them."""
    for quota, filled in ((1e7, 0.0), (1.0, 2.0)):
        running = model(federal={"quota": {"persons_per_month": {"2022-01": quota}}})
        running.step()
        running.step()
        response = running.scenario.attention.effort_response
        wanted = float(np.exp(response * (1 - filled)))
        assert np.isclose(running.attention.effort, wanted, rtol=1e-3).any()


class Deaf(Attention):
    """Nobody considers enlisting."""

    def consideration_per_month(self, *_: Any, **__: Any) -> Any:
        return np.zeros(len(MEN))


class Generous(RegionalGovernment):
    """Promises a rouble more than it would."""

    def decide(self, index: int, played_rub: float | None = None) -> float:
        return super().decide(index, played_rub) + 1


def test_a_run_goes_on_after_steps_and_gives_the_same_tables() -> None:
    whole, stepped = model(), model()
    stepped.step()
    stepped.run(until="2022-12")
    assert stepped.month == "2022-12"
    assert fingerprint(stepped.run()) == fingerprint(whole.run())
    with pytest.raises(ValueError, match="2022-09 to 2023-08, and stands at 2023-08"):
        stepped.run(until="2022-10")


def test_a_month_is_looked_at_by_plain_names() -> None:
    looked = model()
    with pytest.raises(ValueError, match="no month has been simulated"):
        looked.offers  # noqa: B018 - the look is what is tried
    looked.step()
    flows = looked.tables()["flows"]
    signed = {name: each.persons for name, each in looked.intakes.items()}
    assert sum(signed.values()) == flows["signed_persons"].sum()
    assert sum(map(sum, (of.values() for of in looked.force.values()))) == (
        looked.roll.persons
    )
    assert looked.offers.bonus_rub.shape == (len(MEN),)
    accrued = looked.tables()["ledger"]["accrued_rub"].sum()
    assert looked.postings["accrued_rub"].sum() == accrued


def test_parts_are_replaced_by_argument_or_for_good() -> None:
    class Mine(RecruitmentModel):
        attention_class = Deaf

    given = scenario(), world(MEN)
    plain, deaf, mine = (
        RecruitmentModel(*given),
        RecruitmentModel(*given, attention=Deaf, region=Generous),
        Mine(*given),
    )
    for each in (plain, deaf, mine):
        each.step()
    assert plain.intakes["volunteer_contract"].persons > 0
    assert deaf.intakes["volunteer_contract"].persons == 0
    assert mine.intakes["volunteer_contract"].persons == 0
    more = deaf.offers.regional_rub - plain.offers.regional_rub
    assert more.tolist() == [1.0] * len(MEN)


def test_only_a_known_channel_can_be_replaced() -> None:
    swapped = RecruitmentModel(scenario(), world(MEN), channels={"prisoner": Idle})
    swapped.step()
    assert swapped.intakes["prisoner"].persons == 0
    with pytest.raises(ValueError, match="'prisoners' is no channel to replace"):
        RecruitmentModel(scenario(), world(MEN), channels={"prisoners": Idle})
