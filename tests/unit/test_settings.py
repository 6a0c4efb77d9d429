"""Settings: what is written, what the environment overrides, and how mistakes are told."""

from pathlib import Path

import pytest

from switchboard.settings import Settings, SettingsError, find_settings, read_settings

FILE = Path("/etc/switchboard/switchboard.yaml")
NODE = "nodes: [{password: correct-horse}]\n"


def read(text: str, **environment: str) -> Settings:
    return read_settings(text, FILE, environment)


def mistakes(text: str, **environment: str) -> list[str]:
    with pytest.raises(SettingsError) as told:
        read(text, **environment)
    return str(told.value).splitlines()


def test_one_node_with_a_password_is_enough():
    settings = read(NODE)
    assert settings.database_url == "sqlite:////etc/switchboard/switchboard.db"
    assert settings.nodes[0].event_socket.port == 8021
    assert settings.listen.calls == "127.0.0.1:8084"


def test_folders_are_relative_to_the_file_that_names_them():
    settings = read("folder: data\nflows: /srv/flows\nnodes: [{password: p4ssw0rd!, cdrs: cdr}]")
    assert settings.folder == Path("/etc/switchboard/data")
    assert settings.flows == Path("/srv/flows")
    assert settings.nodes[0].cdrs == Path("/etc/switchboard/cdr")


def test_the_environment_overrides_the_file():
    settings = read(
        NODE + "listen:\n  http: 127.0.0.1:8080\n",
        SWITCHBOARD_LISTEN__HTTP="127.0.0.1:9000",
        SWITCHBOARD_NODES__0__EVENT_SOCKET="127.0.0.1:18021",
        SWITCHBOARD_LIMITS__CALLS="7",
        HOME="/root",
    )
    assert settings.listen.http.port == 9000
    assert settings.nodes[0].event_socket.port == 18021
    assert settings.limits.calls == 7


def test_every_mistake_is_told_at_once_with_its_place():
    text = (
        "clock_speed: fast\n"
        "listen:\n"
        "  calls: 8084\n"
        "  htpp: 127.0.0.1:8080\n"
        "nodes:\n"
        "  - password: ClueCon\n"
    )
    told = mistakes(text)
    assert [line.split(": ")[0] for line in told] == [
        f"{FILE}:1:14",
        f"{FILE}:3:10",
        f"{FILE}:4:3",
        f"{FILE}:6:5",
    ]
    assert "HOST:PORT" in told[1]
    assert "'htpp'" in told[2]
    assert "everybody knows" in told[3]


def test_a_mistake_in_the_environment_names_the_variable():
    assert mistakes(NODE, SWITCHBOARD_DRAIN_S="soon") == [
        "$SWITCHBOARD_DRAIN_S: Input should be a valid number, unable to parse string as a number"
    ]
    assert "no such place" in mistakes(NODE, SWITCHBOARD_NODES__4__NAME="x")[0]


@pytest.mark.parametrize("password", ["ClueCon", "short"])
def test_the_server_refuses_a_password_that_guards_nothing(password):
    assert "password" in mistakes(f"nodes: [{{password: {password}}}]")[0]


def test_broken_yaml_is_told_with_its_place():
    assert mistakes("nodes: [{password: x}\n")[0].startswith(f"{FILE}:")
    assert (
        mistakes("- a list\n")[0] == f"{FILE}:1:1: settings are `name: value` lines, "
        "not a list or a word"
    )


def test_a_password_is_not_shown_when_settings_are_printed():
    assert "correct-horse" not in repr(read(NODE))


def test_where_there_are_no_settings_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SWITCHBOARD_SETTINGS", raising=False)
    with pytest.raises(SettingsError, match="switchboard up"):
        find_settings()
    with pytest.raises(SettingsError, match="no such file"):
        find_settings(tmp_path / "none.yaml")


def test_systems_outside_are_described_by_what_they_are():
    settings = read(
        NODE
        + """
sources:
  customers: {table: crm.customers, database: postgresql://u:canary@h/crm, columns: {id: no}}
  outlets: {csv: outlets.csv}
  waybills: {connection: track, path: /waybills}
connections:
  track: {url: https://track.example/api, headers: {Authorization: canary}}
mail: {host: smtp.example, sender: service@gas.example, password: canary, documents: papers}
"""
    )
    assert settings.sources["customers"].columns == {"id": "no"}
    assert settings.sources["outlets"].csv == Path("/etc/switchboard/outlets.csv")
    assert settings.sources["waybills"].connection == "track"
    assert settings.mail.documents == Path("/etc/switchboard/papers")
    assert "canary" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("sources: {a: {table: 'a b', database: sqlite:////d}}", "no name of a table or column"),
        ("sources: {a: {table: a, database: mysql://h/d}}", "a database is written as sqlite:"),
        ("sources: {a: {table: a}}", "'database' is missing"),
        ("sources: {a: {csv: a.csv, colums: {}}}", "no setting 'colums'"),
        ("sources: {a: {csv: a.csv, encoding: gb99}}", "there is no encoding 'gb99'"),
        ("sources: {a: {connection: crm, path: /a}}", "there is no connection 'crm'"),
        ("connections: {a: {url: track.example}}", "an address is written as https://host"),
        ("mail: {host: h, sender: a@b, security: no}", "'tls', 'starttls' or 'none'"),
    ],
)
def test_mistakes_about_systems_outside_are_told(text, says):
    (mistake,) = mistakes(NODE + text)
    assert says in mistake


def test_mistakes_about_freeswitch_are_told_as_all_others():
    text = (
        NODE + "freeswitch:\n"
        "  external: {address: 192.0.2.6, port: 70000}\n"
        "  browsers: {wss_prt: 7443}\n"
    )
    told = mistakes(text)
    assert [line.split(": ")[0] for line in told] == [f"{FILE}:3:13", f"{FILE}:4:14"]
    assert "70000" in told[0]
    assert "no setting 'wss_prt'" in told[1]
