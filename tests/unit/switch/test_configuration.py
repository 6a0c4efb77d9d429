"""What is written into FreeSWITCH's configuration, and what is refused."""

import stat
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from switchboard.esl.names import Api
from switchboard.switch.configuration import (
    CONTEXT,
    FALLBACK_CONTEXT,
    RESUME_DESTINATION,
    SERVER_API,
    AppHost,
    EventSocket,
    FreeSwitchConfig,
    Passwords,
)
from switchboard.switch.layout import FreeSwitchLayout
from switchboard.switch.phones import (
    BrowserPhones,
    Extension,
    FallbackNumber,
    Gateway,
    Limits,
    PhoneSide,
    SipProfile,
    Sounds,
)
from switchboard.switch.plain_values import ConfigurationError
from switchboard.switch.rendering import (
    MODULES,
    MUSIC_MODULE,
    get_or_make_passwords,
    render,
    render_documents,
)

SERVER, OPERATOR = "server-password-0123", "operator-password-0123"
LAYOUT = FreeSwitchLayout(Path("/srv/switchboard/node"))
MUSIC = Path("/srv/switchboard/music")

PHONES = PhoneSide(
    browsers=BrowserPhones(wss_port=7443, ws_port=5066),
    trunks=("192.0.2.0/24",),
    gateways=(Gateway("provider", "sip.example.net", "user", "s3cret", register=True),),
    extensions=(Extension("1001", "correct horse"), Extension("1002", "battery staple")),
    fallback=FallbackNumber("provider", "01012345678"),
    sounds=Sounds(MUSIC, (Path("/srv/sounds/zh.wav"), Path("/srv/sounds/en.wav"))),
)
CONFIG = FreeSwitchConfig(
    event_socket=EventSocket(Passwords(SERVER, OPERATOR)),
    apps=(AppHost("127.0.0.1", 8084), AppHost("127.0.0.1", 8085)),
    phones=PHONES,
)


def documents(config=CONFIG, layout=LAYOUT):
    return {str(path): text for path, text in render_documents(config, layout).items()}


def parsed(name, config=CONFIG):
    return ET.fromstring(documents(config)[name])


def params(root, path="."):
    return {p.get("name"): p.get("value") for p in root.find(path).iter("param")}


def actions(extension):
    return [(a.get("application"), a.get("data")) for a in extension.iter("action")]


def extensions(config=CONFIG):
    root = parsed("dialplan/switchboard.xml", config)
    return {
        context.get("name"): {e.get("name"): e for e in context.iter("extension")}
        for context in root.iter("context")
    }


def arrival(config=CONFIG):
    (extension,) = extensions(config)[CONTEXT].values()
    return extension


# --- whole and well-formed --------------------------------------------------------------------


def test_every_document_is_well_formed():
    for name, text in documents().items():
        assert ET.fromstring(text).tag in {"include", "document"}, name


def test_every_included_file_is_rendered():
    rendered = set(documents())
    for name, text in documents().items():
        for line in text.splitlines():
            if 'cmd="include"' in line:
                included = line.split('data="')[1].split('"')[0]
                folder = Path(name).parent
                assert str((Path("/") / folder / included).resolve())[1:] in rendered


def test_every_module_with_settings_of_its_own_has_them():
    configured = {Path(name).name for name in documents() if name.startswith("autoload_configs")}
    for module in (*MODULES, MUSIC_MODULE):
        short = module.removeprefix("mod_")
        assert f"{short}.conf.xml" in configured or short in {
            "commands", "dptools", "dialplan_xml", "sndfile", "tone_stream",
        }  # fmt: skip


def test_the_minimum_renders_too():
    least = FreeSwitchConfig(event_socket=EventSocket(Passwords(SERVER, OPERATOR)))
    for name, text in documents(least).items():
        assert ET.fromstring(text) is not None, name
    loaded = [m.get("module") for m in parsed("autoload_configs/modules.conf.xml", least).iter()]
    assert MUSIC_MODULE not in loaded


# --- safe -------------------------------------------------------------------------------------


def test_the_event_socket_is_on_loopback_with_passwords_of_our_own():
    socket = params(parsed("autoload_configs/event_socket.conf.xml"))
    assert socket["listen-ip"] == "127.0.0.1"
    assert socket["password"] == OPERATOR
    assert socket["apply-inbound-acl"] == "switchboard-servers"
    assert not any("ClueCon" in text for text in documents().values())


def test_the_servers_user_may_only_what_the_server_uses():
    user = parsed("directory.xml").find(".//group[@name='servers']//user")
    may = params(user)
    assert may["esl-password"] == SERVER
    assert set(may["esl-allowed-api"].split(",")) == set(SERVER_API) >= {api.value for api in Api}
    assert set(SERVER_API).isdisjoint(
        {"system", "bgsystem", "bgapi", "sched_api", "eval", "expand"}
    )
    assert may["esl-allowed-log"] == "false"
    assert may["sip-forbid-register"] == "true"


def test_the_reply_to_the_servers_log_in_keeps_its_end():
    reply = (
        "~Reply-Text: +OK accepted\nAllowed-Events: all\n"
        f"Allowed-API: {','.join(SERVER_API)}\nAllowed-LOG: false\n\n"
    )
    assert len(reply) < 512


