"""Channels of recruitment: one file each behind one small interface. ODD II.ii, III.iv.

A channel is a module of this package with two names: `Settings`, its scenario block,
and `Channel`, whose instances recruit month by month and whose `facts` are what ledger,
observation and reports ask of its men. Adding a channel is adding one such file and, if
it needs other than default values, one block under `channels:`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from model.channels.interface import ChannelSettings, Facts, RecruitmentChannel

__all__ = [
    "REGULAR",
    "ChannelSettings",
    "Facts",
    "channel_class",
    "channel_names",
    "channel_settings",
    "facts_of",
    "listed_channels",
]

REGULAR = "regular"
"""The men who were in theatre when the run starts; no channel brings more of them."""
_REGULARS = Facts(
    label="Regular force at the start",
    place=0,
    recruited_by_regions=False,
    works=False,
    signs_contract=False,
)
_NOT_A_CHANNEL = frozenset({"interface"})


def channel_names() -> tuple[str, ...]:
    """Names of all channels found beside this file, in the order of their files."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if name not in _NOT_A_CHANNEL))


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")


def channel_class(name: str) -> type[RecruitmentChannel[Any]]:
    """Return the class that recruits for the channel called `name`."""
    found: type[RecruitmentChannel[Any]] = _module(name).Channel
    return found


def facts_of(name: str) -> Facts:
    """Return the facts of a channel, or of the regulars."""
    return _REGULARS if name == REGULAR else channel_class(name).facts


def listed_channels() -> tuple[str, ...]:
    """Return the regulars and all channels in the order of tables and figures."""
    names = (REGULAR, *channel_names())
    return tuple(sorted(names, key=lambda name: (facts_of(name).place, name)))


def channel_settings(given: Any) -> dict[str, ChannelSettings]:
    """Validate the `channels:` block; channels not named keep their defaults.

    Raises:
        ValueError: a name that is no channel, or a block that is no mapping.
    """
    if not isinstance(given, Mapping):
        raise ValueError("channels must be a mapping of channel names to blocks")
    known = channel_names()
    for name in given:
        if name not in known:
            raise ValueError(f"{name!r} is no channel; allowed: {', '.join(known)}")
    return {n: _module(n).Settings.model_validate(given.get(n, {})) for n in known}
