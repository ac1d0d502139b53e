from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from experiments.comparisons.bill_check import (
    FIGURES,
    bill_check,
    bill_reasons,
    print_bill,
)
from model.errors import StorageError
from model.fields.months import month_range, parse_month

MONTHS = month_range(parse_month("2025-01"), parse_month("2025-06"))
BONUS, PAY, DEATH, WOUND = 3e12, 6e11, 9e11, 3e11


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Half a year of 1 % payments unpaid, in two equal draws."""
    rows = [
        (month, account, draw, total / 6)
        for month in MONTHS
        for draw in (0, 1)
        for account, total in (
            ("federal_bonus", BONUS),
            ("service_pay", PAY),
            ("death_presidential", DEATH),
            ("wound_severe", WOUND),
            ("advertising", 6e9),
            ("debt_write_off", 5e9),
        )
    ]
    ledger = pd.DataFrame(rows, columns=["month", "account", "draw", "accrued_rub"])
    ledger["paid_rub"] = 0.99 * ledger["accrued_rub"]
    ledger.to_parquet(tmp_path / "ledger.parquet")
    grid = pd.DataFrame([(m, d) for m in MONTHS for d in (0, 1)])
    grid.columns = pd.Index(["month", "draw"])
    flows = grid.assign(channel="volunteer_contract", signed_persons=50_000)
    flows.to_parquet(tmp_path / "flows.parquet")
    grid.assign(state="combat", persons=400_000).to_parquet(tmp_path / "force.parquet")
    lost = {"killed_persons": 10_000, "wounded_persons": 30_000, "disabled_persons": 1}
    grid.assign(**lost).to_parquet(tmp_path / "losses.parquet")
    return tmp_path


def test_parts_stand_beside_the_documents(folder: Path) -> None:
    table = bill_check(folder).set_index("part")
    assert table.loc["bonuses", "documented_rub"] == 400e9
    assert table.loc["bonuses", "accrued_rub"] == pytest.approx(BONUS)
    assert table.loc["bonuses", "difference_rub"] == pytest.approx(BONUS - 400e9)
    assert table.loc["pay", "paid_rub"] == pytest.approx(0.99 * PAY)
    assert table.loc["compensation", "documented_low_rub"] == 750e9
    assert table.loc["total", "accrued_rub"] == pytest.approx(
        BONUS + PAY + DEATH + WOUND
    )


def test_what_the_source_leaves_out_is_shown_apart(folder: Path) -> None:
    table = bill_check(folder).set_index("part")
    assert table.loc["recruiting", "accrued_rub"] == pytest.approx(6e9)
    assert table["documented_rub"].isna()["recruiting"]


def test_a_period_the_run_does_not_cover_is_left_out(folder: Path) -> None:
    assert set(bill_check(folder)["first"]) == {"2025-01"}
    assert set(bill_reasons(folder)["first"]) == {"2025-01"}


def test_numbers_and_rates_explain_the_difference_exactly(folder: Path) -> None:
    reasons = bill_reasons(folder).set_index("item")
    pay = reasons.loc["payroll"]
    assert pay["number"] == 6 * 400_000
    assert pay["documented_number"] == 6 * 600_000
    assert pay["of_number_rub"] + pay["of_rate_rub"] == pytest.approx(PAY - 860e9)
    contracts = reasons.loc["contracts"]
    assert contracts["rate_rub"] == pytest.approx(BONUS / 300_000)
    assert contracts["documented_rate_rub"] == pytest.approx(2_000_000)


def test_the_reasons_add_up_to_the_bill(folder: Path) -> None:
    amounts = bill_reasons(folder)["amount_rub"].sum()
    assert amounts == pytest.approx(BONUS + PAY + DEATH + WOUND)


def test_every_figure_cites_evidence_in_its_own_period() -> None:
    from calibration.evidence import load_evidence

    evidence = load_evidence()
    for figure in FIGURES:
        if figure.source is not None:
            row = evidence[figure.source]
            assert f"{row.period_start:%Y-%m}" == figure.first
            assert f"{row.period_end:%Y-%m}" == figure.last
            assert row.unit == "RUB_bn"


def test_a_folder_without_tables_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"ledger\.parquet"):
        bill_check(tmp_path)


def test_a_run_without_a_published_bill_is_told(folder: Path) -> None:
    ledger = pd.read_parquet(folder / "ledger.parquet")
    early = ledger.assign(month=ledger["month"].str.replace("2025", "2022"))
    early.to_parquet(folder / "ledger.parquet")
    with pytest.raises(StorageError, match="2023-07 to 2024-06, 2025-01 to 2025-06"):
        print_bill(folder)
