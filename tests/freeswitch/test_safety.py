"""What nobody may do to a FreeSWITCH with our configuration."""

from pathlib import Path

import pytest

from switchboard.core.causes import HangupCause
from switchboard.esl.commands import answer, hang_up
from switchboard.switch.configuration import SERVER_API, SERVER_LOGIN
from switchboard.switch.rendering import MODULES, MUSIC_MODULE
from tests.freeswitch.callers import be_hung_up
from tests.freeswitch.running import PASSWORDS
from tests.freeswitch.spoken import Operator


@pytest.fixture
def server(freeswitch):
    socket = freeswitch.config.event_socket
    with Operator(socket.port, PASSWORDS.server, SERVER_LOGIN) as logged_in:
        assert logged_in.welcome == "+OK accepted"
        yield logged_in


def test_every_module_of_ours_is_loaded(freeswitch):
    with freeswitch.operator() as operator:
        loaded = {m: operator.api(f"module_exists {m}") for m in (*MODULES, MUSIC_MODULE)}
    assert set(loaded.values()) == {"true"}, loaded


def test_no_complaint_stands_in_the_log_after_the_start(freeswitch):
    start = freeswitch.log.partition("New Channel")[0]
    complaints = [line for line in start.splitlines() if "[ERR]" in line or "[CRIT]" in line]
    assert complaints == []


def test_the_default_password_is_refused(freeswitch):
    with Operator(freeswitch.config.event_socket.port, "ClueCon") as stranger:
        assert stranger.welcome == "-ERR invalid"


@pytest.mark.parametrize("command", SERVER_API)
def test_the_server_may_what_it_uses(server, command):
    assert "permission denied" not in server.api(command)


FORBIDDEN = (
    "system id", "bgsystem id", "eval x", "expand status", "fsctl shutdown", "bgapi status",
    "sched_api +1 none status", "load mod_lua", "log 7", "hupall", "global_setvar a=b",
)  # fmt: skip


@pytest.mark.parametrize("command", FORBIDDEN)
def test_the_server_may_nothing_else(server, command):
    assert server.api(command) == "-ERR permission denied"


def test_the_server_does_not_get_the_log(server):
    assert server.say("log 7") == "-ERR permission denied"


def test_not_even_the_operator_runs_a_shell(freeswitch):
    with freeswitch.operator() as operator:
        assert "not found" in operator.api("system id")
        assert "uid=" not in operator.api("expand echo ${system(id)}")
        assert "uid=" not in operator.api("expand echo ${system id}")


def test_an_originate_cannot_run_a_shell(freeswitch, server, tmp_path):
    canary = tmp_path / "canary"
    server.api(f"originate null/x &system(touch {canary})")
    server.api(f"originate loopback/x &system(touch {canary})")
    assert not canary.exists()


def test_a_variable_that_holds_a_command_is_text(freeswitch, app, tmp_path):
    canary = tmp_path / "canary"
    line = freeswitch.callers(be_hung_up(20_000)).call(tmp_path)
    call = app.take()
    call.run(answer())
    evil = f"${{system(touch {canary})}}"
    body = f"switchboard_evil={evil}".encode()
    call.connection.sendall(
        b"sendmsg\ncall-command: execute\nexecute-app-name: set\n"
        b"content-type: text/plain\ncontent-length: %d\n\n%s" % (len(body), body)
    )
    assert call.connection.recv(65536).endswith(b"+OK\n\n")
    call.close()
    again = app.take()
    again.begin(hang_up(HangupCause.NORMAL_CLEARING))
    assert line.wait().succeeded
    assert not canary.exists()


def test_the_event_socket_listens_on_loopback_only(freeswitch):
    port = freeswitch.config.event_socket.port
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()]
    listening = {row[1] for row in rows if row[3] == "0A"}  # TCP_LISTEN
    assert {at for at in listening if at.endswith(f":{port:04X}")} == {f"0100007F:{port:04X}"}
