"""Where FreeSWITCH is and who may call us; and what it says of its channels."""

from datetime import UTC, datetime

import pytest

from switchboard.esl.errors import ProtocolError
from switchboard.switch.channels import read_channels
from switchboard.switch.nodes import FreeSwitchNode, Listener

ROW = (
    '{"uuid":"u1","direction":"inbound","created":"2026-11-22 11:54:13",'
    '"created_epoch":"1795348453","application":"socket","dest":"4000"}'
)


@pytest.mark.parametrize(
    ("address", "admitted"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("10.0.3.7", True),
        ("10.0.4.1", False),
        ("192.0.2.1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_only_listed_sources_may_call(address, admitted):
    listener = Listener(sources=("127.0.0.1", "::1", "10.0.3.0/24"))
    assert listener.admits(address) is admitted


def test_a_source_that_is_no_network_is_told_at_once():
    with pytest.raises(ValueError, match="everywhere"):
        Listener(sources=("everywhere",))


def test_a_nodes_password_is_not_shown():
    assert "secret" not in repr(FreeSwitchNode("fs1", "127.0.0.1", 8021, "secret"))


def test_no_channels_are_an_empty_list():
    assert read_channels('{"row_count": 0}\n', "fs1") == ()
    assert read_channels('{"row_count":0,"rows":[]}', "fs1") == ()


def test_a_channel_is_read_from_its_row():
    (channel,) = read_channels(f'{{"row_count":1,"rows":[{ROW}]}}', "fs1")
    assert (channel.leg_id, channel.node, channel.application) == ("u1", "fs1", "socket")
    assert channel.created_at == datetime.fromtimestamp(1795348453, UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-ERR",
        "[]",
        "{}",
        '{"row_count":1,"rows":[{}]}',
        '{"row_count":1,"rows":3}',
        '{"row_count":1,"rows":["x"]}',
    ],
)
def test_what_is_no_list_of_channels_is_refused(text):
    with pytest.raises(ProtocolError):
        read_channels(text, "fs1")
