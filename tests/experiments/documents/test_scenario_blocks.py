"""The table of shipped scenarios says what the stored summaries say, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from experiments.documents import scenario_blocks
from experiments.documents.scenario_blocks import shipped_certainty, shipped_scenarios


def summary(
    title: str, men: Sequence[float | None], price: Sequence[float | None]
) -> Any:
    return {
        "title": title,
        "window": "2026-01 to 2026-12" if any(men) else None,
        "effects": {"inflow_gained_persons": men, "cost_per_extra_man_rub": price},
    }


@pytest.fixture
def _two_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "bonus_freeze": summary("Freeze", [*[-100.0] * 10], [*[2e6] * 5, *[None] * 5]),
        "regional_cuts": summary("Cuts", [*[50.0] * 6, *[-50.0] * 4], [None] * 10),
        "foreign_push": summary("Push", [*[0.0] * 10], [None] * 10),
    }
    monkeypatch.setattr(scenario_blocks, "stored", found.__getitem__)
    monkeypatch.setattr(
        scenario_blocks, "packaged_names", lambda: ["baseline", *sorted(found)]
    )


def row(name: str) -> list[str]:
    (line,) = [at for at in shipped_scenarios().splitlines() if f"`{name}`" in at]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.usefixtures("_two_scenarios")
def test_a_certain_effect_is_bold_and_says_its_share() -> None:
    assert row("bonus_freeze")[3] == "**−100** (−100 to −100; 100 %)"


@pytest.mark.usefixtures("_two_scenarios")
def test_an_uncertain_one_is_plain() -> None:
    assert row("regional_cuts")[3].startswith("50 (")
    assert row("regional_cuts")[3].endswith("60 %)")


@pytest.mark.usefixtures("_two_scenarios")
def test_no_difference_and_no_price_are_dashes() -> None:
    assert row("foreign_push")[2:5] == ["nothing differs", "-", "-"]
    assert row("regional_cuts")[5] == "-"


@pytest.mark.usefixtures("_two_scenarios")
def test_certain_scenarios_are_counted_and_the_others_named() -> None:
    told = shipped_certainty()
    assert told.startswith("Of 3 scenarios 1 have")
    assert "`foreign_push`, `regional_cuts`" in told