def test_nothing_said_to_freeswitch_can_run_a_command():
    assert params(parsed("autoload_configs/switch.conf.xml"))["api-expansion"] == "false"
    main = documents()["freeswitch.xml"]
    for name in ("disable_system_app_commands", "disable_system_api_commands", "xml_disable_dtd"):
        assert f'cmd="set" data="{name}=true"' in main


def test_phones_prove_who_they_are_and_strangers_cannot_call_in():
    internal = params(parsed("sip_profiles/internal.xml"))
    external = params(parsed("sip_profiles/external.xml"), ".//profile/settings")
    assert internal["auth-calls"] == "true"
    assert internal["force-register-domain"] == PHONES.sip_domain
    assert external["apply-inbound-acl"] == "switchboard-trunks"
    assert external["disable-register"] == "true"
    for profile in (internal, external):
        assert profile["accept-blind-reg"] == profile["accept-blind-auth"] == "false"


def test_access_lists_deny_whoever_is_not_named():
    lists = parsed("autoload_configs/acl.conf.xml").iter("list")
    allowed = {
        entry.get("name"): [node.get("cidr") for node in entry if node.get("type") == "allow"]
        for entry in lists
        if entry.get("default") == "deny"
    }
    assert allowed["switchboard-trunks"] == ["192.0.2.0/24"]
    assert allowed["switchboard-servers"] == ["127.0.0.0/8", "::1/128"]


def test_phones_passwords_are_kept_as_digests():
    users = parsed("directory.xml").findall(".//group[@name='extensions']//user")
    assert [user.get("id") for user in users] == ["1001", "1002"]
    assert all(len(params(user)["a1-hash"]) == 32 for user in users)
    assert "correct horse" not in documents()["directory.xml"]


def test_keys_and_arguments_stay_out_of_the_log():
    logged = parsed("autoload_configs/logfile.conf.xml").find(".//map").get("value").split(",")
    assert set(logged) == {"notice", "warning", "err", "crit", "alert"}


def test_ports_are_not_those_of_a_freeswitch_that_is_there_already():
    least = FreeSwitchConfig(event_socket=EventSocket(Passwords(SERVER, OPERATOR)))
    ports = {least.event_socket.port, least.phones.internal.port, least.phones.external.port}
    assert ports.isdisjoint({8021, 5060, 5061, 5080, 5081, 5066, 7443})
    assert least.phones.limits.rtp_ports[1] < 16384


# --- the door ---------------------------------------------------------------------------------


def test_every_destination_leads_to_the_server_behind_an_armed_guard():
    steps = actions(arrival())
    names = [name for name, _ in steps]
    tries = [place for place, name in enumerate(names) if name == "socket"]
    assert len(tries) == 2
    for place in tries:
        assert steps[place] == ("socket", "127.0.0.1:8084|127.0.0.1:8085 async")
        assert steps[place - 1] == ("sched_transfer", f"+3 silent XML {FALLBACK_CONTEXT}")
    (variables,) = [data.split(" ") for name, data in steps[: tries[0]] if name == "multiset"]
    assert {"socket_resume=true", f"force_transfer_context={CONTEXT}"} <= set(variables)
    assert all(variable.count("=") == 1 for variable in variables)
    assert steps[-1] == ("transfer", f"fallback XML {FALLBACK_CONTEXT}")
    (condition,) = arrival().iter("condition")
    assert condition.attrib == {}


def test_nothing_that_a_caller_sent_is_an_argument_of_the_dialplan():
    ours = {"switchboard_tries", "current_application"}
    for extension in (e for context in extensions().values() for e in context.values()):
        for application, argument in actions(extension):
            names = {part.split("}")[0] for part in (argument or "").split("${")[1:]}
            assert names <= ours, (application, argument)


def test_while_nobody_answers_the_apps_are_tried_every_half_second_with_music():
    steps = actions(extensions()[FALLBACK_CONTEXT]["music, and the apps again"])
    music = [step for step in steps if step[0] == "playback"]
    assert set(music) == {("playback", "{timeout=400}local_stream://hold")}
    assert len(music) == len([name for name, _ in steps if name == "socket"])
    assert steps[-1] == ("transfer", f"again XML {FALLBACK_CONTEXT}")


def test_after_too_long_the_caller_gets_the_fallback_number_then_an_apology():
    config = replace(CONFIG, phones=replace(PHONES, limits=Limits(hold_s=30)))
    extension = extensions(config)[FALLBACK_CONTEXT]["nobody answers for too long"]
    assert extension.find("condition").get("expression") == "(?:socket,){60}$"
    assert actions(extension) == [
        ("set", "hangup_after_bridge=true"),
        ("bridge", "sofia/gateway/provider/01012345678"),
        ("playback", "file_string:///srv/sounds/zh.wav!/srv/sounds/en.wav"),
        ("hangup", "NORMAL_TEMPORARY_FAILURE"),
    ]


def test_a_return_from_a_conversation_arrives_at_the_same_door():
    destination, dialplan, context = RESUME_DESTINATION.split(":")
    assert (dialplan, context) == ("XML", CONTEXT)
    assert destination.isalpha()


