"""The server of the page: this computer alone, no address elsewhere."""

from __future__ import annotations

import logging
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil
from dash import Dash
from flask import Response
from werkzeug.serving import BaseWSGIServer

from calibration.posterior import load_draws
from experiments.dashboard.callbacks import connect
from experiments.dashboard.desk import Desk, Draw, Question
from experiments.dashboard.guard import BoundedServer, guard
from experiments.dashboard.layout import page
from experiments.dashboard.links import from_query, to_query
from model.errors import Problem, ScenarioError, StorageError

TITLE: Final = "Muster: explore a scenario"
ASSETS: Final = Path(__file__).with_name("assets")
_BYTES_PER_DRAW: Final = 400e6
WITHOUT_POSTERIOR: Final = (
    "No calibrated posterior is stored here (muster calibrate makes one): the lines are"
    " one run with the values of the scenario, without ranges."
)
# Dash starts itself with a script in the page, which it lets us name by its hash;
# Plotly sets styles on its elements.
_POLICY: Final = (
    "default-src 'self'; connect-src 'self'; img-src 'self' data: blob:;"
    " style-src 'self' 'unsafe-inline'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'; script-src 'self' {hashes}"
)


def serve_page(
    *, host: str, port: int, open_browser: bool, draws: int, link: str = ""
) -> None:
    """Serve the page until interrupted (see `experiments.dashboard.serve`)."""
    question = linked(link)
    found, note = draws_behind(draws)
    desk = Desk(found)
    try:
        server = bound(application(desk, note, host), host, port)
        address = f"http://{host}:{server.port}/"
        address += f"?{to_query(question)}" if link else ""
        print(f"{address} (Ctrl-C ends)", flush=True)
        desk.ask(question)
        if open_browser:
            webbrowser.open(address)
        server.serve_forever()
    except KeyboardInterrupt:
        print()
    finally:
        desk.close()


def linked(link: str) -> Question:
    """Return what a link asks, whatever server it was given by.

    Raises:
        ScenarioError: it says what is not understood.
    """
    query = link.partition("?")[2] if "?" in link else link
    question, refused = from_query(query)
    if refused or (link and "=" not in query):
        told = ", ".join(refused) or "no query, as scenario=baseline&federal_bonus=1.5"
        message = f"the link says what is not understood: {told}"
        raise ScenarioError(problems=(Problem("--open", 1, 1, "", message),))
    return question


def draws_behind(wanted: int) -> tuple[list[Draw], str]:
    """Return draws of the posterior and what is to be said of them; may be nothing.

    Each draw keeps a model in memory, and half of what is free may be taken.
    """
    room = int(psutil.virtual_memory().available / 2 / _BYTES_PER_DRAW)
    taken = max(1, min(wanted, room))
    short = f"Free memory allows for {taken} of {wanted} draws."
    try:
        return list(load_draws(taken)), short if taken < wanted else ""
    except StorageError:
        return [{}], WITHOUT_POSTERIOR


def application(desk: Desk, note: str = "", host: str = "127.0.0.1") -> Dash:
    """Make the page's application around a desk, to be asked for at a host."""
    app = Dash(
        __name__,
        title=TITLE,
        update_title="",
        assets_folder=str(ASSETS),
        serve_locally=True,
        compress=False,
        enable_mcp=False,
        websocket_callbacks=False,
    )
    app.index_string = app.index_string.replace("<html>", '<html lang="en">')
    app.layout = page(note)
    connect(app, desk)
    app.server.after_request(_confining(app))
    guard(app, host)
    return app


def bound(app: Dash, host: str, port: int) -> BaseWSGIServer:
    """Bind the server.

    Raises:
        StorageError: the address is taken or not of this machine.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:
        listening = socket.create_server((host, port))
    except OSError as error:
        raise StorageError(
            f"{host}:{port} cannot be bound ({error.strerror}); choose another --port"
        ) from error
    with listening:
        return BoundedServer(host, port, app.server, listening.fileno())


def _confining(app: Dash) -> Callable[[Response], Response]:
    policy = _POLICY.format(hashes=" ".join(app.csp_hashes()))

    def confine(response: Response) -> Any:
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return confine
