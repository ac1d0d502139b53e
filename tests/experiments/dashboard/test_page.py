"""The page in a real browser, on a small country."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import pytest

from experiments.dashboard.desk import Desk
from experiments.dashboard.levers import FACTORS
from experiments.dashboard.links import from_query
from experiments.dashboard.serving import application, bound
from experiments.scenario_tools import check
from scenarios import load_scenario
from tests.experiments.dashboard.small_page import SETTINGS
from tests.experiments.small_country import draws, small_world

if TYPE_CHECKING:
    from selenium.webdriver.remote.webelement import WebElement

webdriver = pytest.importorskip(
    "selenium.webdriver", reason="no browser to drive: selenium is not installed"
)
By = pytest.importorskip("selenium.webdriver.common.by").By
Keys = pytest.importorskip("selenium.webdriver.common.keys").Keys

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = next((found for name in NAMES if (found := shutil.which(name))), None)
DRIVER = shutil.which("chromedriver")
PATIENCE_SECONDS = 90
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
    # The tests shall reach nothing but this machine, whatever the browser wants.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PHONE = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
CURVE = """
const plot = document.querySelector(`#price .js-plotly-plot`);
const line = plot && plot.data && plot.data.find(t => t.name === arguments[0]);
return line ? line.y : null;
"""
HOVER = """
const plot = document.querySelector('#price .js-plotly-plot');
const line = plot.data.findIndex(t => t.name === 'Mean bonus, base');
Plotly.Fx.hover(plot, [{curveNumber: line, pointNumber: 3}]);
"""
NAMELESS = """
return [...document.querySelectorAll('input, button, select, textarea')].filter(
  e => e.getClientRects().length && !e.labels?.length && !e.textContent.trim()
    && !e.ariaLabel && !e.getAttribute('aria-labelledby') && !e.ariaHidden && !e.title
).map(e => e.outerHTML);
"""

WITHOUT_OUTLINE = """
const focused = document.activeElement, style = getComputedStyle(focused);
const seen = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
return seen || focused === document.body ? [] : [focused.outerHTML.slice(0, 90)];
"""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or DRIVER is None,
        reason="no headless browser: chromium or chromedriver is not installed",
    ),
]


class Page:
    """The page as somebody at the keyboard has it."""

    def __init__(self, address: str, room: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={room / 'profile'}"):
            options.add_argument(flag)
        logs = {"browser": "ALL", "performance": "ALL"}
        options.set_capability("goog:loggingPrefs", logs)
        folder = {"download.default_directory": str(room)}
        options.add_experimental_option("prefs", folder)
        service = webdriver.ChromeService(str(DRIVER))
        self.driver = webdriver.Chrome(options=options, service=service)
        self.address, self.room = address, room

    def open(self, address: str = "") -> None:
        self.driver.get(address or self.address)
        self.until(lambda: self.status().startswith("All"))

    def find(self, name: str) -> WebElement:
        return cast("WebElement", self.driver.find_element(By.ID, name))

    def until(self, true: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := self._tried(true)):
            assert time.monotonic() < deadline, f"in vain; status: {self.status()!r}"
            time.sleep(0.1)
        return found

    def _tried(self, true: Callable[[], Any]) -> Any:
        try:
            return true()
        except Exception:  # what is looked for is not there yet, or just replaced
            return None

    def status(self) -> str:
        script = "return document.getElementById('status')?.textContent ?? ''"
        return cast(str, self.driver.execute_script(script))

    def curve(self, side: str) -> list[float]:
        name = f"Mean bonus, {side}"
        return cast(list[float], self.driver.execute_script(CURVE, name))

    def complaints(self) -> list[str]:
        entries = self._log("browser")
        return [e["message"] for e in entries if e["level"] in ("SEVERE", "WARNING")]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        driver: Any = self.driver
        return list(driver.get_log(kind))

    def hosts(self) -> set[str | None]:
        events = [json.loads(e["message"]) for e in self._log("performance")]
        asked = [e["message"]["params"].get("request", {}).get("url") for e in events]
        outside = [url for url in asked if url and url.startswith(("http", "ws"))]
        return {urlsplit(url).hostname for url in outside}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    desk = Desk(draws(2), SETTINGS, cores=2, world=small_world)
    server = bound(application(desk), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.port}/"
    opened = Page(address, tmp_path_factory.mktemp("page"))
    yield opened
    opened.driver.quit()
    server.shutdown()
    thread.join()
    server.server_close()
    desk.close()


@pytest.fixture
def moved(page: Page) -> Page:
    """Return the page with the federal bonus moved up by the keyboard."""
    page.open()
    slider = page.find("federal_bonus")
    slider.send_keys(*[Keys.ARROW_RIGHT] * 4)
    page.until(lambda: "federal_bonus=1.2" in page.driver.current_url)
    page.until(lambda: page.status().startswith("All") and page.curve("variant"))
    page.until(lambda: page.curve("variant") != page.curve("base"))
    return page


def test_the_page_opens_with_the_base_and_asks_nobody_outside(page: Page) -> None:
    page.open()
    assert page.find("value-mean_signing_bonus_rub").text.endswith("million RUB")
    assert page.complaints() == []
    assert page.hosts() == {"127.0.0.1"}


def test_moving_a_lever_moves_the_curve_from_its_month_on(moved: Page) -> None:
    base, variant = moved.curve("base"), moved.curve("variant")
    months_before = 13  # 2025-03 to 2026-03
    assert variant[:months_before] == base[:months_before]
    assert variant[months_before:] != base[months_before:]
    assert "480,000 RUB" in moved.find("level-federal_bonus").text
    assert moved.complaints() == []


def test_a_link_brings_back_the_same_numbers(moved: Page) -> None:
    before = moved.curve("variant")
    moved.find("sharing").click()
    link = str(moved.find("link").get_attribute("value"))
    moved.driver.get("about:blank")
    moved.open(link)
    moved.until(lambda: moved.curve("variant") == before)
    assert moved.find("federal_bonus").get_attribute("value") == "1.2"
    assert moved.complaints() == []


def test_a_saved_scenario_is_the_one_shown(moved: Page) -> None:
    moved.find("sharing").click()
    title = moved.find("title")
    title.send_keys(Keys.CONTROL, "a")
    title.send_keys("A fifth more")
    moved.until(lambda: "title: A fifth more" in moved.find("yaml").text)
    shown = moved.find("yaml").text
    moved.find("save").click()
    file = moved.room / "a_fifth_more.yaml"
    moved.until(file.exists)
    assert file.read_text(encoding="utf-8").strip() == shown.strip()
    assert check([file]) == []
    query = urlsplit(moved.driver.current_url).query
    assert from_query(query)[0].levers.federal_bonus == 1.2
    bonus = load_scenario(file).scenario.federal.signing_bonus
    april_2026 = 24315
    assert bonus.over(april_2026, 1) == [480_000]


def test_hovering_says_value_unit_and_definition(page: Page) -> None:
    page.open()
    page.driver.execute_script(HOVER)
    told = page.until(
        lambda: page.driver.execute_script(
            "return document.querySelector('#price .hoverlayer').textContent"
        )
    )
    assert "Mean bonus, base" in told
    assert "million RUB" in told
    assert "averaged over" in told
    assert "5 to 95 % of 2 draws" in told


def test_another_scenario_can_be_chosen_and_levers_put_back(moved: Page) -> None:
    moved.find("reset").click()
    moved.until(lambda: "federal_bonus" not in moved.driver.current_url)
    moved.find("scenario").click()
    moved.driver.find_element(By.XPATH, "//*[text()='Prisons are exhausted']").click()
    moved.until(lambda: "scenario=prisons_exhausted" in moved.driver.current_url)
    ticked = "#channels input[value=prisoner]"
    box = moved.driver.find_element(By.CSS_SELECTOR, ticked)
    moved.until(lambda: not box.is_selected())
    moved.until(lambda: moved.status().startswith("All"))
    assert moved.complaints() == []


def test_every_lever_is_reached_by_the_keyboard_and_has_a_name(page: Page) -> None:
    page.open()
    reached, unseen = [], []
    for _ in range(40):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        reached.append(page.driver.switch_to.active_element.get_attribute("id"))
        unseen += page.driver.execute_script(WITHOUT_OUTLINE)
    wanted = [*(each.name for each in FACTORS), "peace", "reset"]
    first_come = list(dict.fromkeys(reached))  # past the last one begins anew
    assert [name for name in first_come if name in wanted] == wanted
    assert unseen == []
    assert page.driver.execute_script(NAMELESS) == []


def test_a_slider_says_what_it_means(moved: Page) -> None:
    slider = moved.find("federal_bonus")
    assert slider.accessible_name == "Federal signing bonus"
    spoken = slider.get_attribute("aria-valuetext") or ""
    assert spoken == moved.find("level-federal_bonus").text
    assert "480,000 RUB" in spoken


@pytest.fixture
def phone(page: Page) -> Iterator[Page]:
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    page.open()
    yield page
    page.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nothing_runs_off_a_phone(phone: Page) -> None:
    script = "return [innerWidth, document.documentElement.scrollWidth]"
    shown, width = phone.driver.execute_script(script)
    assert (shown, width) == (PHONE["width"], PHONE["width"])


def test_a_phone_shows_the_curve_first_and_levers_when_asked(phone: Page) -> None:
    slider = phone.find("federal_bonus")
    phone.until(lambda: not slider.is_displayed())
    assert phone.find("inflow").rect["y"] < PHONE["height"]
    phone.find("levers").find_element(By.TAG_NAME, "summary").click()
    phone.until(slider.is_displayed)
