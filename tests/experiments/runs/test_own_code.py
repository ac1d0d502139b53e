"""Own channels, rules, measures and models: on any worker, and part of a run's name."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from experiments.runs.jobs import job_version
from experiments.runs.own_code import kept_columns, own_code
from experiments.storage.identity import code_digest
from experiments.sweeps.design import Design
from experiments.sweeps.replay import replay
from experiments.sweeps.sweep import SweepOptions, run_sweep
from model import extensions
from model.errors import DesignError, MusterError
from model.extensions import given_paths, load_given
from tests.experiments.sweeps.test_dask_executor import Cluster

MODULE = '''\
"""Mechanisms of somebody else's."""

import numpy as np

from model.channels import register_channel
from model.channels.interface import (
    ChannelSettings, Facts, RecruitmentChannel, plain_intake,
)
from model.fields.parameter import parameter
from model.institutions.regional import register_rule
from model.simulation import RecruitmentModel


class Block(ChannelSettings):
    persons_per_month: int = parameter(5, "Men a month.", low=0, high=100)


@register_channel
class Cossacks(RecruitmentChannel[Block]):
    name = "cossacks"
    facts = Facts(label="Cossacks")

    def recruit(self, now):
        here = np.zeros(self._settings.persons_per_month, dtype=np.int64)
        return plain_intake(here, here, here + 30)


def flat(region, index, seen):
    return 700_000.0


register_rule("flat", flat)


class Mine(RecruitmentModel):
    pass


def cossacks_signed(tables, scenario):
    flows = tables["flows"]
    return flows["signed_persons"][flows["channel"] == "cossacks"].sum()
