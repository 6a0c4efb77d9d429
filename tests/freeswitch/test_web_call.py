"""A call from a web page, on a real FreeSWITCH: a browser calls, hears, and presses keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.freeswitch.product import Product, running_product
from tests.freeswitch.running import (
    EXTENSION_PASSWORD,
    free_port,
    running_freeswitch,
    wait_until,
)

CHROMIUM = "/usr/bin/chromium"
# A microphone that gives a tone, and a person who allows it.
A_PERSON = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--no-sandbox")
HEARD = """async () => {
  const sound = document.querySelector('[data-part=sound]');
  const listening = new AudioContext();
  const meter = listening.createAnalyser();
  listening.createMediaStreamSource(sound.srcObject).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  let loudest = 0;
  for (let n = 0; n < 40; n += 1) {
    await new Promise((next) => setTimeout(next, 50));
    meter.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, ...samples.map(Math.abs));
  }
  return loudest;
}"""


@pytest.fixture(scope="module")
def product(freeswitch_binary, sounds, tmp_path_factory) -> Iterator[Product]:
    root = tmp_path_factory.mktemp("web_call")
    with running_freeswitch(
        freeswitch_binary, root / "freeswitch", app_ports=(free_port(),), sounds=sounds
    ) as freeswitch:
        phones = freeswitch.config.phones
        page = {
            "extension": "1001",
            "numbers": {"4008001000": {"en": "Front desk", "zh": "总机"}},
            "address": f"ws://127.0.0.1:{phones.browsers.ws_port}",
        }
        known = {"extensions": [{"number": "1001", "password": EXTENSION_PASSWORD}]}
        with running_product(
            freeswitch, root / "server", freeswitch=known, web_call=page
        ) as running:
            yield running


@pytest.fixture
def page(product: Product) -> Iterator[Page]:
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=CHROMIUM, args=list(A_PERSON))
        opened = browser.new_page(locale="en-GB")
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text))
        opened.on("pageerror", lambda fault: complaints.append(str(fault)))
        opened.goto(f"http://{product.http}/web-call")
        yield opened
        browser.close()
        assert complaints == []


def test_a_visitor_calls_from_the_browser_hears_the_menu_and_presses_a_key(product, page):
    page.wait_for_selector("[data-state=ready]")
    page.get_by_role("button", name="Call", exact=True).click()
    page.wait_for_selector("[data-web-call][data-state=talking]")
    assert page.evaluate(HEARD) > 0.05
    page.get_by_role("button", name="2", exact=True).click()

    def asked() -> bool:
        (call, *_) = product.say("calls", "--number", "1001", "--limit", "1")
        story = product.say("calls", "show", call["call_id"])
        return any("pressed 2" in line["text"] for line in story["story"])

    wait_until(asked, "the key has arrived in the flow", 10)
    page.get_by_role("button", name="Hang up").click()
    page.wait_for_selector("[data-web-call][data-state=ended]")
    (call,) = product.calls_from("1001")
    assert product.story(call["call_id"])["differences"] == []
