"""The evidence tables: what is in them, and what the loader refuses."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from calibration.evidence import (
    EvidenceError,
    evidence_hash,
    grade,
    load_evidence,
    load_regions,
)
from calibration.evidence.tables import EVIDENCE_COLUMNS, FOLDER, REGION_COLUMNS
from calibration.evidence.vocabulary import CHANNELS, KINDS, UNITS
from model.channels import packaged_channel_names

GOOD_FIGURE = {
    "id": "fed-bonus-2022-09",
    "quantity": "signing_bonus_federal",
    "geography": "RU",
    "channel": "volunteer_contract",
    "period_start": "2022-09-21",
    "period_end": "2024-07-31",
    "value": "195000",
    "low": "190000",
    "high": "",
    "unit": "RUB",
    "kind": "documented",
    "confidence": "5",
    "publisher": "Decree",
    "title": "One-off payment on signing",
    "published": "2022-11",
    "url": "https://example.org/decree",
    "note": "",
}


def write_table(folder: Path, *rows: dict[str, str], name: str = "bonus") -> Path:
    """Write a table of the given rows and return the folder."""
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return folder


def first_region() -> dict[str, str]:
    with (FOLDER / "regions.csv").open(encoding="utf-8", newline="") as stream:
        return next(csv.DictReader(stream))


def test_the_federal_bonus_is_known_by_its_decrees() -> None:
    rows = load_evidence()
    first, second = rows["fed-bonus-2022-09"], rows["fed-bonus-2024-08"]
    assert (first.value, first.unit) == (195_000, "RUB")
    assert (second.value, second.unit) == (400_000, "RUB")
    assert second.period_start == date(2024, 8, 1)
    assert grade(second) == "documented"


def test_every_table_is_read_and_every_row_says_who_published_it() -> None:
    rows = load_evidence()
    assert {row.table for row in rows.values()} == {
        path.stem for path in FOLDER.glob("*.csv")
    } - {"regions"}
    assert all(row.publisher and row.title for row in rows.values())
    assert all(row_id == row.id for row_id, row in rows.items())


def test_no_vocabulary_holds_a_word_that_no_row_uses() -> None:
    rows = load_evidence().values()
    assert {row.unit for row in rows} == set(UNITS)
    assert {row.kind for row in rows} == set(KINDS)
    # Channels are the model's own: a new one may be run before a row speaks of it.
    assert CHANNELS - {*packaged_channel_names()} <= {row.channel for row in rows}


def test_a_number_standing_for_words_alone_is_an_assumption() -> None:
    placeholders = [
        row
        for row in load_evidence().values()
        if "placeholder" in row.note.lower() and "Period placeholder" not in row.note
    ]
    assert placeholders
    assert {grade(row) for row in placeholders} == {"assumption"}


def test_what_the_notes_call_recalled_is_an_assumption() -> None:
    recalled = [
        row
        for row in load_evidence().values()
        if row.note.startswith("recalled, unverified")
    ]
    assert len(recalled) >= 10
    assert {grade(row) for row in recalled} == {"assumption"}


def test_there_are_85_regions_two_of_them_occupied() -> None:
    regions = load_regions()
    assert len(regions) == 85
    assert {region.iso for region in regions if region.occupied} == {"UA-40", "UA-43"}
    assert sum(region.male_18_59 for region in regions) == 41_490_105


def test_regional_figures_name_a_region_that_exists() -> None:
    known = {region.iso for region in load_regions()}
    codes = {
        row.geography
        for row in load_evidence().values()
        if row.geography.startswith("RU-") and row.geography.isupper()
    }
    assert codes - known == set()


def test_the_hash_follows_the_content(tmp_path: Path) -> None:
    write_table(tmp_path, GOOD_FIGURE)
    before = evidence_hash(tmp_path)
    assert evidence_hash(tmp_path) == before
    write_table(tmp_path, {**GOOD_FIGURE, "value": "195001"})
    assert evidence_hash(tmp_path) != before


def test_the_mapping_cannot_be_written_to() -> None:
    rows = load_evidence()
    with pytest.raises(TypeError):
        rows["new"] = rows["fed-bonus-2022-09"]  # type: ignore[index] # the point


def test_a_good_row_is_accepted(tmp_path: Path) -> None:
    row = load_evidence(write_table(tmp_path, GOOD_FIGURE))["fed-bonus-2022-09"]
    assert (row.low, row.high, row.table) == (190_000, None, "bonus")


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("id", "fed bonus", "id: 'fed bonus' is not an id"),
        ("id", "", "id: '' is not an id"),
        ("quantity", "Signing bonus", "quantity: 'Signing bonus' is not"),
        ("geography", "Russia", "geography: 'Russia' is not an ISO 3166 code"),
        ("geography", "RU-XYZ", "geography: 'RU-XYZ' is no region"),
        ("geography", "RU-SAMARA", "did you mean RU-SAM (Samara Oblast)?"),
        ("geography", "RU-bel", "did you mean RU-BEL (Belgorod Oblast)?"),
        ("geography", "ZX", "geography: 'ZX' is not an ISO 3166 code that exists"),
        ("channel", "volunteers", "channel: 'volunteers' is unknown; allowed: all,"),
        ("period_start", "2022-09", "period_start: '2022-09' is not a date"),
        ("period_start", "2022-02-30", "period_start: '2022-02-30' is not a date"),
        ("period_start", "20220921", "write YYYY-MM-DD"),
        ("period_start", "1922-09-21", "period_start: 1922-09-21 is before 1950"),
        ("period_end", "2022-09-20", "is before period_start 2022-09-21"),
        ("value", "195,000", "value: '195,000' is not a number"),
        ("value", "1_200_000", "not a number; write 1200000"),
        ("value", "1200000 ", "not a number; write 1200000"),
        ("value", "１２", "not a number; write 12"),
        ("value", "0,5", "not a number; write 0.5"),
        ("value", "", "value: '' is not a number"),
        ("value", "nan", "value: 'nan' is not a number"),
        ("value", "inf", "value: 'inf' is not a number"),
        ("low", "200000", "low: 200000 is above the value 195000"),
        ("high", "100000", "high: 100000 is below the value 195000"),
        ("unit", "rub", "unit: 'rub' is unknown; allowed: BDT"),
        ("kind", "rumour", "kind: 'rumour' is unknown; allowed: assumption"),
        ("confidence", "", "confidence: '' is not a whole number from 1 to 5"),
        ("confidence", "6", "confidence: '6' is not a whole number from 1 to 5"),
        ("publisher", "", "publisher: is empty"),
        ("title", "", "title: is empty"),
        ("published", "11/2022", "published: '11/2022' is not YYYY"),
        ("url", "decree.txt", "url: 'decree.txt' is not an address"),
    ],
)
def test_a_malformed_figure_is_refused_with_its_place(
    tmp_path: Path, column: str, cell: str, message: str
) -> None:
    bad = {**GOOD_FIGURE, column: cell}
    write_table(tmp_path, {**GOOD_FIGURE, "id": "other"}, bad)
    with pytest.raises(EvidenceError) as refused:
        load_evidence(tmp_path)
    assert str(refused.value).startswith("bonus.csv:3: ")
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("iso", "KZ-ALA", "iso: 'KZ-ALA' is not an ISO 3166-2 code"),
        ("male_18_59", "-5", "male_18_59: '-5' is not a whole number"),
        ("male_18_59", "9999999", "male_18_59: 9,999,999 is not below"),
        ("unemployment_rate_2023", "3.6", "'3.6' lies outside 0 to 1"),
        ("average_monthly_wage_2021_rub", "", "'' is not a number"),
    ],
)
def test_a_malformed_region_is_refused_with_its_place(
    tmp_path: Path, column: str, cell: str, message: str
) -> None:
    write_table(tmp_path, {**first_region(), column: cell}, name="regions")
    with pytest.raises(EvidenceError, match=r"regions\.csv:2: ") as refused:
        load_regions(tmp_path)
    assert message in str(refused.value)


def test_a_region_listed_twice_is_refused(tmp_path: Path) -> None:
    write_table(tmp_path, first_region(), first_region(), name="regions")
    with pytest.raises(EvidenceError, match=r"regions\.csv:3: iso: .* occurs twice"):
        load_regions(tmp_path)


def test_all_problems_of_all_tables_are_told_at_once(tmp_path: Path) -> None:
    write_table(tmp_path, {**GOOD_FIGURE, "unit": "rub", "kind": "rumour"}, name="one")
    write_table(tmp_path, {**GOOD_FIGURE, "value": "much"}, name="two")
    with pytest.raises(EvidenceError) as refused:
        load_evidence(tmp_path)
    places = Counter(line.split(":")[0] for line in str(refused.value).splitlines())
    assert places == {"one.csv": 2, "two.csv": 1}


def test_an_id_is_unique_over_all_tables(tmp_path: Path) -> None:
    write_table(tmp_path, GOOD_FIGURE, name="one")
    write_table(tmp_path, GOOD_FIGURE, name="two")
    with pytest.raises(EvidenceError, match=r"two\.csv:2: id: .* taken in one\.csv"):
        load_evidence(tmp_path)


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    short = {name: cell for name, cell in GOOD_FIGURE.items() if name != "unit"}
    with pytest.raises(EvidenceError, match=r"bonus\.csv:1: header is id, .* must be"):
        load_evidence(write_table(tmp_path, short))


def test_a_line_with_too_few_cells_is_refused(tmp_path: Path) -> None:
    header = ",".join(EVIDENCE_COLUMNS)
    (tmp_path / "bonus.csv").write_text(f"{header}\nfed-bonus,bonus\n")
    with pytest.raises(EvidenceError, match=r"bonus\.csv:2: has 2 cells; 17 are"):
        load_evidence(tmp_path)


def test_a_broken_quotation_is_refused(tmp_path: Path) -> None:
    header = ",".join(EVIDENCE_COLUMNS)
    (tmp_path / "bonus.csv").write_text(f'{header}\n"open,bonus\n')
    with pytest.raises(EvidenceError, match=r"bonus\.csv:\d: .*quote the cell"):
        load_evidence(tmp_path)


def test_a_byte_order_mark_and_other_delimiters_are_told_as_such(
    tmp_path: Path,
) -> None:
    path = write_table(tmp_path, GOOD_FIGURE) / "bonus.csv"
    text = path.read_text(encoding="utf-8")
    for changed, told in (
        ("\ufeff" + text, "starts with a byte order mark"),
        (text.replace(",", ";"), "cells are parted by semicolons; part them by commas"),
        (text.replace(",", "\t"), "cells are parted by tabs"),
    ):
        path.write_text(changed, encoding="utf-8")
        with pytest.raises(EvidenceError, match=r"^bonus\.csv:1: ") as refused:
            load_evidence(tmp_path)
        assert told in str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\n\n \n", ",,,,,,,,,,,,,,,,\n\n"])
def test_blank_last_lines_are_no_rows(tmp_path: Path, end: str) -> None:
    path = write_table(tmp_path, GOOD_FIGURE) / "bonus.csv"
    path.write_text(path.read_text(encoding="utf-8") + end, encoding="utf-8")
    assert len(load_evidence(tmp_path)) == 1


def test_a_blank_line_between_rows_is_told(tmp_path: Path) -> None:
    path = write_table(tmp_path, GOOD_FIGURE, {**GOOD_FIGURE, "id": "b"}) / "bonus.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:2], "", lines[2]]), encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"bonus\.csv:3: is blank; delete"):
        load_evidence(tmp_path)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    header = ",".join(REGION_COLUMNS)
    (tmp_path / "regions.csv").write_bytes(header.encode() + b"\nRU-BEL,\xc1\xe5\xeb")
    with pytest.raises(EvidenceError, match=r"regions\.csv:2: is not UTF-8"):
        load_regions(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="holds no evidence table"):
        load_evidence(tmp_path)
    with pytest.raises(EvidenceError, match=r"regions\.csv: cannot be read"):
        load_regions(tmp_path)
