"""Malformed scenario files by class; `#!` marks the line an error must point to.

Where a comment cannot stand, the line is given as a number. Every text follows the two
lines of `HEADER`, unless its class is one of `WHOLE`.
"""

from __future__ import annotations

HEADER = "title: A test\nextends: base\n"
WHOLE = frozenset({"header", "encoding", "documents"})

Case = str | bytes | tuple[str, int] | tuple[bytes, int]

_NO_NUMBERS = (
    "much", "'1.3'", '"1.3"', "010", "1_000", "0x10", "0o17", "1e999", "true", "NO",
    "[1]", "{a: 1}", "2024-01", '"1,5"', "50%", ".nan", ".inf", "-.inf", "~", "",
    "12:30:00", "1.2.3", "--1",
)  # fmt: skip
_NO_WHOLES = ("1.5", "1e-3", "'12'", "twelve", "false", "0x0c", "1e30")
_NO_MONTHS = (
    "2024", "2024-13", "2024-00", "2024-1", "2024/01", "24-01", "Jan 2024", "01.2024",
    "2024-01-1", "2024-W05", "today", "'2024-01 '", "20240-1", "-2024-01",
)  # fmt: skip
_UNKNOWN = (
    "federal: {signing_bonsu: 5}  #!",
    "federl: {signing_bonus: 5}  #!",
    "behaviour: {Slope: 1}  #!",
    "behaviour: {slope_b: 1}  #!",
    "behavior:  #!\n  slope: 1",
    "slope: 1  #!",
    "force:\n  combat_share: 0.3\n  combatshare: 0.3  #!",
    "time: {end: 2025-12}  #!",
    "attention:\n  advertising:\n    growth: 0.1  #!",
    "regions:\n  signing_bonus:\n    median: 5  #!",
    "channels:\n  volunteers: {}  #!",
    "channels:\n  volunteer_contract:\n    opened: 1  #!",
    "federal:\n  mobilisation:\n    people: 5  #!",
    "scale: {2026-01: 0.5}  #!",
    "_private: 1  #!",
    '"": 1  #!',
)
_OUT_OF_RANGE = (
    ("behaviour", "slope", "99"), ("behaviour", "slope", "-1"),
    ("behaviour", "trust_bonus", "1.01"), ("behaviour", "horizon_months", "0"),
    ("force", "combat_share", "50"), ("force", "return_share", "-0.1"),
    ("attention", "carry_over", "1"), ("economy", "wage_growth_per_year", "50"),
    ("regions", "lag_months", "-2"), ("federal", "bonus_high_rub", "1e12"),
    ("federal", "signing_bonus", "-5"), ("force", "tempo", "101"),
    ("federal", "transfer_to_regions", "20"), ("regions", "municipal_bonus", "1e14"),
)  # fmt: skip
_WRONG_UNITS = (
    ("federal", "signing_bonus", "usd"), ("federal", "signing_bonus", "roubles"),
    ("federal", "service_pay", "rub"), ("federal", "quota", "persons"),
    ("force", "tempo", "share"), ("force", "training_months", "days"),
    ("federal", "transfer_to_regions", "percent"),
    ("attention", "advertising", "rub_per_month"),
)  # fmt: skip
_NO_BLOCKS = (
    "federal: 5  #!", "federal: [1, 2]  #!", "federal:  #!", "behaviour: yes  #!",
    "time: 2025-12  #!", "channels: [volunteer_contract]  #!",
    "regions:\n  signing_bonus: 5  #!", "federal:\n  mobilisation: true  #!",
    "channels:\n  volunteer_contract: open  #!", "source_states: NP  #!",
)  # fmt: skip
_NO_LISTS = (
    "changes: one thing  #!", "changes: {a: b}  #!", "sources: some-id  #!",
    "changes: [1]  #!", "sources: [[a]]  #!",
    "source_states: {NP: {countermeasures: {date: 2024-01}}}  #!",
    "source_states: {NP: {countermeasures: [ban]}}  #!",
)  # fmt: skip
_NO_CHOICES = (
    "federal: {rule: match_loses}  #!", "federal: {rule: true}  #!",
    "regions: {rule: Fixed}  #!", "behaviour: {risk_belief: smallnumbers}  #!",
    "behaviour:\n  poverty_gradient: 1  #!",
    "federal: {mobilisation: {fallback: yes}}  #!",
    "federal: {mobilisation: {fallback: 1}}  #!",
    "federal: {signing_bonus: {rub: 5, shape: curve}}  #!",
)  # fmt: skip
_SYNTAX: tuple[Case, ...] = (
    "federal:\n\tsigning_bonus: 5  #!",
    "federal:\n  signing_bonus: 5\n quota: 5  #!",
    "federal: {signing_bonus: 5  #!",
    "federal: [1, 2  #!",
    ('question: "never closed\nfederal: {quota: 5}', 3),
    ("question: 'never closed\nfederal: {quota: 5}", 3),
    "question: one: two  #!",
    "federal: signing_bonus: 5  #!",
    ("behaviour:\n  slope 1.2\n  trust_pay: 1", 4),
    "federal: {quota: 5}}  #!",
    "federal: @quota  #!",
    "federal: `quota`  #!",
    "question: %d  #!",
    "- federal  #!",
    ('question: "\\q"', 3),
    "federal: {quota: 5]  #!",
)
_MACHINERY = (
    "federal: &bonus {quota: 5}  #!", "federal: {quota: &q 5}  #!",
    "question: *title  #!", "federal: !!map {quota: 5}  #!",
    "question: !secret x  #!", "behaviour:\n  slope: !!float 1.2  #!",
    "federal:\n  <<: *base  #!", "question: ! x  #!",
)  # fmt: skip
_TWICE = (
    "federal: {quota: 5}\nbehaviour: {slope: 1}\nfederal: {quota: 6}  #!",
    "behaviour:\n  slope: 1\n  slope: 1  #!",
    "federal:\n  signing_bonus:\n    2026-01: 5\n    2026-01: 6  #!",
    "federal:\n  signing_bonus:\n    2026-01: 5\n    2026-01-15: 6  #!",
    "title: Again  #!",
    '"question": a\nquestion: b  #!',
)
_KEYS = (
    "5: 1  #!", "true: 1  #!", "federal:\n  null: 1  #!", "? [a, b]  #!\n: 1",
    "? {a: 1}  #!\n: 1", ": 1  #!", "1.5: x  #!",
    "federal: {signing_bonus: {2024: 5}}  #!",
)  # fmt: skip
_DATES = (
    "federal:\n  signing_bonus: {1926-01: 5}  #!",
    "federal:\n  signing_bonus: {2029-01: 5}  #!",
    "regions:\n  signing_bonus:\n    scale:\n      2028-01: 0.5  #!",
    "federal:\n  signing_bonus:\n    growth_per_year: {2206-01: 0.1}  #!",
    "time: {until: 2025-12}\nforce:\n  tempo: {2026-01: 2}  #!",
    "source_states: {NP: {countermeasures: [{date: 2055-01, kind: ban}]}}  #!",
    "time:\n  until: 2021-01  #!",
    "time:\n  until: 9999-12  #!",
    "time: {history_until: 2020-01}  #!",
    "time:\n  start: 2027-01  #!",
)
_STEPS = (
    "federal:\n  signing_bonus: {rub: {2026-01: {source: an-id}}}  #!",
    "federal:\n  signing_bonus: {2026-01: {value: 5, from: an-id}}  #!",
    "federal:\n  signing_bonus: {2026-01: five}  #!",
    "federal:\n  signing_bonus: {2026-01: {value: true}}  #!",
    "federal:\n  signing_bonus: {2026-01: [5]}  #!",
    "federal:\n  signing_bonus: {2026-01: {value: 5, source: 7}}  #!",
    "federal:\n  signing_bonus: {2026-01: 5, scale: 0.5}  #!",
    "federal:\n  signing_bonus: {}  #!",
    "federal:\n  signing_bonus: {rub: {}}  #!",
    "federal:\n  signing_bonus: {rub: [1]}  #!",
    "federal:\n  signing_bonus: lots  #!",
    "federal:\n  signing_bonus: {2025-07: null}  #!",
    "regions: {signing_bonus: {scale: half}}  #!",
    "regions: {signing_bonus: {scale: {2026-01: 500}}}  #!",
    "source_states: {NP: {countermeasures: [{kind: ban}]}}  #!",
)
_EXTENDS = (
    "nothing_of_the_sort", "../base", "/base", "base.yaml.bak", "sub/base", "''",
    "[base]", "a test", "self", "https://example.org/base.yaml",
)  # fmt: skip
_TEXTS: tuple[Case, ...] = (
    "question: 5  #!", "author: true  #!", "question: [a]  #!",
    (f"question: {'x' * 501}", 3), (f"author: {'y' * 201}", 3),
    'question: "\\e[31mred"  #!', 'question: "a\\0b"  #!'
    "changes: [5]  #!",
)  # fmt: skip

