"""Makes the parts of an installation that commands and the server both need, from its settings.

Each function makes one part: the records, the flows, the prompts, what flows ask of the world, the
description of our own FreeSWITCH. Nothing here starts anything or keeps what it made.
"""

from dataclasses import replace
from pathlib import Path
from secrets import token_hex
from zoneinfo import ZoneInfo

import structlog
from flask import Blueprint

from switchboard import flow
from switchboard.bundled import bundled
from switchboard.console.web_call import web_call_pages
from switchboard.flow import Program
from switchboard.flow.world import Medium
from switchboard.media.engines import EngineChoice, EngineName
from switchboard.media.prompts import PromptLibrary
from switchboard.media.speaker import Speaker
from switchboard.media.wav import wav_duration_ms
from switchboard.outside.described import make_connections, make_mail, make_sources
from switchboard.ports.metrics import Metrics
from switchboard.runtime.clock import ScaledClock
from switchboard.services.errands import Errands, Outside
from switchboard.services.hold_music import Music
from switchboard.services.proofs import proven
from switchboard.services.releases import Check, NotPublished, Releases
from switchboard.services.secrets import SecretDesk
from switchboard.settings import Settings, SettingsError
from switchboard.store.secrets import Argon2Hasher
from switchboard.store.store import Store
from switchboard.switch.configuration import (
    AppHost,
    EventSocket,
    FreeSwitchConfig,
    Passwords,
)
from switchboard.switch.layout import FreeSwitchLayout
from switchboard.switch.phones import PhoneSide
from switchboard.switch.rendering import get_or_make_passwords

log = structlog.get_logger(__name__)

TOKEN_FILE = "api-token"  # noqa: S105 - a file's name


def open_store(settings: Settings) -> Store:
    """Open the records of this installation; the caller closes them.

    Raises:
        MistakenUrl: the settings' database cannot be used.
        StoreAway: it cannot be reached.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    return Store(settings.database_url, settings.folder / "spool")


def is_on_one_machine(settings: Settings) -> bool:
    """Whether every server of this installation runs here: its database is a file."""
    return settings.database_url.startswith("sqlite:")


def flows_folder(settings: Settings) -> Path:
    """Return the folder that `flows publish` reads: the settings', else what ships."""
    return settings.flows or bundled("ivr_flows")


def read_flows(folder: Path) -> dict[str, str]:
    """Return the text of every file of the flows in *folder*, by its path within.

    What is not UTF-8 becomes a character that the check tells of, with its place.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*.yaml"))
    }


def load_program(settings: Settings) -> Program:
    """Load and check the flows in the folder of this installation.

    Raises:
        SettingsError: they have mistakes; the message has one line for each.
    """
    folder = flows_folder(settings)
    loaded = flow.load(read_flows(folder))
    if loaded.program is None:
        raise SettingsError("\n".join(f"{folder}/{fault}" for fault in loaded.faults))
    return loaded.program


def publishing_checks(settings: Settings) -> tuple[Check, ...]:
    """Return what must find nothing before flows of this installation are heard."""
    return (proven(settings.least_coverage),)


def publish_first(settings: Settings, releases: Releases) -> None:
    """Publish the flows of the folder when none were ever published; else say if they differ.

    Raises:
        SettingsError: they have mistakes; the message has one line for each.
    """
    folder = flows_folder(settings)
    try:
        if not releases.publish_first(read_flows(folder), by="first start"):
            log.warning(
                "the flows in the folder are not those that calls get",
                folder=str(folder),
                remedy="switchboard flows publish",
            )
    except NotPublished as refusal:
        raise SettingsError(f"the flows in {folder} are not published:\n{refusal}") from None


def centre_zone(settings: Settings) -> ZoneInfo:
    """Return the zone that the flows in the folder say the centre is in.

    Raises:
        SettingsError: they have mistakes.
    """
    return load_program(settings).zone


def make_prompts(settings: Settings, metrics: Metrics) -> tuple[PromptLibrary, Speaker]:
    """Make the prompts of this installation; the caller closes the speaker."""
    speech = settings.speech
    speaker = Speaker(EngineChoice(EngineName(speech.engine), command=speech.command))
    library = PromptLibrary(settings.folder / "prompts", bundled("sounds"), speaker, metrics)
    return library, speaker


def make_errands(settings: Settings, store: Store, clock: ScaledClock) -> Errands:
    """Make what flows may ask of the world beside the calls; nothing is opened or asked yet."""
    connections = make_connections(settings.connections)
    outside = Outside(
        sources=make_sources(settings.sources, connections),
        connections=connections,
        senders={Medium.EMAIL: make_mail(settings.mail)} if settings.mail else {},
        secrets=SecretDesk(store.secrets, Argon2Hasher(), clock),
        surveys=store.surveys,
    )
    return Errands(outside)


def own_freeswitch(settings: Settings) -> tuple[FreeSwitchConfig, FreeSwitchLayout]:
    """Describe a FreeSWITCH of our own for the first node of the settings."""
    node = settings.nodes[0]
    layout = FreeSwitchLayout((settings.folder / "freeswitch").resolve())
    kept = get_or_make_passwords(layout.root / "passwords")
    socket = EventSocket(
        Passwords(server=node.password, operator=kept.operator),
        address=node.event_socket.host,
        port=node.event_socket.port,
    )
    calls = settings.listen.calls
    config = FreeSwitchConfig(
        event_socket=socket,
        node=node.name,
        apps=(AppHost(calls.host, calls.port),),
        phones=_with_music(settings.freeswitch),
    )
    return config, layout


def _with_music(phones: PhoneSide) -> PhoneSide:
    if phones.sounds.hold_music:
        return phones
    music = bundled("sounds") / "hold_music"
    return replace(phones, sounds=replace(phones.sounds, hold_music=music))


def hold_music(settings: Settings) -> Music:
    """Return what callers hear while they wait; silence where the folder holds no sound."""
    folder = _with_music(settings.freeswitch).sounds.hold_music
    files = sorted(folder.glob("*.wav")) if folder else []
    if not files:
        return Music(("silence_stream://30000",), 30.0)
    length_s = sum(wav_duration_ms(file) for file in files) / 1000
    return Music(tuple(str(file.resolve()) for file in files), length_s)


def get_or_make_token(settings: Settings) -> str:
    """Return the token by which commands ask the server; made at the first start."""
    file = settings.folder / TOKEN_FILE
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(token_hex(32) + "\n", encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def make_pages(settings: Settings) -> list[Blueprint]:
    """Make the pages for people that the settings ask for."""
    if settings.web_call is None:
        return []
    phones = settings.freeswitch
    account = settings.web_call.account_of(phones.extensions, phones.sip_domain)
    wss, ws = phones.browsers.wss_port, phones.browsers.ws_port
    return [web_call_pages(settings.web_call, account, f"wss:{wss}" if wss else f"ws:{ws}")]
