"""Run folders made up in the shape of real ones, so the report can be specified."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from calibration.evidence import load_regions
from model.fields.months import month_range, parse_month
from model.ledger.accounts import ACCOUNTS, BILL_GROUPS, NATIONAL

Frame = pd.DataFrame
STATES = ("training", "combat", "support", "wounded", "captured", "absent",
          "discharged", "disabled", "killed", "missing", "rear")  # fmt: skip
SHARES = {
    "volunteer_contract": 1.0, "prisoner": 0.09, "conscript": 0.02, "migrant": 0.008,
    "naturalised": 0.015, "foreign_volunteer": 0.004, "foreign_deceived": 0.003,
    "state_deployment": 0.01, "mobilised": 0.0,
}  # fmt: skip


@dataclass
class MadeUp:
    """A run in memory: its tables and its three text files."""

    tables: dict[str, Frame]
    scenario: dict[str, Any]
    summary: dict[str, dict[str, Any]]
    run: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in self.tables.items():
            frame.to_parquet(folder / f"{name}.parquet", index=False)
        (folder / "summary.json").write_text(json.dumps(self.summary))
        (folder / "run.json").write_text(json.dumps(self.run))
        with (folder / "scenario.yaml").open("w", encoding="utf-8") as stream:
            YAML(typ="safe").dump(self.scenario, stream)
        return folder


MakeUp = Callable[..., MadeUp]


@dataclass(frozen=True)
class Maker:
    """Draws plausible numbers; every table comes from the same inflow and price."""

    first: str = "2022-09"
    last: str = "2027-12"
    draws: int = 8
    seed: int = 5
    places: int = 85

    @property
    def months(self) -> list[str]:
        return month_range(parse_month(self.first), parse_month(self.last))

    def grid(self, **levels: Any) -> Frame:
        axes = {"month": self.months, "draw": range(self.draws), **levels}
        index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
        frame: Frame = index.to_frame(index=False)
        return frame

    def wave(self, frame: Frame, spread: float = 0.12) -> np.ndarray[Any, Any]:
        """One factor a draw and a slow swing over months."""
        at = frame["month"].map(parse_month).to_numpy() - parse_month(self.first)
        generator = np.random.default_rng(self.seed)
        level = np.exp(spread * generator.standard_normal(self.draws))
        drift = 1 + 0.002 * generator.standard_normal(self.draws)
        draw = frame["draw"].to_numpy()
        swing = 1 + 0.15 * np.sin(at / 5 + 0.3 * draw)
        return np.asarray(level[draw] * drift[draw] ** at * swing)

    def elapsed(self, frame: Frame) -> np.ndarray[Any, Any]:
        return np.asarray(frame["month"].map(parse_month) - parse_month(self.first))


def offers(frame: Frame, maker: Maker) -> np.ndarray[Any, Any]:
    """Regional bonus, higher where the code's letters sum higher."""
    lean = frame["place"].map(lambda iso: 0.5 + sum(map(ord, iso)) % 17 / 12)
    rise = 60_000 + 28_000 * maker.elapsed(frame)
    return np.asarray(rise * lean * maker.wave(frame, 0.05)).round(-3)


def prices(maker: Maker, places: list[str]) -> Frame:
    frame = maker.grid(place=places)
    frame["offer_federal_rub"] = np.where(maker.elapsed(frame) < 23, 195e3, 400e3)
    frame["offer_regional_rub"] = offers(frame, maker)
    frame["civilian_wage_rub"] = 55_000 * 1.011 ** maker.elapsed(frame)
    bonus = frame["offer_federal_rub"] + frame["offer_regional_rub"]
    frame["bonus_in_months_of_wage"] = bonus / frame["civilian_wage_rub"]
    frame["package_ratio"] = 2.0 + bonus / 1e6
    return frame


