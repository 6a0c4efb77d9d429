"""Who may register and call on the phones' side, and where browsers come in."""

import socket

import pytest

from switchboard.switch.configuration import SERVER_LOGIN
from tests.freeswitch.callers import Callers, be_refused, register
from tests.freeswitch.running import EXTENSION_PASSWORD, PASSWORDS


@pytest.fixture
def phones(freeswitch):
    return freeswitch.config.phones


@pytest.fixture
def sign_in(phones, tmp_path):
    def signed_in(user, password, domain=phones.sip_domain):
        target = f"127.0.0.1:{phones.internal.port}"
        return register(target, tmp_path, user=user, password=password, domain=domain)

    return signed_in


def test_a_phone_registers_with_its_password(freeswitch, sign_in):
    assert sign_in("1001", EXTENSION_PASSWORD) == 200
    with freeswitch.operator() as operator:
        assert "1001@" in operator.api("sofia status profile internal reg")


@pytest.mark.req("ADM-05")
def test_a_phone_that_is_bound_to_a_network_registers_from_nowhere_else(sign_in):
    assert sign_in("1002", EXTENSION_PASSWORD) == 200
    assert sign_in("1003", EXTENSION_PASSWORD) == 403


def test_a_phone_is_in_our_domain_whatever_it_calls_it(sign_in):
    assert sign_in("1001", EXTENSION_PASSWORD, "192.0.2.77") == 200


def test_a_wrong_password_and_an_unknown_phone_are_turned_away(sign_in):
    assert sign_in("1001", "not-the-password") == 403
    assert sign_in("1099", EXTENSION_PASSWORD) == 403


def test_nobody_registers_as_the_server(sign_in):
    user, _, domain = SERVER_LOGIN.partition("@")
    assert sign_in(user, PASSWORDS.server, domain) == 403
    assert sign_in(user, "", domain) == 403


def test_a_call_without_proof_is_not_taken(phones, app, tmp_path):
    target = f"127.0.0.1:{phones.internal.port}"
    stranger = Callers(target, "4008001000", (be_refused(407),), ani="1001")
    outcome = stranger.call(tmp_path).wait()
    assert outcome.succeeded, outcome.complaints


def test_nobody_registers_on_the_trunks_side(freeswitch, phones, tmp_path):
    target = f"127.0.0.1:{phones.external.port}"
    with pytest.raises(AssertionError, match="neither welcomed nor turned away"):
        register(
            target, tmp_path, user="1001", password=EXTENSION_PASSWORD, domain=phones.sip_domain
        )


def test_browsers_find_their_doors_and_a_gateway_is_known(freeswitch, phones):
    for port in (phones.browsers.ws_port, phones.browsers.wss_port):
        socket.create_connection(("127.0.0.1", port), 5).close()
    with freeswitch.operator() as operator:
        assert "NOREG" in operator.api("sofia status gateway provider")
