"""A table beside a scenario file in place of dated values."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import ScenarioError
from model.fields.months import format_month, parse_month
from scenarios import load_scenario
from scenarios.format.places import places
from scenarios.format.writing import resolved_text

Write = Callable[..., Path]
HEAD = "title: A\nextends: base\n"
BY_REGION = (
    "regions:\n  signing_bonus:\n    by_region:\n"
    "      {{csv: bonuses.csv, month: month, region: region, value: rub, "
    "unit: {unit}}}\n"
)
TABLE = "month,region,rub\n2026-01,Самарская область,1200000\n2026-02,RU-PER,900000\n"


def told(path: Path) -> list[tuple[str, int, str]]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(path)
    return [(Path(p.file).name, p.line, p.message) for p in caught.value.problems]


def test_a_table_stands_for_the_values_of_regions(write: Write, tmp_path: Path) -> None:
    (tmp_path / "bonuses.csv").write_text(TABLE)
    resolved = load_scenario(write(HEAD + BY_REGION.format(unit="RUB")))
    rows = resolved.scenario.regions.signing_bonus.by_region
    assert rows["RU-SAM"].rub["2026-01"].value == 1_200_000
    assert rows["RU-PER"].rub["2026-02"].value == 900_000
    assert "2026-02: {value: 900000}  # bonuses.csv:3" in resolved_text(resolved)


def test_a_run_keeps_the_values_and_needs_the_table_no_more(
    write: Write, tmp_path: Path
) -> None:
    (tmp_path / "bonuses.csv").write_text(TABLE)
    resolved = load_scenario(write(HEAD + BY_REGION.format(unit="RUB_thousand")))
    kept = write(resolved_text(resolved, places=False), "kept")
    (tmp_path / "bonuses.csv").unlink()
    assert load_scenario(kept).scenario == resolved.scenario.model_copy(
        update={"extends": None}
    )


def test_a_table_stands_for_one_dated_value(write: Write, tmp_path: Path) -> None:
    text = "data;curs\n01.01.2026;91,5\n01.02.2026;92\n"
    (tmp_path / "rate.csv").write_text(text)
    block = (
        "economy: {rub_per_usd: {csv: rate.csv, unit: RUB_per_USD, source: an-id}}\n"
    )
    path = load_scenario(write(HEAD + block)).scenario.economy.rub_per_usd
    assert {m: s.value for m, s in path.rub_per_usd.items()} == {
        "2026-01": 91.5,
        "2026-02": 92,
    }
    assert path.sources == {"an-id"}


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        (TABLE.replace("900000", "900 00"), 3, "'900 00' is no number"),
        (TABLE.replace("RU-PER", "RU-PERM"), 3, "did you mean RU-PER (Perm Krai)?"),
        (TABLE.replace("2026-02", "2026-13"), 3, "'2026-13' is no date"),
        (TABLE.replace("2026-02", ""), 3, "has no date"),
        (TABLE.replace("900000", "-5"), 3, "-5 is too small"),
        (TABLE.replace("2026-02", "2036-02"), 3, "2036-02 lies after the run"),
        (TABLE + "2026-02,Пермский край,1\n", 4, "a second value for 2026-02"),
        (TABLE + "2026-03,RU-PER,1,2,3\n", 4, "has 5 cells; the header"),
        (TABLE.replace("rub\n", "rub\x00\n"), 1, "column"),
        ("month,region,rub\n", 1, "holds a header and no rows"),
        ("", 1, "holds no line"),
    ],
)
def test_what_is_wrong_in_a_table_is_told_in_its_line(
    write: Write, tmp_path: Path, table: str, line: int, message: str
) -> None:
    (tmp_path / "bonuses.csv").write_text(table)
    found = told(write(HEAD + BY_REGION.format(unit="RUB")))
    if "column" not in message:
        assert [at[:2] for at in found] == [("bonuses.csv", line)], found
    assert message in found[0][2]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{csv: bonuses.csv, value: rub}", "has no unit; allowed: RUB,"),
        ("{csv: bonuses.csv, value: rub, unit: persons}", "'persons' does not fit"),
        ("{csv: bonuses.csv, value: rubb, unit: RUB}", "did you mean rub?"),
        ("{csv: bonuses.csv, valeu: rub, unit: RUB}", "did you mean value?"),
        ("{csv: ../bonuses.csv, unit: RUB}", "bare name of a file beside"),
        ("{csv: /etc/passwd, unit: RUB}", "bare name of a file beside"),
        ("{csv: bonuses.xlsx, unit: RUB}", "see muster import"),
        ("{csv: bonuses.csv, unit: RUB, decimal: ';'}", "allowed: ., ,"),
        ("{csv: bonuses.csv, unit: RUB, cumulative: 1}", "true or false"),
        ("{csv: bonuses.csv, unit: RUB, where: x}", "write {COLUMN: TEXT}"),
    ],
)
def test_what_is_wrong_in_the_block_is_told_where_it_stands(
    write: Write, tmp_path: Path, block: str, message: str
) -> None:
    (tmp_path / "bonuses.csv").write_text(TABLE)
    text = f"{HEAD}regions:\n  signing_bonus:\n    by_region:\n      {block}\n"
    found = told(write(text))
    assert {at[:2] for at in found} == {("own.yaml", 6)}, found
    assert message in found[0][2]


def test_a_missing_table_and_one_that_leads_elsewhere_are_refused(
    write: Write, tmp_path: Path
) -> None:
    path = write(HEAD + BY_REGION.format(unit="RUB"))
    assert told(path)[0] == (
        "bonuses.csv",
        1,
        "cannot be read: No such file or directory",
    )
    outside = tmp_path.parent / "outside.csv"
    outside.write_text(TABLE)
    (tmp_path / "bonuses.csv").symlink_to(outside)
    assert "leads out of its folder" in told(path)[0][2]
    (tmp_path / "bonuses.csv").unlink()
    os.mkfifo(tmp_path / "bonuses.csv")
    assert "is no regular file" in told(path)[0][2]


def test_a_setting_names_no_table(write: Write) -> None:
    with pytest.raises(ScenarioError, match="a table can only stand beside a file"):
        load_scenario(
            write(HEAD), ["economy.rub_per_usd={csv: a.csv, unit: RUB_per_USD}"]
        )


def _regions() -> list[str]:
    return [place.code for place in places() if place.kind == "region"]


def test_all_regions_over_five_years_are_within_the_limits(
    write: Write, tmp_path: Path
) -> None:
    first = parse_month("2022-09")
    lines = [
        f"{format_month(first + at)},{code},{100_000 + at}"
        for code in _regions()
        for at in range(60)
    ]
    (tmp_path / "bonuses.csv").write_text("\n".join(["month,region,rub", *lines]))
    found = load_scenario(write(HEAD + BY_REGION.format(unit="RUB"))).scenario
    assert len(found.regions.signing_bonus.by_region) == 85


def test_all_regions_over_five_years_may_be_cited_in_the_file_itself(
    write: Write,
) -> None:
    first = parse_month("2022-09")
    rows = "".join(
        f"      {code}:\n        rub:\n"
        + "".join(
            f"          {format_month(first + at)}: {{value: {1000 + at}, source: b}}\n"
            for at in range(60)
        )
        for code in _regions()
    )
    text = f"{HEAD}regions:\n  signing_bonus:\n    by_region:\n{rows}"
    found = load_scenario(write(text)).scenario
    assert len(found.regions.signing_bonus.by_region) == 85
