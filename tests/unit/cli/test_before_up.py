"""`up` tells in one sentence why it cannot start, and starts nothing then."""

import os
import socket
import stat
from pathlib import Path

import click
import pytest

from switchboard.cli._before_up import demand_free, find_or_write_settings, only_one
from switchboard.settings import load_settings


def test_the_first_settings_are_written_once_for_their_owner_alone(tmp_path: Path):
    named = tmp_path / "new" / "switchboard.yaml"
    file, is_new = find_or_write_settings(named)
    assert is_new
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(load_settings(file).nodes[0].password) > 20
    written = file.read_text()
    assert find_or_write_settings(named) == (named, False)
    assert file.read_text() == written


def test_a_place_where_nothing_can_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(click.ClickException, match=r"cannot be written.*--settings"):
        find_or_write_settings(tmp_path / "file" / "switchboard.yaml")
    with (
        pytest.raises(click.ClickException, match=r"cannot be written to.*`folder:`"),
        only_one(tmp_path / "file" / "var"),
    ):
        pass


def test_a_second_one_in_the_same_folder_is_told_who_is_there(tmp_path: Path):
    refused = pytest.raises(click.ClickException, match=f"process {os.getpid()}")
    with only_one(tmp_path), refused, only_one(tmp_path):
        pass
    with only_one(tmp_path):  # and when the first has gone it is free
        assert (tmp_path / "up.lock").read_text() == str(os.getpid())


def test_every_port_that_is_taken_is_told_with_its_remedy():
    with (
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        ports = [taken.getsockname()[1] for taken in (one, two)]
        with pytest.raises(click.ClickException) as refusal:
            demand_free([("the server", f"127.0.0.1:{port}", "change it") for port in ports])
    lines = refusal.value.message.splitlines()
    assert [
        f"127.0.0.1:{port}: address already in use" in line
        for port, line in zip(ports, lines, strict=True)
    ] == [True, True]
    assert all(line.endswith("or change it") for line in lines)


def test_ports_that_are_free_stay_free():
    with socket.create_server(("127.0.0.1", 0)) as tried:
        port = tried.getsockname()[1]
    demand_free([("the server", f"127.0.0.1:{port}", "")])
    socket.create_server(("127.0.0.1", port)).close()
