from dataclasses import replace
from pathlib import Path

import pytest

from calibration.posterior import DRAWS, posterior_digest
from calibration.validation.grades import MeasureGrade
from calibration.validation.planted import Planted
from calibration.validation.poverty import VARIANTS, Gradient, RegionRate
from calibration.validation.regional_response import LeftOut, RegionalResponse
from calibration.validation.rivals import RivalScore
from calibration.validation.stored_grades import assumption_shares
from calibration.validation.studies import (
    Studies,
    load_studies,
    save_studies,
)
from calibration.validation.validate import Band
from experiments.documents import studies, study_blocks
from model.errors import StorageError

BAND = Band(0.1, 0.3)
FOUND = Studies(
    posterior="",
    draws=2,
    grade_draws=4,
    gradients=(
        Gradient("from_value_of_life", 0.2, BAND, 0.2, BAND, 0.2, 0.9),
        Gradient("coefficient", 0.6, BAND, 0.6, BAND, 0.5, 0.9),
    ),
    region_rates=(RegionRate("RU-TY", 24.9, float("nan"), 120.0, 31.0),),
    regional_responses=(
        RegionalResponse(
            "budget_first",
            (LeftOut("RU-TY", 1e6, 9e5, 5e5, 2e6, 0.2),),
            0.1,
            0.2,
            1.0,
        ),
    ),
    rivals=(RivalScore("baseline", 0.1, 0.2, 0.3, 1.0, 190_000.0, BAND),),
    planted=(Planted(0.8, 0.5, Band(0.3, 0.7)),),
    grades=(
        MeasureGrade("inflow_persons_per_month", 0.25, 0.9, ("behaviour.slope",)),
        MeasureGrade("constant", float("nan"), 0.0, ()),
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / DRAWS).write_bytes(b"draws")
    return tmp_path


def test_what_is_stored_comes_back(folder: Path) -> None:
    stored = replace(FOUND, posterior=posterior_digest(folder))
    save_studies(stored, folder)
    found = load_studies(folder)
    assert found is not None
    assert repr(found) == repr(stored)


def test_grades_can_be_read_alone(folder: Path) -> None:
    grade = MeasureGrade("replacement_ratio", 0.6, 0.9, ("behaviour.slope",))
    stored = replace(FOUND, posterior=posterior_digest(folder), grades=(grade,))
    save_studies(stored, folder)
    assert assumption_shares(folder) == {"replacement_ratio": 0.6}


def test_studies_of_another_posterior_are_not_used(folder: Path) -> None:
    save_studies(replace(FOUND, posterior=posterior_digest(folder)), folder)
    (folder / DRAWS).write_bytes(b"other draws")
    assert load_studies(folder) is None
    assert assumption_shares(folder) == {}


def test_there_may_be_none(folder: Path) -> None:
    assert load_studies(folder) is None
    assert assumption_shares(folder) == {}


def test_a_damaged_file_is_named(folder: Path) -> None:
    (folder / "studies.json").write_text('{"draws": "many"}', encoding="utf-8")
    with pytest.raises(StorageError, match=r"studies\.json"):
        load_studies(folder)
    with pytest.raises(StorageError, match=r"studies\.json"):
        assumption_shares(folder)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("poverty", "Kept: `coefficient`"),
        ("region_table", "| RU-TY | 24.9 |  | 120.0 | 31.0 |"),
        ("regional_responses", "| budget first | 1 | +0.10 | 0.20 | 100% |"),
        ("rivals", "| baseline | 0.100 | 0.200 | 0.300 | 190,000 |"),
        ("grades", "| `inflow_persons_per_month` | 25% | 90% | `behaviour.slope` |"),
    ],
)
def test_each_study_has_its_table(
    monkeypatch: pytest.MonkeyPatch, block: str, said: str
) -> None:
    monkeypatch.setattr(study_blocks, "load_studies", lambda: FOUND)
    text = getattr(study_blocks, block)()
    assert said in text
    assert "constant" not in text
    monkeypatch.setattr(study_blocks, "load_studies", lambda: None)
    assert getattr(study_blocks, block)() == study_blocks.NO_STUDIES


@pytest.mark.slow
def test_all_four_are_run_under_draws_of_the_posterior(tmp_path: Path) -> None:
    found = studies.study(draws=2, grade_draws=4, work=tmp_path)
    assert {each.variant for each in found.gradients} == set(VARIANTS)
    assert len(found.region_rates) == 85
    assert found.rivals[0].variant == "baseline"
    assert len(found.grades) > 20
