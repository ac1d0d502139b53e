"""New citizens: raids find, a share is sent, homes are regions."""

from __future__ import annotations

import pytest

from model.channels.naturalised import Channel
from tests.model.channels.plausible import (
    between,
    by_default,
    months,
    persons,
    recruited,
    scenario,
    with_channel,
    world,
)
from tests.model.worlds import made

NAME = "naturalised"


def test_raids_begin_in_october_2023() -> None:
    intakes = by_default(NAME)
    assert persons(between(intakes, "2022-09", "2023-09")) == 0
    assert between(intakes, "2023-10", "2023-10")[0].persons > 0


def test_the_registered_are_as_many_as_claimed() -> None:
    setting = scenario(time={"until": "2025-05", "history_until": "2025-05"})
    channel = made(Channel, setting, world())
    registered = {}
    for now in months(setting):
        channel.recruit(now)
        registered[now.month] = channel.registered_persons
    # ru-nat-caught-2024-06, ru-nat-caught-2025-05
    assert registered[12 * 2024 + 5] == pytest.approx(30_000, rel=0.3)
    assert registered[12 * 2025 + 4] == pytest.approx(80_000, rel=0.3)


def test_they_are_russian_citizens_sent_under_pressure() -> None:
    for intake in by_default(NAME)[14:]:
        assert (intake.home < world().region_count).all()
        assert intake.coerced.all()


def test_raids_handle_no_more_than_they_can() -> None:
    tight = with_channel(NAME, raid_capacity=300, sent_share=1.0)
    assert max(i.persons for i in recruited(NAME, tight)) == 300


def test_a_pool_without_new_citizens_runs_dry() -> None:
    dry = with_channel(
        NAME,
        naturalisations=0,
        pool_at_start_persons=5_000,
        raids=100.0,
        sent_share=1.0,
    )
    intakes = recruited(NAME, dry)
    assert persons(intakes) == 5_000
    assert intakes[-1].persons == 0