'''
SHORT = {
    "title": "A short war",
    "extends": "baseline",
    "time": {"start": "2025-08", "history_until": "2025-08", "until": "2025-10"},
    "force": {"initial_force": 2500},
    "regions": {"own_rule": "flat"},
}


@pytest.fixture
def abroad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Return a module outside the package, whose mechanisms are registered."""
    name = f"abroad_{tmp_path.name}".replace("-", "_")
    (tmp_path / f"{name}.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path))
    empty: dict[str, dict[str, object]] = {group: {} for group in extensions._given}
    monkeypatch.setattr(extensions, "_given", empty)
    yield importlib.import_module(name)
    sys.modules.pop(name, None)


def asked(abroad: ModuleType, folder: Path, **options: object) -> pd.DataFrame:
    """Sweep over an own lever under an own rule, with an own model and measure."""
    (folder / "short.yaml").write_text(_yaml(SHORT))
    design = Design(
        scenario="short.yaml",
        levers={"channels.cossacks.persons_per_month": (2, 9)},
        keep=("flows.signed_persons by channel", "prices.offer_regional_rub by place"),
        folder=str(folder),
    )
    run_sweep(
        design,
        folder / "sweep",
        model=abroad.Mine,
        measures={"cossacks": abroad.cossacks_signed},
        options=SweepOptions(**options),  # type: ignore[arg-type]  # a test's own
    )
    return pd.read_parquet(folder / "sweep/runs.parquet")


def _yaml(tree: Mapping[str, object]) -> str:
    lines = []
    for key, value in tree.items():
        if isinstance(value, dict):
            inside = ", ".join(f"{name}: {each}" for name, each in value.items())
            lines.append(f"{key}: {{{inside}}}")
        else:
            lines.append(f"{key}: {value}")
    return "\n".join(lines) + "\n"


def test_a_file_outside_the_package_works_in_two_worker_processes(
    abroad: ModuleType, tmp_path: Path
) -> None:
    runs = asked(abroad, tmp_path, workers=2)
    lever = "channels.cossacks.persons_per_month"
    assert runs.set_index(lever)["cossacks"].to_dict() == {2.0: 6.0, 9.0: 27.0}
    months = pd.read_parquet(tmp_path / "sweep/months.parquet")
    last = months[months["month"] == "2025-10"]
    assert (last["prices.offer_regional_rub.RU-SAM"] >= 700_000).all()
    kept = months.filter(like="flows.signed_persons.").sum(axis=1)
    assert (kept == months["signed_persons"]).all()


def test_a_file_outside_the_package_works_on_dask_workers(
    abroad: ModuleType, tmp_path: Path
) -> None:
    cluster = Cluster(tmp_path)
    try:
        runs = asked(abroad, tmp_path, dask=cluster.address())
    finally:
        cluster.stop()
    lever = "channels.cossacks.persons_per_month"
    assert runs.set_index(lever)["cossacks"].to_dict() == {2.0: 6.0, 9.0: 27.0}
    months = pd.read_parquet(tmp_path / "sweep/months.parquet")
    last = months[months["month"] == "2025-10"]
    assert (last["prices.offer_regional_rub.RU-SAM"] >= 700_000).all()


def test_what_a_folder_names_is_not_imported_to_repeat_a_run(
    abroad: ModuleType, tmp_path: Path
) -> None:
    runs = asked(abroad, tmp_path, workers=1)
    run = tmp_path / "sweep" / runs["run_id"][0]
    with pytest.raises(DesignError, match="from outside the package"):
        replay(run)
    keep = ("flows.signed_persons by channel", "prices.offer_regional_rub by place")
    own = own_code(abroad.Mine, {"cossacks": abroad.cossacks_signed}, keep)
    assert replay(run, own=own).same


def test_an_edited_mechanism_is_another_version(
    abroad: ModuleType, tmp_path: Path
) -> None:
    before = code_digest()
    source = Path(str(abroad.__file__))
    source.write_text(source.read_text() + "# edited\n")
    assert code_digest() != before
    extensions.remove(extensions.CHANNELS, "cossacks")
    extensions.remove(extensions.RULES, "flat")
    assert code_digest() != before
    point = "experiments.runs.run:run_point"
    assert job_version(point) == code_digest()
    own = own_code(abroad.Mine)
    assert job_version(point, own) != code_digest()


def test_mechanisms_are_found_again_by_path(abroad: ModuleType) -> None:
    paths = given_paths()
    extensions.remove(extensions.CHANNELS, "cossacks")
    load_given(paths)
    assert extensions.extensions(extensions.CHANNELS)["cossacks"] is abroad.Cossacks


def test_what_workers_cannot_import_is_refused() -> None:
    def local(tables: object, scenario: object) -> float:
        return 0.0

    with pytest.raises(MusterError, match="top of a module"):
        own_code(measures={"local": local})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ledger", "write table.column"),
        ("ledger.paid_rub by colour", "columns are kept by"),
    ],
)
def test_a_column_that_cannot_be_kept_is_refused(text: str, message: str) -> None:
    with pytest.raises(DesignError, match=message):
        own_code(keep=(text,))


def test_kept_columns_add_up_whole_roubles() -> None:
    rows = {
        "month": np.array(["2025-01", "2025-02", "2025-02"], dtype=object),
        "account": np.array(
            ["disability", "disability", "federal_bonus"], dtype=object
        ),
        "paid_rub": np.array([2**60 + 1, 3, 5]),
    }
    months = ["2025-01", "2025-02"]
    kept = kept_columns("ledger.paid_rub by account", {"ledger": rows}, months)
    assert kept["ledger.paid_rub.disability"].to_pylist() == [2**60 + 1, 3]
    assert kept["ledger.paid_rub.federal_bonus"].to_pylist() == [0, 5]
    whole = kept_columns("ledger.paid_rub", {"ledger": rows}, months)
    assert whole["ledger.paid_rub"].to_pylist() == [2**60 + 1, 8]
    with pytest.raises(DesignError, match="no column 'owed_rub'"):
        kept_columns("ledger.owed_rub", {"ledger": rows}, months)