def test_no_lua_anywhere():
    assert not any("lua" in text.lower() for text in documents().values())


# --- refused ----------------------------------------------------------------------------------

EVIL = ("${system(id)}", "$${x}", 'a" b="c', "a\nb", "a b", "<x/>", "a,b", "")


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "make",
    [
        lambda text: replace(CONFIG, node=text),
        lambda text: replace(PHONES, sip_domain=text),
        lambda text: replace(PHONES, trunks=(text,)),
        lambda text: AppHost(text),
        lambda text: SipProfile(text, 5160),
        lambda text: Gateway(text, "sip.example.net"),
        lambda text: Gateway("provider", text),
        lambda text: Extension(text, "correct horse"),
        lambda text: FallbackNumber("provider", text),
        lambda text: Passwords(text, OPERATOR),
        lambda text: FreeSwitchLayout(Path("/srv", text + "$")),
        lambda text: Sounds(Path("/srv", text + "!")),
    ],
)
def test_what_freeswitch_would_expand_or_split_is_refused(make, evil):
    with pytest.raises(ConfigurationError, match=r": "):
        make(evil)


@pytest.mark.parametrize("evil", ["${system(id)}", "$${x}", 'a" b="c', "a\nb", "<x/>"])
def test_a_providers_credentials_cannot_become_something_else(evil):
    with pytest.raises(ConfigurationError) as refused:
        Gateway("provider", "sip.example.net", "user", evil)
    assert evil not in str(refused.value)


def test_the_password_that_everybody_knows_is_refused_and_not_repeated():
    with pytest.raises(ConfigurationError, match="operator's password") as refused:
        Passwords(SERVER, "ClueCon")
    assert "ClueCon" not in str(refused.value)
    with pytest.raises(ConfigurationError, match="the same password"):
        Passwords(SERVER, SERVER)


def test_passwords_are_not_shown():
    assert SERVER not in repr(CONFIG)
    assert OPERATOR not in repr(CONFIG)
    assert "correct horse" not in repr(CONFIG)
    assert "s3cret" not in repr(CONFIG)


def test_what_refers_to_nothing_or_stands_twice_is_refused():
    with pytest.raises(ConfigurationError, match="elsewhere"):
        replace(PHONES, fallback=FallbackNumber("elsewhere", "123"))
    with pytest.raises(ConfigurationError, match="1001"):
        replace(PHONES, extensions=PHONES.extensions[:1] * 2)
    with pytest.raises(ConfigurationError, match="apps is empty"):
        replace(CONFIG, apps=())


# --- on disk ----------------------------------------------------------------------------------


def test_rendering_twice_writes_the_same_bytes(tmp_path):
    layout = FreeSwitchLayout(tmp_path)
    first = render(CONFIG, layout)
    before = {path: (layout.conf / path).read_bytes() for path in first.written}
    second = render(CONFIG, layout)
    assert second.written == second.removed == ()
    assert set(second.unchanged) == set(before)
    assert {path: (layout.conf / path).read_bytes() for path in second.unchanged} == before


def test_only_what_changed_is_written_again(tmp_path):
    layout = FreeSwitchLayout(tmp_path)
    render(CONFIG, layout)
    again = render(replace(CONFIG, node="switchboard-2"), layout)
    assert again.written == (Path("autoload_configs/switch.conf.xml"),)


def test_a_file_that_no_template_gives_any_more_is_removed(tmp_path):
    layout = FreeSwitchLayout(tmp_path)
    render(CONFIG, layout)
    stranger = layout.conf / "dialplan" / "old.xml"
    stranger.write_text("<include/>")
    assert render(CONFIG, layout).removed == (Path("dialplan/old.xml"),)
    assert not stranger.exists()


def test_nobody_else_on_the_machine_reads_the_passwords(tmp_path):
    layout = FreeSwitchLayout(tmp_path / "node")
    passwords = get_or_make_passwords(tmp_path / "passwords")
    render(replace(CONFIG, event_socket=EventSocket(passwords)), layout)
    secret_files = [tmp_path / "passwords", *layout.conf.rglob("*.xml"), *layout.folders]
    assert all(not path.stat().st_mode & stat.S_IRWXO for path in secret_files)


def test_passwords_are_made_once_and_differ_from_installation_to_installation(tmp_path):
    made = get_or_make_passwords(tmp_path / "one")
    assert get_or_make_passwords(tmp_path / "one") == made
    assert get_or_make_passwords(tmp_path / "two") != made


def test_freeswitch_is_told_every_folder_it_writes_to(tmp_path):
    layout = FreeSwitchLayout(tmp_path)
    command = layout.command("freeswitch")
    places = dict(zip(command[4::2], command[5::2], strict=True))
    assert command[:4] == ("freeswitch", "-nf", "-nc", "-nonat")
    for option in ("conf", "log", "db", "run", "recordings", "certs", "temp", "storage", "cache"):
        assert Path(places[f"-{option}"]).is_relative_to(tmp_path)
    assert set(map(Path, places.values())) <= set(layout.folders)