def flows(maker: Maker, men: Mapping[str, int]) -> Frame:
    base = maker.grid(place=list(men))
    weight = base["place"].map(men).to_numpy() / sum(men.values())
    parts = []
    for channel, share in SHARES.items():
        signed = 33_000 * share * weight * maker.wave(base)
        if channel == "mobilised":
            signed = np.where(maker.elapsed(base) == 1, 300_000 * weight, 0)
        abroad = channel.startswith(("foreign", "state"))
        part = base.assign(
            channel=channel,
            home="NP" if abroad else base["place"],
            considering_persons=(9 * signed).round().astype(int),
            signed_persons=signed.round().astype(int),
        )
        parts.append(part[part["signed_persons"] > 0])
    frame = pd.concat(parts, ignore_index=True)
    volunteer = frame["channel"] == "volunteer_contract"
    price = np.where(volunteer, 400_000 + 31_000 * maker.elapsed(frame), np.nan)
    frame["median_reservation_bonus_rub"] = 0.6 * price
    frame["marginal_price_rub"] = 1.2 * price
    frame["rent_rub"] = np.where(volunteer, 0.4 * price * frame["signed_persons"], 0)
    return frame


def losses(maker: Maker, places: list[str]) -> Frame:
    frame = maker.grid(home=places[:8], channel=["volunteer_contract", "prisoner"])
    wave = maker.wave(frame, 0.2) / 16
    monthly = {"killed": 11e3, "disabled": 4e3, "wounded": 27e3, "captured": 400,
               "absent": 2200, "discharged": 1900}  # fmt: skip
    for kind, level in monthly.items():
        frame[f"{kind}_persons"] = (level * wave).round().astype(int)
    return frame


def force(maker: Maker) -> Frame:
    frame = maker.grid(channel=["regular", "volunteer_contract"], state=list(STATES))
    level = frame["state"].map(
        dict(zip(STATES, (30, 190, 330, 60, 9, 25, 80, 60, 90, 20, 120), strict=True))
    )
    grown = np.where(frame["state"].isin(STATES[:4]), 1.0, maker.elapsed(frame) / 30)
    size = 500 * level * grown * maker.wave(frame, 0.05)
    return frame.assign(persons=size.round().astype(int))


def ledger(maker: Maker, places: list[str]) -> Frame:
    parts = []
    for rank, account in enumerate(ACCOUNTS):
        where = places if account.by_place else [NATIONAL]
        part = maker.grid(place=where, channel=["volunteer_contract"])
        level = 9e10 / (1 + rank % 7) ** 2 / len(where)
        if account.group not in BILL_GROUPS:
            level /= 20
        accrued = level * (1 + maker.elapsed(part) / 40) * maker.wave(part)
        part["payer"], part["payee"] = account.payer, account.payee
        part["account"] = account.name
        part["accrued_rub"] = accrued.round().astype(np.int64)
        part["paid_rub"] = (0.9 * accrued).round().astype(np.int64)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def beliefs(maker: Maker, places: list[str]) -> Frame:
    frame = maker.grid(home=places)
    true = 0.017 * maker.wave(frame, 0.15)
    slow = 0.004 + 0.010 * (1 - np.exp(-maker.elapsed(frame) / 20))
    return frame.assign(
        perceived_death_share=slow * maker.wave(frame, 0.1), true_death_share=true
    )


def supply(maker: Maker) -> Frame:
    grid = np.linspace(2e5, 6e6, 25)
    frame = maker.grid(bonus_rub=grid)
    frame = frame[frame["month"].isin(maker.months[-1:])]
    lift = 60_000 / (1 + np.exp(-2.2 * (np.log(frame["bonus_rub"]) - np.log(2.6e6))))
    return frame.assign(signers_persons=(lift * maker.wave(frame)).round().astype(int))


def pool(maker: Maker) -> Frame:
    frame = maker.grid()
    left = 2.4e6 * np.exp(-maker.elapsed(frame) / 70) * maker.wave(frame, 0.2)
    return frame.assign(remaining_willing_persons=left.round(), exhaustion_months=40.0)


