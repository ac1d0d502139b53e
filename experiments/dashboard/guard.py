"""What the page's server lets in: its own page's requests, small, few and in time.

A page elsewhere can make a browser send requests here, also under a name of its own
that leads to this computer; so the host that is asked for, and the origin if one is
said, must be this server's. A request must have the shape the page itself sends.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections import OrderedDict
from contextlib import suppress
from typing import Any, Final
from urllib.parse import urlsplit

from dash import Dash
from flask import abort, request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

CALLBACKS: Final = "/_dash-update-component"
MOST_BODY_BYTES: Final = 1 << 18
MOST_CONNECTIONS: Final = 64
QUIET_SECONDS: Final = 30.0
"""A connection that says nothing for so long is closed."""
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def guard(app: Dash, host: str) -> None:
    """Let an application answer nothing but its own page, asked for at `host`."""
    app.server.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES
    known = _LOOPBACK | {host.strip("[]").lower()}

    def check() -> None:
        if not _is_here(request.host, known):
            abort(403, "This server is asked for under another name.")
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            abort(403, "Another page asks.")
        if request.path.endswith(CALLBACKS) and not _is_ours(app):
            abort(400, "Not what the page asks.")

    app.server.before_request(check)


def _is_here(asked: str, known: frozenset[str]) -> bool:
    """Whether a Host header names this server.

    A server bound to every address answers to any address, but to no other name.
    """
    try:
        name = (urlsplit(f"//{asked}").hostname or "").lower()
    except ValueError:
        return False
    if name in known:
        return True
    if not known & {"0.0.0.0", "::"}:
        return False
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _is_ours(app: Dash) -> bool:
    """Whether the request has the shape of one of the page's callbacks."""
    try:
        body = request.get_json()
    except RecursionError:
        return False
    if not isinstance(body, dict) or not isinstance(body.get("output"), str):
        return False
    known = app.callback_map.get(body["output"])
    if known is None or "callback" not in known:
        return False
    named = {f"{each['id']}.{each['property']}" for each in known["inputs"]}
    changed = body.get("changedPropIds")
    return (
        _names(body.get("inputs")) == _names(known["inputs"])
        and _names(body.get("state", [])) == _names(known["state"])
        and isinstance(changed, list)
        and all(isinstance(each, str) and each in named for each in changed)
        and _names_outputs(body.get("outputs"), body["output"])
    )


def _names(parts: Any) -> list[tuple[Any, Any]] | None:
    if not isinstance(parts, list) or not all(isinstance(p, dict) for p in parts):
        return None
    return [(part.get("id"), part.get("property")) for part in parts]


def _names_outputs(outputs: Any, output: str) -> bool:
    named = _names(outputs if isinstance(outputs, list) else [outputs])
    joined = "...".join(f"{name}.{part}" for name, part in named or ())
    return output == (f"..{joined}.." if isinstance(outputs, list) else joined)


class _PatientHandler(WSGIRequestHandler):
    """Closes a connection on which nothing comes."""

    timeout = QUIET_SECONDS


class BoundedServer(ThreadedWSGIServer):
    """A server with a thread a connection, and no more connections than it can keep.

    Whoever comes when all are taken gets the place of the one that came first, so that
    nobody can hold the door by saying nothing.
    """

    def __init__(self, host: str, port: int, app: Any, fd: int) -> None:
        self._open: OrderedDict[int, socket.socket] = OrderedDict()
        self._counting = threading.Lock()
        super().__init__(host, port, app, handler=_PatientHandler, fd=fd)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Take a connection in; end the oldest if there are too many."""
        with self._counting:
            self._open[id(request)] = request
            oldest = None
            if len(self._open) > MOST_CONNECTIONS:
                _, oldest = self._open.popitem(last=False)
        if oldest is not None:
            # Its thread finds the end of the line and closes it.
            with suppress(OSError):
                oldest.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        with self._counting:
            self._open.pop(id(request), None)
        super().shutdown_request(request)
