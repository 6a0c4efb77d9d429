"""A look at a running FreeSWITCH with our configuration finds nothing that we could better."""

import pytest

from switchboard.cli.freeswitch import NEEDED
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.inspection import Severity, judge, observe
from switchboard.switch.nodes import FreeSwitchNode
from tests.freeswitch.running import PASSWORDS


@pytest.fixture
def look(freeswitch):
    socket = freeswitch.config.event_socket

    def observed(password, user=""):
        return observe(FreeSwitchNode("local", socket.address, socket.port, password, user), NEEDED)

    return observed


def test_our_own_configuration_is_found_good(freeswitch, look):
    seen = look(PASSWORDS.server, SERVER_LOGIN)
    assert seen.fault == ""
    assert "FreeSWITCH Version" in seen.version
    # Which release it is, is not ours to choose here.
    assert [finding for finding in judge(seen) if "known holes" not in finding.what] == []


def test_a_module_that_is_missing_is_found(freeswitch):
    socket = freeswitch.config.event_socket
    node = FreeSwitchNode("local", socket.address, socket.port, PASSWORDS.server, SERVER_LOGIN)
    seen = observe(node, (*NEEDED, "mod_nowhere"))
    assert seen.missing_modules == ("mod_nowhere",)


def test_a_log_in_that_may_everything_is_advised_against(look):
    seen = look(PASSWORDS.operator)
    assert [f.what for f in judge(seen) if f.severity is Severity.ADVICE] == [
        "the server logs in as somebody who may everything"
    ]


def test_a_wrong_password_is_a_fault(look):
    assert "refused" in look("not-the-password").fault
