"""Four whole centres, older than the engine: their flows load, their calls go as written."""

import pytest

from switchboard.flow.scripts import Outcome, run_call, run_script
from switchboard.flow.scripts.forms import CallForm, ScriptFile
from tests.flows.places import CENTRES, program_of, scripts_of

# These wait for the queues: who is offered a call, who overtakes whom, agents who send callers on.
NEED_QUEUES = {
    "an agent sends the caller to the safety rules and gets her back",
    "after a minute of waiting the second site may answer too, and the place is kept",
    "the agent of last time is busy for 20 seconds, then any agent may answer",
    "nobody of the team answers, so after 45 seconds the common team may",
    "the place is kept while the caller is gone",
}

CALLS = [
    (place, script, call)
    for place in CENTRES
    for script in scripts_of(place)
    for call in script.calls
]


@pytest.mark.parametrize(("place", "script", "call"), CALLS, ids=[call.call for *_, call in CALLS])
def test_a_call_goes_as_its_script_says(place: str, script: ScriptFile, call: CallForm) -> None:
    result = run_call(program_of(place), script, call)
    expected = Outcome.NOT_PLAYED if call.call in NEED_QUEUES else Outcome.PASSED
    assert (result.outcome, result.reasons) == (
        expected,
        result.reasons if call.call in NEED_QUEUES else (),
    )


def test_every_sample_script_is_there() -> None:
    assert len(CALLS) == 57
    assert {call.call for _, _, call in CALLS} >= NEED_QUEUES


@pytest.mark.req("VER-04")
def test_one_number_outward_leads_to_every_service() -> None:
    """Bills, deliveries, complaints, emergencies, messages: nobody dials a second number."""
    (script,) = (one for one in scripts_of("gas_company") if one.script == "gas_company")
    assert script.given.to == "4006009001"
    assert {call.to for call in script.calls} == {None}
    results = list(run_script(program_of("gas_company"), script))
    served = {way.flow for result in results for way in result.left}
    assert served == {
        *("gas_company", "gas_account", "gas_repair"),
        *("house.ticket_status", "house.leave_message"),
    }
