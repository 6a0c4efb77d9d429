"""docs/alarms.md has a page for every alarm and every check; units and compose can be read."""

import configparser
import re
from pathlib import Path

import pytest
import yaml

from switchboard.services import health

ROOT = Path(__file__).parents[3]
ALARMS = (ROOT / "docs" / "alarms.md").read_text()
METRICS = (ROOT / "docs" / "metrics.md").read_text()
CHECKS = {
    "database": health.database_check(lambda: None),
    "event socket": health.event_socket_check(dict),
    "prompts": health.prompts_check(lambda: None),
    "disk": health.disk_check(lambda: 0, 0),
    "admission": health.admission_check(lambda: False),
}


@pytest.mark.req("ADM-18")
def test_every_alarm_has_a_page_of_its_own():
    alarms = METRICS.partition("## What to be woken for")[2]
    names = set(re.findall(r"switchboard_\w+?(?=_bucket|_total|\b)", alarms))
    missing = {name for name in names if name not in ALARMS}
    assert names
    assert missing == set()


def test_every_check_of_readyz_has_a_page_of_its_own():
    assert {check.name for check in CHECKS.values()} == set(CHECKS)
    assert [name for name in CHECKS if f"*{name}*" not in ALARMS] == []


@pytest.mark.parametrize("unit", ["switchboard", "switchboard-freeswitch"])
def test_a_unit_restarts_at_once_and_lets_calls_finish(unit):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read(ROOT / "packaging" / "systemd" / f"{unit}.service")
    assert parsed["Service"]["Restart"] == "always"
    assert parsed["Service"]["User"] == "switchboard"
    assert parsed["Service"]["Slice"] == "switchboard.slice"


def test_the_services_of_the_compose_file_are_those_of_the_page():
    composed = yaml.safe_load((ROOT / "packaging" / "compose.yaml").read_text())
    assert set(composed["services"]) == {"database", "server", "freeswitch"}
    assert composed["services"]["server"]["restart"] == "always"
