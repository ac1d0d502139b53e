"""The page shows what supply implies, prior and posterior beside documents."""

from pathlib import Path

from calibration.validation.supply import WANTED, prior_predictive
from experiments.documents.supply_blocks import DRAWS, supply, write_supply_image


def test_the_table_tells_prior_posterior_and_documents() -> None:
    lines = supply().splitlines()[2:]
    assert [line.split(" | ")[1] for line in lines] == [
        "documents", "prior", "posterior", "prior", "posterior",
    ]  # fmt: skip
    median = prior_predictive(DRAWS).quantiles()["bonus_elasticity"][2]
    assert f"| {median:.2f} |" in lines[1]
    assert f"| {WANTED['low']:.2f} |" in lines[0]


def test_the_picture_is_the_same_each_time(tmp_path: Path) -> None:
    first = write_supply_image(tmp_path).read_bytes()
    assert write_supply_image(tmp_path).read_bytes() == first
    assert b"</svg>" in first
