"""Tables as public sources publish them, each brought in with one command or refused.

The values are made up; the shapes are those that analysts of this field meet.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from experiments.commands.cli import app
from model.errors import MusterError

RATE = "--as economy.rub_per_usd --unit RUB_per_USD"
BONUS = "--as regions.signing_bonus.by_region --unit RUB"
ROWS = (
    "--as evidence --row id=own --row quantity=own_quantity --row publisher=Office"
    " --row title=Table --row kind=press_report --unit"
)
OWN_HEADER = (
    "id,quantity,geography,channel,period_start,period_end,value,low,high,unit,kind,"
    "confidence,publisher,title,published,url,note\n"
)
OWN_ROW = (
    "mine-2026-02,signing_bonus_regional,RU-KOS,volunteer_contract,2026-02-01,"
    "2026-02-28,1300000,,,RUB,press_report,3,Own,Own table,2026-02,,\n"
)
BANK = (
    "\ufeffnominal;data;curs;cdx\r\n1;02.11.2022;61,4278;Доллар США\r\n"
    "10;02.11.2022;431,501;Турецкая лира\r\n1;01.12.2022;60,8803;Доллар США\r\n"
)
WAGES = (
    ",varname,Российская Федерация,Костромская область,г. Москва,г. Севастополь\n"
    "2022-11-01,WAGE,63001.5,41000.2,112000.9,\n"
)
BANK_OF_THE_WORLD = (
    '"Data Source","Indicators",\n\n"Last Updated Date","2026-01-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2021","2022",\n'
    '"Russian Federation","RUS","x","X.Y","2.5","",\n'
)
POPULATION = "region,regionISO,year2021,year2022\n   Костромская обл.,KOS,571,565\n"
LOSSES = [
    {"date": "2024-07-30", "personnel": 700, "personnel*": "about"},
    {"date": "2024-08-30", "personnel": 910, "personnel*": "about"},
]


def book() -> bytes:
    made = io.BytesIO()
    table = pd.DataFrame(
        {"Субъект": ["Костромская область"], "01.2026": [1.1], "02.2026": [1.2]}
    )
    with pd.ExcelWriter(made, engine="openpyxl") as writer:
        table.to_excel(writer, sheet_name="Бонусы", index=False, startrow=3)
    return made.getvalue()


def parquet() -> bytes:
    made = io.BytesIO()
    pd.DataFrame(
        {"month": ["2026-03"], "region": ["Kostroma"], "bonus": [9e5]}
    ).to_parquet(made)
    return made.getvalue()


Shape = tuple[str | bytes, str, str, str]

BROUGHT: dict[str, Shape] = {
    "rates of a central bank": (
        BANK, "t.csv", f"{RATE} --where cdx=Доллар~США", "2022-11: 61.4278"),
    "a price of ten": (BANK, "t.csv", f"{RATE} --where cdx=Турецкая~лира",
                       "2022-11: 43.1501"),
    "wages, a column for each region": (
        WAGES.encode("cp1251"), "t.csv", f"{ROWS} RUB_per_month",
        "own-kos-2022-11,own_quantity,RU-KOS,none,2022-11-01,2022-11-30,41000.2"),
    "indicators, a column for each year": (
        BANK_OF_THE_WORLD, "t.csv", f"{ROWS} ratio",
        "own-2021,own_quantity,RU,none,2021-01-01,2021-12-31,2.5"),
    "indicators, long": (
        "Entity,Code,Year,value\nRussia,RUS,2022,3.5\n", "t.csv", f"{ROWS} ratio",
        "2022-12-31,3.5"),
    "population prospects": (
        "LocID,Location,VarID,Variant,Time,PopMale\n"
        "643,Russian Federation,2,Medium,2023,66800.5\n", "t.csv",
        f"{ROWS} persons_thousand --value PopMale", "2023-12-31,66800500"),
    "names with short codes": (
        POPULATION, "t.csv", f"{ROWS} persons_thousand",
        "own-kos-2022,own_quantity,RU-KOS,none,2022-01-01,2022-12-31,565000"),
    "totals so far": (
        json.dumps(LOSSES), "t.json", f"{ROWS} persons --value personnel --cumulative",
        "own-2024-08,own_quantity,RU,none,2024-08-01,2024-08-31,210"),
    "evidence": (OWN_HEADER + OWN_ROW, "t.csv", "--as evidence", OWN_ROW.strip()),
    "evidence with a byte order mark and a blank line": (
        "\ufeff" + OWN_HEADER + OWN_ROW + "\n", "t.csv", "--as evidence",
        OWN_ROW.strip()),
    "evidence with semicolons and marked thousands": (
        (OWN_HEADER + OWN_ROW.replace("1300000", "1_300_000")).replace(",", ";"),
        "t.csv", "--as evidence", OWN_ROW.strip()),
    # ---- ten more
    "a spreadsheet under a title": (
        book(), "t.xlsx", f"{BONUS}_million --sheet Бонусы", "2026-02: 1200000"),
    "parquet": (parquet(), "t.parquet", BONUS, "2026-03: 900000"),
    "tabs and months in Russian": (
        "месяц\tкурс\nянв. 2026\t91,5\nфев. 2026\t92\n", "t.tsv", RATE,
        "2026-02: 92"),
    "bars between cells": (
        "month|region|bonus\n2026-01|RU-KOS|700000\n", "t.csv",
        f"{BONUS} --delimiter |", "2026-01: 700000"),
    "UTF-16 as spreadsheets save it": (
        "month;region;bonus\n2026-01;Kostroma Oblast;700000\n".encode("utf-16"),
        "t.csv", BONUS, "2026-01: 700000"),
    "thousands parted by thin spaces": (
        "month;region;bonus\n2026-01;Костромская обл;1\u202f250\u202f000,5\n", "t.csv",
        BONUS, "2026-01: 1250000.5"),
    "percentages": (
        "m,v\n2024-01,7.5\n", "t.csv",
        "--as federal.transfer_to_regions --unit percent", "2024-01: 0.075"),
    "days of which the last counts": (
        "date,rate\n2026-01-10,90.5\n2026-01-30,91.25\n", "t.csv",
        f"{RATE} --in-month last", "2026-01: 91.25"),
    "a district among regions": (
        "region,2026-01\nCentral Federal District,999\nKostroma Oblast,800000\n",
        "t.csv", BONUS, "RU-KOS"),
    "American dates": (
        "date,rate\n01/31/2026,91.5\n02/28/2026,92.5\n", "t.csv", RATE,
        "2026-02: 92.5"),
}  # fmt: skip


@pytest.mark.parametrize("shape", BROUGHT)
def test_one_command_brings_it_in(shape: str, tmp_path: Path) -> None:
    content, name, options, line = BROUGHT[shape]
    done = brought(tmp_path, content, name, options)
    assert done.exception is None, done.exception
    assert line in done.stdout


REFUSED: dict[str, Shape] = {
    "two currencies": (BANK, "t.csv", RATE, r":3:.*cdx holds Доллар США, Турец"),
    "no unit": (BANK, "t.csv", "--as economy.rub_per_usd --where cdx=Турецкая~лира",
                "--unit.*is missing; its values run from"),
    "one month of totals": (
        json.dumps(LOSSES[:1]), "t.json",
        f"{ROWS} persons --value personnel --cumulative", "no month before it"),
    "totals that fall": (
        json.dumps([LOSSES[0], {**LOSSES[1], "personnel": 600}]), "t.json",
        f"{ROWS} persons --value personnel --cumulative", "falls from 700 to 600"),
    "several columns of numbers": (
        "Location,VarID,Time,PopMale\nRussian Federation,2,2022,6.5\n", "t.csv",
        f"{ROWS} persons", "not clear: VarID, PopMale"),
    "dates that can be read in two ways": (
        "date,rate\n01/02/2026,91.5\n", "t.csv", RATE, "--dates|dmy"),
    "a comma that can be read in two ways": (
        'm,v\n2026-01,"91,500"\n', "t.csv", RATE, "91500 or 91.5|91.5 or 91500"),
    "a value beyond its range": (
        "m,v\n2026-01,92000000\n", "t.csv", RATE, r":2:.*from 1 to 10000"),
    "a path that takes no series": (
        "m,v\n2026-01,1\n", "t.csv", "--as behaviour.slope --unit ratio",
        "takes one value"),
}  # fmt: skip


@pytest.mark.parametrize("shape", REFUSED)
def test_what_is_not_clear_is_refused_with_its_reason(
    shape: str, tmp_path: Path
) -> None:
    content, name, options, told = REFUSED[shape]
    done = brought(tmp_path, content, name, options)
    assert isinstance(done.exception, MusterError), done.output
    assert done.exception.exit_code == 2
    with pytest.raises(MusterError, match=told):
        raise done.exception


def brought(folder: Path, content: str | bytes, name: str, options: str) -> Result:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    words = [word.replace("~", " ") for word in options.split()]
    return CliRunner().invoke(app, ["import", str(path), *words])
