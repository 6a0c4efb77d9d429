"""``switchboard parameters``: what the office changes without publishing."""

import pytest

FLOWS = {
    "centre.yaml": """
centre: desk
languages: [en]
zone: UTC
numbers: {"4001": {flow: repair}}
settings:
  repair: {shift_phone: "8001"}
""",
    "repair.yaml": """
flow: repair
about: The repair line
languages: [en]
settings:
  shift_phone: {type: digits, about: Who is called at night}
  patience: {type: duration, default: 20s, about: How long it rings}
start: goodbye
prompts:
  goodbye: {en: "Goodbye."}
nodes:
  goodbye: {hang_up: goodbye}
""",
}


@pytest.fixture
def office(installation):
    place = installation.folder / "flows"
    place.mkdir()
    for name, text in FLOWS.items():
        (place / name).write_text(text)
    installation.settings.write_text(installation.settings.read_text() + "flows: flows\n")
    installation.says("flows", "publish")
    return installation


def values(office) -> dict:
    return {
        one["name"]: (one["value"], one["changed"]) for one in office.json("parameters", "list")
    }


@pytest.mark.req("IVR-28", "ADM-08")
def test_a_setting_is_changed_and_reset(office):
    before = values(office)
    assert before["shift_phone"] == ("8001", False)
    office.says("parameters", "set", "repair.shift_phone", "0086")
    office.says("parameters", "set", "repair.patience", "30s")
    assert values(office) == {"shift_phone": ("0086", True), "patience": ("30s", True)}
    assert "Who is called at night" in office.says("parameters", "list")
    office.says("parameters", "reset", "repair.shift_phone")
    assert values(office)["shift_phone"] == ("8001", False)
    assert "was not changed" in office.refuses("parameters", "reset", "repair.shift_phone")


def test_what_is_no_setting_or_no_value_is_refused(office):
    told = office.refuses("parameters", "set", "repair.night_phone", "8002")
    assert "there are: repair.patience, repair.shift_phone" in told
    assert "is no duration" in office.refuses("parameters", "set", "repair.patience", "soon")


def test_without_flows_there_is_nothing_to_set(installation):
    assert "no flows are published" in installation.refuses("parameters", "list")
