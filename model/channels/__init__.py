"""Channels of recruitment: one file each behind one small interface. ODD II.ii, III.iv.

A channel is a module of this package with two names: `Settings`, its scenario block,
and `Channel`, whose instances recruit month by month and whose `facts` are what ledger,
observation and reports ask of its men. Adding a channel is adding one such file and, if
it needs other than default values, one block under `channels:`. A channel from outside
the package is a class that is installed or given to `register_channel`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, get_args, get_origin

from model import extensions
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
    "own_channel_names",
    "own_channels",
    "packaged_channel_names",
    "register_channel",
]

Class = TypeVar("Class", bound=type[RecruitmentChannel[Any]])

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


def register_channel(channel: Class) -> Class:
    """Let a class from anywhere recruit in every run from now on; usable as decorator.

    Its block under `channels:` has the type that stands in `RecruitmentChannel[...]`,
    and, since no file need give one, defaults throughout. To let a class take the place
    of a packaged channel, give it to the model instead (`channels=`).

    Raises:
        ValueError: the package has a channel of that name.
    """
    if channel.name in packaged_channel_names():
        raise ValueError(
            f"{channel.name!r} is a channel of the package; to replace it, give the "
            f"model channels={{{channel.name!r}: {channel.__name__}}}"
        )
    extensions.add(extensions.CHANNELS, channel.name, channel)
    return channel


def channel_names() -> tuple[str, ...]:
    """Names of all channels: the files beside this one, and those from outside."""
    return tuple(sorted((*packaged_channel_names(), *own_channel_names())))


def packaged_channel_names() -> tuple[str, ...]:
    """Names of the channels beside this file, in the order of their files."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if name not in _NOT_A_CHANNEL))


def own_channel_names() -> tuple[str, ...]:
    """Names of the channels that are installed or were given to `register_channel`."""
    return tuple(sorted(extensions.extensions(extensions.CHANNELS)))


def own_channels() -> tuple[type[RecruitmentChannel[Any]], ...]:
    """Return the classes behind `own_channel_names`."""
    return tuple(map(channel_class, own_channel_names()))


@cache
def _module(name: str) -> Any:
    return importlib.import_module(f"{__name__}.{name}")


def channel_class(name: str) -> type[RecruitmentChannel[Any]]:
    """Return the class that recruits for the channel called `name`."""
    own = extensions.extensions(extensions.CHANNELS)
    found: type[RecruitmentChannel[Any]]
    found = own[name] if name in own else _module(name).Channel
    return found


def settings_class(name: str) -> type[ChannelSettings]:
    """Return the type of a channel's scenario block."""
    if name in packaged_channel_names():
        packaged: type[ChannelSettings] = _module(name).Settings
        return packaged
    for ancestor in channel_class(name).__mro__:
        for base in getattr(ancestor, "__orig_bases__", ()):
            if get_origin(base) is RecruitmentChannel:
                (found,) = get_args(base)
                if isinstance(found, type):
                    return found
    return ChannelSettings


def facts_of(name: str) -> Facts:
    """Return the facts of a channel, or of the regulars."""
    return _REGULARS if name == REGULAR else channel_class(name).facts


def listed_channels() -> tuple[str, ...]:
    """Return the regulars and the packaged channels in the order of tables.

    No document counts the men of a channel from outside, so nothing is compared there.
    """
    names = (REGULAR, *packaged_channel_names())
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
    return {n: settings_class(n).model_validate(given.get(n, {})) for n in known}
