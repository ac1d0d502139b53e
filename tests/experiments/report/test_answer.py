"""The sentences follow from the numbers, and hedge where draws disagree."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments.figures.run_folder import RunFolder
from experiments.report.answer import sentences
from experiments.report.cards import _assumption_shares, cards
from tests.experiments.report.made_up import MadeUp, MakeUp


def with_losses(run: MadeUp, factors: dict[int, float]) -> MadeUp:
    """Set each draw's losses to a factor of its inflow, all of them killed."""
    keys = ["month", "draw"]
    inflow = run.tables["flows"].groupby(keys, as_index=False)["signed_persons"].sum()
    losses = inflow[keys].assign(home="RU-MOW", channel="volunteer_contract")
    for kind in ("killed", "disabled", "wounded", "captured", "absent", "discharged"):
        losses[f"{kind}_persons"] = 0
    factor = inflow["draw"].map(factors)
    losses["killed_persons"] = (inflow["signed_persons"] * factor).astype(int)
    run.tables["losses"] = losses
    return run


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        ({0: 0.5, 1: 0.5, 2: 0.5}, "inflow covers losses in all 3 draws"),
        ({0: 1.5, 1: 1.5, 2: 1.5}, "inflow does not cover losses in all 3 draws"),
        ({0: 0.5, 1: 1.5, 2: 1.5}, "stays open: it does in 1 of 3 draws"),
    ],
)
def test_the_verdict_says_in_how_many_draws_it_holds(
    made_up: MakeUp, tmp_path: Path, factors: dict[int, float], said: str
) -> None:
    run = RunFolder(with_losses(made_up(draws=3), factors).write(tmp_path))
    assert said in sentences(run)[0]


def test_one_draw_carries_no_band(made_up: MakeUp, tmp_path: Path) -> None:
    said = " ".join(sentences(RunFolder(made_up(draws=1).write(tmp_path))))
    assert "90 %" not in said
    assert "in the single draw" in said


def test_the_price_is_the_measure_that_stands_on_the_card(
    made_up: MakeUp, tmp_path: Path
) -> None:
    run = made_up()
    measure = {"value": 7e6, "low": 6e6, "high": 8e6, "unit": "RUB"}
    run.summary = {"mean_signing_bonus_rub": measure}
    folder = RunFolder(run.write(tmp_path))
    told = "a volunteer costs 7 million RUB (90 % of draws: 6 to 8 million RUB)"
    assert told in sentences(folder)[1]
    (card,) = cards(folder.summary)
    assert card.value == "7 million RUB"


def test_break_is_told_in_draws(made_up: MakeUp, tmp_path: Path) -> None:
    run = made_up(draws=2)
    run.summary = {"break_month": {"value": None, "share_of_draws": 0.5}}
    assert "in 1 of 2 draws" in sentences(RunFolder(run.write(tmp_path)))[2]


def test_what_cannot_be_said_gives_its_reason(tmp_path: Path) -> None:
    assert len(sentences(RunFolder(tmp_path))) == 3
    assert all(said.startswith("Not shown") for said in sentences(RunFolder(tmp_path)))


def test_six_numbers_come_first_in_the_order_users_ask() -> None:
    names = ("break_month", "rent_share", "replacement_ratio", "manpower_bill_rub")
    summary = {
        name: {"value": 1.0, "unit": "ratio"} for name in (*names, "a", "b", "c")
    }
    found = cards(summary)
    assert len(found) == 6
    assert [card.title for card in found[:2]] == [
        "Replacement ratio",
        "Manpower bill rub",
    ]


def test_a_month_beyond_the_run_is_no_number() -> None:
    unit = "months after the documented history"
    measure = {"value": None, "low": 9.0, "unit": unit, "share_of_draws": 0.25}
    card = cards({"break_month": measure})[0]
    assert card.value == "beyond the run"
    assert card.band == "comes within the run in 25 % of draws"


def test_a_month_within_the_run_is_a_date() -> None:
    unit = "months after the documented history"
    june_2025 = 12 * 2025 + 5
    card = cards({"break_month": {"value": 7.0, "unit": unit}}, 6, june_2025)[0]
    assert card.value == "2026-01"


def test_the_documented_year_stands_beside_the_last() -> None:
    last = {"value": 1.0, "unit": "ratio", "title": "Ratio, last twelve months"}
    then = {
        "value": 1.4,
        "unit": "ratio",
        "title": "Ratio, last twelve documented months",
    }
    found = cards({"ratio": last, "ratio_documented_year": then, "ratio_2026": last})
    assert [(card.title, card.documented) for card in found] == [("Ratio", "1.40")]


def test_months_without_rows_count_as_nothing(made_up: MakeUp, tmp_path: Path) -> None:
    run = made_up(draws=1)
    flows = run.tables["flows"]
    run.tables["flows"] = pd.DataFrame(flows[flows["month"] == "2025-07"])
    said = sentences(RunFolder(run.write(tmp_path)))[0]
    monthly = flows[flows["month"] == "2025-07"]["signed_persons"].sum() / 9
    assert f"{round(monthly, -1):,.0f}"[:3] in said


def test_a_headline_number_says_what_part_of_it_is_assumption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = "calibration.validation.stored_grades.assumption_shares"
    monkeypatch.setattr(stored, lambda: {"replacement_ratio": 0.6})
    # What is stored is read once; here it is read anew and not kept.
    anew = _assumption_shares.__wrapped__
    monkeypatch.setattr("experiments.report.cards._assumption_shares", anew)
    (card,) = cards({"replacement_ratio": {"value": 1.1, "unit": "ratio"}})
    assert "60 % of what moves it over draws is assumption" in card.rests_on
    (other,) = cards({"some_ratio": {"value": 1.1, "unit": "ratio"}})
    assert other.rests_on == ""
