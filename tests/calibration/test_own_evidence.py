"""An analyst's own tables: read like the packaged ones, and never in their place."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.evidence import load_evidence
from calibration.evidence.tables import all_evidence, own_evidence, write_rows
from model.errors import EvidenceError
from tests.calibration.test_evidence import GOOD_FIGURE, write_table

OWN = {**GOOD_FIGURE, "id": "my-bonus", "geography": "RU-BEL", "low": ""}


def test_own_rows_stand_beside_the_packaged_ones(tmp_path: Path) -> None:
    rows = all_evidence(write_table(tmp_path, OWN))
    assert rows["my-bonus"].geography == "RU-BEL"
    assert rows["fed-bonus-2024-08"] == load_evidence()["fed-bonus-2024-08"]
    assert all_evidence(None) == load_evidence()


def test_a_packaged_id_is_not_taken(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="'fed-bonus-2022-09' is taken in the pack"):
        own_evidence(write_table(tmp_path, GOOD_FIGURE))


def test_a_malformed_own_row_is_refused_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match=r"bonus\.csv:2: unit: 'rub' is unknown"):
        own_evidence(write_table(tmp_path, {**OWN, "unit": "rub"}))


def test_a_folder_that_is_none_and_regions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="is no folder of evidence tables"):
        own_evidence(tmp_path / "nothing")
    write_table(tmp_path, OWN, name="regions")
    with pytest.raises(EvidenceError, match="not for own evidence"):
        own_evidence(tmp_path)


def test_what_is_written_reads_as_the_same_rows(tmp_path: Path) -> None:
    rows = own_evidence(write_table(tmp_path, OWN))
    (tmp_path / "again").mkdir()
    write_rows(tmp_path / "again" / "bonus.csv", rows.values())
    assert own_evidence(tmp_path / "again") == rows