OBSERVED = {
    "ist-2023q2": (22_900.0, None, None, "persons"),
    "ist-2023q1": (3_800.0, None, None, "persons"),
    "mz-cum-2022-07-08": (4_515.0, None, None, "persons"),
    "cn-moscow-total": (51.0, 47.0, None, "persons"),
    "force-2022-inv": (190_000.0, 170_000.0, 200_000.0, "persons"),
    "wage-ru-2017": (39_167.0, None, None, "RUB_per_month"),
}
QUANTITIES = {
    "ist-2023q2": "contracts_signed",
    "ist-2023q1": "contracts_signed",
    "mz-cum-2022-07-08": "killed_documented",
    "cn-moscow-total": "recruits_foreign",
    "force-2022-inv": "force_size_in_theatre",
    "wage-ru-2017": "average_monthly_wage",
}


def observed(maker: Maker) -> Frame:
    generator = np.random.default_rng(maker.seed)
    rows = [
        {
            "source": source,
            "quantity": QUANTITIES[source],
            "period_start": "2023-04-01",
            "period_end": "2023-06-30",
            "draw": draw,
            "simulated": value
            * bias
            * float(np.exp(0.1 * generator.standard_normal())),
            "documented": value,
            "low": low,
            "high": high,
            "unit": unit,
        }
        for bias, (source, (value, low, high, unit)) in zip(
            (1.1, 3.0, 0.9, 1.4, 1.0, 0.6), OBSERVED.items(), strict=True
        )
        for draw in range(maker.draws)
    ]
    return Frame(rows)


def economy(maker: Maker) -> Frame:
    frame = maker.grid()
    return frame.assign(
        civilian_wage_rub=60_000 * 1.01 ** maker.elapsed(frame),
        price_index=1.006 ** maker.elapsed(frame),
    )


SCENARIO: dict[str, Any] = {
    "title": "Documented baseline",
    "question": "Does paid recruitment replace losses, and for how long?",
    "author": "Muster",
    "changes": ["nothing: documented policy, then the governments' rules"],
    "sources": ["ist-2023q2"],
    "time": {"start": "2022-09", "history_until": "2025-06", "until": "2027-12"},
    "federal": {
        "signing_bonus": {
            "rub": {"2022-09": {"value": 195_000, "source": "ist-2023q1"}}
        }
    },
}
SUMMARY: dict[str, dict[str, Any]] = {
    "replacement_ratio": {
        "value": 1.02, "low": 0.86, "high": 1.21, "unit": "ratio",
        "definition": "Inflow over losses, last twelve months.",
    },
    "manpower_bill_rub": {
        "value": 4.1e12, "low": 3.5e12, "high": 4.9e12, "unit": "RUB",
        "definition": "Everything the state comes to owe for manpower in a year.",
    },
    "rent_share": {
        "value": 0.31, "low": 0.24, "high": 0.37, "unit": "share",
        "definition": "Share of bonuses above what their takers would have accepted.",
    },
    "break_month": {
        "value": None, "low": None, "high": None, "unit": "month",
        "definition": "First month of a run of failure; not defined where none fails.",
    },
}  # fmt: skip
RUN: dict[str, Any] = {
    "version": "0.1.0", "seed": 1, "draws": 8, "packages": {"numpy": "2.4.6"},
}  # fmt: skip


def make_up(maker: Maker) -> MadeUp:
    regions = load_regions()[: maker.places]
    men = {region.iso: region.male_18_59 for region in regions}
    places = list(men)
    tables = {
        "flows": flows(maker, men),
        "prices": prices(maker, places),
        "force": force(maker),
        "losses": losses(maker, places),
        "ledger": ledger(maker, places),
        "economy": economy(maker),
        "beliefs": beliefs(maker, [*places, "NP"]),
        "observed": observed(maker),
        "supply": supply(maker),
        "pool": pool(maker),
    }
    return MadeUp(tables, SCENARIO, SUMMARY, RUN)
