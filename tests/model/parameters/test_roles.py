from __future__ import annotations

import pytest
from pydantic import ValidationError

from model.channels import channel_names
from model.parameters.force import Force
from model.parameters.roles import ChannelRisk, CombatShares


def test_every_channel_can_be_given_its_risk_and_combat_share() -> None:
    assert set(channel_names()) == set(ChannelRisk.model_fields)
    assert {"regular", *channel_names()} == set(CombatShares.model_fields)


def test_what_is_not_named_serves_as_the_force_does() -> None:
    assert ChannelRisk().of("regular") == ChannelRisk().of("brand_new") == 1.0
    assert CombatShares().of("brand_new", 0.3) == 0.3
    assert CombatShares(prisoner=0.9).of("prisoner", 0.3) == 0.9
    assert CombatShares(prisoner=None).of("prisoner", 0.3) == 0.3


def test_naming_one_channel_keeps_the_others_defaults() -> None:
    force = Force.model_validate({"channel_risk": {"migrant": 2.0}})
    assert force.channel_risk.of("prisoner") == ChannelRisk().prisoner


@pytest.mark.parametrize("block", ["channel_risk", "combat_share_by_channel"])
def test_a_channel_that_is_none_is_refused(block: str) -> None:
    with pytest.raises(ValidationError, match="prisonner"):
        Force.model_validate({block: {"prisonner": 0.5}})
