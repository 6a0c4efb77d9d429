"""What a number begins: by who calls and when, and what is wrong with a rule that cannot hold."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from switchboard import flow

FLOW = """
flow: {0}
about: A goodbye
languages: [zh, en]
start: goodbye
prompts:
  goodbye: {{zh: "再见。", en: "Goodbye."}}
nodes:
  goodbye: {{hang_up: goodbye}}
"""
FLOWS = {f"{name}.yaml": FLOW.format(name) for name in ("shop", "vip", "night", "feast")}
CENTRE = """
centre: desk
languages: [zh, en]
zone: Asia/Shanghai
calendars:
  office: {zone: Asia/Shanghai, week: {mon to fri: 09:00-18:00}, holidays: china}
numbers:
  "4008001000":
    flow: shop
    language: zh
    when:
      - {callers: ["+8613800000001", "139*"], flow: vip, language: en}
      - {calendar: office, is: holiday, flow: feast}
      - {calendar: office, is: closed, flow: night}
"""
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 12, 1, 10, 0, tzinfo=SHANGHAI)
EVENING = datetime(2026, 12, 1, 20, 0, tzinfo=SHANGHAI)
SPRING = datetime(2027, 2, 6, 10, 0, tzinfo=SHANGHAI)


def begun(caller: str, at: datetime) -> tuple[str, str]:
    loaded = flow.load({**FLOWS, "centre.yaml": CENTRE})
    assert loaded.faults == ()
    program = loaded.program
    entry = program.numbers["4008001000"].chosen(caller, program.calendars, at)
    return entry.flow, entry.language


@pytest.mark.parametrize(
    ("caller", "at", "what"),
    [
        ("135", TUESDAY, ("shop", "zh")),
        ("", TUESDAY, ("shop", "zh")),
        ("135", EVENING, ("night", "zh")),
        ("", SPRING, ("feast", "zh")),
        ("8613800000001", TUESDAY, ("vip", "en")),
        ("+8613800000001", EVENING, ("vip", "en")),
        ("13912345678", SPRING, ("vip", "en")),
        ("861380000000", TUESDAY, ("shop", "zh")),
    ],
)
@pytest.mark.req("IVR-19", "ACD-17")
def test_a_number_begins_another_flow_by_caller_or_time(caller, at, what):
    assert begun(caller, at) == what


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{callers: [139x], flow: vip}", "a calling number has digits"),
        ("{callers: [139*], flow: vop}", "there is no flow 'vop'; did you mean 'vip'"),
        ("{calendar: office, flow: vip}", "calendar and is stand together"),
        ("{flow: vip}", "a rule says when it holds"),
        ("{calendar: ofice, is: open, flow: vip}", "there is no calendar 'ofice'"),
        ("{calendar: office, is: shut, flow: vip}", "open, closed or holiday stands here"),
    ],
)
def test_a_rule_that_cannot_hold_is_told_at_its_place(rule, says):
    head = CENTRE.partition("    when:")[0]
    loaded = flow.load({**FLOWS, "centre.yaml": f"{head}    when:\n      - {rule}\n"})
    assert loaded.program is None
    (fault,) = loaded.faults
    assert says.split("; ")[0] in str(fault)
    assert str(fault).startswith("centre.yaml:12:")


def test_a_flow_that_is_not_there_is_told():
    loaded = flow.load({**FLOWS, "centre.yaml": CENTRE.replace("flow: shop", "flow: shp")})
    (fault,) = loaded.faults
    assert "there is no flow 'shp'" in str(fault)
