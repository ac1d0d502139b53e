"""The price path of a solved run: offers, who came, and what it cost, month by month.

    month, draw          from the first solved month on
    factor               bonus over the schedule, all levels, mean over regions
    federal_rub          federal bonus offered, whole roubles
    regional_rub         regional and municipal bonus offered, unweighted mean
    mean_bonus_rub       bonus promised per volunteer (men go where more is paid)
    volunteers_persons, inflow_persons, losses_persons, in_theatre_persons
    met                  whether the target was met, within the highest price sought
    bonus_bill_rub       bonuses promised to volunteers
    bill_rub             manpower bill owed

An offer is in whole roubles: a solved price is rounded up, so its man still signs.
ODD III.iv (market clearing), II.x (observation).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from calibration.documented.world import documented_world
from experiments.measures.facts import PERMANENT, THEATRE, VOLUNTEERS
from experiments.storage.folder import read_table
from model.clearing import Target
from model.fields.months import format_month
from model.institutions.regional import documented_bonuses, scale_paths
from model.scenario import Scenario

_AT = ["month", "draw"]
_HALF_A_MAN = 0.5


def price_path(folder: Path, scenario: Scenario, target: Target) -> pd.DataFrame:
    """Return the price path of a run folder that was solved for a target."""
    flows = _table(folder, "flows")
    grouped = _table(folder, "prices").groupby(_AT, sort=True, observed=True)
    federal = grouped["offer_federal_rub"].first()
    regional = grouped["offer_regional_rub"].mean()
    months = federal.index.get_level_values("month").astype(str)
    schedule = schedule_rub(scenario).loc[months].to_numpy()
    path = pd.DataFrame(
        {
            "factor": (federal + regional) / schedule,
            "federal_rub": np.ceil(federal).astype(np.int64),
            "regional_rub": np.ceil(regional).astype(np.int64),
        }
    )
    volunteers = flows[flows["channel"] == VOLUNTEERS]
    path["volunteers_persons"] = _sum(volunteers, "signed_persons")
    path["bonus_bill_rub"] = _sum(volunteers, "bonus_rub")
    path["mean_bonus_rub"] = path["bonus_bill_rub"] / path["volunteers_persons"]
    path["inflow_persons"] = _sum(flows, "signed_persons")
    gone = [f"{kind}_persons" for kind in PERMANENT]
    losses = _table(folder, "losses").groupby(_AT, observed=True)[gone].sum()
    path["losses_persons"] = losses.sum(axis=1)
    path["in_theatre_persons"] = _theatre(_table(folder, "force"))
    economy = _table(folder, "economy").set_index(_AT)
    path["bill_rub"] = economy["bill_rub"]
    path["met"] = _met(path, scenario, target)
    first = format_month(scenario.time.first + target.first_index)
    later = path.reset_index()
    return later[later["month"] >= first].reset_index(drop=True)


def schedule_rub(scenario: Scenario) -> pd.Series:
    """Return the scheduled bonus of all levels, mean over regions, by month."""
    time, regions = scenario.time, documented_world().regions
    federal = scenario.federal.signing_bonus.over(time.first, time.months)
    municipal = scenario.regions.municipal_bonus.over(time.first, time.months)
    factors = scale_paths(scenario, regions)
    regional = np.mean(factors * documented_bonuses(scenario, regions), axis=0)
    months = [format_month(time.first + at) for at in range(time.months)]
    return pd.Series(federal + municipal + regional, index=months)


def _table(folder: Path, name: str) -> pd.DataFrame:
    found: pd.DataFrame = read_table(folder / f"{name}.parquet").to_pandas()
    return found


def _sum(rows: pd.DataFrame, column: str) -> pd.Series:
    found: pd.Series = rows.groupby(_AT, observed=True)[column].sum()
    return found


def _theatre(force: pd.DataFrame) -> pd.Series:
    return _sum(force[force["state"].isin(THEATRE)], "persons")


def _met(path: pd.DataFrame, scenario: Scenario, target: Target) -> pd.Series:
    """Whether the market cleared; losses of the month before decide what is wanted."""
    if target.kind == "budget":
        return path["bonus_bill_rub"] <= target.value
    if target.kind in ("inflow", "inflow_by_region"):
        return path["inflow_persons"] >= target.value - _HALF_A_MAN
    most = float(scenario.channels["volunteer_contract"].wide_headroom)
    return path["factor"] < most * (1 - 1e-6)
