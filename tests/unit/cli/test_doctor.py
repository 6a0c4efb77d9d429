"""``switchboard doctor``: what it says of an installation where this works and that does not."""

import json
import os
import socket
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner

from switchboard.cli.doctor import command
from switchboard.switch.gateways import state_of

NOBODY = "127.0.0.1:9"
UP = """=================================================
Name    \tcarrier
Profile \texternal
Ping    \t1764000000
State   \tREGED
Status  \tUP (ping)
Uptime  \t12s
"""


@contextmanager
def listening():
    """Somebody who takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def doctor(folder: Path, more: str = "", *words: str):
    file = folder / "switchboard.yaml"
    file.write_text(
        "folder: .\nspeech: {engine: espeak}\n"
        f"nodes: [{{name: one, event_socket: '{NOBODY}', password: of-a-trial, cdrs: cdrs}}]\n"
        f"{more}"
    )
    return CliRunner().invoke(command, ["--settings", str(file), *words])


def looks(folder: Path, more: str = "") -> dict[str, dict[str, str]]:
    return {look["subject"]: look for look in json.loads(doctor(folder, more, "--json").output)}


@pytest.mark.req("ADM-16")
def test_each_thing_is_one_line_and_what_is_wrong_has_a_remedy(tmp_path):
    done = doctor(tmp_path)
    assert done.exit_code == 1
    assert "ok      disk:" in done.output
    assert "ok      database: answers in" in done.output
    assert "ok      flows: 1 numbers are served" in done.output
    assert "FAULT   FreeSWITCH one: 127.0.0.1:9: " in done.output
    assert "        start it, and compare address and password" in done.output


def test_what_is_well_is_well(tmp_path):
    (tmp_path / "cdrs").mkdir()
    with listening() as calls, listening() as http, listening() as asked:
        found = looks(
            tmp_path,
            f"listen: {{calls: '{calls}', http: '{http}'}}\n"
            f"connections: {{crm: {{url: 'http://{asked}/api'}}}}\n",
        )
    states = {subject: look["state"] for subject, look in found.items()}
    assert states.pop("FreeSWITCH one") == "FAULT"
    assert set(states.values()) == {"ok"}, found
    assert {"server", "CDRs of one", "connection crm", "speech zh", "speech en"} <= set(states)


@pytest.mark.req("INT-05")
def test_a_gateway_that_cannot_be_asked_is_named(tmp_path):
    found = looks(tmp_path, "freeswitch: {gateways: [{name: carrier, proxy: '127.0.0.1:9'}]}\n")
    assert found["gateway carrier"]["state"] == "FAULT"
    assert "freeswitch render" in found["gateway carrier"]["remedy"]


@pytest.mark.parametrize(
    ("told", "works", "fault"),
    [
        (UP, True, ""),
        (UP.replace("REGED", "NOREG"), True, ""),
        (UP.replace("REGED", "FAIL_WAIT"), False, ""),
        (UP.replace("UP (ping)", "DOWN (ping)"), False, ""),
        ("Invalid Gateway!\n", False, "FreeSWITCH does not know it"),
        ("-ERR permission denied", False, "FreeSWITCH says '-ERR permission denied'"),
    ],
)
def test_what_freeswitch_tells_of_a_gateway_is_understood(told, works, fault):
    state = state_of("carrier", told)
    assert (state.works, state.fault) == (works, fault)


def test_a_disk_that_cannot_be_written_to_is_a_fault(tmp_path):
    more = "folder: /proc\n"
    (tmp_path / "switchboard.yaml").write_text("")
    file = tmp_path / "switchboard.yaml"
    file.write_text(f"{more}nodes: [{{event_socket: '{NOBODY}', password: of-a-trial}}]\n")
    done = CliRunner().invoke(command, ["--settings", str(file)])
    assert "FAULT   disk: /proc cannot be written to" in done.output
    assert done.exit_code == 1


def test_a_certificate_that_runs_out_is_told_before_it_does(tmp_path):
    certs = tmp_path / "freeswitch" / "certs"
    certs.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj",
         "/CN=phone.example", "-keyout", os.devnull, "-out", str(certs / "wss.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    found = looks(tmp_path, "freeswitch: {browsers: {wss_port: 7443}}\n")
    assert found["certificate for browsers"]["state"] == "advice"
    assert found["certificate for browsers"]["words"].startswith("runs out on ")


def test_mail_that_answers_is_told_so(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(object(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        mail = f"mail: {{host: 127.0.0.1, port: {port}, security: none, sender: a@b.example}}\n"
        assert looks(tmp_path, mail)["mail"]["state"] == "ok"
    finally:
        controller.stop()
