"""A tenth channel is one file beside the others and one scenario block."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

import model.channels
from model.channels import channel_class, channel_names
from model.scenario import Scenario
from tests.model.worlds import environment, made, world

FILE = '''"""A few men a month whom a private company hires."""

import numpy as np

from model.channels.interface import ChannelSettings, RecruitmentChannel, plain_intake
from model.fields.parameter import parameter


class Settings(ChannelSettings):
    """How many."""

    persons_per_month: int = parameter(5, "Men hired a month.", low=0, high=1000)


class Channel(RecruitmentChannel):
    """Hires them in the first region."""

    name = "private_company"

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
