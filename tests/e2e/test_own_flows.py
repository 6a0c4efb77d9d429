"""An administrator adds a service: two files, no change of the product."""

from pathlib import Path

import pytest

from tests.e2e.conftest import running

CENTRE = """\
centre: bakery
about: A bakery that tells its cake of the day
languages: [en]
zone: Europe/Berlin

numbers:
  "95001": {flow: cakes}
"""
FLOW = """\
flow: cakes
about: The cake of the day
languages: [en]
start: today

prompts:
  today: {en: "Today we have plum cake."}

nodes:
  today: {hang_up: today}
"""


@pytest.mark.req("INT-09", "ACD-27")
def test_a_new_service_is_a_file_and_a_short_number(tmp_path: Path):
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "centre.yaml").write_text(CENTRE)
    (flows / "cakes.yaml").write_text(FLOW)
    with running(tmp_path, "flows: flows\n") as house:
        heard = house.call("95001")
    assert heard.answered
    assert heard.words == "“Today we have plum cake.”"
    assert heard.cause == "NORMAL_CLEARING"
