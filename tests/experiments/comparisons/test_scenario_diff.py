from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.comparisons.scenario_diff import Change, diff, diff_text

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    base = (
        "title: base\ntime: {start: 2022-09, history_until: 2025-06, until: 2027-12}\n"
        "federal: {signing_bonus: {2022-09: 195000, 2024-08: 400000}}\n"
        "source_states: {NP: {countermeasures: [{date: 2023-12, kind: ban}]}}\n"
    )
    (tmp_path / "base.yaml").write_text(base)

    def write(name: str, text: str) -> Path:
        path = tmp_path / f"{name}.yaml"
        path.write_text(f"title: {name}\nextends: base\n{text}\n")
        return path

    return write


def test_a_scenario_differs_from_itself_in_nothing(write: Write) -> None:
    assert diff("baseline", "baseline") == []
    assert diff_text([]) == "no input differs\n"


def test_the_header_is_no_input(write: Write) -> None:
    assert diff(write("one", "question: Why?"), write("two", "changes: [a]")) == []


def test_two_ways_of_writing_one_path_differ_in_nothing(write: Write) -> None:
    one = write("one", "federal: {signing_bonus: {scale: {2026-01: 2}}}")
    two = write("two", "federal: {signing_bonus: {2026-01: 800000}}")
    assert diff(one, two) == []


def test_a_single_value_is_one_line(write: Write) -> None:
    one, two = (
        write("one", "force: {return_share: 0.6}"),
        write("two", "force: {return_share: 0.7}"),
    )
    assert diff(one, two) == [Change("force.return_share", "", "0.6", "0.7", "")]


def test_a_dated_value_is_shown_where_it_differs_month_by_month(write: Write) -> None:
    one = write("one", "")
    two = write("two", "federal: {signing_bonus: {2024-01: 300000, 2026-01: 500000}}")
    key = "federal.signing_bonus"
    assert diff(one, two) == [
        Change(key, "2024-01", "195 000", "300 000", "rub"),
        Change(key, "2024-08", "400 000", "400 000", "rub"),
        Change(key, "2026-01", "400 000", "500 000", "rub"),
    ]


def test_growth_is_shown_each_january(write: Write) -> None:
    text = "federal: {signing_bonus: {growth_per_year: {2025-01: 0.1}}}"
    rows = diff(write("one", ""), write("two", text))
    assert [row.month for row in rows] == ["2025-02", "2026-01", "2027-01"]
    assert rows[1].after == "440 000"


def test_acts_of_source_states_are_compared_one_by_one(write: Write) -> None:
    text = (
        "source_states: {NP: {countermeasures: "
        "[{date: 2023-12, kind: ban}, {date: 2026-01, kind: arrests}]}}"
    )
    (row,) = diff(write("one", ""), write("two", text))
    assert (row.month, row.before) == ("2026-01", "")
    assert row.key == "source_states.NP.countermeasures"
    assert "arrests" in row.after


def test_a_row_only_one_side_has_is_shown_against_nothing(write: Write) -> None:
    text = "regions: {monthly_topup: {RU-MOW: {2024-07: 1900000}}}"
    rows = diff(write("one", ""), write("two", text))
    assert {row.key for row in rows} == {"regions.monthly_topup.RU-MOW"}
    assert {row.before for row in rows} == {""}
    assert rows[-1].after == "1 900 000"


def test_the_table_is_aligned_and_names_its_columns(write: Write) -> None:
    text = diff_text(diff(write("one", ""), write("two", "force: {return_share: 0.6}")))
    head, row = text.splitlines()
    assert head.split() == ["input", "month", "before", "after", "unit"]
    assert row.startswith("force.return_share")
    assert head.index("after") == row.index("0.6")


def test_regional_bonuses_are_told_as_what_regions_then_offer(write: Write) -> None:
    bonus = "regions: {rule: fixed, signing_bonus: {by_region: {RU-SAM: {ROW}}}}"
    one = write("one", bonus.replace("ROW", "2024-01: 7e5"))
    two = write("two", bonus.replace("ROW", "2024-01: 7e5, 2026-01: 9e5"))
    assert diff(one, two) == [
        Change("regions.signing_bonus RU-SAM", "2026-01", "700 000", "900 000", "rub")
    ]


def test_where_a_rule_moves_a_region_the_table_says_so(write: Write) -> None:
    text = (
        "regions: {signing_bonus: {by_region: {RU-SAM: {2026-01: 9e5, 2026-03: 8e5}}}}"
    )
    told = [
        (row.month, row.before, row.after)
        for row in diff(write("one", ""), write("two", text))
        if row.key == "regions.signing_bonus RU-SAM"
    ]
    rule = "moved by its rule"
    assert told == [
        ("2026-01", rule, "900 000"),
        ("2026-03", rule, "800 000"),
        ("2026-04", rule, rule),
    ]


def test_a_factor_for_a_district_is_one_row_a_month(write: Write) -> None:
    text = (
        "regions: {signing_bonus: "
        "{by_district: {Volga: {scale: {2026-03: 0.5, 2026-06: 1}}}}}"
    )
    key = "regions.signing_bonus of Volga Federal District (factor on it)"
    assert diff(write("one", ""), write("two", text)) == [
        Change(key, "2026-03", "1", "0.5", ""),
        Change(key, "2026-06", "1", "1", ""),
    ]


def test_a_factor_for_all_is_one_row(write: Write) -> None:
    text = "regions: {signing_bonus: {scale: {2026-01: 0.5}}}"
    (row,) = diff(write("one", ""), write("two", text))
    assert (row.key, row.after) == (
        "regions.signing_bonus of all regions (factor on it)",
        "0.5",
    )
