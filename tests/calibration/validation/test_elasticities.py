from pathlib import Path

import pytest

from calibration.validation.elasticities import implied_elasticities, literature
from tests.calibration.posteriors import store_posterior


def test_elasticities_come_by_kind_and_year_with_bands(tmp_path: Path) -> None:
    store_posterior(tmp_path)
    found = implied_elasticities(tmp_path)
    package = [each for each in found if each.kind == "package_elasticity"]
    assert [each.year for each in package] == ["2023", "2024", "2025"]
    assert package[0].median == pytest.approx(1.0)
    assert package[0].median in package[0].band


def test_the_literature_beside_them_is_cited() -> None:
    ids = {row.id for row in literature()}
    assert {"np-migration-earnings-shrestha", "el-nat-2024-25"} <= ids