MALFORMED: dict[str, tuple[Case, ...]] = {
    "numbers": tuple(f"behaviour:\n  slope: {bad}  #!" for bad in _NO_NUMBERS),
    "whole numbers": tuple(
        f"behaviour: {{publicity_delay_months: {bad}}}  #!" for bad in _NO_WHOLES
    ),
    "months": tuple(f"time:\n  until: {bad}  #!" for bad in _NO_MONTHS),
    "month keys": tuple(
        f"federal:\n  signing_bonus:\n    rub:\n      {bad}: 5  #!"
        for bad in _NO_MONTHS
    ),
    "unknown keys": _UNKNOWN,
    "ranges": tuple(
        f"{block}:\n  {key}: {bad}  #!" for block, key, bad in _OUT_OF_RANGE
    ),
    "units": tuple(
        f"{block}:\n  {key}:\n    {unit}: 1  #!" for block, key, unit in _WRONG_UNITS
    ),
    "blocks": _NO_BLOCKS,
    "lists": _NO_LISTS,
    "choices": _NO_CHOICES,
    "syntax": _SYNTAX,
    "machinery": _MACHINERY,
    "duplicates": _TWICE,
    "keys": _KEYS,
    "dates": _DATES,
    "steps": _STEPS,
    "texts": _TEXTS,
    "header": (
        ("extends: base\n", 1),
        ("federal: {quota: 5}\n", 1),
        "title:  #!\nextends: base",
        "title: [a, b]  #!",
        "title: 5  #!",
        (f"title: {'t' * 201}", 1),
        *(f"title: A test\nextends: {bad}  #!" for bad in _EXTENDS),
    ),
    "documents": (
        ("", 1),
        ("# nothing but a remark\n", 1),
        ("just text\n", 1),
        ("- a\n- list\n", 1),
        ("42\n", 1),
        ("---\ntitle: one\n---\ntitle: two\n", 3),
        ("%YAML 1.1\n---\ntitle: old\n", 1),
        ("{title: a", 1),
    ),
    "encoding": (
        (b"\xef\xbb\xbftitle: a\n", 1),
        ("title: a\n".encode("utf-16"), 1),
        (b"title: a\nquestion: caf\xe9\n", 2),
        (b"title: a\nquestion: x\x00y\n", 2),
        (b"title: a\n\n# \x1b[2J\n", 3),
        ("title: a\nauthor: b\u202ec\n".encode(), 2),
        (b"title: a\nquestion: \xff\xfe\n", 2),
        ("title: a\x85b\n".encode(), 1),
    ),
}


def text_and_line(name: str, case: Case) -> tuple[bytes, int]:
    """Return the content of the file and the line its error must point to."""
    given, line = case if isinstance(case, tuple) else (case, 0)
    head = b"" if name in WHOLE else HEADER.encode()
    data = head + (given if isinstance(given, bytes) else given.encode())
    return data, line or data[: data.index(b"#!")].count(b"\n") + 1
