"""A half-finished run goes on under a scenario that differs only in later months.

The parts of a model work out their paths, one value a month, when they are made. So two
fresh models of the same seed, one of the old scenario and one of the new, show where a
scenario reaches into the model: they are equal but for scenario blocks and for paths.
Blocks are exchanged in the running model, and of each path the months to come. If the
scenarios differ in a month that is over or in a value without dates, or if the models
differ in anything else, the graft is refused and the caller simulates from the start.
The tests hold a grafted run equal to a whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.fields.dated import DatedValue, Frozen
from model.fields.months import parse_month
from model.simulation import RecruitmentModel

Path = tuple[Any, ...]
_OWN = "model."
_MONTH = re.compile(r"\d{4}-\d{2}")
_FRAMEWORK = re.compile("rng$|random$|_agents|_all_agents").match
"""What Mesa keeps in a model beside the model's own parts."""
_REGISTER = re.compile("_signed$|_stored$|_rows$").match
"""Room for everybody who may yet sign, of many pages that nobody has touched; fresh
models that agree in their counts and columns agree there."""


class GraftRefusedError(Exception):
    """The scenarios differ in more than the months to come."""


def graft(live: RecruitmentModel, old: RecruitmentModel, new: RecruitmentModel) -> None:
    """Let a running model go on under another scenario.

    Args:
        live: the running model; its scenario is that of `old`.
        old: a fresh model of its scenario and seed.
        new: a fresh model of the other scenario, same seed.

    Raises:
        GraftRefusedError: the scenarios differ in something already past; `live` may
            then be changed in part and must not be used.
    """
    first = old.scenario.time.first
    past = range(first, first + live.index + 1)
    if not agree_over(past, old.scenario, new.scenario):
        raise GraftRefusedError("scenario")
    for path, before, after in list(_differences(old, new, (), set())):
        if isinstance(after, Frozen):
            _put(_at(live, path[:-1]), path[-1], after)
        else:
            _splice(_at(live, path), before, after, live.index + 1, path)


def agree_over(past: range, old: Any, new: Any) -> bool:
    """Return whether two scenarios, or blocks of them, say the same over some months.

    Args:
        past: the months; only values with dates may differ in other months.
        old: one scenario.
        new: the other.
    """
    if old == new:
        return True
    if isinstance(old, DatedValue) and isinstance(new, DatedValue):
        before, after = (each.over(past.start, len(past)) for each in (old, new))
        return np.array_equal(before, after)
    if isinstance(old, Frozen) and type(old) is type(new):
        parts = type(old).model_fields
        return all(agree_over(past, getattr(old, p), getattr(new, p)) for p in parts)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        # Scaling by date: a month that is yet to come may be added or changed.
        return all(
            _to_come(key, past) or agree_over(past, old.get(key), new.get(key))
            for key in old.keys() | new.keys()
        )
    return False


def _to_come(key: str, past: range) -> bool:
    return _MONTH.fullmatch(key) is not None and parse_month(key) >= past.stop


def _differences(
    old: Any, new: Any, path: Path, seen: set[int]
) -> Iterator[tuple[Path, Any, Any]]:
    """Yield the places in which two fresh models differ."""
    if old is new or id(old) in seen:
        return
    if isinstance(old, Frozen | np.ndarray):
        if not _equal(old, new):
            yield path, old, new
    elif (parts := _parts(old)) is not None:
        seen.add(id(old))
        others = _parts(new)
        if others is None or parts.keys() != others.keys():
            raise GraftRefusedError(_name(path))
        for step, part in parts.items():
            yield from _differences(part, others[step], (*path, step), seen)
    elif isinstance(old, int | float | str) and not _equal(old, new):
        raise GraftRefusedError(_name(path))


def _parts(thing: Any) -> Mapping[Any, Any] | None:
    """Return what a container or an object of the model holds; None: nothing."""
    if isinstance(thing, Mapping):
        return thing
    if isinstance(thing, Sequence) and not isinstance(thing, str | bytes):
        return dict(enumerate(thing))
    if not type(thing).__module__.startswith(_OWN):
        return None
    slots = [name for kind in type(thing).__mro__ for name in _slots(kind)]
    names = [*getattr(thing, "__dict__", {}), *slots]
    return {name: getattr(thing, name) for name in names if not _left_out(name)}


def _left_out(name: str) -> bool:
    return bool(_FRAMEWORK(name) or _REGISTER(name))


def _slots(kind: type) -> Sequence[str]:
    slots = vars(kind).get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return [name for name in names if name not in ("__dict__", "__weakref__")]


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        floating = one.dtype.kind == "f"
        return np.array_equal(one, other, equal_nan=floating)
    return bool(one == other) or (one != one and other != other)


def _at(thing: Any, path: Path) -> Any:
    for step in path:
        own = type(thing).__module__.startswith(_OWN)
        thing = getattr(thing, step) if own else thing[step]
    return thing


def _put(holder: Any, step: Any, value: Any) -> None:
    if isinstance(holder, dict):
        holder[step] = value
    else:
        object.__setattr__(holder, step, value)


def _splice(
    live: NDArray[Any],
    before: NDArray[Any],
    after: NDArray[Any],
    first: int,
    path: Path,
) -> None:
    """Exchange the months from `first` on; they are the last axis of every path."""
    is_path = before.shape == after.shape and _equal(live, before)
    if not is_path or not _equal(before[..., :first], after[..., :first]):
        raise GraftRefusedError(_name(path))
    live[..., first:] = after[..., first:]


def _name(path: Path) -> str:
    return ".".join(map(str, path))
