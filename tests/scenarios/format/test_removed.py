from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import ScenarioError
from scenarios import load_scenario
from scenarios.format import removed
from scenarios.format.layout import kind_at, scenario_layout
from scenarios.format.removed import REMOVED, Removed

Write = Callable[..., Path]
OLD = {
    "federal.sign_on_fee": Removed("federal.signing_bonus", "0.2"),
    "behaviour.mood": Removed(None, "0.3"),
}


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "federal: {sign_on_fee: 5}",
            "federal.sign_on_fee: was renamed in version 0.2; "
            "write federal.signing_bonus",
        ),
        (
            "behaviour: {mood: 5}",
            "behaviour.mood: was removed in version 0.3; delete it",
        ),
    ],
)
def test_an_old_name_is_told_what_became_of_it(
    write: Write, monkeypatch: pytest.MonkeyPatch, written: str, told: str
) -> None:
    monkeypatch.setattr(removed, "REMOVED", OLD)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(f"title: A\nextends: base\n{written}\n"))
    assert told in str(caught.value)


def test_what_is_remembered_as_removed_is_gone_and_what_replaced_it_exists() -> None:
    for old, became in REMOVED.items():
        assert kind_at(scenario_layout(), tuple(old.split("."))) is None
        if became.new:
            assert kind_at(scenario_layout(), tuple(became.new.split("."))) is not None
