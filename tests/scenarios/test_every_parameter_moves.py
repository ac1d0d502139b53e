"""Every scenario parameter moves an output, in a small world where everything acts."""

from __future__ import annotations

import copy
import gc
import hashlib
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from typing import Any, Final

import numpy as np
import pytest
from pydantic import ValidationError

from experiments.measures import measure_all
from model.results import Tables
from model.scenario import Scenario
from model.simulation import RecruitmentModel
from model.world import CountryTable, Macro, World
from scenarios.format.layout import HEADER, ByMonth, Dated, Value, parameters
from scenarios.format.layout import scenario_layout as layout
from tests.model.worlds import macro, regions, world

START: Final = "2024-03"
ISO: Final = ("RU-MOW", "RU-SPE", "RU-KRS")
DOCUMENTED_MONTHS: Final = 41
COUNTRIES: Final = ("UZ", "RS", "CN", "NP", "IQ", "KE", "CU", "KP")

NOT_MOVING: Final = {
    "channels.volunteer_contract.price_headroom": "a bound of the search, no behaviour",
    "channels.conscript.oldest.before_2024_years": "ages stand in no result table",
    "channels.conscript.oldest.from_2024_years": "ages stand in no result table",
    "force.re_signing.hazard_to_2023_per_month": "the run starts in 2024",
    "regions.game.raise_2026": "the run ends before",
    "regions.game.level_2026": "the run ends before",
    "regions.own_rule": "names a rule registered from outside; none is here",
    "source_states.*.countermeasures.*.source": "a citation",
    "source_states.*.countermeasures.*.note": "a remark",
    "networks.*.source": "a citation",
}
"""Parameters that move nothing, and why that is right."""

FAR: Final = 20.0
"""How far above its value a parameter is pushed at most."""

FREE_KEY: Final = {
    "regions.signing_bonus.by_region": "RU-MOW",
    "regions.monthly_topup": "RU-SPE",
    "regions.destination_premium": "RU-SPE",
    "regions.referral_fee_by_region": "RU-SPE",
    "regions.adverts": "RU-SPE",
    "regions.game.raise_effect": "RU-SPE",
    "regions.game.level_effect": "RU-SPE",
    "regions.game.plan_share": "RU-SPE",
    "source_states": "NP",
    "networks": "NP",
    "channels.foreign_deceived.propensity.openness": "NP",
    "channels.foreign_volunteer.propensity.openness": "UZ",
    "channels.foreign_volunteer.drives": "CU",
    "channels.foreign_deceived.places": "RU-SPE",
    "channels.foreign_volunteer.places": "RU-SPE",
    "channels.migrant.places": "RU-SPE",
}
"""The row that stands for all rows of a table."""

NETWORK: Final = {
    "capacity_persons_per_month": 60,
    "growth_per_year": 0.5,
    "fee_usd": 1000,
    "commission_rub": 50_000,
    "arrest_hazard_per_month": 0.05,
}
BUSY: Final[dict[str, Any]] = {
    "title": "everything acts",
    "time": {"start": START, "history_until": "2024-05", "until": "2025-02"},
    "federal": {"transfer_to_regions": 0.1, "quota": 400, "force_needed": 5000},
    "regions": {
        "signing_bonus": {
            "mean": {"documented_until": "2024-05", "rub": 600_000},
            "by_region": {"RU-MOW": 900_000},
        },
        "monthly_topup": {"RU-SPE": 30_000},
        "municipal_bonus": 50_000,
        "step_rub": 1_000,
        "lag_months": 1,
        "destination_share": 0.5,
        "destination_premium": {"RU-SPE": 300_000},
        "game": {
            "raise_base": -0.5,
            "cut_base": -0.5,
            "cut_floor_share": 0.3,
            "raise_shortfall": 2.0,
            "appropriation_share": 0.02,
            "mandate": {"2024-01": 0, "2024-08": 0.5, "2024-10": 0},
        },
    },
    "attention": {"ceasefire_expectation": 0.3},
    "force": {
        "initial_force": 3000,
        "casualties": 215,
        "stock_exponent": 0.5,
        "release_hazard_per_month": 0.1,
        "rear_share": {"mobilised": 0.6},
    },
    "source_states": {
        "NP": {
            "countermeasures": [
                {"date": "2024-06", "kind": "ban", "strength": 0.5},
                {"date": "2024-09", "kind": "discharge_deal"},
            ]
        },
        "KE": {"countermeasures": [{"date": "2024-06", "kind": "russian_stop"}]},
    },
    "networks": {iso: NETWORK for iso in ("NP", "KE", "UZ", "RS", "CN", "IQ", "CU")},
    "economy": {"unemployment_factor": 1.5},
    "channels": {
        "mobilised": {"decrees": {START: 100, "2024-05": 0}},
        "foreign_deceived": {"propensity": {"openness": {"NP": 0.5}}},
        "foreign_volunteer": {
            "propensity": {"openness": {"UZ": 0.5}},
            "drives": {"CU": 0.5},
            "adverts": 400,
        },
        "prisoner": {"admissions": 200, "suspects": 0.5, "term_months": 6},
        "conscript": {"spring_draft": 2000, "autumn_draft": 2000},
        "naturalised": {"naturalisations": 500, "pool_at_start_persons": 5000},
        "state_deployment": {"arrivals": {START: 50, "2024-08": 0}, "country": "KP"},
    },
}

