"""What happens when something on the page is moved."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from experiments.dashboard.bands import Sides
from experiments.dashboard.bases import base
from experiments.dashboard.charts import CHANNEL_PANELS, PANELS, Window, figure
from experiments.dashboard.desk import Desk, Progress, Question
from experiments.dashboard.levers import (
    FACTORS,
    Levers,
    is_open,
    level,
    months_to_choose,
)
from experiments.dashboard.links import from_query, scenario_file, to_query
from experiments.dashboard.stack import SLUG, stack
from experiments.dashboard.tiles import table, tiles
from experiments.report.words import number, quantity, slug
from model.channels import channel_names
from model.months import format_month, parse_month
from model.scenario import Scenario

_NUMBERS = (*(each.name for each in FACTORS), "peace")
_LEVERS = ("scenario", "since", *_NUMBERS, "channels")
_MONTHS_BEFORE = 18
_GRAPHS = (*PANELS, *CHANNEL_PANELS)


def connect(app: Dash, desk: Desk) -> None:
    """Register every callback."""
    values = [Output(name, "value") for name in _LEVERS]
    app.callback(
        *values,
        Output("since", "options"),
        Output("notice", "children"),
        Input("address", "search"),
        Input("scenario", "value"),
        Input("reset", "n_clicks"),
        State("since", "value"),
    )(set_levers)
    app.callback(
        Output("question", "data"),
        Output("asks", "children"),
        *(Output(f"level-{name}", "children") for name in _NUMBERS),
        Output("poll", "disabled"),
        Input("moved", "data"),
        prevent_initial_call=True,
    )(asking(desk))
    app.callback(
        Output("tiles", "children"),
        Output("table", "children"),
        Output(SLUG, "figure"),
        *(Output(panel.slug, "figure") for panel in _GRAPHS),
        Output("status", "children"),
        Output("shown", "data"),
        Output("poll", "disabled", allow_duplicate=True),
        Input("poll", "n_intervals"),
        Input("question", "data"),
        State("shown", "data"),
        prevent_initial_call=True,
    )(showing(desk))
    app.callback(
        Output("yaml", "children"), Input("question", "data"), Input("title", "value")
    )(written)
    app.callback(
        Output("file", "data"),
        Input("save", "n_clicks"),
        State("question", "data"),
        State("title", "value"),
        prevent_initial_call=True,
    )(saved)
    in_browser: Any = app.clientside_callback
    in_browser(
        ClientsideFunction("page", "settle"),
        Output("moved", "data"),
        *(Input(name, "value") for name in _LEVERS),
        prevent_initial_call=True,
    )
    in_browser(
        ClientsideFunction("page", "share"),
        Output("link", "value"),
        Input("question", "data"),
    )


def set_levers(search: str | None, name: str, _: int | None, since: str) -> list[Any]:
    """Put the levers where a link says, or back, or to a newly chosen scenario."""
    if ctx.triggered_id == "scenario":
        months = months_to_choose(base(name).scenario)
        kept = since if since in months else months[0]
        return _placed(Question(name, Levers(since=kept)), months, "", keep=True)
    if ctx.triggered_id == "reset":
        search = to_query(Question(name, Levers(since=since)))
    question, refused = from_query(search or "")
    months = months_to_choose(base(question.scenario).scenario)
    notice = f"The link says what is not understood: {', '.join(refused)}."
    return _placed(question, months, notice if refused else "")


def asking(desk: Desk) -> Any:
    """Make the callback that puts a question on the desk."""

    def ask(moved: list[Any]) -> list[Any]:
        question = _question(*moved)
        desk.ask(question)
        scenario = base(question.scenario).scenario
        levels = _levels(scenario, question.levers)
        return [to_query(question), scenario.question, *levels, False]

    return ask


def showing(desk: Desk) -> Any:
    """Make the callback that shows what is known by now."""

    def show(_: int | None, query: str | None, shown: str | None) -> list[Any]:
        if query is None:
            return _nothing_new("Starting …", shown, done=False)
        question, _refused = from_query(query)
        progress = desk.progress(question)
        signature = f"{query} {len(progress.base)} {len(progress.variant)}"
        status = _status(progress)
        # What an older position of the levers gave stays until there is an answer.
        alone = shown is None or not question.levers.moved
        fresh = progress.paired or (progress.base and alone)
        if not fresh or signature == shown:
            return _nothing_new(status, shown, done=progress.whole)
        sides = Sides.of(progress)
        window = _window(desk, question)
        moved = question.levers.moved
        return [
            tiles(sides, window, moved=moved),
            table(sides, window),
            stack(sides, window, moved=moved),
            *(figure(p, sides, window, small=p in CHANNEL_PANELS) for p in _GRAPHS),
            status,
            signature,
            progress.whole,
        ]

    return show


def written(query: str | None, title: str | None) -> str:
    """Return the scenario file of the levers as they stand."""
    return scenario_file(title or "", from_query(query or "")[0])


def saved(_: int | None, query: str | None, title: str | None) -> dict[str, str]:
    """Hand the scenario file to the browser."""
    name = slug(title or "variant").replace("-", "_")
    return {"content": written(query, title), "filename": f"{name}.yaml"}


def _placed(
    question: Question, months: list[str], notice: str, *, keep: bool = False
) -> list[Any]:
    levers = question.levers
    scenario = base(question.scenario).scenario
    open_ = {n for n in channel_names() if is_open(scenario, n, levers.since)}
    shown = (open_ - levers.closed) | levers.opened
    numbers = [no_update if keep else getattr(levers, name) for name in _NUMBERS]
    ordered = [name for name in channel_names() if name in shown]
    name = no_update if keep else question.scenario
    return [name, levers.since, *numbers, ordered, months, notice]


def _question(scenario: str, since: str, *moved: Any) -> Question:
    *numbers, ticked = moved
    before = base(scenario).scenario
    open_ = {name for name in channel_names() if is_open(before, name, since)}
    still = Levers()
    read = {
        name: getattr(still, name) if value is None else float(value)
        for name, value in zip(_NUMBERS, numbers, strict=True)
    }
    levers = Levers(
        since=since,
        closed=frozenset(open_ - set(ticked)),
        opened=frozenset(set(ticked) - open_),
        **read,
    )
    return Question(scenario, levers)


def _levels(scenario: Scenario, levers: Levers) -> list[str]:
    """Say what each lever makes of the scenario's own value."""
    said = []
    for each in FACTORS:
        factor = getattr(levers, each.name)
        value = factor * level(scenario, each.path, levers.since)
        means = f" = {quantity(value, each.unit)}" if each.unit else ""
        said.append(f"× {factor:.2f}{means}")
    return [*said, f"+ {number(100 * levers.peace)} percentage points"]


def _window(desk: Desk, question: Question) -> Window:
    scenario = base(question.scenario, desk.settings).scenario
    time = scenario.time
    documented = parse_month(time.history_until)
    shown_from = max(int(time.first), documented - _MONTHS_BEFORE)
    return Window(
        int(time.first),
        int(time.first) + time.months - 1,
        format_month(shown_from),
        time.history_until,
        question.levers.since,
    )


def _status(progress: Progress) -> str:
    if progress.failure:
        return f"The simulation failed: {progress.failure}"
    paired = len(progress.paired)
    if not paired:
        return "Simulating the first draw …"
    first = "" if progress.seconds is None else f" First in {progress.seconds:.1f} s."
    if progress.draws == 1:
        return f"One draw.{first}"
    if progress.whole:
        return f"All {progress.draws} draws answered.{first}"
    return f"{paired} of {progress.draws} draws answered; the range fills in.{first}"


def _nothing_new(status: str, shown: str | None, *, done: bool) -> list[Any]:
    return [*[no_update] * (3 + len(_GRAPHS)), status, shown, done]
