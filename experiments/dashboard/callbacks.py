"""What happens when something on the page is moved."""

from __future__ import annotations

import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update
from flask import abort

from experiments.dashboard.assumptions import ASSUMPTIONS, RULES, told
from experiments.dashboard.bands import Sides
from experiments.dashboard.charts import CHANNEL_PANELS, PANELS, Window, figure
from experiments.dashboard.desk import Desk, Progress, Question
from experiments.dashboard.levers import (
    FACTORS,
    PEACE,
    Levers,
    base,
    beyond_documents,
    is_open,
    level,
    months_to_choose,
)
from experiments.dashboard.links import (
    from_query,
    from_values,
    scenario_file,
    snippet,
    to_query,
)
from experiments.dashboard.quantities import shown_from
from experiments.dashboard.stack import SLUG, stack
from experiments.dashboard.tiles import monthly_csv, period, table, tiles
from experiments.figures.words import number, percent, quantity, slug
from model.channels import channel_names
from model.fields.months import format_month
from model.scenario import Scenario
from scenarios import packaged_names

_POLICY = (*(each.name for each in FACTORS), "peace")
_NUMBERS = (*_POLICY, *(each.name for each in ASSUMPTIONS))
_RULES = tuple(each.name for each in RULES)
_LEVERS = ("scenario", "since", "where", *_NUMBERS, *_RULES, "channels")
_GRAPHS = (*PANELS, *CHANNEL_PANELS)
PATIENCE_SECONDS = 2.0
"""How long a reply that says nothing new is held back."""
_DRAWN = 4 + len(_GRAPHS)
"""Outputs that change only when there are new answers."""


def connect(app: Dash, desk: Desk) -> None:
    """Register every callback."""
    _connect_levers(app, desk)
    _connect_answers(app, desk)
    _connect_file(app)
    _connect_data(app, desk)
    _connect_in_browser(app.clientside_callback)


def _connect_levers(app: Dash, desk: Desk) -> None:
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
        Input("moved", "data"),
        prevent_initial_call=True,
    )(asking(desk))


def _connect_answers(app: Dash, desk: Desk) -> None:
    app.callback(
        Output("tiles", "children"),
        Output("period", "children"),
        Output("table", "children"),
        Output(SLUG, "figure"),
        *(Output(panel.slug, "figure") for panel in _GRAPHS),
        Output("status", "children"),
        Output("shown", "data"),
        Output("waiting", "data"),
        Input("tick", "data"),
        Input("question", "data"),
        State("shown", "data"),
        State("status", "children"),
        prevent_initial_call=True,
    )(showing(desk))


def _connect_file(app: Dash) -> None:
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


def _connect_data(app: Dash, desk: Desk) -> None:
    app.callback(Output("snippet", "children"), Input("question", "data"))(
        lambda query: snippet(from_query(_text(query))[0])
    )
    app.callback(
        Output("data", "data"),
        Input("save-data", "n_clicks"),
        State("question", "data"),
        prevent_initial_call=True,
    )(numbers_of(desk))


def _connect_in_browser(in_browser: Any) -> None:
    """Register what the page's own script does."""
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
    in_browser(
        ClientsideFunction("page", "fold"),
        Output("levers", "open"),
        Input("address", "pathname"),
    )
    in_browser(
        ClientsideFunction("page", "again"),
        Input("waiting", "data"),
        prevent_initial_call=True,
    )
    in_browser(
        ClientsideFunction("page", "speak"),
        *(Input(f"level-{name}", "children") for name in _NUMBERS),
        prevent_initial_call=True,
    )


def set_levers(search: str | None, name: str, _: int | None, since: str) -> list[Any]:
    """Put the levers where a link says, or back, or to a newly chosen scenario."""
    if ctx.triggered_id == "scenario":
        if name not in packaged_names():
            abort(400, "Not a packaged scenario.")
        months = months_to_choose(base(name).scenario)
        kept = since if since in months else months[0]
        return _placed(Question(name, Levers(since=kept)), months, "", keep=True)
    if ctx.triggered_id == "reset":
        search = to_query(Question(name, Levers(since=since)))
    question, refused = from_query(_text(search))
    months = months_to_choose(base(question.scenario).scenario)
    notice = f"The link says what is not understood: {', '.join(refused)}."
    return _placed(question, months, notice if refused else "")


def asking(desk: Desk) -> Any:
    """Make the callback that puts a question on the desk."""

    def ask(moved: object) -> list[Any]:
        question = _question(moved)
        desk.ask(question)
        scenario = base(question.scenario).scenario
        levels = _levels(scenario, question.levers)
        return [to_query(question), scenario.question, *levels]

    return ask


def showing(desk: Desk) -> Any:
    """Make the callback that shows what is known by now."""

    def show(
        _: float | None, query: str, shown: str | None, said: str | None
    ) -> list[Any]:
        question, _refused = from_query(_text(query))

        def nothing_new(progress: Progress) -> bool:
            # What an older position of the levers gave stays until there is an answer.
            alone = shown is None or not question.levers.moved
            fresh = progress.paired or progress.begun or (progress.base and alone)
            return not fresh or _signature(query, progress) == shown

        progress = desk.progress(question)
        if not progress.whole and nothing_new(progress) and _status(progress) == said:
            progress = desk.more_than(progress, question, PATIENCE_SECONDS)
        drawn: list[Any] = [no_update] * _DRAWN
        if not nothing_new(progress):
            drawn, shown = _drawn(desk, question, progress), _signature(query, progress)
        return [*drawn, _status(progress), shown, _waiting(progress)]

    return show


