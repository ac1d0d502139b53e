"""What the page's server lets in."""

from __future__ import annotations

import random
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient

from experiments.dashboard.assumptions import RULES
from experiments.dashboard.callbacks import _LEVERS
from experiments.dashboard.desk import MOST_ANSWERS, Desk, Question
from experiments.dashboard.guard import CALLBACKS, MOST_BODY_BYTES, MOST_CONNECTIONS
from experiments.dashboard.levers import FACTORS, Levers
from experiments.dashboard.links import scenario_file
from experiments.dashboard.serving import application, bound
from experiments.scenario_tools import check
from model.channels import channel_names
from tests.experiments.dashboard.small_page import made_up

STILL: list[Any] = [
    "baseline",
    "2026-06",
    "",
    *[1] * len(FACTORS),
    0,
    0.1,
    0.5,
    0.5,
    *[""] * len(RULES),
    ["volunteer_contract"],
]


class Listening(Desk):
    """A desk that notes what is asked and answers nothing."""

    def ask(self, question: Question) -> None:
        asked.append(question)


asked: list[Question] = []


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    made: FlaskClient = application(Listening([{}])).server.test_client()
    return made


def body(client: FlaskClient, moved: Any) -> dict[str, Any]:
    """Return what the page sends when a lever is moved."""
    known = client.get("/_dash-dependencies").get_json()
    output = next(
        each["output"] for each in known if each["output"].startswith("..question.data")
    )
    outputs = [part.rsplit(".", 1) for part in output.strip(".").split("...")]
    return {
        "output": output,
        "outputs": [{"id": name, "property": part} for name, part in outputs],
        "inputs": [{"id": "moved", "property": "data", "value": moved}],
        "changedPropIds": ["moved.data"],
        "state": [],
    }


def moved(client: FlaskClient, **changed: Any) -> Any:
    levers = dict(zip(_LEVERS, STILL, strict=True)) | changed
    return client.post(CALLBACKS, json=body(client, list(levers.values())))


def test_the_page_itself_is_answered(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    reply = moved(client, federal_bonus=2.5)
    assert reply.status_code == 200
    assert asked[-1].levers.federal_bonus == 2.5


def test_no_file_but_a_packaged_scenario_is_opened(
    client: FlaskClient, tmp_path: Path
) -> None:
    secret = tmp_path / "private.yaml"
    secret.write_text("title: Secret\nquestion: TOP SECRET\nextends: baseline\n")
    names: list[Any] = [str(secret), f"../{secret}", "baseline.yaml", "", 3, ["a"]]
    for name in (*names, None, {}):
        reply = moved(client, scenario=name)
        assert reply.status_code == 400
        assert "SECRET" not in reply.get_data(as_text=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"since": "2020-01"}, {"since": None}, {"since": "2026-13"}, {"since": [1]},
        {"federal_bonus": -1}, {"federal_bonus": 1e9}, {"federal_bonus": "much"},
        {"casualties": True}, {"peace": 2}, {"service_pay": [1]}, {"peace": {}},
        {"where": "Atlantis"}, {"where": None},
        {"cap": 0}, {"returning": 1.5}, {"chase": "hard"}, {"chase": True},
        {"regions_rule": "whim"}, {"federal_rule": None}, {"federal_rule": [1]},
        {"channels": None}, {"channels": "volunteer_contract"},
        {"channels": ["nobody"]}, {"channels": [["volunteer_contract"]]},
    ],
    ids=repr,
)  # fmt: skip
def test_levers_that_cannot_stand_so_are_refused(
    client: FlaskClient, changed: dict[str, Any]
) -> None:
    assert moved(client, **changed).status_code == 400


def test_numbers_that_are_none_are_refused(client: FlaskClient) -> None:
    for number in ("NaN", "Infinity", "1e999"):
        content = f'{{"x": [{number}]}}'
        reply = client.post(CALLBACKS, data=content, content_type="application/json")
        assert reply.status_code == 400
    assert moved(client, peace=float("nan")).status_code == 400


