"""A running FreeSWITCH takes what was rendered anew, asked by the server's restricted user."""

from dataclasses import replace

import pytest

from switchboard.switch.applying import NotApplied, apply_configuration
from switchboard.switch.configuration import SERVER_LOGIN
from switchboard.switch.nodes import FreeSwitchNode
from switchboard.switch.phones import Gateway
from switchboard.switch.rendering import render
from tests.freeswitch.running import PASSWORDS, wait_until


def node_of(freeswitch, password=PASSWORDS.server) -> FreeSwitchNode:
    socket = freeswitch.config.event_socket
    return FreeSwitchNode("fs", socket.address, socket.port, password, SERVER_LOGIN)


def test_a_new_gateway_is_there_without_a_restart(freeswitch):
    config = freeswitch.config
    gateway = Gateway("carrier", "127.0.0.1:5999")
    phones = replace(config.phones, gateways=(gateway,))
    try:
        assert render(replace(config, phones=phones), freeswitch.layout).written
        apply_configuration(node_of(freeswitch))
        with freeswitch.operator() as operator:
            wait_until(
                lambda: "carrier" in operator.api("sofia status gateway carrier"), "it is there"
            )
            assert "Invalid" not in operator.api("sofia status gateway carrier")
    finally:
        render(config, freeswitch.layout)
        apply_configuration(node_of(freeswitch))


def test_a_freeswitch_that_does_not_let_us_in_is_told(freeswitch):
    with pytest.raises(NotApplied, match="refused"):
        apply_configuration(node_of(freeswitch, "some-other-password-of-no-use"))
