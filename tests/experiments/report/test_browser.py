"""The page in a real browser: no console error, no request, readable when narrow."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from experiments.report import build_report
from tests.experiments.report.reading import Reader

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
PATIENCE_SECONDS = 90
# What the browser's log names as the initiator of requests no page has caused.
NOBODY = "not an origin"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None,
        reason=f"no headless browser: none of {', '.join(NAMES)} is installed",
    ),
]


def browse(page: Path, room: Path, *wanted: str) -> tuple[str, dict[str, Any]]:
    """Open a page without a screen; what was asked for, and the log of the network."""
    log = room / "net.json"
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-extensions", "--disable-background-networking",
        "--disable-component-update",
        # The tests shall reach nothing but this machine, whatever the browser wants.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--hide-scrollbars", "--enable-logging=stderr",
        f"--user-data-dir={room / 'profile'}", f"--log-net-log={log}",
        "--virtual-time-budget=3000", *wanted, page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, timeout=PATIENCE_SECONDS, check=True
    )
    (room / "stderr.txt").write_bytes(done.stderr)
    return done.stdout.decode(errors="replace"), json.loads(log.read_text())


def console(room: Path) -> list[str]:
    """Return what the page wrote to the console; the browser's own log aside."""
    lines = (room / "stderr.txt").read_text(errors="replace").splitlines()
    return [line for line in lines if "CONSOLE" in line]


def requested(log: dict[str, Any]) -> list[str]:
    """Return the addresses a page asked any network for; not the browser's own."""
    asked = [event.get("params", {}) for event in log["events"]]
    urls = {
        str(one.get("url")) for one in asked if one.get("initiator", NOBODY) != NOBODY
    }
    return sorted(url for url in urls if url.startswith(("http", "ws", "ftp")))


@pytest.fixture(scope="module")
def shown(
    whole_run: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any], Path]:
    room = tmp_path_factory.mktemp("browser")
    return (*browse(whole_run / "report.html", room, "--dump-dom"), room)


def test_the_console_stays_empty(shown: tuple[str, dict[str, Any], Path]) -> None:
    assert console(shown[2]) == []


def test_no_request_leaves_the_file(shown: tuple[str, dict[str, Any], Path]) -> None:
    assert requested(shown[1]) == []


def test_the_browser_sees_the_page_that_was_written(
    whole_run: Path, shown: tuple[str, dict[str, Any], Path]
) -> None:
    written = Reader((whole_run / "report.html").read_text(encoding="utf-8"))
    for tag in ("svg", "table", "section", "li", "figure"):
        assert shown[0].count(f"<{tag}") >= written.elements[tag] > 0
    assert "<script" not in shown[0]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """Serve on this machine and note who asks: the control of the two tests above."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_that_loads_something_would_be_noticed(
    tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    page = tmp_path / "leaky.html"
    page.write_text(f"<script>console.error('x')</script><img src={address}/leak>")
    log = browse(page, tmp_path, "--dump-dom")[1]
    assert asked == ["/leak"]
    assert requested(log) == [f"{address}/leak"]
    assert len(console(tmp_path)) == 1


def test_the_policy_stops_what_escaping_would_miss(
    whole_run: Path, tmp_path: Path, listener: tuple[str, list[str]]
) -> None:
    address, asked = listener
    text = (whole_run / "report.html").read_text(encoding="utf-8")
    planted = (
        f"<img src={address}/img><script>document.title='run'</script>"
        f"<script src={address}/js></script><link rel=stylesheet href={address}/css>"
        f"<iframe src={address}/frame></iframe>"
    )
    page = tmp_path / "planted.html"
    page.write_text(text.replace("<header>", f"{planted}<header>"), encoding="utf-8")
    dom = browse(page, tmp_path, "--dump-dom")[0]
    assert asked == []
    assert "<title>run</title>" not in dom


def test_hostile_text_runs_nothing(hostile_run: Path, tmp_path: Path) -> None:
    dom, log = browse(hostile_run / "report.html", tmp_path, "--dump-dom")
    assert console(tmp_path) == []
    assert requested(log) == []
    assert "<script" not in dom
    assert "<iframe" not in dom


def test_a_phone_shows_the_page_without_scrolling_sideways(
    whole_run: Path, tmp_path: Path
) -> None:
    # The page runs no script, so a frame around it measures the width it asks for.
    report = (whole_run / "report.html").read_text(encoding="utf-8")
    policy = report[report.index("<meta http-equiv") :].partition(">")[0] + ">"
    measure = (
        "<script>addEventListener('load',()=>{document.title='width '+"
        "document.documentElement.scrollWidth})</script></head>"
    )
    page = tmp_path / "measured.html"
    opened = report.replace(policy, "").replace("</head>", measure, 1)
    page.write_text(opened, encoding="utf-8")
    frame = tmp_path / "phone.html"
    frame.write_text(
        "<iframe id=f style='width:390px;height:844px;border:0' src=measured.html>"
        "</iframe><script>setTimeout(()=>{document.title="
        "document.getElementById('f').contentDocument.title},1500)</script>"
    )
    dom = browse(frame, tmp_path, "--dump-dom", "--allow-file-access-from-files")[0]
    assert "<title>width 390</title>" in dom


def test_the_page_prints(whole_run: Path, tmp_path: Path) -> None:
    printed = tmp_path / "report.pdf"
    browse(
        whole_run / "report.html",
        tmp_path,
        f"--print-to-pdf={printed}",
        "--no-pdf-header-footer",
    )
    assert printed.read_bytes().startswith(b"%PDF")


def test_each_figure_opens_by_itself(whole_run: Path, tmp_path: Path) -> None:
    figure = next((whole_run / "figures").glob("inflow-losses.svg"))
    dom, log = browse(figure, tmp_path, "--dump-dom")
    assert "parsererror" not in dom
    assert requested(log) == []


def test_an_empty_run_shows_an_empty_console(tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    browse(build_report(run), tmp_path, "--dump-dom")
    assert console(tmp_path) == []
