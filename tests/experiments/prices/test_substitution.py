from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from experiments.prices.substitution import (
    Substitution,
    print_substitution,
    substitution,
)
from model.errors import ScenarioError
from tests.experiments.small_country import SCALE, SHORT, settle

SETTINGS = (
    *SHORT,
    "channels.prisoner.open=1",
    f"channels.prisoner.admissions.scale.2022-01={1 / SCALE}",
    "time.history_until=2025-03",
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Substitution:
    with pytest.MonkeyPatch.context() as patched:
        settle(patched)
        return substitution(
            channels=("volunteer_contract", "prisoner", "mobilised"),
            settings=SETTINGS,
            draws=2,
            workers=1,
            out=tmp_path_factory.mktemp("closed") / "out",
        )


def column(found: Substitution, channel: str, name: str) -> np.ndarray:
    rows = found.table[found.table["channel"] == channel]
    return rows[name].to_numpy(float)


def test_a_closed_channel_loses_its_men_and_raises_the_price(
    found: Substitution,
) -> None:
    assert (column(found, "prisoner", "men_lost_per_month") > 0).all()
    assert (column(found, "prisoner", "price_rise_share") > 0).all()
    assert (column(found, "prisoner", "short_per_month") < 1).all()


def test_a_channel_that_brings_nobody_costs_nothing(found: Substitution) -> None:
    assert column(found, "mobilised", "men_lost_per_month").tolist() == [0.0, 0.0]
    assert column(found, "mobilised", "short_per_month").max() < 1
    assert column(found, "mobilised", "bill_change_rub").tolist() == [0.0, 0.0]


def test_no_price_replaces_the_volunteers(found: Substitution) -> None:
    assert (column(found, "volunteer_contract", "men_lost_per_month") > 0).all()
    assert np.isnan(column(found, "volunteer_contract", "price_needed_rub")).all()


def test_the_table_is_plain_data(
    found: Substitution, capsys: pytest.CaptureFixture[str]
) -> None:
    json.dumps(found.as_dict(), allow_nan=False)
    print_substitution(found)
    assert "prisoner\t" in capsys.readouterr().out


def test_a_start_outside_the_run_is_refused() -> None:
    with pytest.raises(ScenarioError, match="allowed"):
        substitution(start="2031-01", out=Path("nowhere"))
