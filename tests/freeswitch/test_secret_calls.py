"""A whole call on a real FreeSWITCH in which a password is keyed: its digits stand in no file."""

import pytest

from tests.freeswitch.callers import be_hung_up, press, wait
from tests.freeswitch.product import running_product
from tests.freeswitch.running import free_port, running_freeswitch

NUMBER = "4008001000"
PIN, WRONG = "739146", "280613"
FLOWS = {
    "centre.yaml": f"""
centre: desk
languages: [en]
zone: UTC
numbers: {{"{NUMBER}": {{flow: desk}}}}
secrets:
  password: {{about: The password of a caller, owner: callers.number}}
sources: {{callers: {{fields: {{number: digits}}}}}}
""",
    "desk.yaml": """
flow: desk
about: Proves who calls
languages: [en]
start: prove
everywhere: {then: {silent: goodbye, wrong: goodbye, failed: goodbye}}
prompts:
  which_password: {en: "Password?"}
  wrong_password: {en: "Wrong."}
  proved: {en: "Thank you."}
  goodbye: {en: "Goodbye."}
nodes:
  prove:
    verify: which_password
    secret: password
    of: =call.dialled
    length: 6
    attempts: 3
    lock_for: 30m
    if_wrong: wrong_password
    then: {proved: proved, locked: goodbye, unknown: goodbye}
  proved: {play: proved, then: goodbye}
  goodbye: {hang_up: goodbye}
""",
}


@pytest.fixture(scope="module")
def product(freeswitch_binary, sounds, tmp_path_factory):
    root = tmp_path_factory.mktemp("secrets")
    (root / "server" / "flows").mkdir(parents=True)
    for name, text in FLOWS.items():
        (root / "server" / "flows" / name).write_text(text)
    with (
        running_freeswitch(
            freeswitch_binary, root / "freeswitch", app_ports=(free_port(),), sounds=sounds
        ) as freeswitch,
        running_product(freeswitch, root / "server", flows="flows") as running,
    ):
        running.tell("secrets", "set", "password", NUMBER, "--digits", PIN)
        yield running


@pytest.mark.req("X-003")
def test_a_password_is_proved_and_its_digits_stand_in_no_file(product, tmp_path):
    steps = (wait(2500), press(WRONG), wait(6500), press(PIN), be_hung_up(30_000))
    outcome = product.freeswitch.callers(*steps, ani="13800138001").call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints
    (call,) = product.calls_from("13800138001")
    story = product.story(call["call_id"])
    told = [line["text"] for line in story["story"]]
    assert any("password of 4008001000: wrong, 2 attempts left" in text for text in told), told
    assert any("password of 4008001000: proved" in text for text in told), told
    assert story["differences"] == []
    searched = 0
    for file in product.settings.parent.parent.rglob("*"):
        if file.is_file():
            searched += 1
            content = file.read_bytes()
            assert PIN.encode() not in content, file
            assert WRONG.encode() not in content, file
    assert searched > 20
    log = product.freeswitch.log
    assert not [line for line in log.splitlines() if "DTMF" in line]
