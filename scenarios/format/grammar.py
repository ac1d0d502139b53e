"""How numbers and months are written, and what a slip in writing one was meant to be.

A number is plain decimal digits of YAML 1.2 with a point, a month is YYYY-MM. Advice
on anything else is right or is not given: a comma before exactly three digits groups
thousands, any other comma is a decimal point, and a reading outside the range of the
value is no reading. Scenario files, designs, `--set` and evidence tables share it.
ODD III.i.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TypeAlias

Atom: TypeAlias = str | int | float | bool | None

_LONGEST_NUMBER = 30
_LONGEST_TEXT = 60
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII)
_DECIMAL = re.compile(r"[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_WORDS: dict[str, Atom] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_FACTORS = {
    "": 1.0, "%": 0.01, "k": 1e3, "m": 1e6, "mn": 1e6, "mln": 1e6, "bn": 1e9,
    "тыс": 1e3, "млн": 1e6, "млрд": 1e9,
}  # fmt: skip
_CURRENCY = r"(?:rub|roubles?|rubles?|руб(?:лей|ля|ль)?|р|₽|usd|\$)?"
_MEANT = re.compile(
    rf"([+-]?) ?(\d[\d.,'_ ]*|[.,]\d+) ?({'|'.join(_FACTORS)})\.? ?{_CURRENCY}\.?",
    re.ASCII | re.IGNORECASE,
)
_GROUPED = re.compile(r"\d{1,3}(?:(?P<mark>[ _'.,])\d{3})(?:(?P=mark)\d{3})*")
# As printed with dots between thousands: 800.000 is 800 to YAML. No machine writes
# a number with a last decimal of zero.
_DOTTED = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{2}0")
_LIKE_PERCENT = 100.0

_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august",
    "september", "october", "november", "december",
)  # fmt: skip
_RUSSIAN_MONTHS = (
    "янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"
)  # fmt: skip


def atom(text: str) -> Atom:
    """Return what an unquoted text stands for: a number, true, false, null or text.

    >>> [atom(text) for text in ("NO", "12", "1e6", "010", "true", "")]
    ['NO', 12, 1000000.0, '010', True, None]
    """
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text


def is_number(given: object) -> bool:
    """Whether an atom is a number; true and false are none."""
    return isinstance(given, int | float) and not isinstance(given, bool)


def folded(text: str) -> str:
    """Return a text with the digits, spaces and dashes of any script as plain ones."""

    def plain(character: str) -> str:
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            return str(digit)
        kind = unicodedata.category(character)
        if kind == "Zs":
            return " "
        if kind == "Pd" or character == "\u2212":
            return "-"
        return {"\u066b": ".", "\u066c": ",", "\u2019": "'"}.get(character, character)

    return "".join(map(plain, unicodedata.normalize("NFKC", text))).strip()


def readings(text: str) -> tuple[float, ...]:
    """Return the numbers a text may have been meant as, the likelier first.

    >>> [readings(text) for text in ("400,500", "0,5", "1.234,5", "70%", "1.2.3")]
    [(400500.0, 400.5), (0.5,), (1234.5,), (0.7,), ()]
    """
    found = _MEANT.fullmatch(folded(text)) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        return ()
    factor = _FACTORS[found[3].lower()]
    sign = -1 if found[1] == "-" else 1
    # Rounded, as 0.29 times 100 is not 29 in binary fractions.
    return tuple(
        float(f"{sign * float(digits) * factor:.15g}")
        for digits in _digit_readings(found[2].strip())
    )


def _digit_readings(written: str) -> list[str]:
    """Return the decimals that digits with separators may stand for."""
    head, point, tail = written, "", ""
    if re.search(r"[ _']", written) or ("." in written and "," in written):
        # Thousands are already marked by another sign, so the last one is a point.
        at = max(written.rfind("."), written.rfind(","))
        head, point, tail = (
            (written[:at], ".", written[at + 1 :]) if at >= 0 else (written, "", "")
        )
        if not (_GROUPED.fullmatch(head) or head.isdigit()) or not (
            tail.isdigit() or not point
        ):
            return []
        return [re.sub(r"\D", "", head) + point + tail]
    if written.count(",") + written.count(".") > 1:
        grouped = _GROUPED.fullmatch(written)
        return [re.sub(r"\D", "", written)] if grouped else []
    head, _, tail = written.replace(",", ".").partition(".")
    decimal = f"{head or 0}.{tail or 0}"
    groups = "," in written and re.fullmatch(r"[1-9]\d{0,2},\d{3}", written)
    if groups:
        return [head + tail] if tail == "000" else [head + tail, decimal]
    return [decimal]


def number_hint(text: str, low: float | None = None, high: float | None = None) -> str:
    """Return how a text that was meant as a number within a range would be written.

    >>> number_hint("1_000_000")
    '; write 1000000'
    >>> number_hint("50%", 0, 1)
    '; write 0.5'
    >>> number_hint("1,500", 0, 100)
    '; write 1.5'
    """
    if re.fullmatch(r"0[xob][0-9a-fA-F]{1,12}", text):
        return "; write numbers in plain decimals"
    if "%" in text and high is not None and high > _LIKE_PERCENT:
        return ""
    fitting = [
        number
        for number in readings(text)
        if (low is None or number >= low) and (high is None or number <= high)
    ]
    if not fitting:
        return ""
    if is_number(atom(text)):
        return f"; write it without quotes: {text}"
    first, *others = (f"{number:.15g}" for number in fitting)
    doubt = f", or {others[0]} if the comma marks decimals" if others else ""
    return f"; write {first}{doubt}"


def dotted_thousands(text: str) -> str | None:
    """Return the larger number a decimal like 800.000 may have been meant as."""
    return text.replace(".", "") if _DOTTED.fullmatch(text) else None


def is_dated(key: str) -> bool:
    """Whether a key was meant as a date, rightly written or not."""
    plain = folded(key)
    looks = re.match(r"\d{4}[-/.]|\d{1,2}([-/.])\d{1,2}\1\d{4}", plain)
    return bool(looks) or (not plain.isdigit() and bool(month_hint(key)))


def month_hint(text: str) -> str:
    """Return how a text that was meant as a month would be written.

    >>> [month_hint(text) for text in ("2024/8", "08.2024", "31.01.2026", "март 2024")]
    ['; write 2024-08', '; write 2024-08', '; write 2026-01', '; write 2024-03']
    """
    if len(text) > _LONGEST_TEXT:
        return ""
    found = list(dict.fromkeys(months_meant(folded(text).lower())))
    return f"; write {' or '.join(found)}" if found else ""


def months_meant(text: str) -> list[str]:
    """Return the months, as YYYY-MM, that a date in another form may name."""
    if found := re.fullmatch(r"(\d{4})(?:[-/. _]?(\d{1,2}))?", text):
        return _valid((found[1], found[2] or "1", "1"))
    if found := re.fullmatch(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})", text):
        year, month, day = found.groups()
        # A first number above twelve is a day: the two were swapped.
        return _valid((year, month, day)) or _valid((year, day, month))
    if found := re.fullmatch(r"(\d{1,2})[-/. ](\d{4})", text):
        return _valid((found[2], found[1], "1"))
    if found := re.fullmatch(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})", text):
        day, sign, month, year = found.groups()
        american = _valid((year, day, month)) if sign == "/" else []
        return _valid((year, month, day)) + american
    if found := re.fullmatch(r"(\d{4})[- ]?q([1-4])|q([1-4])[- ]?(\d{4})", text):
        year, quarter = found[1] or found[4], int(found[2] or found[3])
        return _valid((year, str(3 * quarter - 2), "1"))
    named = re.fullmatch(
        r"(?:\d{1,2}[- .])?([^\W\d]+)[-., ]+(\d{4})(?: ?г(?:\.|ода)?)?", text
    ) or re.fullmatch(r"(?:\d{1,2} )?([^\W\d]+)(\d{4})", text)
    if named is None and (turned := re.fullmatch(r"(\d{4})[- ]([^\W\d]+)", text)):
        return _valid((turned[1], str(_month_number(turned[2])), "1"))
    return _valid((named[2], str(_month_number(named[1])), "1")) if named else []


def _month_number(word: str) -> int:
    """Return which month a word names, in English or Russian, in any case; 0: none."""
    if word in ("май", "мая", "мае"):
        return 5
    for number in range(1, 13):
        english, russian = _ENGLISH_MONTHS[number - 1], _RUSSIAN_MONTHS[number - 1]
        if len(word) > 2 and english.startswith(word):
            return number
        if number != 5 and word.startswith(russian):
            return number
    return 0


def _valid(parts: tuple[str, str, str]) -> list[str]:
    try:
        return [date(*map(int, parts)).isoformat()[:7]]
    except ValueError:
        return []
