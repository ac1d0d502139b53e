"""Regions, federal districts and source countries, by code and by name.

A place is found by its ISO code, with or without the country before it, and by its
English or Russian name, with or without what kind of place it is: RU-SAM, SAM, Samara,
Samara Oblast, Самарская область. A name that several places bear finds none.
ODD III.i, III.iii.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from scenarios.format.report import shown
from scenarios.format.suggestions import nearest

Kind = Literal["region", "district", "country"]

_WORDS_OF_KIND = (
    "область обл край кр республика респ автономный автономная автономного округ "
    "округа ао г гор город федеральный фо oblast obl region krai kray territory "
    "republic rep of the autonomous okrug city federal district excl province"
)
_GENERIC = frozenset(_WORDS_OF_KIND.split())
_LONGEST_CODE = 3
_MOST_MEANT = 4
_WHOLE_COUNTRY = frozenset(
    {"россия", "российская федерация", "рф", "russia", "russian federation", "ru",
     "rus", "643", "всего", "итого", "total"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A region, a federal district or a source country."""

    code: str
    """ISO 3166-2 of a region, 3166-1 of a country, short English name of a district."""
    kind: Kind
    name_en: str
    name_ru: str
    district: str
    """Federal district of a region; empty for a country."""
    also: tuple[str, ...]
    """Other names in use."""

    @property
    def names(self) -> Iterator[str]:
        """Every name it is known by, codes among them."""
        yield from (self.code, self.code.partition("-")[2] or self.code)
        yield from (self.name_en, self.name_ru, *self.also)


@cache
def places() -> tuple[Place, ...]:
    """Return all places, in the order of their table."""
    text = files("scenarios").joinpath("places.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(
        Place(
            code=row["code"],
            kind=_kind(row["kind"]),
            name_en=row["name_en"],
            name_ru=row["name_ru"],
            district=row["district"],
            also=tuple(filter(None, row["also"].split("|"))),
        )
        for row in rows
    )


def _kind(text: str) -> Kind:
    return "region" if text == "region" else (
        "district" if text == "district" else "country"
    )  # fmt: skip


def find_place(name: str, *kinds: Kind) -> Place | None:
    """Return the one place that a code or name stands for, or None.

    >>> find_place("Самарская обл.", "region").code
    'RU-SAM'

    Args:
        name: code or name, in English or Russian.
        kinds: kinds of places to look among; none: all.
    """
    whole, stems = _index(kinds)
    codes = whole.get(_folded(name)) or stems.get(_stem(name)) or ()
    return next(iter(codes)) if len(codes) == 1 else None


def suggestion(name: str, *kinds: Kind) -> str:
    """Return `; did you mean CODE (Name)?` for a name that stands for no place."""
    whole, stems = _index(kinds)
    # RU-SAMARA is Samara, though Saratov's code has more letters in common with it.
    stem = _stem(re.sub(r"^(RU|UA)-", "", name.strip(), flags=re.IGNORECASE))
    meant = stems.get(stem) or _one_letter_off(stem, kinds)
    if not meant:
        near = nearest(stem, [known for known in stems if known])
        meant = stems[near] if near else whole.get(_folded(name), ())
    listed = " or ".join(f"{place.code} ({place.name_en})" for place in meant)
    return f"; did you mean {listed}?" if listed else ""


def _one_letter_off(code: str, kinds: tuple[Kind, ...]) -> tuple[Place, ...]:
    """Return the few places whose short code differs in one letter."""

    def near(short: str) -> bool:
        differ = sum(a != b for a, b in zip(short, code, strict=False))
        return len(short) == len(code) <= _LONGEST_CODE and differ == 1

    listed = [
        place
        for place in places()
        if (not kinds or place.kind in kinds)
        and near(place.code.partition("-")[2].casefold())
    ]
    return tuple(listed) if len(listed) <= _MOST_MEANT else ()


def matching(words: str, *kinds: Kind) -> list[Place]:
    """Return the places some name of which holds all the words, in table order."""
    wanted = _folded(words).split()
    return [
        place
        for place in places()
        if (not kinds or place.kind in kinds)
        and all(
            any(word in _folded(name) for name in (*place.names, place.district))
            for word in wanted
        )
    ]


def regions_of(district: str) -> tuple[str, ...]:
    """Return the codes of a federal district's regions."""
    return tuple(
        place.code
        for place in places()
        if place.kind == "region" and place.district == district
    )


def unknown(name: str, *kinds: Kind) -> str:
    """Say that a name stands for no place, and what may have been meant."""
    if is_whole_country(name):
        return f"{shown(name)!r} is the whole country; here stand single regions"
    wanted = " or ".join(kinds) or "place"
    return f"{shown(name)!r} is no {wanted} of the model{suggestion(name, *kinds)}"


def is_whole_country(name: str) -> bool:
    """Whether a name stands for Russia as a whole, as the total of a table does."""
    return _folded(name) in _WHOLE_COUNTRY


@cache
def _index(
    kinds: tuple[Kind, ...],
) -> tuple[Mapping[str, tuple[Place, ...]], Mapping[str, tuple[Place, ...]]]:
    """Return places by whole name and by its stem; several where it is ambiguous."""
    whole: dict[str, dict[Place, None]] = {}
    stems: dict[str, dict[Place, None]] = {}
    for place in places():
        if kinds and place.kind not in kinds:
            continue
        for name in place.names:
            whole.setdefault(_folded(name), {})[place] = None
            stems.setdefault(_stem(name), {})[place] = None
    return (
        {name: tuple(listed) for name, listed in whole.items()},
        {name: tuple(listed) for name, listed in stems.items()},
    )


@cache
def _folded(name: str) -> str:
    """Return a name's words in small letters, without signs between them."""
    text = unicodedata.normalize("NFKC", name).casefold().replace("ё", "е")
    return " ".join(re.findall(r"\w+", text))


@cache
def _stem(name: str) -> str:
    """Return a name without the words that say what kind of place it is."""
    return " ".join(word for word in _folded(name).split() if word not in _GENERIC)
