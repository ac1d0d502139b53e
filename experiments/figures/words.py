"""How the report names things and writes numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from model.channels import facts_of, listed_channels

CHANNELS: Final = {name: facts_of(name).label for name in listed_channels()}
NAMES: Final = {
    **CHANNELS,
    "civilian_output": "Civilian output (memo)",
    "missing": "Missing, not declared",
    "federal_budget": "Federal budget",
    "regional_budget": "Regional budgets",
    "municipal_budget": "Municipal budgets",
    "insurer": "Insurer",
}
_SCALES: Final = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_RUB: Final = re.compile(r"^(rub|roubles?)(?P<rest>[ _].*)?$", re.IGNORECASE)
_WHOLE: Final = frozenset({"persons", "men", "regions"})
"""Units of which there is no half, a median of an even number of draws included."""
_SHARES: Final = frozenset({"share", "shares", "fraction", "probability"})


def name(word: str) -> str:
    """Return the reader's name of a channel, account, payer or state.

    >>> name("death_insurance")
    'Death insurance'
    """
    plain = NAMES.get(word) or word.replace("_", " ").strip()
    return plain[:1].upper() + plain[1:]


def number(value: float, digits: int = 3) -> str:
    """Write a number to so many significant digits, thousands apart.

    >>> number(34218.4), number(0.04567), number(2.0)
    ('34,200', '0.0457', '2')
    """
    if not math.isfinite(value):
        return "not defined"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    text = f"{rounded:,.{max(places, 0)}f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", "−")


def count(value: float) -> str:
    """Write a whole number, thousands apart."""
    if not math.isfinite(value):
        return "not defined"
    return f"{round(value):,}".replace("-", "−")


def percent(share: float, digits: int = 3) -> str:
    """Write a share as per cent.

    >>> percent(0.0642)
    '6.42 %'
    """
    text = number(100 * share, digits)
    return text if text == "not defined" else f"{text} %"


def scaled(value: float, digits: int = 3) -> str:
    """Write a large number with its scale in words.

    >>> scaled(2_412_000), scaled(4.1e12), scaled(52_000)
    ('2.41 million', '4.1 trillion', '52,000')
    """
    for size, word in _SCALES:
        if math.isfinite(value) and abs(value) >= size:
            return f"{number(value / size, digits)} {word}"
    return number(value, digits)


def roubles(value: float, digits: int = 3) -> str:
    """Write a sum of roubles."""
    text = scaled(value, digits)
    return text if text == "not defined" else f"{text} RUB"


def quantity(value: float | None, unit: str, digits: int = 3) -> str:
    """Write a value with its unit: shares as per cent, large sums scaled.

    >>> quantity(0.064, "share"), quantity(2.4e6, "RUB"), quantity(12, "months")
    ('6.4 %', '2.4 million RUB', '12 months')
    """
    if value is None or not math.isfinite(value):
        return "not defined"
    if unit in _WHOLE:
        value = round(value)
    if unit.split(" ")[0].split("_")[0].lower() in _SHARES:
        rest = re.sub(r"^\w+?(?=[ _]|$)", "", unit.replace("_", " "))
        return f"{percent(value, digits)}{rest}"
    money = _RUB.match(unit)
    if money:
        return roubles(value, digits) + (money["rest"] or "").replace("_", " ")
    if unit in ("ratio", "index"):
        written = f"{value:.2f}".replace("-", "−")
        return written if 0.1 <= abs(value) < 10 else number(value, digits)
    text = scaled(value, digits) if abs(value) >= 1e6 else number(value, digits)
    return f"{text} {unit.replace('_', ' ')}".strip()


def bare(value: float | None, unit: str, digits: int = 3) -> str:
    """Write a value whose unit stands in the head of its row (see `titled`).

    >>> bare(2.4e6, "RUB"), bare(34218.4, "persons per month"), bare(0.064, "share")
    ('2.4 million', '34,200', '6.4 %')
    """
    text = quantity(value, unit, digits)
    return text.removesuffix(f" {_said_unit(unit)}") if _said_unit(unit) else text


def in_scale(
    values: Sequence[float], unit: str, of: float, digits: int = 3
) -> tuple[str, list[str]]:
    """Write the numbers of one row in one unit, so that they can be held together.

    Args:
        values: the numbers.
        unit: theirs.
        of: the one whose size decides on millions, billions or trillions.
        digits: significant digits; more where a number is larger than that one.

    Returns:
        the unit in words, empty where each number carries its own, and the numbers.

    >>> in_scale([5.024e12, 9.41e9], "RUB", of=9.41e9)
    ('billion RUB', ['5,024', '9.41'])
    """
    for size, word in _SCALES:
        if _RUB.match(unit) and abs(of) >= size:
            least = [max(digits, len(f"{abs(v) / size:.0f}")) for v in values]
            written = [number(v / size, d) for v, d in zip(values, least, strict=True)]
            return f"{word} {_said_unit(unit)}", written
    return _said_unit(unit), [bare(value, unit, digits) for value in values]


def titled(title: str, unit: str) -> str:
    """Name a measure with its unit, where its values do not carry one.

    >>> titled("Inflow", "persons per month"), titled("Rent share", "share")
    ('Inflow, persons per month', 'Rent share')
    """
    said = _said_unit(unit)
    return f"{title}, {said}" if said and said.lower() not in title.lower() else title


def _said_unit(unit: str) -> str:
    """Return what `quantity` writes after a number; empty where it writes nothing."""
    plain = unit.replace("_", " ")
    if unit in ("ratio", "index") or plain.split(" ")[0].lower() in _SHARES:
        return ""
    money = _RUB.match(unit)
    return f"RUB{(money['rest'] or '').replace('_', ' ')}" if money else plain


def span(low: str, high: str) -> str:
    """Join two written values, saying a unit they share only once.

    >>> span("2.36 million RUB", "3.29 million RUB"), span("24 %", "37 %")
    ('2.36 to 3.29 million RUB', '24 to 37 %')
    """
    value, _, unit = low.partition(" ")
    shared = unit and unit == high.partition(" ")[2] and unit != "defined"
    return f"{value if shared else low} to {high}"


def slug(text: str) -> str:
    """Turn any text into one fit for a file name and an element's id.

    >>> slug("inflow-../../<Prisoner>")
    'inflow-prisoner'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:60].strip("-") or "unnamed"


def how_many(true: int, of: int) -> str:
    """Say in how many draws something holds, without more certainty than that.

    >>> how_many(16, 16), how_many(9, 16), how_many(0, 16)
    ('in all 16 draws', 'in 9 of 16 draws', 'in none of 16 draws')
    """
    if of == 1:
        return "in the single draw" if true else "not in the single draw"
    if true in (0, of):
        return f"in all {of} draws" if true else f"in none of {of} draws"
    return f"in {true} of {of} draws"
