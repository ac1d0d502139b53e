"""A run in brief: the monthly series the observation layer needs, in one small object.

The result tables of a run are large; what the sources could have seen of it is not. A
`History` is what calibration keeps of a run, so that targets and sources can be
re-weighted later without running the model again. ODD II.x (observation).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from model.channels import facts_of, listed_channels
from model.fields.months import month_range, parse_month
from model.ledger.accounts import ACCOUNTS
from model.results import Table, Tables
from model.world import World

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

CHANNELS: Final = listed_channels()
STATES: Final = (
    "training",
    "combat",
    "support",
    "wounded",
    "captured",
    "absent",
    "discharged",
    "disabled",
    "killed",
    "missing",
    "rear",
)
GROUPS: Final = ("bonus", "recruiting", "pay", "compensation")
LOSSES: Final = ("killed", "wounded", "captured", "absent", "discharged", "disabled")


@dataclass(frozen=True, slots=True)
class History:
    """Series of one run; M months, K channels, R regions, H homes, G ledger groups."""

    first: int
    """First month."""
    signed: Floats
    """Signed by channel, (K, M), persons."""
    re_signed: Floats
    """Men in service who signed a contract anew by channel, (K, M), persons."""
    signed_by_home: Floats
    """Signed of the paid and foreign channels by home, (H, M), persons."""
    signed_by_place: Floats
    """Signed contracts by region of signing, (R, M), persons."""
    signed_local: Floats
    """Of these, by men of that region, (R, M), persons."""
    foreign_at_capital: Floats
    """Foreigners signing in the capital by home, (H, M), persons."""
    losses: Floats
    """Killed, wounded, ... by channel, (6, K, M), persons; see `LOSSES`."""
    killed_by_home: Floats
    """Killed by home, (H, M), persons."""
    contract_killed_by_home: Floats
    """Of these, men of the paid channels (`CONTRACTS`), (H, M), persons."""
    force: Floats
    """Stock by channel and state, (K, 11, M), persons; see `CHANNELS`, `STATES`."""
    paid: Floats
    """Cash by ledger group, (G, M), RUB; see `GROUPS`."""
    federal_bonus_rub: Floats
    """Federal bonus, (M,), RUB."""
    regional_bonus_rub: Floats
    """Regional bonus by region, (R, M), RUB."""
    package_elasticity: Floats
    """Of the volunteers' inflow to the whole package, (M,)."""
    bonus_elasticity: Floats
    """Of the same to the bonus alone, (M,)."""

    def at(self, month: int) -> int:
        """Return the position of a month; -1 or beyond the end: not simulated."""
        return month - self.first

    @property
    def months(self) -> int:
        """Number of months M."""
        return len(self.federal_bonus_rub)

    def dump(self, path: Path) -> None:
        """Write to a file of NumPy's own format, floats halved."""
        with path.open("wb") as file:
            np.savez_compressed(file, **self._columns())

    def _columns(self) -> dict[str, Any]:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            name: np.int64(value) if name == "first" else np.asarray(value, np.float32)
            for name, value in values.items()
        }

    @classmethod
    def load(cls, path: Path) -> History:
        """Read what `dump` wrote."""
        with np.load(io.BytesIO(path.read_bytes())) as stored:
            columns = {name: stored[name].astype(np.float64) for name in stored.files}
        first = int(columns.pop("first"))
        return cls(first=first, **columns)


CONTRACTS: Final = tuple(n for n in CHANNELS if facts_of(n).signs_contract)
"""Channels whose men sign a ministry contract and are paid a bonus like volunteers."""
OURS: Final = tuple(name for name in CHANNELS if not facts_of(name).sent_by_a_state)
"""Channels of Russia's own force; other states count and pay their soldiers."""
FOREIGN: Final = tuple(name for name in CHANNELS if facts_of(name).abroad)
CAPITAL: Final = "RU-MOW"


def history(tables: Tables, world: World, first: int) -> History:
    """Condense the result tables of a run.

    Args:
        tables: what the model returned.
        world: gives regions and homes in their order.
        first: first month of the run.
    """
    months = _months(tables, first)
    return History(
        first=first,
        **_flows(tables["flows"], world, months),
        **_losses(tables["losses"], world, months),
        force=_force(tables["force"], months),
        re_signed=_re_signed(tables.get("service", {}), months),
        paid=_paid(tables["ledger"], months),
        **_prices(tables["prices"], world, months),
        **_elasticities(tables["pool"], months),
    )


def _months(tables: Tables, first: int) -> list[str]:
    return month_range(first, parse_month(max(tables["economy"]["month"])))


