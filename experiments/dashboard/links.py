"""Where the levers stand, as the query of a link and as a scenario file."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from experiments.dashboard.assumptions import ASSUMPTIONS, RULES
from experiments.dashboard.desk import Question
from experiments.dashboard.levers import (
    FACTOR_HIGH,
    FACTORS,
    Levers,
    base,
    changes_in_words,
    delta,
    is_block,
    is_open,
    months_to_choose,
    overrides,
    places,
)
from experiments.scenario_tools import SCHEMA_NAME
from model.channels import channel_names
from scenarios import packaged_names
from scenarios.format.writing import flow

BASELINE: Final = "baseline"
_LONGEST_QUERY: Final = 2_000
_LONGEST_TITLE: Final = 200


def to_query(question: Question) -> str:
    """Return a question as the query of a link, without levers that stand still."""
    levers, still = question.levers, Levers()
    numbers = [each.name for each in (*FACTORS, *ASSUMPTIONS)] + ["peace"]
    moved = [n for n in numbers if getattr(levers, n) != getattr(still, n)]
    pairs = [
        ("scenario", question.scenario),
        ("since", levers.since),
        ("where", levers.where),
        *((name, f"{getattr(levers, name):g}") for name in moved),
        *((each.name, getattr(levers, each.name)) for each in RULES),
        *((kind, ",".join(sorted(getattr(levers, kind)))) for kind in _LISTS),
    ]
    return urlencode([pair for pair in pairs if pair[1]], safe=",")


def from_query(query: str) -> tuple[Question, list[str]]:
    """Read a link; also returns what in it is not understood and was left out.

    >>> from_query("?scenario=baseline&federal_bonus=9")[1]
    ['federal_bonus=9']
    """
    given = dict(parse_qsl(query.lstrip("?")[:_LONGEST_QUERY]))
    name = given.get("scenario", BASELINE)
    scenario = name if name in packaged_names() else BASELINE
    months = months_to_choose(base(scenario).scenario)
    readers: dict[str, Callable[[str], Any]] = {
        "since": partial(_one_of, months),
        "where": partial(_one_of, places()),
        **{name: partial(_within, bounds) for name, bounds in _BOUNDS.items()},
        **{each.name: partial(_one_of, each.options) for each in RULES},
        **{kind: _channels for kind in _LISTS},
    }
    read: dict[str, Any] = {}
    refused = [] if scenario == name else [f"scenario={name}"]
    for key, text in given.items():
        if key == "scenario":
            continue
        try:
            read[key] = readers[key](text)
        except (KeyError, ValueError):
            refused.append(f"{key}={text}")
    return Question(scenario, Levers(**read)), refused


def from_values(
    scenario: object,
    since: object,
    where: object,
    numbers: Mapping[str, object],
    rules: Mapping[str, object],
    ticked: object,
) -> Question:
    """Read the levers as the page sends them; None is a lever that nobody touched.

    Args:
        scenario: name of a packaged scenario.
        since: first month in which the levers act.
        where: code of the district or region that the regional lever acts in, or empty.
        numbers: where each lever stands, by its name.
        rules: the choice of each rule, by its name; empty: the scenario's.
        ticked: channels that are open.

    Raises:
        ValueError: one of them is nothing the page would send.
    """
    if not (isinstance(scenario, str) and scenario in packaged_names()):
        raise ValueError("scenario")
    before = base(scenario).scenario
    if not (isinstance(since, str) and since in months_to_choose(before)):
        raise ValueError("since")
    if not (isinstance(where, str) and where in places()):
        raise ValueError("where")
    if not isinstance(ticked, list) or any(n not in channel_names() for n in ticked):
        raise ValueError("channels")
    read: dict[str, Any] = {"since": since, "where": where}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise ValueError(name)
        if value is not None:
            read[name] = _within(_BOUNDS[name], repr(value))
    for each in ASSUMPTIONS:
        # Where the scenario has it, every draw keeps its own.
        if read.get(each.name) == each.stands(before):
            del read[each.name]
    for rule in RULES:
        chosen = rules[rule.name]
        if not isinstance(chosen, str) or (chosen and chosen not in rule.options):
            raise ValueError(rule.name)
        read[rule.name] = chosen
    open_ = {name for name in channel_names() if is_open(before, name, since)}
    closed, opened = frozenset(open_ - {*ticked}), frozenset({*ticked} - open_)
    return Question(scenario, Levers(closed=closed, opened=opened, **read))


def scenario_file(
    title: str, question: Question, settings: tuple[str, ...] = ()
) -> str:
    """Return the variant as the text of a scenario file.

    Raises:
        ScenarioError: the scenario is not acceptable.
    """
    before = base(question.scenario, settings)
    changes = changes_in_words(question.levers)
    lines = [
        f"# yaml-language-server: $schema={SCHEMA_NAME}",
        f"title: {flow(_titled(title) or before.scenario.title)}",
        f"question: {flow('What does this change?')}",
        f"extends: {flow(question.scenario)}",
        "changes:" if changes else "changes: []",
        *(f"  - {flow(change)}" for change in changes),
        "",
        *_yaml(delta(question.levers, before)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def snippet(question: Question) -> str:
    """Return what gives the same on the command line and in Python."""
    texts = overrides(delta(question.levers, base(question.scenario)))
    given = "".join(f" \\\n  --set {shlex.quote(text)}" for text in texts)
    settings = "".join(f"        {text!r},\n" for text in texts)
    listed = f"[\n{settings}    ]" if settings else "[]"
    return (
        "# on the command line\n"
        f"muster run {question.scenario}{given}\n\n"
        "# in Python\n"
        "from experiments.runs.run import run\n\n"
        'if __name__ == "__main__":\n'
        f"    run({question.scenario!r}, settings={listed})\n"
    )


def _titled(text: str) -> str:
    """Return a title that a scenario file may have, of whatever was typed."""
    visible = "".join(c if c.isprintable() else " " for c in text[:_LONGEST_TITLE])
    return " ".join(visible.split())


_LISTS: Final = ("closed", "opened")
_BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "peace": (0.0, 1.0),
    **{each.name: (0.0, FACTOR_HIGH) for each in FACTORS},
    **{each.name: (each.low, each.high) for each in ASSUMPTIONS},
}


def _one_of(known: Container[str], text: str) -> str:
    if text not in known:
        raise ValueError(text)
    return text


def _within(bounds: tuple[float, float], text: str) -> float:
    value = float(text)
    if not bounds[0] <= value <= bounds[1]:
        raise ValueError(text)
    return value


def _channels(text: str) -> frozenset[str]:
    names = frozenset(text.split(","))
    if not names <= frozenset(channel_names()):
        raise ValueError(text)
    return names


def _yaml(tree: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if is_block(value):
            yield f"{indent}{key}:"
            yield from _yaml(value, f"{indent}  ")
        else:
            yield f"{indent}{key}: {flow(value)}"
