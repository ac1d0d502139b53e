"""The table of shipped scenarios says what the stored summaries say, draw by draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from experiments.documents import scenario_blocks
from experiments.documents.scenario_blocks import (
    answer_on_cuts,
    shipped_answers,
    shipped_certainty,
    shipped_scenarios,
)


def summary(
    title: str, men: Sequence[float | None], price: Sequence[float | None]
) -> Any:
    return {
        "title": title,
        "draws": len(men),
        "window": "2026-01 to 2026-12" if any(men) else None,
        "effects": {"inflow_gained_persons": men, "cost_per_extra_man_rub": price},
    }


@pytest.fixture
def three_scenarios(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    found = {
        "bonus_freeze": summary("Freeze", [*[-100.0] * 10], [*[2e6] * 5, *[None] * 5]),
        "regional_cuts": summary("Cuts", [*[50.0] * 6, *[-50.0] * 4], [*[2e6] * 10]),
        "foreign_push": summary("Push", [*[0.0] * 10], [None] * 10),
    }
    monkeypatch.setattr(scenario_blocks, "stored", found.__getitem__)
    monkeypatch.setattr(
        scenario_blocks, "packaged_names", lambda: ["baseline", *sorted(found)]
    )
    return found


def row(name: str) -> list[str]:
    (line,) = [at for at in shipped_scenarios().splitlines() if f"`{name}`" in at]
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.usefixtures("three_scenarios")
def test_a_certain_effect_is_bold_and_says_its_share() -> None:
    assert row("bonus_freeze")[3] == "**−100** (−100 to −100; 100 %)"


@pytest.mark.usefixtures("three_scenarios")
def test_an_uncertain_one_is_plain() -> None:
    assert row("regional_cuts")[3].startswith("50 (")
    assert row("regional_cuts")[3].endswith("60 %)")


@pytest.mark.usefixtures("three_scenarios")
def test_no_difference_and_no_price_are_dashes() -> None:
    assert row("foreign_push")[2:5] == ["nothing differs", "-", "-"]


@pytest.mark.usefixtures("three_scenarios")
def test_a_price_is_a_dash_where_men_are_open_or_half_the_draws_have_none() -> None:
    """A price is never negative: that says nothing on whether there is an effect."""
    assert row("regional_cuts")[5] == "-"
    assert row("bonus_freeze")[5] == "-"


@pytest.mark.usefixtures("three_scenarios")
def test_certain_scenarios_are_counted_and_the_others_named() -> None:
    told = shipped_certainty()
    assert told.startswith("Of 3 scenarios 1 have")
    assert "`foreign_push`, `regional_cuts`" in told


@pytest.mark.usefixtures("three_scenarios")
def test_each_scenario_says_its_certain_effect_or_why_a_null_is_a_finding() -> None:
    freeze, push, cuts = shipped_answers().splitlines()
    assert "men gained −100 persons (−100 to −100), sign certain" in freeze
    assert "nothing differs from the baseline in any month" in push
    assert "no sign is certain" in cuts
    assert "larger effects either way are excluded at 90 %" in cuts


def test_no_scenario_is_counted_as_certain_and_told_as_a_null(
    three_scenarios: dict[str, Any],
) -> None:
    """A squeezed budget is certain on a bill that the table leaves out."""
    three_scenarios["regional_cuts"]["effects"]["federal_bill_gained_rub"] = [-1e9] * 10
    assert "`regional_cuts`" not in shipped_certainty()
    told = shipped_answers().splitlines()[2]
    assert "bill −1 billion RUB (−1 to −1 billion), sign certain" in told


@pytest.mark.usefixtures("three_scenarios")
def test_the_ministers_first_question_is_answered_from_the_stored_draws() -> None:
    told = answer_on_cuts()
    assert told.startswith("Over 2026-01 to 2026-12, against the baseline, in 10 draws")
    assert "men gained 50 persons" in told
    assert "sign held by 60 %" in told
