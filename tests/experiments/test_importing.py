"""Tables of the shapes that public sources publish, brought in or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from calibration.evidence import load_evidence
from experiments.importing import EVIDENCE, Imported, Reading, imported
from model.errors import EvidenceError, ScenarioError
from scenarios import load_scenario

Save = Callable[..., Path]
RATE = "economy.rub_per_usd"
BONUS = "regions.signing_bonus.by_region"
TOPUP = "regions.monthly_topup"
SAYS = {
    "id": "own",
    "quantity": "own_quantity",
    "publisher": "Office",
    "title": "Own table",
    "kind": "documented",
}


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def save(content: str | bytes, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def steps(made: Imported, target: str) -> Any:
    """Return what a block states below its target, as an editor reads it."""
    block = YAML(typ="safe", pure=True).load(made.text)
    for key in target.split("."):
        block = block[key]
    return {str(key): value for key, value in block.items()}


def months(values: Any) -> dict[str, float]:
    return {str(month): value for month, value in values.items()}


CBR = (
    "\ufeffnominal;data;curs;cdx\r\n1;01.09.2022;60,2370;Доллар США\r\n"
    "1;03.10.2022;57,5658;Доллар США\r\n10;03.10.2022;399,324;Турецкая лира\r\n"
)


def test_rates_of_a_central_bank(save: Save) -> None:
    only = {"cdx": "Доллар США"}
    made = imported(save(CBR), RATE, Reading(unit="RUB_per_USD", where=only))
    found = steps(made, RATE)["rub_per_usd"]
    assert months(found) == {"2022-09": 60.237, "2022-10": 57.5658}
    assert "decimals after a comma" in made.told
    assert "text in UTF-8 with a byte order mark" in made.told


def test_a_price_of_so_many_units_is_divided(save: Save) -> None:
    only = {"cdx": "Турецкая лира"}
    made = imported(save(CBR), RATE, Reading(unit="RUB_per_USD", where=only))
    assert months(steps(made, RATE)["rub_per_usd"]) == {"2022-10": 39.9324}


def test_two_series_in_one_table_are_refused_until_one_is_chosen(save: Save) -> None:
    with pytest.raises(ScenarioError, match=r":4:.*cdx holds Доллар США, Турецкая"):
        imported(save(CBR), RATE, Reading(unit="RUB_per_USD"))


def test_a_unit_is_never_guessed(save: Save) -> None:
    only = {"cdx": "Доллар США"}
    with pytest.raises(
        ScenarioError, match=r"is missing; its values run from 57\.5658"
    ):
        imported(save(CBR), RATE, Reading(where=only))
    with pytest.raises(ScenarioError, match=r"'RUB' does not fit .*RUB_per_USD"):
        imported(save(CBR), RATE, Reading(unit="RUB", where=only))


WAGES = (
    ",varname,Российская Федерация,Белгородская область,г. Москва,г. Севастополь\n"
    "2022-09-01,WAGE,60001.5,45000.2,110000.9,\n"
    "2022-10-01,WAGE,61001.5,46000.2,111000.9,\n"
)


def test_a_column_for_each_region_in_windows_1251(save: Save) -> None:
    made = imported(save(WAGES.encode("cp1251")), TOPUP, Reading(unit="RUB"))
    rows = {code: months(r["rub_per_month"]) for code, r in steps(made, TOPUP).items()}
    assert rows == {
        "RU-BEL": {"2022-09": 45000.2, "2022-10": 46000.2},
        "RU-MOW": {"2022-09": 110000.9, "2022-10": 111000.9},
    }
    assert "aggregates Российская Федерация" in made.left_out
    assert "2 empty cells" in made.left_out
    assert any("Windows-1251" in line for line in made.told)


def test_the_whole_country_of_a_regional_table(save: Save) -> None:
    made = imported(save(WAGES), EVIDENCE, Reading(unit="RUB"), row=SAYS)
    assert "own-2022-09,own_quantity,RU,none,2022-09-01,2022-09-30,60001.5" in made.text
    assert "own-bel-2022-10,own_quantity,RU-BEL" in made.text


def test_short_iso_codes_beside_names_and_years_in_the_header(save: Save) -> None:
    table = (
        "region,regionISO,year2021,year2022\n"
        "        Белгородская область,BEL,1384,1514\n"
        "        г.Москва,MOW,7947,8200\n        Республика Крым,UA-43,4057,4099\n"
    )
    reading = Reading(unit="persons_thousand")
    made = imported(save(table), EVIDENCE, reading, row=SAYS)
    assert "own-43-2022,own_quantity,UA-43,none,2022-01-01,2022-12-31,4099000" in (
        made.text
    )
    assert made.text.count("\n") == 7


def test_names_and_codes_that_differ_are_told(save: Save) -> None:
    table = "region,iso,2022\nБелгородская область,MOW,1\nг. Москва,BEL,2\n"
    with pytest.raises(ScenarioError, match=r":2:.*different places"):
        imported(save(table), EVIDENCE, Reading(unit="persons"), row=SAYS)


def test_a_title_above_the_header_is_left_out(save: Save) -> None:
    table = (
        '"Data Source","Indicators",\n\n"Last Updated","2026-01-01",\n\n'
        '"Country Name","Country Code","Indicator","2022","2023",\n'
        '"Russian Federation","RUS","x","1.5","",\n'
    )
    made = imported(save(table), EVIDENCE, Reading(unit="ratio"), row=SAYS)
    assert "own-2022,own_quantity,RU,none,2022-01-01,2022-12-31,1.5" in made.text
    assert "header on line 5, 2 filled lines above it left out" in made.told


def test_several_columns_of_numbers_are_refused_until_one_is_named(save: Save) -> None:
    table = (
        "LocID,Location,VarID,Time,PopMale\n643,Russian Federation,2,2022,67000.123\n"
    )
    with pytest.raises(ScenarioError, match=r"not clear: LocID, VarID, PopMale"):
        imported(save(table), EVIDENCE, Reading(unit="persons_thousand"), row=SAYS)
    reading = Reading(unit="persons_thousand", value="PopMale")
    made = imported(save(table), EVIDENCE, reading, row=SAYS)
    assert ",67000123," in made.text


def test_totals_so_far_become_what_each_month_added(save: Save) -> None:
    records = [
        {"date": f"2024-{month:02d}-{day}", "personnel": 100 * month + int(day)}
        for month in (8, 9, 10)
        for day in ("01", "28")
    ]
    reading = Reading(unit="persons", value="personnel", cumulative=True)
    path = save(json.dumps(records), "losses.json")
    made = imported(path, EVIDENCE, reading, row=SAYS)
    values = [line.split(",")[6] for line in made.text.splitlines()[1:]]
    assert values == ["100", "100"]
    assert "2024-08: no month before it" in made.left_out


def test_one_month_of_totals_says_no_flow(save: Save) -> None:
    records = [{"date": "2024-10-29", "day": 979, "personnel": 100, "about": "x"}]
    reading = Reading(unit="persons", value="personnel", cumulative=True)
    path = save(json.dumps(records), "losses.json")
    with pytest.raises(
        ScenarioError, match="nothing is left; 2024-10: no month before"
    ):
        imported(path, EVIDENCE, reading, row=SAYS)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("m,v\n2024-01,5\n2024-03,9\n", r":3:.*2024-01 comes 2024-03"),
        ("m,v\n2024-01,5\n2024-02,3\n", r":3:.*falls from 5 to 3"),
    ],
)
def test_totals_that_skip_or_fall_are_refused(
    save: Save, table: str, told: str
) -> None:
    reading = Reading(unit="persons", cumulative=True)
    with pytest.raises(ScenarioError, match=told):
        imported(save(table), EVIDENCE, reading, row=SAYS)


# ---- ten more shapes


def test_tabs_and_percentages(save: Save) -> None:
    path = save("месяц\tдоля\nянв. 2024\t7,5\nфев. 2024\t8\n", "share.tsv")
    target = "federal.transfer_to_regions"
    made = imported(path, target, Reading(unit="percent"))
    assert months(steps(made, target)["share"]) == {"2024-01": 0.075, "2024-02": 0.08}


def test_signs_of_per_cent_count_as_hundredths(save: Save) -> None:
    path = save('m,v\n2024-01,"7,5 %"\n2024-02,8%\n')
    target = "federal.transfer_to_regions"
    made = imported(path, target, Reading(unit="share"))
    assert months(steps(made, target)["share"]) == {"2024-01": 0.075, "2024-02": 0.08}
    with pytest.raises(ScenarioError, match="say --unit share"):
        imported(path, target, Reading(unit="percent"))


def test_a_spreadsheet_with_dates_and_a_second_sheet(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    frame = pd.DataFrame(
        {
            "Month": pd.to_datetime(["2026-01-01", "2026-02-01"]),
            "Самарская область": [1.5, 2.0],
            "Приволжский федеральный округ": [1.0, 1.0],
        }
    )
    with pd.ExcelWriter(path, engine="openpyxl") as book:
        pd.DataFrame({"note": ["see the other"]}).to_excel(book, sheet_name="About")
        frame.to_excel(book, sheet_name="Бонусы", index=False, startrow=2)
    made = imported(path, BONUS, Reading(unit="RUB_million"), sheet="Бонусы")
    assert steps(made, BONUS) == {
        "RU-SAM": {"rub": {"2026-01": 1_500_000, "2026-02": 2_000_000}}
    }
    assert "aggregates Приволжский федеральный округ" in made.left_out
    with pytest.raises(ScenarioError, match="no sheet 'Bonus'; allowed: About, Бонусы"):
        imported(path, BONUS, Reading(unit="RUB"), sheet="Bonus")


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "long.parquet"
    pd.DataFrame(
        {"date": ["2026-01", "2026-02"], "oblast": ["Perm", "Perm"], "rub": [5e5, 6e5]}
    ).to_parquet(path)
    made = imported(path, BONUS, Reading(unit="RUB"))
    assert steps(made, BONUS) == {
        "RU-PER": {"rub": {"2026-01": 500_000, "2026-02": 600_000}}
    }


def test_months_in_the_header_and_thousands_with_spaces(save: Save) -> None:
    path = save(
        "Регион;01.2026;02.2026\nТатарстан;1 200 000;1 300 000\nХакасия;;900 000\n"
    )
    made = imported(path, BONUS, Reading(unit="RUB"))
    assert steps(made, BONUS) == {
        "RU-TA": {"rub": {"2026-01": 1_200_000, "2026-02": 1_300_000}},
        "RU-KK": {"rub": {"2026-02": 900_000}},
    }
    assert "spaces between thousands" in made.told


def test_utf_16_as_spreadsheets_save_unicode_text(save: Save) -> None:
    path = save("Month\tValue\n2026-01\t92.5\n".encode("utf-16"), "rate.txt")
    made = imported(path, RATE, Reading(unit="RUB_per_USD"))
    assert months(steps(made, RATE)["rub_per_usd"]) == {"2026-01": 92.5}


def test_american_dates_are_seen_by_a_day_above_twelve(save: Save) -> None:
    path = save("date,rate\n09/01/2022,60.2\n10/13/2022,61.4\n")
    made = imported(path, RATE, Reading(unit="RUB_per_USD"))
    assert months(steps(made, RATE)["rub_per_usd"]) == {
        "2022-09": 60.2,
        "2022-10": 61.4,
    }


def test_dates_that_may_be_either_are_refused_until_declared(save: Save) -> None:
    path = save("date,rate\n09/01/2022,60.2\n10/02/2022,61.4\n")
    with pytest.raises(ScenarioError, match=r":2:.*2022-01 or 2022-09; say --dates"):
        imported(path, RATE, Reading(unit="RUB_per_USD"))
    made = imported(path, RATE, Reading(unit="RUB_per_USD", dates="mdy"))
    assert list(steps(made, RATE)["rub_per_usd"]) == ["2022-09", "2022-10"]


def test_a_daily_series_needs_to_know_which_day_counts(save: Save) -> None:
    path = save("date,rate\n2026-01-10,90\n2026-01-20,94\n2026-02-01,95\n")
    with pytest.raises(ScenarioError, match=r":3:.*first, last, mean or sum"):
        imported(path, RATE, Reading(unit="RUB_per_USD"))
    made = imported(path, RATE, Reading(unit="RUB_per_USD", in_month="mean"))
    assert months(steps(made, RATE)["rub_per_usd"]) == {"2026-01": 92, "2026-02": 95}


def test_commas_that_may_be_either_are_refused_until_declared(save: Save) -> None:
    path = save("date;rub\n2026-01;1,200\n2026-02;1,300\n")
    with pytest.raises(ScenarioError, match=r"'1,200' may be 1200 or 1\.2; say which"):
        imported(path, "federal.signing_bonus", Reading(unit="RUB_thousand"))
    reading = Reading(unit="RUB_thousand", decimal=".")
    made = imported(path, "federal.signing_bonus", reading)
    values = steps(made, "federal.signing_bonus")["rub"]
    assert months(values) == {"2026-01": 1_200_000, "2026-02": 1_300_000}


def test_records_inside_an_object_and_missing_values(save: Save) -> None:
    records = {"meta": {"n": 2}, "data": [
        {"period": "2026-01", "value": None}, {"period": "2026-02", "value": 91}
    ]}  # fmt: skip
    path = save(json.dumps(records), "rate.json")
    made = imported(path, RATE, Reading(unit="RUB_per_USD"))
    assert months(steps(made, RATE)["rub_per_usd"]) == {"2026-02": 91}
    assert "1 empty cells" in made.left_out


def test_a_region_with_and_without_its_okrugs(save: Save) -> None:
    table = (
        "регион,2022\nТюменская область,3000\nТюменская область без АО,1500\n"
        "в том числе:,\nПермский край,9\nЗавод №1,5\n"
    )
    made = imported(save(table), EVIDENCE, Reading(unit="persons"), row=SAYS)
    assert (
        "own-tyu-2022,own_quantity,RU-TYU,none,2022-01-01,2022-12-31,1500" in made.text
    )
    assert any("Тюменская область: Тюменская" in line for line in made.left_out)
    assert any("'Завод №1' is no region" in line for line in made.left_out)


def test_evidence_from_elsewhere_is_put_into_the_loader_s_form(save: Save) -> None:
    from calibration.evidence.tables import EVIDENCE_COLUMNS

    row = ["a", "q", "RU-BEL", "all", "2026-01-01", "2026-01-31", "1_200_000", "", "",
           "RUB", "press_report", "3", "P", "T", "2026-01", "", ""]  # fmt: skip
    table = "\ufeff" + ";".join(EVIDENCE_COLUMNS) + "\n" + ";".join(row) + "\n\n"
    made = imported(save(table), EVIDENCE, Reading())
    path = save(made.text, "clean/rows.csv")
    assert load_evidence(path.parent)["a"].value == 1_200_000


def test_evidence_the_loader_would_refuse_is_refused(save: Save) -> None:
    path = save("m,v\n2024-01,5\n")
    with pytest.raises(EvidenceError, match="kind: 'rumour' is unknown"):
        imported(
            path, EVIDENCE, Reading(unit="persons"), row={**SAYS, "kind": "rumour"}
        )
    with pytest.raises(EvidenceError, match="rows of evidence need --id"):
        imported(path, EVIDENCE, Reading(unit="persons"), row={})


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("economy.rub_per_us", "did you mean economy.rub_per_usd"),
        ("behaviour.slope", "takes one value and no series"),
        (f"{BONUS}.Atlantis", "'Atlantis' is no place"),
    ],
)
def test_a_target_that_takes_no_series_is_told(
    save: Save, target: str, told: str
) -> None:
    with pytest.raises(ScenarioError, match=told):
        imported(save("m,v\n2024-01,5\n"), target, Reading(unit="RUB"))


def test_a_value_outside_its_range_is_told_in_its_line(save: Save) -> None:
    path = save("m,v\n2024-01,0.5\n2024-02,50\n")
    with pytest.raises(ScenarioError, match=r":3:.*50 lies outside; .* from 0 to 1"):
        imported(path, "federal.transfer_to_regions", Reading(unit="share"))


def test_a_block_is_a_scenario_that_loads(save: Save) -> None:
    regions = "month,region,v\n2026-04,Samara,1200000\n2026-05,Пермский край,900000\n"
    made = imported(save(regions), BONUS, Reading(unit="RUB"), source="bon-bel-2024-01")
    path = save(f"title: Own\nextends: baseline\n{made.text}", "own.yaml")
    rows = load_scenario(path).scenario.regions.signing_bonus.by_region
    assert rows["RU-SAM"].rub["2026-04"].value == 1_200_000
    assert rows["RU-PER"].rub["2026-05"].source == "bon-bel-2024-01"


def test_a_title_makes_it_a_whole_scenario(save: Save, tmp_path: Path) -> None:
    table = save("region,2026-06\nPerm,700000\nSamara,800000\n")
    made = imported(table, BONUS, Reading(unit="RUB"), title="Ours: from June")
    path = tmp_path / "ours.yaml"
    path.write_text(made.text, encoding="utf-8")
    scenario = load_scenario(path).scenario
    assert scenario.title == "Ours: from June"
    bonus = scenario.regions.signing_bonus.by_region["RU-PER"]
    assert bonus.rub["2026-06"].value == 700_000
    with pytest.raises(ScenarioError, match="--title is for scenarios"):
        imported(table, EVIDENCE, Reading(unit="RUB"), title="x", row=SAYS)


def test_values_before_what_a_scenario_may_state_are_left_out(save: Save) -> None:
    made = imported(
        save("m,v\n2019-12,61\n2020-01,62\n"), RATE, Reading(unit="RUB_per_USD")
    )
    assert list(steps(made, RATE)["rub_per_usd"]) == ["2020-01"]
    assert any("1 values before 2020-01" in line for line in made.left_out)