MATCHING: Final[dict[str, Any]] = {
    "rule": "match_losses",
    "signing_bonus": {"documented_until": "2024-05", "rub": 195_000},
}
SWITCHES: Final[dict[str, dict[str, Any]]] = {
    "behaviour.poverty_coefficient": {"behaviour": {"poverty_gradient": "coefficient"}},
    **{
        f"behaviour.reluctance.{kind}_psi": {
            "behaviour": {"reluctance": {"form": "mixture"}}
        }
        for kind in ("ready", "conditional", "never")
    },
    **{
        f"channels.{channel}.advert_response.elasticity_beyond": {
            "channels": {"foreign_volunteer": {"adverts": 4000}}
        }
        for channel in ("foreign_volunteer", "migrant")
    },
    "behaviour.willingness.from_": {
        "time": {"start": "2023-07", "history_until": "2025-12", "until": "2026-02"}
    },
    "force.casualty_": {
        "force": {
            "casualties": {
                "documented_until": "2024-05",
                "persons_per_month": {START: 150, "2024-04": 200, "2024-05": 400},
            }
        }
    },
    "regions.signing_bonus.least_rub": {
        "regions": {"signing_bonus": {"least_rub": 500_000}}
    },
    "federal.match_response": {"federal": MATCHING, "force": {"casualties": 2000}},
    "federal.bonus_step_rub": {"federal": MATCHING, "force": {"casualties": 2000}},
    "federal.bonus_high_rub": {"federal": MATCHING, "force": {"casualties": 2000}},
    "federal.rebuild_months": {"federal": {"rule": "match_losses"}},
    "federal.manpower_budget_share": {"federal": {"rule": "budget_capped"}},
    "federal.mobilisation": {
        "federal": {
            "force_needed": 50_000,
            "mobilisation": {"fallback": True, "trigger_months": 2, "persons": 500},
        }
    },
    "federal.break_months": {"federal": {"force_needed": 3500}},
    "force.contract_term_months": {"force": {"contracts_open_ended": 0}},
    "force.renewal_share": {
        "force": {"contracts_open_ended": 0, "contract_term_months": 3}
    },
    "channels.prisoner.open_ended_factor": {
        "channels": {"prisoner": {"term_months": 0}}
    },
    **{
        f"regions.{name}": {"regions": {"rule": "chase_and_fill"}}
        for name in (
            "fill_response",
            "chase_response",
            "stress_response",
            "hub_weight",
            "step_rub",
            "lag_months",
            "stress_revenue_share",
            "cap_revenue_share",
        )
    },
    "regions.game.appropriation_": {"regions": {"game": {"raise_base": 5}}},
    "regions.game.level_effect": {
        "regions": {"game": {"appropriation_share": 0.5, "raise_base": 5}}
    },
    "regions.game.restored": {
        "regions": {
            "game": {
                "raise_base": -8,
                "cut_base": -2.5,
                "cut_late": 5,
                "restored_share": 1,
            }
        }
    },
    "regions.game.rationed_share": {"federal": {"quota": 20}},
    "regions.overfill_response": {
        "federal": {"quota": 20},
        "regions": {"rule": "chase_and_fill"},
    },
    "regions.largest_cut_share": {
        "federal": {"quota": 5},
        "regions": {
            "rule": "chase_and_fill",
            "overfill_response": 5,
            "largest_cut_share": 0.1,
        },
    },
    "attention.effort_low": {
        "federal": {"quota": 20},
        "attention": {"effort_response": 3, "effort_low": 0.5},
    },
    "channels.migrant.required_hazard_per_month": {
        "channels": {"migrant": {"residency_requirement": 1.0}}
    },
    "protection.arrests_trigger_persons": {"protection": {"arrest_effect": 1.0}},
    "protection.risk_information_effect": {"protection": {"risk_information": 0.5}},
}
"""What must be on for a parameter to act, by the beginning of its name."""


def documented_until_2024() -> Macro:
    """Return a flat economy that ends early in the run, so that growth takes over."""
    whole = macro()
    short = {
        field.name: getattr(whole, field.name)[:DOCUMENTED_MONTHS]
        for field in fields(Macro)
        if field.name != "first"
    }
    return replace(whole, **short)


