"""What an analyst may write that a reader of numbers could take for another number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import Problem, ScenarioError
from scenarios import load_scenario
from scenarios.format.doubts import doubts

Write = Callable[..., Path]
HEAD = "title: A test\nextends: base\n"

MISREAD = {
    "regions:\n  signing_bonus:\n    scale: {2026-01: 0,5}": (5, "write 0.5"),
    "federal:\n  signing_bonus:\n    rub: {2026-01: 400,000, 2026-02: 500,000}": (
        5, "write 400000"),
    "federal:\n  signing_bonus:\n    rub: {2026-01: 1,234,567}": (5, "write 1234567"),
    "federal:\n  signing_bonus:\n    rub:\n      2026-01: 400,000": (6, "write 400000"),
    "federal:\n  signing_bonus: {2026-01: 400 000}": (4, "write 400000"),
    "federal:\n  signing_bonus: {2026-01: 400\u00a0000}": (4, "write 400000"),
    "federal:\n  signing_bonus: {2026-01: 800.000}": (4, "800 or 800000"),
    "federal:\n  service_pay: {growth_per_year: 0,05}": (4, "write 0.05"),
    "federal:\n  service_pay: {scale: 1,5}": (4, "write 1.5"),
    "federal:\n  service_pay: {scale: 1,500}": (4, "or 1.5 if"),
    "force: {return_share: 70}": (3, "70 per cent is 0.7"),
    "force: {return_share: 70%}": (3, "write 0.7"),
    "force:\n  return_share:\u00a00.7": (4, "no-break space"),
    "federal: {signing_bonus: {2026-02-99: 5}}": (3, "no calendar has"),
    "federal: {signing_bonus: {2026-02-30: 5}}": (3, "no calendar has"),
    "federal: {signing_bonus: {2026-31-01: 5}}": (3, "write 2026-01"),
    "federal: {signing_bonus: {31.01.2026: 5}}": (3, "write 2026-01"),
    "federal: {signing_bonus: {январь 2026: 5}}": (3, "write 2026-01"),
    "economy:\n  rub_per_usd:\n    01.09.2022: 60,2370\n    03.10.2022: 57,5658": (
        5, "write 2022-09"),
    "changes: [0,5, 0,7]": (3, "a space after each comma"),
    "changes:\n - a\nsources: [12,5, b, 1,2]": (5, "a space after each comma"),
    "economy: {wages: 89}": (3, "write economy.wage_factor"),
    "economy: {unemployment: 2.3}": (3, "write economy.unemployment_factor"),
    "economy: {rub_per_usd: {multiplier: 1.5}}": (3, "economy.rub_per_usd.scale"),
    "economy: {rub_per_usd: 0.5}": (3, "too small"),
    "economy:\n  rub_per_usd: rates.csv": (4, "{csv: rates.csv, unit: ...}"),
    "economy: {federal_spending: 0.9}": (3, "write economy.federal_spending_factor"),
    "federal:\n  quota: 30,000": (4, "write 30000"),
    "federal:\n  quota: 30.000": (4, "30 or 30000; write the one meant"),
    "federal:\n  quota: 30 тыс.": (4, "write 30000"),
    "force:\n  return_share: 72,5%": (4, "write 0.725"),
    "federal:\n  quota: ３００００": (4, "write 30000"),
    "federal:\n  service_pay: {growth_per_year: −0,1}": (4, "write -0.1"),
    "federal:\n  signing_bonus: {2026-Q2: 5}": (4, "write 2026-04"),
    "federal:\n  signing_bonus: {Apr 2026: 5}": (4, "write 2026-04"),
    "federal:\n  signing_bonus: {04/2026: 5}": (4, "write 2026-04"),
    "federal:\n  signing_bonus: {2026–04: 5}": (4, "write 2026-04"),
    "time: {until: 31.12.2026}": (3, "write 2026-12"),
    "time: {until: декабрь 2026}": (3, "write 2026-12"),
    "federal:\n  signing_bonus: {2026-04: 1.200.000}": (4, "write 1200000"),
    "federal:\n  signing_bonus: {2026-04: '400000'}": (4, "without quotes: 400000"),
    "regions: {monthly_topup: {RU-SAMARA: 5}}": (3, "did you mean RU-SAM (Samara"),
}  # fmt: skip


def doubts_of(path: Path) -> list[Problem]:
    """Return what is doubted in the file itself."""
    return [note for note in doubts(load_scenario(path)) if note.file == str(path)]


@pytest.mark.parametrize("text", MISREAD)
def test_what_could_be_another_number_is_refused_with_the_right_advice(
    write: Write, text: str
) -> None:
    line, advice = MISREAD[text]
    path = write(f"{HEAD}{text}\n")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    first = caught.value.problems[0]
    assert (first.line, advice in str(caught.value)) == (line, True), str(caught.value)


def test_a_list_without_any_space_is_a_list(write: Write) -> None:
    path = write(f"{HEAD}changes: ['a1','2b','3']\n")
    assert load_scenario(path).scenario.changes == ("a1", "2b", "3")


def test_a_day_is_dropped_and_that_is_told(write: Write) -> None:
    path = write(f"{HEAD}federal:\n  signing_bonus: {{2026-01-31: 500000}}\n")
    resolved = load_scenario(path)
    assert resolved.scenario.federal.signing_bonus.rub["2026-01"].value == 500_000
    (note,) = resolved.notes
    assert (note.line, note.column) == (4, 19)
    assert "acts from the start of 2026-01" in note.message


def test_the_first_of_a_month_drops_nothing(write: Write) -> None:
    path = write(f"{HEAD}federal:\n  signing_bonus: {{2026-01-01: 500000}}\n")
    assert load_scenario(path).notes == ()


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("federal: {signing_bonus: {2026-01: 800}}", 3, "of the 400000 before"),
        ("federal:\n  quota: 3.0e+6", 4, "100 times the 30000 before"),
        ("regions: {signing_bonus: {scale: {2026-01: 50}}}", 3, "50 per cent is 0.5"),
        ("federal: {service_pay: {growth_per_year: 5}}", 3, "5 per cent is 0.05"),
        ("economy: {wage_growth_per_year: 1.5}", 3, "2.5 times in a year"),
        ("force: {tempo: 50}", 3, "multiplies by 50"),
        (
            "regions: {signing_bonus: {by_region: {RU-SAM: {2026-01: 900}}}}",
            3,
            "of the 1.1e+06 before",
        ),
        ("behaviour: {slope: 0.05}", 3, "of the 1.3 before"),
    ],
)
def test_what_is_far_from_what_it_replaces_is_doubted(
    write: Write, text: str, line: int, told: str
) -> None:
    (doubt,) = doubts_of(write(f"{HEAD}{text}\n"))
    assert doubt.line == line
    assert told in doubt.message or told.replace("1.1e+06", "1100000") in doubt.message


@pytest.mark.parametrize(
    "text",
    [
        "federal: {signing_bonus: {2026-01: 8000000}}",
        "regions: {signing_bonus: {scale: {2026-01: 0.01}}}",
        "force: {tempo: 10}",
        "federal: {service_pay: {growth_per_year: 1}}",
        "federal: {signing_bonus: {2026-01: 0}}",
    ],
)
def test_what_is_within_reason_is_not_doubted(write: Write, text: str) -> None:
    assert doubts_of(write(f"{HEAD}{text}\n")) == []
