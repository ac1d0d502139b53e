"""A tenth channel is one file beside the others and one scenario block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import model.channels
from model.channels import channel_class, channel_names, facts_of, listed_channels
from model.fields.timeline import Timeline
from model.force.hazards import HazardTable
from model.force.roster import DUTIES
from model.parameters.force import Force
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from tests.model.worlds import environment, made, world

FILE = '''"""A few men a month whom a private company hires."""

import numpy as np

from model.channels.interface import (
    ChannelSettings,
    Facts,
    RecruitmentChannel,
    plain_intake,
)
from model.fields.parameter import parameter


class Settings(ChannelSettings):
    """How many."""

    persons_per_month: int = parameter(5, "Men hired a month.", low=0, high=1000)


class Channel(RecruitmentChannel):
    """Hires them in the first region."""

    name = "private_company"
    facts = Facts(label="Private company", risk=4.0, combat_share=0.9)

    def recruit(self, now):
        """Return the hired."""
        here = np.zeros(self._settings.persons_per_month, dtype=np.int64)
        return plain_intake(here, here, here + 30)
'''


@pytest.fixture
def private_company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "private_company.py").write_text(FILE)
    monkeypatch.setattr(
        model.channels, "__path__", [*model.channels.__path__, str(tmp_path)]
    )
    yield
    model.channels._module.cache_clear()


@pytest.mark.usefixtures("private_company")
def test_one_file_and_one_block_make_a_channel() -> None:
    block = {"private_company": {"persons_per_month": 7}}
    scenario = Scenario.model_validate({"title": "tenth", "channels": block})
    assert "private_company" in channel_names()
    hiring = made(channel_class("private_company"), scenario, world())
    assert hiring.recruit(environment()).persons == 7


@pytest.mark.usefixtures("private_company")
def test_it_signs_serves_and_is_paid_with_no_other_file_touched() -> None:
    """Ledger, observers and force take what they ask of it from the channel itself."""
    time = {"start": "2024-01", "history_until": "2024-02", "until": "2024-04"}
    scenario = Scenario.model_validate({"title": "tenth", "time": time})
    tables = RecruitmentModel(scenario, world(), 1).run()
    for table in ("flows", "force", "ledger"):
        assert "private_company" in tables[table]["channel"], table
    assert listed_channels()[-1] == "private_company"
    assert facts_of("private_company").label == "Private company"


@pytest.mark.usefixtures("private_company")
def test_its_risk_and_share_in_close_combat_are_its_own() -> None:
    force, names = Force(), ("volunteer_contract", "private_company")
    table = HazardTable(force, Timeline(force, 24_276, 3), names, 3)
    assert table.combat_share.tolist() == [force.combat_share, 0.9]
    men = np.full(2, 10)
    killed = table.at(0, np.full(2 * 2 * DUTIES, 5.0), men, men).killed
    theirs, ours = killed.reshape(2, 2, DUTIES)[-1, ::-1]
    assert theirs == pytest.approx(4 * ours)


@pytest.mark.usefixtures("private_company")
def test_it_runs_on_its_defaults_without_a_block() -> None:
    scenario = Scenario(title="tenth")
    assert scenario.channels["private_company"].persons_per_month == 5


def test_without_the_file_the_block_is_an_error() -> None:
    with pytest.raises(ValidationError, match="is no channel"):
        Scenario.model_validate({"title": "x", "channels": {"private_company": {}}})


def test_nine_channels_are_found_without_it() -> None:
    assert len(channel_names()) == 9
    assert list(channel_names()) == sorted(channel_names())
    assert np.unique(channel_names()).size == 9
