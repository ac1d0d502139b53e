"""A claim in plain words, read: how many of what, where, when.

    210 000 contracts in the first half of 2025
    over 200k contracts from January to June 2025
    180-200 thousand killed by June 2025
    35 000 contracts a month in Q2 2025
    1 500 contracts in Tatarstan in January 2025
    700 thousand men in theatre in June 2025

Four things are looked for, in any order: a period, a number, a quantity (`QUANTITIES`),
and, where the quantity has places, a region or a country by name. What is left over
must be small words; anything else is said not to be understood, and no part is guessed.

- numbers: thousands with spaces, commas or nothing; k, thousand, m, million, bn,
  billion, trillion; `A to B`, `A-B`, `between A and B`; before one `over`, `at least`,
  `under`, `at most`, `about`; after it `a month` for counts over a period
- periods: a month (June 2025, 2025-06), quarter (Q2 2025), half (first half of 2025,
  2025H1), year, `from ... to ...`, or `by ...`: all since September 2022, a level then
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from calibration.validation.claim_quantities import (
    QUANTITIES,
    TO_DATE,
    Quantity,
    Reading,
)
from model.errors import EvidenceError
from model.fields.months import Month, format_month, parse_month
from scenarios.format.grammar import folded, readings
from scenarios.format.places import Kind, Place, find_place
from scenarios.format.report import shown

Bound = Literal["about", "at least", "at most"]

START: Final = parse_month("2022-09")
LAST: Final = parse_month("2026-12")
LONGEST: Final = 300
_LIKE: Final = 0.75
"""Likeness above which a word is taken for a slip in writing another."""


@dataclass(frozen=True, slots=True)
class ParsedClaim:
    """What a claim says."""

    text: str
    quantity: Quantity
    place: Place | None
    first: Month
    last: Month
    low: float
    """Its figure, in the quantity's unit; of a range, the lower end."""
    high: float
    bound: Bound
    per_month: bool
    """Whether the figure was said by the month; `low` and `high` are of the period."""

    @property
    def figure(self) -> float:
        """The figure, or the middle of a range."""
        return math.sqrt(self.low * self.high)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Who counts it where the claim says."""
        if self.place is None:
            return self.quantity.readings
        own = self.quantity.of_place
        assert own is not None
        return (Reading(own.source, own.observer, self.place.code),)

    @property
    def period(self) -> str:
        """Its months in words."""
        ends = [format_month(self.first), format_month(self.last)]
        return " to ".join(dict.fromkeys(ends))


def read_claim(text: str) -> ParsedClaim:
    """Read a claim.

    Raises:
        EvidenceError: a part is missing, stands twice or is not understood.
    """
    rest = _words(text)
    try:
        quantity, rest = _quantity(rest)
        first, last, since, rest = _period(rest)
        low, high, bound, monthly, rest = _number(rest)
        place, rest = _place(rest, quantity)
        _nothing_else(rest)
        to_date = any(each.observer in TO_DATE for each in _counts(quantity))
        if quantity.level or to_date:
            first, monthly = (START if to_date else last), False
        elif since:
            first = START
        if not START <= first <= last <= LAST:
            raise _UnreadError(
                f"months must run forward within {format_month(START)} to"
                f" {format_month(LAST)}"
            )
        months = (last - first + 1) if monthly else 1
    except _UnreadError as error:
        raise EvidenceError(
            f"{shown(text)!r}: {error}; as in '210 000 contracts in the first half of"
            " 2025' (muster claim --list)"
        ) from None
    said = ParsedClaim(
        text.strip(), quantity, place, first, last, low * months, high * months,
        bound, monthly,
    )  # fmt: skip
    return said


class _UnreadError(Exception):
    """A part of a claim that cannot be read."""


def _counts(quantity: Quantity) -> tuple[Reading, ...]:
    own = quantity.of_place
    return quantity.readings or ((own,) if own else ())


def _words(text: str) -> str:
    if len(text) > LONGEST:
        raise EvidenceError(f"a claim of {len(text)} characters; at most {LONGEST}")
    plain = folded(text).casefold().replace("_", " ").replace("=", " ")
    return " ".join(re.sub(r"[;:!?\"“”«»()]|(?<!\d),|,(?!\d)|\.(?!\.|\d)", " ",
                           plain.replace("..", " to ")).split())  # fmt: skip


# ---- quantity

_BY_LENGTH: Final = sorted(
    ((word, quantity) for quantity in QUANTITIES for word in quantity.words),
    key=lambda pair: -len(pair[0]),
)


def _quantity(text: str) -> tuple[Quantity, str]:
    for word, quantity in _BY_LENGTH:
        pattern = rf"\b{re.escape(word)}\b"
        if re.search(pattern, text):
            return quantity, re.sub(pattern, " | ", text, count=1)
    known = [word for word, _ in _BY_LENGTH]
    near = [
        close
        for word in re.findall(r"[^\W\d]{4,}", text)
        for close in get_close_matches(word, known, 1, cutoff=_LIKE)
    ]
    meant = f"; did you mean {near[0]}?" if near else ""
    raise _UnreadError(f"names no known quantity{meant}")


# ---- period

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
_MONTH: Final = (
    r"(?:(?P<{0}name>" + "|".join(f"{m[:3]}(?:{m[3:]})?" for m in _MONTHS)
    + r"|sept)(?: (?:of )?(?P<{0}year>20\d\d))?|(?P<{0}iso>20\d\d-\d\d)\b)"
)  # fmt: skip
_ORDINAL: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1,
                   "2nd": 2, "3rd": 3, "4th": 4, "1": 1, "2": 2, "3": 3, "4": 4,
                   "last": 0}  # fmt: skip
_PART: Final = "|".join(_ORDINAL)
_SPAN: Final = re.compile(
    rf"\b(?:from |between )?{_MONTH.format('a')} ?(?:to|until|till|through|and|-) ?"
    rf"(?:the end of )?{_MONTH.format('b')}\b"
)
_BY: Final = (
    r"(?P<by>by|to|until|till|up to|as of|at) (?:the )?(?:(?P<edge>end|start) of )?"
)
_PERIODS: Final[tuple[tuple[re.Pattern[str], int], ...]] = (
    (re.compile(rf"\b(?:{_BY})?(?:the )?(?P<n>{_PART})[ -]half(?:[ -]year)? (?:of )?"
                r"(?P<year>20\d\d)\b"), 6),
    (re.compile(rf"\b(?:{_BY})?(?:h(?P<n>[12]) ?(?P<year>20\d\d)|"
                r"(?P<year2>20\d\d) ?-?h(?P<n2>[12]))\b"), 6),
    (re.compile(rf"\b(?:{_BY})?(?:the )?(?P<n>{_PART})[ -]quarter (?:of )?"
                r"(?P<year>20\d\d)\b"), 3),
    (re.compile(rf"\b(?:{_BY})?(?:q(?P<n>[1-4]) ?(?P<year>20\d\d)|"
                r"(?P<year2>20\d\d) ?-?q(?P<n2>[1-4]))\b"), 3),
    (re.compile(rf"\b(?:{_BY})?{_MONTH.format('a')}"), 1),
    (re.compile(rf"\b(?:{_BY})?(?:the year )?(?P<year>20\d\d)\b"
                r"(?! ?\d{3}\b)(?!\.\d)"), 12),
)  # fmt: skip


def _period(text: str) -> tuple[Month, Month, bool, str]:
    """Return first and last month, whether it says `by`, and what is left."""
    if span := _SPAN.search(text):
        last = _month(span, "b", None)
        first = _month(span, "a", last // 12)
        rest = text[: span.start()] + " | " + text[span.end() :]
        _no_other(rest)
        return first, last, False, rest
    for pattern, months in _PERIODS:
        if at := pattern.search(text):
            first = _first(at, months)
            last = Month(first + months - 1)
            by = at["by"] is not None
            if at["edge"] == "start":
                last = Month(first - 1)
            rest = text[: at.start()] + " | " + text[at.end() :]
            _no_other(rest)
            return (last if by else first), last, by, rest
    raise _UnreadError("says no period")


def _first(at: re.Match[str], months: int) -> Month:
    groups = at.groupdict()
    if months == 1:
        return _month(at, "a", None)
    year = int(groups["year"] or groups["year2"])
    if months == 12:
        return Month(12 * year)
    part = groups.get("n") or groups["n2"]
    number = _ORDINAL[part] or 12 // months
    if number > 12 // months:
        raise _UnreadError(f"a year has no {part} part of {months} months")
    return Month(12 * year + months * (number - 1))


def _month(at: re.Match[str], prefix: str, year: int | None) -> Month:
    iso, name, said = at[f"{prefix}iso"], at[f"{prefix}name"], at[f"{prefix}year"]
    if iso:
        if not 1 <= int(iso[5:]) <= 12:
            raise _UnreadError(f"{iso} is no month")
        return parse_month(iso)
    if said is None and year is None:
        raise _UnreadError(f"{name} of which year")
    number = next(n for n, m in enumerate(_MONTHS) if m.startswith(name[:3]))
    return Month(12 * int(said or year or 0) + number)


def _no_other(rest: str) -> None:
    for pattern, months in _PERIODS:
        if months < 12 and (at := pattern.search(rest)):
            raise _UnreadError(f"says a second period, {shown(at[0])!r}")


# ---- number

_DIGITS: Final = r"\d[\d.,' ]*"
_SCALE: Final = (
    r"(?: ?(?P<{0}>k|m|mn|mln|bn|thousands?|millions?|billions?|trillions?)\b)?"
)
_NUMBER: Final = re.compile(
    rf"(?P<low>{_DIGITS}){_SCALE.format('s')}"
    rf"(?: ?(?:-|to|and) ?(?P<high>{_DIGITS}){_SCALE.format('t')})?"
)  # fmt: skip
_FACTOR: Final = {"k": 1e3, "t": 1e3, "m": 1e6, "b": 1e9, "r": 1e12}
_BOUNDS: Final[tuple[tuple[str, Bound], ...]] = (
    (r"no (?:fewer|less) than|not less than|at least", "at least"),
    (r"no more than|not more than|at most|up to", "at most"),
    (r"more than|over|above|exceeding", "at least"),
    (r"fewer than|less than|under|below", "at most"),
    (r"about|around|some|roughly|nearly|almost|approximately", "about"),
)
_MONTHLY: Final = re.compile(r"\b(?:(?:a|per|each|every) month|monthly)\b")


def _number(text: str) -> tuple[float, float, Bound, bool, str]:
    monthly = _MONTHLY.search(text)
    rest = _MONTHLY.sub(" | ", text)
    at = _NUMBER.search(rest)
    if at is None:
        raise _UnreadError("says no number")
    last = at["t"] or at["s"] if at["high"] else at["s"]
    low = _value(at["low"], at["s"] or (last if at["high"] else None))
    high = _value(at["high"], last) if at["high"] else low
    if low > high:
        raise _UnreadError(f"runs from {low:g} down to {high:g}")
    if low <= 0:
        raise _UnreadError("its figure must be above 0")
    bound: Bound = "about"
    before, after = rest[: at.start()], rest[at.end() :]
    for words, kind in _BOUNDS:
        if found_at := re.search(rf"\b(?:{words})\s*$", before):
            bound, before = kind, before[: found_at.start()]
            break
    if at["high"]:
        before = re.sub(r"\b(?:between|from)\s*$", "", before)
    other = _NUMBER.search(before + " | " + after)
    if other:
        raise _UnreadError(f"says a second number, {shown(other[0].strip())!r}")
    return low, high, bound, monthly is not None, before + " | " + after


def _value(digits: str, scale: str | None) -> float:
    text = digits.strip(" .,'")
    meant = readings(text)
    if not meant:
        raise _UnreadError(f"{shown(text)!r} is no number")
    if len(meant) == 1 and "," in text and meant[0] != int(meant[0]):
        raise _UnreadError(
            f"{shown(text)!r}: write decimals with a point, {meant[0]:g}"
        )
    factor = 1.0
    if scale:
        letter = "r" if scale.startswith("tr") else scale[0]
        factor = _FACTOR[letter]
    return float(f"{meant[0] * factor:.12g}")


# ---- place and the rest

_SMALL: Final = frozenset(
    ("-", "'s", "a", "all", "an", "and", "are", "as", "at", "been", "by", "during",
     "for", "from", "had", "has", "have", "in", "is", "men", "ministry", "new", "of",
     "on", "over", "paid", "people", "persons", "roubles", "rub", "rubles", "russia",
     "russia's", "russian", "signed", "soldiers", "that", "the", "there", "total",
     "was", "were", "with")
)  # fmt: skip
"""Words that say nothing of what is claimed."""


def _place(text: str, quantity: Quantity) -> tuple[Place | None, str]:
    """Return the place that up to four words in a row name, longest first."""
    if not quantity.places:
        return None, text
    for part in text.split("|"):
        words = part.split()
        for length in range(min(5, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                run = words[start : start + length]
                if run[0] in _SMALL or run[-1] in _SMALL - {"of"}:
                    continue
                if place := _named(" ".join(run), quantity.places):
                    rest = " ".join([*words[:start], "|", *words[start + length :]])
                    return place, text.replace(part, f" {rest} ", 1)
    if not quantity.readings:
        raise _UnreadError(f"{quantity.name} are counted by region; name one")
    return None, text


def _named(name: str, kinds: Sequence[Kind]) -> Place | None:
    # Codes of two letters are words as well: in, by, at.
    return find_place(name, *kinds) if len(name) > 2 else None


def _nothing_else(text: str) -> None:
    left = [word for word in re.findall(r"[^\s|]+", text) if word not in _SMALL]
    if not left:
        return
    words = " ".join(left)
    place = find_place(words)
    if place is not None:
        raise _UnreadError(f"is not counted by {place.kind} ({place.name_en})")
    raise _UnreadError(f"{shown(words)!r} is not understood")
