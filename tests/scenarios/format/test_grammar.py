"""Numbers and months: what is read, and advice that would be right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.format.grammar import (
    atom,
    dotted_thousands,
    folded,
    is_dated,
    month_hint,
    number_hint,
    readings,
)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("0,5", 0.5),
        ("1,5", 1.5),
        ("0,125", 0.125),
        ("60,2370", 60.237),
        ("400,000", 400_000),
        ("1,234,567", 1_234_567),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1.234.567", 1_234_567),
        ("400 000", 400_000),
        ("400\u00a0000", 400_000),
        ("400\u202f000", 400_000),
        ("1 234 567,89", 1_234_567.89),
        ("400_000", 400_000),
        ("1'000'000", 1_000_000),
        ("70%", 0.7),
        ("2,5 %", 0.025),
        ("−0,1", -0.1),
        ("–5", -5),
        ("０.７", 0.7),
        ("٤٠٠", 400),
        ("010", 10),
        ("30k", 30_000),
        ("400 тыс. руб.", 400_000),
        ("0,4 млн", 400_000),
        ("29%", 0.29),
    ],
)
def test_a_number_written_otherwise_is_read_as_it_was_meant(
    text: str, meant: float
) -> None:
    assert readings(text) == (meant,)
    assert number_hint(text) == f"; write {meant:.15g}"
    assert atom(f"{meant:.15g}") == meant


@pytest.mark.parametrize(
    "text",
    ["much", "", "12 apples", "1.2.3", "1,2,3", "1,00,000", "400 00", "4:00", "--1",
     "1,2.3.4", "5 % of it"],
)  # fmt: skip
def test_where_no_reading_is_sure_none_is_given(text: str) -> None:
    assert readings(text) == ()
    assert number_hint(text) == ""


def test_two_readings_are_both_told_unless_the_range_decides() -> None:
    assert number_hint("1,500") == "; write 1500, or 1.5 if the comma marks decimals"
    assert number_hint("1,500", 0, 100) == "; write 1.5"
    assert number_hint("1,500", 100, 1e9) == "; write 1500"
    assert number_hint("150%", 0, 1) == ""
    assert number_hint("5%", 0, 1e13) == ""


@given(st.integers(1, 10**9), st.sampled_from([",", " ", "_", "'", "\u00a0"]))
def test_grouped_thousands_are_never_wrong_by_ten(number: int, mark: str) -> None:
    written = f"{number:,}".replace(",", mark)
    assert number in readings(written)


@given(st.decimals(0, 10**6, places=2))
def test_a_decimal_comma_is_never_wrong_by_ten(number: object) -> None:
    assert readings(str(number).replace(".", ",")) == (float(str(number)),)


def test_dots_between_thousands_are_seen_and_machine_written_decimals_are_not() -> None:
    assert dotted_thousands("800.000") == "800000"
    assert dotted_thousands("1.250") == "1250"
    assert dotted_thousands("0.500") is None
    assert dotted_thousands("812.345") is None


@given(st.floats(0, 1e6))
def test_no_float_as_python_writes_it_is_taken_for_thousands(number: float) -> None:
    assert dotted_thousands(repr(number)) is None


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2024/8", "2024-08"),
        ("08.2024", "2024-08"),
        ("2026-31-01", "2026-01"),
        ("31.01.2026", "2026-01"),
        ("01.09.2022", "2022-09"),
        ("31/01/2026", "2026-01"),
        ("2026–01", "2026-01"),
        ("2026", "2026-01"),
        ("Jan 2024", "2024-01"),
        ("1 сентября 2022 г.", "2022-09"),
        ("май 2024", "2024-05"),
        ("марта 2024 года", "2024-03"),
        ("2026-Q3", "2026-07"),
        ("２０２６-０１", "2026-01"),
    ],
)  # fmt: skip
def test_a_month_written_otherwise_is_read_as_it_was_meant(
    text: str, month: str
) -> None:
    assert month_hint(text) == f"; write {month}"
    assert is_dated(text) == (text != "2026")


def test_a_date_that_may_be_american_is_told_both_ways() -> None:
    assert month_hint("01/09/2022") == "; write 2022-09 or 2022-01"


@pytest.mark.parametrize("text", ["soon", "2024-13", "30.02.2026", "24-01", "2024-W05"])
def test_no_month_is_made_up(text: str) -> None:
    assert month_hint(text) == ""


def test_folding_keeps_plain_text() -> None:
    assert folded("2026-01") == "2026-01"
