"""The page itself: levers on the left, answers on the right.

The first curve stands above the numbers. On a narrow screen the answers come first and
the levers fold into a sheet at its foot; while it is open the first curve keeps to the
top, so that a lever and what it does are seen together.

Levers are the browser's own sliders, each with its label, so that keyboards and screen
readers know them; every figure's numbers stand in a table as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from experiments.dashboard.assumptions import ASSUMPTIONS, RULES, Assumption, Rule
from experiments.dashboard.charts import CHANNEL_PANELS, PANELS, Panel
from experiments.dashboard.levers import (
    DEFAULT_SINCE,
    FACTOR_HIGH,
    FACTORS,
    Levers,
    base,
    places,
)
from experiments.dashboard.links import BASELINE
from experiments.dashboard.quantities import BY_KEY, CHANNELS, SIGNED
from experiments.dashboard.stack import HEADING, SLUG, colour
from model.channels import channel_names
from scenarios import packaged_names

STEP: Final = 0.05
_UNMOVED: Final = "unmoved"
"""Marks on a slider the place where it changes nothing."""
_CONFIG: Final[Any] = {
    "displayModeBar": "hover",
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "responsive": True,
}


def page(note: str) -> Any:
    """Return the whole page.

    Args:
        note: what a reader has to know of the draws behind it; may be empty.
    """
    return html.Div(
        [
            dcc.Location(id="address", refresh=False),
            dcc.Store(id="moved"),
            dcc.Store(id="question"),
            dcc.Store(id="shown"),
            dcc.Store(id="waiting"),
            dcc.Store(id="tick"),
            dcc.Download(id="file"),
            dcc.Download(id="data"),
            html.A("Skip to the answers", href="#answers", className="skip"),
            _header(),
            html.P(id="notice", role="alert", className="notice"),
            html.Div([_levers(), _answers(note)], className="columns"),
        ],
        className="page",
    )


def _header() -> Any:
    return html.Header(
        [
            html.P("Muster", className="kicker"),
            html.H1("What does it take to keep the ranks filled?"),
            html.P(
                "Move a lever and see what it does to recruitment, price, bill and"
                " force. Base and variant meet the same luck, so what lies between them"
                " is what the levers do.",
                className="lead",
            ),
        ]
    )


def _levers() -> Any:
    return html.Details(
        [html.Summary("Levers and sharing"), _form()],
        id="levers",
        className="levers",
        open=True,
    )


def _form() -> Any:
    return html.Form(
        [
            _choice("scenario", "Scenario", _scenarios(), BASELINE),
            html.P(id="asks", className="hint"),
            _choice("since", "Levers act from", [DEFAULT_SINCE], DEFAULT_SINCE),
            _choice("where", "Regional bonuses of", _places(), "", searchable=True),
            *(_factor(each.name, each.label, each.explains) for each in FACTORS),
            html.Datalist(html.Option(value="1"), id=_UNMOVED),
            _peace(),
            _channels(),
            html.Fieldset(
                [
                    html.Legend("Assumptions, for the whole run"),
                    *map(_assumption, ASSUMPTIONS),
                    *map(_rule, RULES),
                ],
                className="lever assumptions",
            ),
            html.Button("Put all levers back", id="reset", type="button"),
            _sharing(),
        ],
        **_spoken("Levers"),
    )


def _scenarios() -> list[dict[str, str]]:
    names = sorted(packaged_names(), key=lambda name: (name != BASELINE, name))
    return [{"label": base(n).scenario.title, "value": n} for n in names]


def _places() -> list[dict[str, str]]:
    return [{"label": name, "value": code} for code, name in places().items()]


def _choice(
    id_: str,
    label: str,
    options: Sequence[Any],
    value: str,
    *,
    searchable: bool = False,
) -> Any:
    return html.Div(
        [
            html.Label(label, htmlFor=id_),
            dcc.Dropdown(
                list(options),
                value,
                id=id_,
                clearable=False,
                searchable=searchable,
            ),
        ],
        className="lever",
        role="group",
        **_spoken(label),
    )


def _rule(rule: Rule) -> Any:
    own = {"label": "as scenario and draws have it", "value": ""}
    others = [{"label": label, "value": key} for key, label in rule.options.items()]
    return _choice(rule.name, rule.label, [own, *others], "")


def _factor(name: str, label: str, explains: str) -> Any:
    still = getattr(Levers(), name)
    return html.Div(
        [
            html.Label(label, htmlFor=name),
            html.Span(id=f"level-{name}", className="level"),
            _slider(name, FACTOR_HIGH, still, list=_UNMOVED),
        ],
        className="lever",
        title=explains,
    )


def _assumption(each: Assumption) -> Any:
    return html.Div(
        [
            html.Label(each.label, htmlFor=each.name),
            html.Span(id=f"level-{each.name}", className="level"),
            dcc.Input(
                id=each.name, type="range", min=each.low, max=each.high,
                step=each.step, value=each.stands(base(BASELINE).scenario),
            ),
        ],
        className="lever",
        title=each.explains,
    )  # fmt: skip


def _peace() -> Any:
    return html.Div(
        [
            html.Label("Ceasefire expectation, raised by", htmlFor="peace"),
            html.Span(id="level-peace", className="level"),
            _slider("peace", 1, Levers().peace),
        ],
        className="lever",
        title="Share of belief that peace is near, on top of what the scenario says.",
    )


def _slider(id_: str, high: float, value: float, **more: Any) -> Any:
    return dcc.Input(
        id=id_, type="range", min=0, max=high, step=STEP, value=value, **more
    )


def _channels() -> Any:
    options = [
        {"label": each.title, "value": each.key.removeprefix(SIGNED)}
        for each in CHANNELS
    ]
    return html.Fieldset(
        [
            html.Legend("Channels open"),
            dcc.Checklist(options, list(channel_names()), id="channels"),
        ],
        className="lever",
    )


def _sharing() -> Any:
    return html.Details(
        [
            html.Summary("Share or save"),
            html.Label("Link to this page as it stands", htmlFor="link"),
            html.Div(
                [
                    dcc.Input(id="link", type="text", readOnly=True),
                    dcc.Clipboard(target_id="link", title="Copy the link"),
                ],
                className="copied",
            ),
            html.Label("Title of the scenario file", htmlFor="title"),
            dcc.Input(id="title", type="text", value="My variant", maxLength=200),
            html.Button("Save scenario file", id="save", type="button"),
            html.Div(
                [
                    html.Pre(
                        id="yaml", tabIndex=0, role="region", **_spoken("Scenario file")
                    ),
                    dcc.Clipboard(target_id="yaml", title="Copy the scenario file"),
                ],
                className="copied",
            ),
            html.P("The same on the command line and in Python"),
            html.Div(
                [
                    html.Pre(
                        id="snippet", tabIndex=0, role="region", **_spoken("Commands")
                    ),
                    dcc.Clipboard(target_id="snippet", title="Copy the commands"),
                ],
                className="copied",
            ),
        ],
        id="sharing",
    )


def _answers(note: str) -> Any:
    return html.Main(
        [
            html.P("Starting …", id="status", role="status"),
            html.P(note, className="notice") if note else None,
            html.H2("Answers", className="unseen"),
            html.Div([_panel(PANELS[0]), _stack()], className="charts first"),
            _key(),
            html.Ul(id="tiles", className="tiles"),
            html.P(id="period", className="period"),
            html.Div([*map(_panel, PANELS[1:])], className="charts"),
            html.Section(
                [
                    html.H2("Inflow by channel"),
                    html.P("Persons a month, each channel on its own scale."),
                    html.Div(
                        [_panel(each, small=True) for each in CHANNEL_PANELS],
                        className="panels",
                    ),
                ]
            ),
            html.Button("Save the numbers (CSV)", id="save-data", type="button"),
            html.Details(
                [
                    html.Summary("The numbers as a table"),
                    html.Div(id="table", className="scroll", tabIndex=0),
                ],
                className="numbers",
            ),
            _footer(),
        ],
        id="answers",
    )


def _key() -> Any:
    return html.P(
        [
            html.Span(className="sample variant"),
            "variant",
            html.Span(className="sample base"),
            "base, where it differs",
            html.Span(className="sample range"),
            "range over draws (5 to 95 %)",
        ],
        className="key",
    )


def _panel(panel: Panel, *, small: bool = False) -> Any:
    return _graph(panel.slug, panel.heading, panel.unit, small=small)


def _stack() -> Any:
    drawn = _graph(SLUG, HEADING, BY_KEY["signed"].unit)
    named = [
        html.Span(
            [html.I(style={"background": colour(at)}), each.title], className="swatch"
        )
        for at, each in enumerate(CHANNELS)
    ]
    drawn.children.append(html.P(named, className="key swatches"))
    return drawn


def _graph(slug: str, heading: str, unit: str, *, small: bool = False) -> Any:
    return html.Figure(
        [
            html.H3([heading, html.Span(f", {unit}", className="unit")]),
            html.Div(
                dcc.Graph(id=slug, config=_CONFIG, responsive=True), className="graph"
            ),
        ],
        className="small" if small else "",
        role="group",
        **_spoken(f"{heading}, {unit}"),
    )


def _spoken(label: str) -> dict[str, Any]:
    """Name an element for screen readers."""
    return {"aria-label": label}


def _footer() -> Any:
    return html.Footer(
        html.P(
            "A model run is an answer of the model, not a forecast. Definitions appear"
            " where the pointer rests on a line, and under each headline number. The"
            " page simulates on this computer and sends nothing elsewhere."
        )
    )
