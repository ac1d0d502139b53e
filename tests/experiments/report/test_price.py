"""The section on prices, where there are prices and where there are none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from experiments.figures.parts import Section
from experiments.figures.run_folder import open_run
from experiments.report import build_report
from experiments.report.price import NO_BONUS, NO_PRICE, NO_SUPPLY, price_section
from tests.experiments.report.made_up import MadeUp, MakeUp

BONUSES = (
    ("prices", "offer_federal_rub"),
    ("prices", "offer_regional_rub"),
    ("prices", "bonus_in_months_of_wage"),
    ("supply", "bonus_rub"),
)
MARGINAL = ("flows", "marginal_price_rub")


def without(run: MadeUp, columns: Iterable[tuple[str, str]], folder: Path) -> Path:
    """Write the run with nothing but zeros in some columns."""
    for table, column in columns:
        run.tables[table][column] *= 0
    return run.write(folder / "run")


def slugs(found: Section) -> set[str]:
    return {chart.slug for chart in found.charts}


@pytest.mark.usefixtures("undrawn")
def test_prices_are_drawn_where_there_are_any(made_up: MakeUp, tmp_path: Path) -> None:
    found = price_section(open_run(without(made_up(), (), tmp_path)))
    assert {"price-bonus", "price-wages", "price-supply"} <= slugs(found)
    assert found.absent == ()


def test_a_run_in_which_every_price_is_zero_says_so_and_draws_no_empty_axis(
    made_up: MakeUp, tmp_path: Path
) -> None:
    folder = without(made_up(), (*BONUSES, MARGINAL), tmp_path)
    found = price_section(open_run(folder))
    assert found.absent == (NO_PRICE, NO_BONUS, NO_SUPPLY)
    assert slugs(found) == {"price-pool"}
    page = build_report(folder).read_text(encoding="utf-8")
    assert all(told in page for told in (NO_PRICE, NO_BONUS, NO_SUPPLY))


@pytest.mark.usefixtures("undrawn")
def test_a_marginal_price_is_drawn_even_if_no_bonus_is_paid(
    made_up: MakeUp, tmp_path: Path
) -> None:
    found = price_section(open_run(without(made_up(), BONUSES, tmp_path)))
    assert found.absent == (NO_BONUS, NO_SUPPLY)
    assert slugs(found) == {"price-bonus", "price-pool"}
