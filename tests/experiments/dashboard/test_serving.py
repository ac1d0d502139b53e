from __future__ import annotations

import socket
from importlib.machinery import ModuleSpec

import pytest
from typer.testing import CliRunner

import experiments.dashboard
from experiments.commands.cli import app
from experiments.dashboard.desk import Desk
from experiments.dashboard.serving import application, bound, draws_behind
from model.errors import MusterError, StorageError

POLICY = "Content-Security-Policy"


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk([{}])


def test_a_missing_extra_is_one_line_that_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> ModuleSpec | None:
        return None

    monkeypatch.setattr(experiments.dashboard, "find_spec", absent)
    with pytest.raises(MusterError, match=r"--editable '\.\[page\]'$"):
        experiments.dashboard.serve(open_browser=False)


def test_the_page_keeps_to_this_computer_unless_told_otherwise() -> None:
    told = CliRunner().invoke(app, ["dashboard", "--help"]).output
    assert "127.0.0.1" in told


def test_a_taken_port_is_told_with_what_to_do(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StorageError, match="choose another --port"):
            bound(application(desk), "127.0.0.1", port)


def test_a_browser_is_told_to_ask_nobody_else(desk: Desk) -> None:
    reply = application(desk).server.test_client().get("/")
    policy = reply.headers[POLICY]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1]
    assert "//" not in reply.get_data(as_text=True).replace("://www.w3.org", "")


def test_little_memory_means_fewer_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    class Memory:
        available = 1.7e9

    monkeypatch.setattr("psutil.virtual_memory", Memory)
    draws, note = draws_behind(8)
    assert len(draws) <= 2
    assert note