def _codes(column: NDArray[Any], names: Sequence[str]) -> Integers:
    """Position of each text in `names`; -1 where it is none of them."""
    found: Integers = pd.Index(names).get_indexer(pd.Index(column)).astype(np.int64)
    return found


def _sum(
    shape: tuple[int, ...], cells: Sequence[Integers], weight: NDArray[Any]
) -> Floats:
    """Add up `weight` in the cells of an array; rows with a cell of -1 are left out."""
    known = np.all([cell >= 0 for cell in cells], axis=0)
    flat = np.ravel_multi_index([cell[known] for cell in cells], shape)
    size = int(np.prod(shape))
    sums = np.bincount(flat, weight[known], minlength=size).astype(float)
    return sums.reshape(shape)


def _flows(flows: Table, world: World, months: list[str]) -> dict[str, Floats]:
    regions, count = world.regions.iso, len(months)
    month, channel = _codes(flows["month"], months), _codes(flows["channel"], CHANNELS)
    home, place = _codes(flows["home"], world.homes), _codes(flows["place"], regions)
    signed = flows["signed_persons"]
    paid = _is_contract(channel)
    abroad = np.isin(channel, [CHANNELS.index(name) for name in FOREIGN])
    abroad &= home >= len(regions)
    capital = place == regions.index(CAPITAL)
    by_place = (len(regions), count)
    by_home = (len(world.homes), count)
    return {
        "signed": _sum((len(CHANNELS), count), (channel, month), signed),
        "signed_by_home": _sum(by_home, (home, month), signed * paid),
        "signed_by_place": _sum(by_place, (place, month), signed * paid),
        "signed_local": _sum(
            by_place, (place, month), signed * (paid & (home == place))
        ),
        "foreign_at_capital": _sum(by_home, (home, month), signed * (abroad & capital)),
    }


def _is_contract(channel: Integers) -> NDArray[np.bool_]:
    """Whether each channel code is one of the paid channels."""
    return np.isin(channel, [CHANNELS.index(name) for name in CONTRACTS])


def _losses(losses: Table, world: World, months: list[str]) -> dict[str, Floats]:
    month = _codes(losses["month"], months)
    channel, home = (
        _codes(losses["channel"], CHANNELS),
        _codes(losses["home"], world.homes),
    )
    shape = (len(CHANNELS), len(months))
    by_kind = [
        _sum(shape, (channel, month), losses[f"{kind}_persons"]) for kind in LOSSES
    ]
    killed, of_contracts = losses["killed_persons"], _is_contract(channel)
    by_home = (len(world.homes), len(months))
    return {
        "losses": np.stack(by_kind),
        "killed_by_home": _sum(by_home, (home, month), killed),
        "contract_killed_by_home": _sum(by_home, (home, month), killed * of_contracts),
    }


def _force(force: Table, months: list[str]) -> Floats:
    cells = (
        _codes(force["channel"], CHANNELS),
        _codes(force["state"], STATES),
        _codes(force["month"], months),
    )
    shape = (len(CHANNELS), len(STATES), len(months))
    return _sum(shape, cells, force["persons"])


def _re_signed(service: Table, months: list[str]) -> Floats:
    shape = (len(CHANNELS), len(months))
    if not service:
        return np.zeros(shape)
    cells = _codes(service["channel"], CHANNELS), _codes(service["month"], months)
    return _sum(shape, cells, service["re_signed_persons"])


def _paid(ledger: Table, months: list[str]) -> Floats:
    group = {
        account.name: GROUPS.index(account.group) if account.group in GROUPS else -1
        for account in ACCOUNTS
    }
    names = list(group)
    account = _codes(ledger["account"], names)
    into = np.array([*group.values(), -1])[account]
    month = _codes(ledger["month"], months)
    return _sum((len(GROUPS), len(months)), (into, month), ledger["paid_rub"])


def _prices(prices: Table, world: World, months: list[str]) -> dict[str, Floats]:
    regions = world.regions.iso
    cells = (_codes(prices["place"], regions), _codes(prices["month"], months))
    shape = (len(regions), len(months))
    regional = _sum(shape, cells, prices["offer_regional_rub"])
    federal = _sum(shape, cells, prices["offer_federal_rub"])
    return {"regional_bonus_rub": regional, "federal_bonus_rub": federal[0]}


def _elasticities(pool: Table, months: list[str]) -> dict[str, Floats]:
    month = _codes(pool["month"], months)
    once = np.unique(month, return_index=True)[1]
    names = ("package_elasticity", "bonus_elasticity")
    return {name: pool[name][once].astype(float) for name in names}
