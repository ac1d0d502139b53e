import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from calibration.observation.own_targets import COLUMNS, read_own_targets
from calibration.observation.targets import PATH, load_targets
from calibration.posterior.forward import load_forward, save_forward
from calibration.validation import register, scoring
from calibration.validation.register import (
    coming_documents,
    make_forecast,
    register_forecast,
    score_register,
)
from calibration.validation.scoring import score_file
from model.errors import EvidenceError, StorageError
from model.fields.months import parse_month
from tests.calibration.histories import FIRST, continued
from tests.calibration.posteriors import store_posterior

HEADER = ",".join(COLUMNS)
LATER = "later,me,contracts,regional_sample,,2026-01,2026-03,90000,0.1,0.1,log,,,,"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A posterior of 20 to 40 thousand contracts a month, with histories to 2026."""
    path = tmp_path_factory.mktemp("posterior")
    fit = store_posterior(path)
    months = parse_month("2026-12") - FIRST + 1
    save_forward([continued(run, months) for run in fit.runs.histories[::5]], path)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "own.csv"


def write(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def test_histories_come_back_with_their_reporting_parameters(folder: Path) -> None:
    draws = load_forward(folder)
    assert len(draws) == 8
    run, reporting = draws[0]
    assert run.months == parse_month("2026-12") - FIRST + 1
    assert reporting["sample_bias"] > 0


def test_a_document_is_scored_by_hand(folder: Path, table: Path) -> None:
    found = score_file(write(table, LATER), folder)
    (only,) = found.targets
    assert only.simulated == pytest.approx(90_000, rel=0.1)
    assert only.low < 80_000
    assert only.high > 105_000
    assert found.coverage == 1.0
    assert found.mean_abs_log_error == pytest.approx(only.log_error)
    assert set(found.as_dict()) == {"targets", "coverage", "mean_abs_log_error"}
    names = {"name", "documented", "simulated", "low", "high", "z", "crps"}
    assert set(found.as_dict()["targets"][0]) == names


def test_the_error_of_earlier_documents_is_carried_into_later_ones(
    folder: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = next(t for t in load_targets() if t.name == "regional_2025q3")
    (before,) = score_file(write(table, LATER), folder).targets
    low = replace(last, documented=0.5 * last.documented)
    monkeypatch.setattr(scoring, "load_targets", lambda: (low,))
    (alone,) = score_file(write(table, LATER), folder).targets
    monkeypatch.setattr(scoring, "load_targets", lambda: ())
    (nothing,) = score_file(write(table, LATER), folder).targets
    assert alone.simulated < min(before.simulated, nothing.simulated)
    narrower = alone.high / alone.low < nothing.high / nothing.low
    assert narrower


def test_a_document_does_not_foretell_itself_nor_an_earlier_one(
    folder: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = LATER.replace("2026-01,2026-03", "2025-07,2025-09")
    monkeypatch.setattr(scoring, "load_targets", lambda: ())
    (free,) = score_file(write(table, same), folder).targets
    last = next(t for t in load_targets() if t.name == "regional_2025q3")
    low = replace(last, documented=0.5 * last.documented)
    monkeypatch.setattr(scoring, "load_targets", lambda: (low,))
    (scored,) = score_file(write(table, same), folder).targets
    assert scored.simulated == free.simulated


def test_a_wild_document_is_a_miss_of_many_deviations(
    folder: Path, table: Path
) -> None:
    wild = LATER.replace("90000", "900000")
    found = score_file(write(table, wild), folder)
    assert found.coverage == 0.0
    assert found.targets[0].z > 4
    assert found.mean_abs_log_error == pytest.approx(2.3, abs=0.1)


def test_naive_values_are_scored_beside(folder: Path, table: Path) -> None:
    lines = (LATER + ",45000", LATER.replace("later", "other") + ",")
    found = score_file(write(table, *lines, header=HEADER + ",naive"), folder)
    assert found.mean_abs_log_error_naive == pytest.approx(0.693, abs=0.001)
    assert found.as_dict()["targets"][0]["naive"] == 45_000


def test_the_packages_own_targets_can_be_read(tmp_path: Path) -> None:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    count = len(lines) - 1
    assert len(read_own_targets(PATH)) == count


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LATER.replace("regional_sample", "regional_sampl"), "observer.*did you mean"),
        (LATER.replace("2026-03", "2027-03"), "period_end: 2027-03 is not simulated"),
        (LATER.replace("2026-01", "2026-13"), "period_start: '2026-13' is no month"),
        (LATER.replace("2026-03", "2025-12"), "period_end: 2025-12 lies before"),
        (LATER.replace("90000", "-5"), "documented: -5 has no logarithm"),
        (LATER.replace("90000", "90 000"), "documented: "),
        (LATER.replace("90000", "nan"), "documented: "),
        (LATER.replace("0.1,0.1", "0,0"), "sd: is 0"),
        (LATER.replace("0.1,0.1", "-1,0"), "sd: '-1'"),
        (LATER.replace(",log,", ",lgo,"), "scale: 'lgo' is unknown"),
        (LATER.replace("sample,,", "sample,RU-MOW,"), "of: .*leave it empty"),
        (LATER.replace("regional_sample,,", "signed_at,RU-XX,"), "of: 'RU-XX' is not"),
        (LATER.replace("regional_sample,,", "foreign,XX,"), "of: 'XX' is not"),
        (LATER.replace("later,", ",", 1), "name: is empty"),
        ("a,b", "has 2 cells"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    table: Path, line: str, said: str
) -> None:
    with pytest.raises(EvidenceError, match=rf"own\.csv:3: {said}"):
        read_own_targets(write(table, LATER.replace("later", "first"), line))


def test_all_problems_are_told_at_once(table: Path) -> None:
    bad = LATER.replace("90000", "x"), LATER.replace("2026-01", "soon")
    with pytest.raises(EvidenceError) as caught:
        read_own_targets(write(table, *bad))
    assert str(caught.value).count("\n") == 1


def test_a_wrong_header_names_the_columns(table: Path) -> None:
    with pytest.raises(EvidenceError, match=r"own\.csv:1: column 'name' is missing"):
        read_own_targets(write(table, LATER, header=HEADER.replace("name", "nam")))
    with pytest.raises(EvidenceError, match="holds no document"):
        read_own_targets(write(table))


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="is no file"):
        read_own_targets(tmp_path)
    path = tmp_path / "latin.csv"
    path.write_bytes(b"name\n\xff")
    with pytest.raises(EvidenceError, match="is not UTF-8"):
        read_own_targets(path)


def test_without_histories_it_is_said_how_to_make_them(
    tmp_path: Path, table: Path
) -> None:
    with pytest.raises(StorageError, match="muster calibrate"):
        score_file(write(table, LATER), tmp_path)


def test_documents_to_come_follow_the_last_known_ones() -> None:
    coming = coming_documents()
    assert len({each.name for each in coming}) == len(coming)
    quarters = [each for each in coming if each.observer == "staff_claim"]
    assert [each.period_end for each in quarters] == [
        "2025-12",
        "2026-03",
        "2026-06",
        "2026-09",
        "2026-12",
    ]
    assert quarters[0].period_start == "2025-10"
    lists = [each for each in coming if each.observer == "listed"]
    assert all(each.of == each.period_end for each in lists)


def test_a_forecast_is_dated_hashed_and_scored_when_its_document_is_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_forecast(folder, date(2026, 1, 2))
    path = register_forecast(made, tmp_path)
    assert path.name == f"2026-01-02-{made['hash'][:12]}.json"
    assert score_register([tmp_path]) == []
    entry = made["documents"][0]
    assert entry["low"] < entry["median"] < entry["high"]
    came = coming_documents()[0]
    monkeypatch.setattr(register, "load_targets", lambda: (came,))
    (scored,) = score_register([tmp_path])
    assert scored.documented == came.documented
    assert scored.inside == (entry["low"] <= came.documented <= entry["high"])
    assert scored.crps > 0


def test_a_forecast_that_was_changed_is_refused(folder: Path, tmp_path: Path) -> None:
    path = register_forecast(make_forecast(folder), tmp_path)
    made = json.loads(path.read_text(encoding="utf-8"))
    made["documents"][0]["median"] += 1
    path.write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(StorageError, match="changed after it was registered"):
        score_register([tmp_path])
