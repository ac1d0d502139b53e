"""The page: levers on one side, what they do to recruitment on the other.

    levers       what can be moved, and the changes to a scenario that it means
    bases        packaged scenarios, each read once
    links        levers as a query string, and as a scenario file
    quantities   what is shown of a run: name, unit, definition
    checkpoint   the model of one draw at the month in which levers begin to act
    branch       a process that keeps a checkpoint and forks for every question
    desk         answers the newest question first, and gives up the older ones
    bands        median and range over draws
    charts       figures of base and variant
    stack        inflow by channel against losses
    tiles        headline measures and tables of the same numbers
    layout       the page itself, and `assets/page.css`
    callbacks    what happens when something is moved
    serving      the server

The page is built with Dash. Callbacks there run alone, where Streamlit runs the whole
script again at each touch; it serves all of its scripts itself, so that it works
without a network; it installs from wheels without Node; its charts bring hover and
SVG; and it has been kept up by a company and many users since 2017. Mesa's own
SolaraViz does not start after a plain install on Python 3.11 and asks for scripts from
elsewhere; Panel needs Bokeh beside it; Starlette alone would have meant to write and
keep a few hundred lines of script. ODD II.x (observation).
"""

from __future__ import annotations

from importlib.util import find_spec

from model.errors import MusterError

NEEDED = "dash"
DRAWS = 8


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8765,
    open_browser: bool,
    draws: int = DRAWS,
    link: str = "",
) -> None:
    """Serve the page until interrupted.

    Args:
        host: address to bind; the page has no password, so keep to the loopback.
        port: port to bind; 0 takes a free one.
        open_browser: whether to open the page in the default browser.
        draws: draws of the posterior behind the ranges.
        link: a link that the page gave, or its query; empty: the baseline.

    Raises:
        MusterError: the extra `page` is not installed.
        ScenarioError: the link says what is not understood.
        StorageError: the port cannot be bound.
    """
    if find_spec(NEEDED) is None:
        raise MusterError(
            "the page needs a package that is not installed; where Muster was cloned:"
            " pip install --constraint constraints.txt --editable '.[page]'"
        )
    from experiments.dashboard.serving import serve_page

    serve_page(host=host, port=port, open_browser=open_browser, draws=draws, link=link)
