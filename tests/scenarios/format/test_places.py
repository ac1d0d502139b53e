"""Places by code and by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from calibration.documented.world import documented_world
from calibration.evidence import load_regions
from model.errors import ScenarioError
from scenarios import load_scenario
from scenarios.format.places import find_place, matching, places, regions_of, suggestion

Write = Callable[..., Path]


def test_the_table_agrees_with_the_documented_world() -> None:
    regions = {row.iso: (row.name_en, row.federal_district) for row in load_regions()}
    listed = {p.code: (p.name_en, p.district) for p in places() if p.kind == "region"}
    assert listed == regions
    countries = {p.code for p in places() if p.kind == "country"}
    assert countries == set(documented_world().countries.iso)


def test_every_name_of_a_place_finds_it_and_no_other() -> None:
    for place in places():
        for name in place.names:
            assert find_place(name, place.kind) == place, name


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("RU-SAM", "RU-SAM"),
        ("ru-sam", "RU-SAM"),
        ("SAM", "RU-SAM"),
        ("Samara", "RU-SAM"),
        ("samara oblast", "RU-SAM"),
        ("Samara region", "RU-SAM"),
        ("Самарская область", "RU-SAM"),
        ("Самарская обл.", "RU-SAM"),
        ("г. Москва", "RU-MOW"),
        ("г.Москва", "RU-MOW"),
        ("Москва", "RU-MOW"),
        ("Московская область", "RU-MOS"),
        ("Moscow", "RU-MOW"),
        ("Moscow Oblast", "RU-MOS"),
        ("респ. Татарстан", "RU-TA"),
        ("Республика Татарстан (Татарстан)", "RU-TA"),
        ("Ханты-Мансийский автономный округ – Югра", "RU-KHM"),
        ("Кемеровская область", "RU-KEM"),
        ("Altai Krai", "RU-ALT"),
        ("Республика Алтай", "RU-AL"),
        ("Республика Крым", "UA-43"),
        ("UA-43", "UA-43"),
        ("ОРЛОВСКАЯ ОБЛАСТЬ", "RU-ORL"),
        ("        Белгородская область", "RU-BEL"),
    ],
)
def test_a_region_is_found_as_analysts_and_statistics_name_it(
    name: str, code: str
) -> None:
    place = find_place(name, "region")
    assert place is not None
    assert place.code == code


@pytest.mark.parametrize("name", ["Altai", "Атлантида", "", "область", "RU-SAMARA"])
def test_what_names_no_place_or_two_finds_none(name: str) -> None:
    assert find_place(name, "region") is None


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("RU-SAMARA", "RU-SAM (Samara Oblast)"),
        ("Samarra", "RU-SAM"),
        ("RU-TATARSTAN", "RU-TA"),
        ("Свердловская обласьт", "RU-SVE"),
        ("Altai", "RU-AL (Altai Republic) or RU-ALT (Altai Krai)"),
    ],
)
def test_a_near_name_is_proposed_with_its_code(name: str, meant: str) -> None:
    assert f"did you mean {meant}" in suggestion(name, "region")


def test_a_name_like_none_proposes_nothing() -> None:
    assert suggestion("Qwrtplkjh", "region") == ""


def test_a_district_has_its_regions() -> None:
    for name in (
        "Volga",
        "ПФО",
        "Приволжский федеральный округ",
        "volga fed. district",
    ):
        place = find_place(name, "district")
        assert (place.code if place else name) in ("Volga", "volga fed. district")
    assert len(regions_of("Volga")) == 14
    assert sum(len(regions_of(p.code)) for p in places() if p.kind == "district") == 85


def test_search_finds_by_any_part_of_a_name_and_by_district() -> None:
    assert [place.code for place in matching("перм", "region")] == ["RU-PER"]
    assert len(matching("volga", "region")) >= 14


def test_scenario_files_take_names_for_codes(write: Write) -> None:
    path = write(
        "title: A\nextends: base\n"
        "regions:\n"
        "  monthly_topup: {Татарстан: 30000}\n"
        "  signing_bonus: {by_region: {Самарская область: {2026-01: 900000}}}\n"
        "source_states: {Непал: {tolerance: 2}}\n"
    )
    scenario = load_scenario(path, ["regions.monthly_topup.Пермский край=9"]).scenario
    assert set(scenario.regions.monthly_topup) == {"RU-TA", "RU-PER"}
    assert list(scenario.regions.signing_bonus.by_region) == ["RU-SAM"]
    assert list(scenario.source_states) == ["NP"]


def test_one_place_under_two_names_is_told(write: Write) -> None:
    rows = "{RU-TA: 1, Tatarstan: 2}"
    path = write(f"title: A\nextends: base\nregions:\n  monthly_topup: {rows}\n")
    with pytest.raises(ScenarioError, match=r":4:29: .*a second value for RU-TA"):
        load_scenario(path)


DISTRICT = """title: A
extends: base
regions:
  signing_bonus:
    by_district:
      ПФО: {rub: {2025-10: 400000, 2026-01: 1500000}, scale: {2026-03: 0.5}}
    by_region:
      Samara: {rub: {2025-10: 700000}}
"""


def test_a_district_stands_for_its_regions_and_a_region_s_own_value_goes_first(
    write: Write,
) -> None:
    rows = load_scenario(write(DISTRICT)).scenario.regions.signing_bonus.by_region
    assert set(rows) == set(regions_of("Volga"))
    values = {
        code: {month: step.value for month, step in row.rub.items()}
        for code, row in rows.items()
    }
    assert values["RU-SAM"] == {"2025-10": 700_000, "2026-01": 1_500_000}
    assert values["RU-PER"] == {"2025-10": 400_000, "2026-01": 1_500_000}
    assert {row.scale["2026-03"] for row in rows.values()} == {0.5}


def test_a_district_is_laid_over_what_a_lower_file_says_of_a_region(
    write: Write,
) -> None:
    lower = (
        "title: B\nextends: base\nregions: {signing_bonus: {by_region: {Perm: 9}}}\n"
    )
    write(lower, "lower")
    path = write(DISTRICT.replace("extends: base", "extends: lower"))
    rows = load_scenario(path).scenario.regions.signing_bonus.by_region
    assert [step.value for step in rows["RU-PER"].rub.values()] == [9, 4e5, 1.5e6]


def test_a_mistake_in_a_district_is_told_once_where_it_stands(write: Write) -> None:
    path = write(DISTRICT.replace("400000", "400 000"))
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (6, 28)
    assert "write 400000" in problem.message


def test_an_unknown_district_is_told_what_is_near(write: Write) -> None:
    path = write(DISTRICT.replace("ПФО", "Vogla"))
    with pytest.raises(ScenarioError, match="did you mean Volga"):
        load_scenario(path)


def test_a_district_among_regions_is_shown_its_own_place(write: Write) -> None:
    rows = "{by_region: {Volga: {scale: {2026-04: 0.5}}}}"
    text = f"title: A\nextends: base\nregions: {{signing_bonus: {rows}}}\n"
    with pytest.raises(ScenarioError, match="federal district; write it beside"):
        load_scenario(write(text))
