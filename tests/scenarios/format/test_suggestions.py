from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from model.errors import ScenarioError
from scenarios import load_scenario
from scenarios.format.grammar import month_hint, number_hint
from scenarios.format.layout import Group, scenario_layout
from scenarios.format.suggestions import nearest

Write = Callable[..., Path]


def _blocks(group: Group) -> list[list[str]]:
    below = [member.kind for member in group.members.values()]
    nested = [
        block for kind in below if isinstance(kind, Group) for block in _blocks(kind)
    ]
    return [list(group.members), *nested]


def _typos(name: str) -> list[str]:
    """Return the name with one letter in its middle lost, doubled, wrong or swapped."""
    at = len(name) // 2
    before, letter, after = name[:at], name[at], name[at + 1 :]
    return [
        before + after,
        before + letter + letter + after,
        before + "q" + after,
        before + after[:1] + letter + after[1:],
    ]


def test_four_in_five_one_letter_typos_get_the_right_hint() -> None:
    right = total = 0
    for names in _blocks(scenario_layout()):
        for name in names:
            for typo in _typos(name):
                if typo not in names:
                    total += 1
                    right += nearest(typo, names) == name
    assert total > 500
    assert right >= 0.8 * total


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("federal: {signing_bonsu: 5}", "did you mean signing_bonus?"),
        ("federal: {Signing-Bonus: 5}", "did you mean signing_bonus?"),
        ("federal: {signing_bonus: {usd: 5}}", "write rub in place of it"),
        ("federal: {rule: match_loses}", "did you mean match_losses?"),
        ("slope: 1", "it belongs under behaviour"),
        ("federal: {quota: 30_000}", "write 30000"),
        ("behaviour: {trust_pay: 80%}", "write 0.8"),
        ("federal: {quota: 30k}", "write 30000"),
        ("federal: {quota: 010}", "write 10"),
        ("behaviour: {slope: 0x10}", "plain decimals"),
        ("time: {until: 2026/3}", "write 2026-03"),
        ("time: {until: 2026}", "write 2026-01"),
        ("federal: {signing_bonus: {2024: 5}}", "write 2024-01"),
        ("changes: halved", "write a list"),
        ("title: 5", "in quotes"),
        ("regions: {signing_bonus: {2026-01: 5}}", "allowed: mean, by_region"),
        ("federal: {signing_bonus: {2026-01: 5, scale: 2}}", "below rub or scale"),
        ("extends: bsae", "no such file beside this one"),
        ("extends: baselin", "did you mean baseline?"),
        ("federal: {mobilisation: {fallback: yes}}", "true or false"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(
    write: Write, written: str, hint: str
) -> None:
    head = "" if written.startswith("title") else "title: A test\n"
    tail = "" if written.startswith("extends") else "\nextends: base\n"
    with pytest.raises(ScenarioError) as caught:
        load_scenario(write(head + written + tail))
    assert hint in str(caught.value)


@pytest.mark.parametrize("text", ["much", "", "12 apples", "1.2.3", "9" * 80])
def test_no_number_is_made_up(text: str) -> None:
    assert number_hint(text) == ""


@pytest.mark.parametrize("text", ["soon", "2024-13", "13.2024", "", "2024-W05"])
def test_no_month_is_made_up(text: str) -> None:
    assert month_hint(text) == ""


def test_a_name_of_any_length_is_answered_at_once() -> None:
    assert nearest("x" * 10**6, ["signing_bonus"]) is None