def _drawn(desk: Desk, question: Question, progress: Progress) -> list[Any]:
    """Return all outputs that change with new answers."""
    sides = Sides.of(progress)
    window = _window(desk, question)
    # The base alone is drawn as such until a draw of the variant is there.
    moved = question.levers.moved and bool(progress.paired or progress.begun)
    head = [tiles(sides, window, moved=moved, draws=progress.draws), period(window)]
    large = [
        stack(sides, window, moved=moved),
        *(figure(p, sides, window, moved=moved) for p in PANELS),
    ]
    if progress.begun:
        # While months come, the eye is on the large figures; the rest would delay them.
        return [*head, no_update, *large, *[no_update] * len(CHANNEL_PANELS)]
    small = (figure(p, sides, window, moved=moved, small=True) for p in CHANNEL_PANELS)
    return [*head, table(sides, window), *large, *small]


def written(query: str | None, title: str | None) -> str:
    """Return the scenario file of the levers as they stand."""
    return scenario_file(_text(title), from_query(_text(query))[0])


def saved(_: int | None, query: str | None, title: str | None) -> dict[str, str]:
    """Hand the scenario file to the browser."""
    name = slug(_text(title) or "variant").replace("-", "_")
    return {"content": written(query, title), "filename": f"{name}.yaml"}


def numbers_of(desk: Desk) -> Any:
    """Make the callback that hands what is drawn to the browser, month by month."""

    def save(_: int | None, query: str | None) -> dict[str, str]:
        question, _refused = from_query(_text(query))
        sides = Sides.of(desk.progress(question))
        text = monthly_csv(sides, _window(desk, question))
        return {"content": text, "filename": f"{question.scenario}.csv"}

    return save


def _placed(
    question: Question, months: list[str], notice: str, *, keep: bool = False
) -> list[Any]:
    levers = question.levers
    scenario = base(question.scenario).scenario
    open_ = {n for n in channel_names() if is_open(scenario, n, levers.since)}
    shown = (open_ - levers.closed) | levers.opened
    numbers = [no_update if keep else getattr(levers, name) for name in _POLICY]
    # Where an assumption changes nothing is another place in another scenario.
    for each in ASSUMPTIONS:
        moved = getattr(levers, each.name)
        numbers.append(each.stands(scenario) if moved is None else moved)
    rules = [getattr(levers, name) for name in _RULES]
    ordered = [name for name in channel_names() if name in shown]
    name = no_update if keep else question.scenario
    where = no_update if keep else levers.where
    return [name, levers.since, where, *numbers, *rules, ordered, months, notice]


def _question(moved: object) -> Question:
    """Read what the page sends; anything else is answered with 400."""
    if not isinstance(moved, list) or len(moved) != len(_LEVERS):
        abort(400, "Not where levers can stand.")
    scenario, since, where, *stand, ticked = moved
    try:
        numbers = dict(zip(_NUMBERS, stand[: len(_NUMBERS)], strict=True))
        rules = dict(zip(_RULES, stand[len(_NUMBERS) :], strict=True))
        return from_values(scenario, since, where, numbers, rules, ticked)
    except (ValueError, TypeError) as error:
        abort(400, f"Not where a lever can stand: {error}.")


def _text(given: object) -> str:
    """Return a text the page sends, or nothing; anything else is answered with 400."""
    if given is not None and not isinstance(given, str):
        abort(400, "Not a text.")
    return given or ""


def _levels(scenario: Scenario, levers: Levers) -> list[str]:
    """Say what each lever makes of the scenario's own value, and if that was fitted."""
    since, said = levers.since, []
    for each in FACTORS:
        factor = getattr(levers, each.name)
        if each.name == "regional_bonus" and levers.where:
            said.append(f"× {factor:.2f} of what regions there offer")
            continue
        value = factor * level(scenario, each.path, since)
        means = f"{quantity(value, each.unit)} (× {factor:.2f})"
        outside = beyond_documents(scenario, each.path, each.unit, since, value)
        said.append(f"{means}; {outside}" if outside else means)
    peace = min(level(scenario, PEACE, since) + levers.peace, 1.0)
    outside = beyond_documents(scenario, PEACE, "share", since, peace)
    raised = f"{percent(peace)} (+ {number(100 * levers.peace)} percentage points)"
    said.append(f"{raised}; {outside}" if outside else raised)
    return said + [told(a, getattr(levers, a.name), scenario) for a in ASSUMPTIONS]


def _window(desk: Desk, question: Question) -> Window:
    scenario = base(question.scenario, desk.settings).scenario
    time = scenario.time
    return Window(
        int(time.first),
        int(time.first) + time.months - 1,
        format_month(int(time.first) + shown_from(scenario)),
        time.history_until,
        question.levers.since,
    )


def _signature(query: str, progress: Progress) -> str:
    """Return what the drawn part of the page depends on."""
    return f"{query} {progress.stage[:3]}"


def _status(progress: Progress) -> str:
    if progress.failure:
        return f"The simulation failed: {progress.failure}"
    paired = len(progress.paired)
    if progress.begun:
        begun = progress.begun
        known = f"{begun.months} of {len(begun.series['signed'])} months there"
        return f"Simulating the first draw: {known} …"
    if not paired:
        return "Simulating the first draw …"
    first = "" if progress.seconds is None else f" First in {progress.seconds:.1f} s."
    if progress.draws == 1:
        return f"One draw.{first}"
    if progress.whole:
        return f"All {progress.draws} draws answered.{first}"
    return f"{paired} of {progress.draws} draws answered; the range fills in.{first}"


def _waiting(progress: Progress) -> float | None:
    """Return what makes the browser ask again, new each time; None: all is there."""
    return None if progress.whole else time.monotonic()