@cache
def busy_world() -> World:
    """Return three regions and a country of every group."""
    n = len(COUNTRIES)
    abroad = CountryTable(
        COUNTRIES,
        COUNTRIES,
        np.full(n, 400_000, dtype=np.int64),
        np.full(n, 200.0),
        np.full(n, 4000, dtype=np.int64),
        np.linspace(0, 0.8, n),
    )
    home = replace(regions((40_000, 30_000, 30_000), (1.2, 1.0, 0.8)), iso=ISO)
    home = replace(
        home,
        revenue_2023_rub=np.full(3, 1.5e10),
        district=("One", "Volga", "Volga"),
        named_dead_per_10k_men=np.array([1.0, 3.0, 6.0]),
    )
    return world(
        regions=home,
        countries=abroad,
        macro=documented_until_2024(),
        prisoners_persons=3000,
        conscripts_per_draft_persons=2000,
    )


def laid_over(base: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    out = dict(base)
    for key, value in delta.items():
        both = isinstance(out.get(key), dict) and isinstance(value, dict)
        out[key] = laid_over(out[key], value) if both else value
    return out


def outputs(scenario: Scenario) -> str:
    """Return a digest of every table and measure of a run."""
    tables: Tables = RecruitmentModel(scenario, busy_world()).run()
    found = hashlib.sha256()
    for name in sorted(tables):
        for column, values in sorted(tables[name].items()):
            data = values.astype(str) if values.dtype == object else values
            found.update(f"{name}.{column}".encode() + data.tobytes())
    found.update(repr(sorted(measure_all(tables, scenario).items())).encode())
    return found.hexdigest()


@cache
def base_of(switch: str) -> tuple[Scenario, str]:
    tree = laid_over(BUSY, SWITCHES.get(switch, {}))
    scenario = Scenario.model_validate(tree)
    return scenario, outputs(scenario)


def switch_of(name: str) -> str:
    return next((key for key in SWITCHES if name.startswith(key)), "")


def names() -> list[str]:
    found = [".".join(path) for path, _ in parameters(layout())]
    # Files expand districts into regions before the model sees them.
    # The header says what a file is and where its effect is measured.
    return [
        n for n in found if n.split(".")[0] not in HEADER and ".by_district." not in n
    ]


def place(tree: Any, name: str) -> tuple[Any, Any]:
    """Return the container that holds a parameter's value, and its key there."""
    table = ""
    parts: list[Any] = []
    for part in name.split("."):
        parts.append(FREE_KEY.get(table, 0) if part == "*" else part)
        table = f"{table}.{part}".lstrip(".") if part != "*" else table
    for key in parts[:-1]:
        if isinstance(tree, dict) and key not in tree:
            tree[key] = {}
        tree = tree[key]
    return tree, parts[-1]


def moved(value: Any, kind: Any) -> Iterator[Any]:
    """Yield other values a parameter may have, mild ones first."""
    if isinstance(kind, Dated):
        steps = value[kind.unit] if value else {}
        yield {**value, "scale": {START: 3.0}} if value else 100.0
        yield {**value, "scale": {START: 0.2}} if value else 0.5
        yield from (0.5, 1.0, 0.0, 3.0, 500.0, 5e5)
        assert steps is not None
    elif isinstance(kind, ByMonth):
        yield {START: 2.0}
    elif kind.form == "switch":
        yield not value
    elif kind.form == "choice":
        yield from (choice for choice in kind.choices if choice != value)
    elif kind.form in ("number", "whole"):
        yield from _numbers(value, kind)
    else:
        yield from ("2024-05", "2024-08", "RU-MOW", "NP")


def _numbers(value: float | None, kind: Value) -> Iterator[float]:
    start = 0.0 if value is None else value
    wished = [start * 3, start / 3, start * 1.3, start + 3, kind.low, 0.5]
    if kind.high is not None and kind.high <= FAR * max(start, 1.0):
        wished.append(kind.high)
    for number in dict.fromkeys(wished):
        if number is None or number == value:
            continue
        held = max(number, kind.low if kind.low is not None else number)
        held = min(held, kind.high if kind.high is not None else held)
        yield round(held) if kind.form == "whole" else held


def moves(name: str) -> bool:
    """Whether some other value of a parameter changes an output."""
    kinds = {".".join(path): member.kind for path, member in parameters(layout())}
    # Models hold large arrays in reference cycles, which Python is slow to notice.
    gc.collect()
    base, before = base_of(switch_of(name))
    for other in _values(base, name, kinds[name]):
        tree = base.model_dump(exclude_none=True)
        holder, key = place(tree, name)
        holder[key] = other
        try:
            changed = Scenario.model_validate(tree)
        except ValidationError:
            continue
        if changed != base and outputs(changed) != before:
            return True
    return False


def _values(base: Scenario, name: str, kind: Any) -> Iterator[Any]:
    tree = copy.deepcopy(base.model_dump(exclude_none=True))
    holder, key = place(tree, name)
    known = isinstance(key, int) or key in holder
    yield from moved(holder[key] if known else None, kind)


@pytest.mark.parametrize("name", [n for n in names() if n not in NOT_MOVING])
def test_the_parameter_moves_an_output(name: str) -> None:
    assert moves(name)


def test_only_parameters_that_exist_are_excepted() -> None:
    assert set(NOT_MOVING) <= set(names())
    assert [
        key for key in SWITCHES if not any(n.startswith(key) for n in names())
    ] == []