def test_what_the_page_would_not_send_is_refused(client: FlaskClient) -> None:
    whole = body(client, STILL)
    wrong: list[Any] = [{}, [], "x", 3, {**whole, "output": "none.data"}]
    others: list[Any] = [None, 3, [{}], "x"]
    wrong += [{**whole, key: value} for key in whole for value in others]
    wrong += [{**whole, "inputs": whole["inputs"] * 2}]
    for each in wrong:
        assert client.post(CALLBACKS, json=each).status_code == 400, each
    for text in (b"{", b"[" * 100_000, b"\xff"):
        reply = client.post(CALLBACKS, data=text, content_type="application/json")
        assert reply.status_code == 400


def test_a_large_body_is_refused(client: FlaskClient) -> None:
    reply = client.post(
        CALLBACKS, data=b" " * (MOST_BODY_BYTES + 1), content_type="application/json"
    )
    assert reply.status_code == 413


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "127.0.0.1:8765"}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:8765"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "192.0.2.1"}, 403),
        ({"Host": "[:"}, 403),
        ({"Host": "localhost", "Origin": "http://localhost"}, 200),
        ({"Host": "localhost", "Origin": "http://evil.example"}, 403),
        ({"Host": "localhost", "Origin": "null"}, 403),
    ],
)
def test_only_its_own_name_is_answered(
    client: FlaskClient, headers: dict[str, str], code: int
) -> None:
    assert client.get("/", headers=headers).status_code == code


def test_a_server_for_all_answers_to_addresses_but_to_no_foreign_name() -> None:
    to_all = application(Listening([{}]), host="0.0.0.0").server.test_client()
    assert to_all.get("/", headers={"Host": "192.0.2.1:80"}).status_code == 200
    assert to_all.get("/", headers={"Host": "evil.example"}).status_code == 403


@pytest.fixture
def port() -> Iterator[int]:
    server = bound(application(Listening([{}])), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.port
    server.shutdown()
    server.server_close()


def test_those_who_say_nothing_do_not_hold_the_door(port: int) -> None:
    silent = [
        socket.create_connection(("127.0.0.1", port), timeout=10)
        for _ in range(3 * MOST_CONNECTIONS)
    ]
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as asking:
            asking.sendall(
                b"GET /_dash-dependencies HTTP/1.0\r\nHost: localhost\r\n\r\n"
            )
            assert b"200 OK" in asking.recv(100)
        assert silent[0].recv(1) == b"", "the first to come is the first to go"
    finally:
        for each in silent:
            each.close()


def test_answers_nobody_came_back_to_are_forgotten() -> None:
    desk = Desk([{}])
    now = Question("baseline", Levers(federal_bonus=2.0))
    asked_now: Any = SimpleNamespace(question=now)
    desk._round = asked_now
    desk._answers[now, 0] = made_up(1.0)
    for at in range(2 * MOST_ANSWERS):
        question = Question("baseline", Levers(casualties=at / 1000))
        desk._answers[question, 0] = made_up(1.0)
        desk._forget()
    assert len(desk._answers) == MOST_ANSWERS
    assert (now, 0) in desk._answers
    desk.close()


TITLES = (
    "", " ", "A plan", "да", "true", "3", "~", "- x", "a: b # c", "\"'", "{x}", "*a",
    "&b", "!!python/object:x", "\x1b[31mred", "\u202etxt", "tab\tand\nline", "x" * 5000,
    "%", "@", "2026-01", "\u0000", "\ud800", "🙂" * 300,
)  # fmt: skip


@pytest.mark.parametrize("title", TITLES, ids=ascii)
def test_a_saved_file_is_one_that_check_accepts(title: str, tmp_path: Path) -> None:
    rng = random.Random(repr(title))
    names = channel_names()
    for _ in range(3):
        factors: dict[str, Any] = {f.name: round(rng.uniform(0, 3), 2) for f in FACTORS}
        levers = Levers(
            since=rng.choice(["2026-06", "2027-01", "2027-12"]),
            peace=round(rng.random(), 2),
            closed=frozenset(rng.sample(names, 2)),
            **factors,
        )
        scenario = rng.choice(["baseline", "contracts_end", "second_mobilisation"])
        path = tmp_path / "saved.yaml"
        path.write_text(scenario_file(title, Question(scenario, levers)), "utf-8")
        assert check([path]) == []
