from dataclasses import replace

import numpy as np
import pytest

from calibration.observation.targets import Target, load_targets
from calibration.validation.documents import (
    Document,
    before,
    documents,
    persistence,
    trend,
)
from model.fields.months import parse_month

BY_NAME = {target.name: target for target in load_targets()}
ALL = documents()


def count(name: str, start: str, end: str, figure: float, sd: float = 0.1) -> Target:
    return replace(
        BY_NAME["budget_2024h2"],
        name=name,
        period_start=start,
        period_end=end,
        documented=figure,
        sd=sd,
    )


def named(found: tuple[Document, ...]) -> list[str]:
    return [each.target.name for each in found]


def test_quarters_of_one_source_make_a_half_year() -> None:
    quarters = [
        count("q1", "2024-01", "2024-03", 60_000.0, 0.1),
        count("q2", "2024-04", "2024-06", 90_000.0, 0.2),
        count("q3", "2024-07", "2024-09", 70_000.0),
    ]
    half, quarter = documents(quarters)
    assert half.target.documented == 150_000
    assert (half.target.period_start, half.target.period_end) == ("2024-01", "2024-06")
    assert half.target.sd == pytest.approx(0.4 * 0.1 + 0.6 * 0.2)
    assert quarter.target.name == "q3"


def test_every_series_of_the_issue_has_firm_documents() -> None:
    firm = {each.series for each in ALL if each.firm}
    wanted = {"contracts", "deaths", "casualties", "force", "mean_price", "foreigners"}
    assert firm == wanted
    assert not any(each.firm for each in ALL if each.target.name == "budget_2025q2")


def test_totals_of_years_and_single_countries_are_left_out() -> None:
    names = named(ALL)
    assert "killed_total_2024" not in names
    assert "uz_2024" not in names


def test_the_last_document_is_carried_on_by_the_month() -> None:
    year = Document("contracts", (count("y", "2023-01", "2023-12", 360_000.0),))
    half = Document("contracts", (count("h", "2024-01", "2024-06", 1.0),))
    assert persistence(half, [year]) == pytest.approx(180_000)
    assert persistence(half, []) is None


def test_a_level_is_carried_on_as_it_is() -> None:
    force = [each for each in ALL if each.series == "force"]
    known = before(force[-1], ALL, parse_month("2024-06"))
    assert persistence(force[-1], known) == known[-1].target.documented


def test_the_trend_is_the_line_through_the_last_two_in_logarithms() -> None:
    known = [
        Document("contracts", (count("a", "2023-01", "2023-06", 100.0),)),
        Document("contracts", (count("b", "2023-07", "2023-12", 110.0),)),
    ]
    later = Document("contracts", (count("c", "2024-07", "2024-12", 1.0),))
    assert trend(later, known) == pytest.approx(110 * 1.1**2)
    assert trend(later, known[:1]) == pytest.approx(100)


def test_nothing_is_known_before_its_period_is_over() -> None:
    origin = parse_month("2024-06")
    for each in ALL:
        known = before(each, ALL, origin)
        assert all(k.parts[-1].last <= origin for k in known)
        assert all(k.like == each.like for k in known)


def test_prices_are_compared_with_prices_averaged_alike() -> None:
    (later,) = (each for each in ALL if each.target.name == "bonus_top24_2025_06")
    known = before(later, ALL, parse_month("2024-12"))
    assert [each.target.name for each in known] == ["bonus_top24_2024_10"]
    assert np.isclose(persistence(later, known) or 0, 1_230_000)
