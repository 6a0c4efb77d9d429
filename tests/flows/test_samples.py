"""Four whole centres, older than the engine: their flows load, their calls go as written."""

import pytest

from switchboard.flow.scripts import Outcome, run_call, run_script
from switchboard.flow.scripts.forms import CallForm, ScriptFile
from switchboard.services.script_queues import ScriptQueues
from tests.flows.places import CENTRES, program_of, scripts_of

CALLS = [
    (place, script, call)
    for place in CENTRES
    for script in scripts_of(place)
    for call in script.calls
]


@pytest.mark.parametrize(("place", "script", "call"), CALLS, ids=[call.call for *_, call in CALLS])
def test_a_call_goes_as_its_script_says(place: str, script: ScriptFile, call: CallForm) -> None:
    result = run_call(program_of(place), script, call, ScriptQueues)
    assert (result.outcome, result.reasons) == (Outcome.PASSED, ())


def test_every_sample_script_is_there() -> None:
    assert len(CALLS) == 57


@pytest.mark.req("VER-04")
def test_one_number_outward_leads_to_every_service() -> None:
    """Bills, deliveries, complaints, emergencies, messages: nobody dials a second number."""
    (script,) = (one for one in scripts_of("gas_company") if one.script == "gas_company")
    assert script.given.to == "4006009001"
    assert {call.to for call in script.calls} == {None}
    results = list(run_script(program_of("gas_company"), script, ScriptQueues))
    served = {way.flow for result in results for way in result.left}
    assert served == {
        *("gas_company", "gas_account", "gas_repair", "gas_rules"),
        *("house.ticket_status", "house.leave_message"),
    }
